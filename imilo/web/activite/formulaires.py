"""Forms of activities: what was declared, absences, how an action of the plan went, the filters of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet

from imilo.acteurs.models import Agent
from imilo.parcours.activites.models import (
    DUREE_MAX,
    MINUTES_D_UN_JOUR,
    Absence,
    EtatAction,
    Faiseur,
    Mesure,
    MotifAbsence,
    SituationNonProfessionnelle,
    SuiviAction,
)
from imilo.parcours.activites.selectors import FILTRES
from imilo.parcours.activites.semaines import duree_lisible
from imilo.parcours.activites.services import AbsenceSaisie, ActiviteSaisie, SituationCorrigee, SuiviSaisi
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.contrats.models import ActionPrevue, CategorieAction
from imilo.parcours.dossiers.models import Document, Situation
from imilo.parcours.dossiers.services.situations import SituationSaisie
from imilo.web.formulaires import FormulaireDSFR

CHOISIR = ("", "Choisir")
TOUS = "tous"
# By quarters of an hour up to four hours, then by half hours: a list is easier to use than typed minutes.
DUREES = [*range(15, 241, 15), *range(270, DUREE_MAX + 1, 30)]
REPONSES = [("", "À apprécier plus tard"), ("oui", "Oui"), ("non", "Non")]


class ChampDocument(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A document of the dossier, by its title."""

    def __init__(self) -> None:
        super().__init__(
            queryset=Document.objects.none(),
            label="Document du dossier qui le montre",
            required=False,
            empty_label="Aucun",
        )

    def label_from_instance(self, obj: Document) -> str:
        return f"{obj.titre} ({obj.cree_le:%d/%m/%Y})"


class FormulaireActivite(FormulaireDSFR):
    """What the young person did on a day."""

    jour = forms.DateField(label="Jour")
    duree = forms.TypedChoiceField(
        label="Durée", coerce=int, choices=[CHOISIR, *((str(m), duree_lisible(m)) for m in DUREES)]
    )
    heure = forms.TimeField(
        label="Heure de début",
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Si vous la connaissez : des heures qui se recouvrent ne comptent qu'une fois.",
        input_formats=["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh"],
        error_messages={"invalid": "Écrivez l'heure ainsi : 14:30."},
    )
    categorie = forms.ChoiceField(label="Type d'activité", choices=[CHOISIR, *CategorieAction.choices])
    intitule = forms.CharField(
        label="Ce qui a été fait", max_length=300, help_text="Par exemple : trois candidatures en restauration."
    )
    action = forms.ModelChoiceField(
        label="Action du plan concernée", queryset=ActionPrevue.objects.none(), required=False, empty_label="Aucune"
    )
    document = ChampDocument()

    def __init__(
        self, *args: Any, actions: QuerySet[ActionPrevue], documents: QuerySet[Document], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]  # likewise

    def saisie(self) -> ActiviteSaisie:
        lu = self.cleaned_data
        return ActiviteSaisie(
            jour=lu["jour"],
            minutes=lu["duree"],
            categorie=lu["categorie"],
            intitule=lu["intitule"],
            heure=lu["heure"],
            action=lu.get("action"),
            document=lu.get("document"),
        )


class FormulaireAbsence(FormulaireDSFR):
    """An absence, its reason, and whether it is a good one."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    rendez_vous = forms.ModelChoiceField(
        label="Rendez-vous manqué",
        queryset=RendezVous.objects.none(),
        required=False,
        empty_label="Aucun en particulier",
    )
    du = forms.DateField(label="Premier jour d'absence")
    au = forms.DateField(label="Dernier jour d'absence")
    motif = forms.ChoiceField(label="Raison donnée", choices=[CHOISIR, *MotifAbsence.choices])
    precision = forms.CharField(label="Précision", required=False, max_length=300)
    reconnue = forms.ChoiceField(
        label="L'absence est-elle justifiée ?",
        required=False,
        choices=REPONSES,
        widget=forms.RadioSelect,
        help_text="Les jours d'une absence justifiée sont retirés de la durée demandée pour la semaine.",
    )
    document = ChampDocument()

    def __init__(
        self,
        *args: Any,
        rendez_vous: QuerySet[RendezVous],
        documents: QuerySet[Document],
        absence: Absence | None = None,
        **kwargs: Any,
    ) -> None:
        if absence is not None:
            reponse = {None: "", True: "oui", False: "non"}[absence.reconnue]
            kwargs["initial"] = {
                "version": absence.version,
                "rendez_vous": absence.rendez_vous_id,
                "du": absence.du,
                "au": absence.au,
                "motif": absence.motif,
                "precision": absence.precision,
                "reconnue": reponse,
                "document": absence.document_id,
            }
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["rendez_vous"]
        champ.queryset = rendez_vous
        champ.label_from_instance = lambda r: f"{r.debut.astimezone(r.dossier.structure.zone):%d/%m/%Y à %H:%M}"
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]  # a ModelChoiceField

    def saisie(self) -> AbsenceSaisie:
        lu = self.cleaned_data
        noms = ("du", "au", "motif", "precision", "rendez_vous", "document")
        reconnue = {"": None, "oui": True, "non": False}[lu["reconnue"]]
        return AbsenceSaisie(reconnue=reconnue, **{nom: lu[nom] for nom in noms})


class FormulaireSuivi(FormulaireDSFR):
    """How an action of the plan went."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    etat = forms.ChoiceField(label="Cette action est", choices=EtatAction.choices, widget=forms.RadioSelect)
    le = forms.DateField(label="Le")
    par = forms.ChoiceField(label="Par", choices=Faiseur.choices, widget=forms.RadioSelect)
    preuve = forms.CharField(
        label="Ce qui le montre",
        required=False,
        max_length=500,
        help_text="Une attestation, un retour de l'organisme, ce que la personne raconte. Ou choisissez un document.",
    )
    document = ChampDocument()

    def __init__(
        self, *args: Any, suivi: SuiviAction | None, le: date, documents: QuerySet[Document], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"version": 0, "le": le, "par": Faiseur.JEUNE}
        if suivi is not None:
            noms = ("version", "etat", "le", "par", "preuve")
            kwargs["initial"] = {nom: getattr(suivi, nom) for nom in noms} | {"document": suivi.document_id}
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]  # a ModelChoiceField

    def saisie(self) -> SuiviSaisi:
        noms = ("etat", "le", "par", "preuve", "document")
        return SuiviSaisi(**{nom: self.cleaned_data[nom] for nom in noms})


class FormulaireSituationRecue(FormulaireDSFR):
    """What a situation sent by an operator really was."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    debut = forms.DateField(label="Du")
    fin = forms.DateField(label="Au")
    mesure = forms.ChoiceField(label="Mesure", choices=Mesure.choices)
    minutes = forms.IntegerField(
        label="Durée comptée (minutes)",
        min_value=0,
        max_value=MINUTES_D_UN_JOUR,
        help_text="120 pour deux heures ; 0 si elle ne compte pas.",
    )
    raison = forms.CharField(
        label="Pourquoi la corriger ?", max_length=300, help_text="La raison reste avec la situation."
    )

    def __init__(self, *args: Any, situation: SituationNonProfessionnelle, **kwargs: Any) -> None:
        noms = ("version", "debut", "fin", "mesure", "minutes")
        kwargs["initial"] = {nom: getattr(situation, nom) for nom in noms}
        super().__init__(*args, **kwargs)
        if situation.par_jour:
            self.fields["minutes"].label = "Durée comptée chaque jour (minutes)"

    def saisie(self) -> SituationCorrigee:
        return SituationCorrigee(**{nom: valeur for nom, valeur in self.cleaned_data.items() if nom != "version"})


class FormulaireHeures(FormulaireDSFR):
    """The weekly hours of a situation of life, on its line."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    heures_hebdo = forms.DecimalField(
        label="Heures par semaine", min_value=0, max_value=60, max_digits=4, decimal_places=2
    )

    def __init__(self, *args: Any, situation: Situation, **kwargs: Any) -> None:
        kwargs |= {"initial": {"version": situation.version}, "auto_id": f"heures_{situation.pk}_%s"}
        super().__init__(*args, **kwargs)
        self.situation = situation

    def saisie(self) -> SituationSaisie:
        """The situation as it is, with these hours."""
        telle = {champ.name: getattr(self.situation, champ.name) for champ in fields(SituationSaisie)}
        return SituationSaisie(**telle | {"heures_hebdo": self.cleaned_data["heures_hebdo"]})


class FormulaireSemaine(FormulaireDSFR):
    """Which week, of whom, and which rows. What it can't read counts as not asked."""

    filtre = True
    semaine = forms.DateField(label="Semaine du", required=False)
    referent = forms.ChoiceField(label="Référent", required=False)
    quoi = forms.ChoiceField(
        label="Montrer",
        required=False,
        choices=[("", "Tout le monde"), *((code, libelle) for code, (libelle, _) in FILTRES.items())],
    )
    personne = forms.CharField(label="Personne", required=False, max_length=7, widget=forms.Select)
    declarees = forms.ChoiceField(
        label="Déclarations", required=False, choices=[("", "De toutes les semaines"), ("semaine", "De cette semaine")]
    )

    def __init__(self, *args: Any, equipe: Sequence[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["referent"]
        champ.choices = [("", "Moi, et ceux que je remplace"), (TOUS, "Toute la structure")]
        champ.choices += [(str(a.pk), str(a)) for a in equipe]

    def proposer(self, personnes: Sequence[tuple[str, str]]) -> None:
        """Whom the page may be narrowed to: (number of the dossier, name)."""
        widget: Any = self.fields["personne"].widget
        widget.choices = [("", "Toutes"), *personnes]

    @property
    def numero(self) -> int | None:
        """The dossier that the page is narrowed to; None for what can't be one."""
        lu = self.lu("personne")
        return int(lu) if lu.isascii() and lu.isdigit() else None

    def lundi(self, le: date) -> date:
        """The Monday of the week asked for; that of `le` by default."""
        jour: date = (self.cleaned_data.get("semaine") if self.is_valid() else None) or le
        return jour - timedelta(days=jour.weekday())

    def lu(self, nom: str) -> str:
        return str(getattr(self, "cleaned_data", {}).get(nom, "") or "")
