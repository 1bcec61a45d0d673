"""Forms of the follow-up: acts, situations, appointments, status."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from imilo.acteurs.models import Agent, Site, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.agenda.services import Creneau
from imilo.parcours.dossiers.models import Acte, Categorie, Dossier, Proposition, Situation, Statut
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.dossiers.services.situations import SituationSaisie
from imilo.parcours.dossiers.services.statut import TRANSITIONS as TRANSITIONS_STATUT
from imilo.parcours.dossiers.services.suivi import COMPTE_RENDU_MAX, PropositionSaisie
from imilo.parcours.dossiers.services.suivi import TRANSITIONS as TRANSITIONS_PROPOSITION
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes, libelle
from imilo.web.formulaires import FormulaireDSFR

CHOISIR = [("", "Choisir")]
LIGNES_DE_PROPOSITION = 3


def choix(liste: Liste, le: date, *, garder: str = "") -> list[tuple[str, str]]:
    """What a list offers on a day, and the stored code even when it is closed since."""
    offerts = codes(liste, le)
    if garder and garder not in dict(offerts):
        offerts = [*offerts, (garder, libelle(liste, garder))]
    return CHOISIR + offerts


class ChampHeure(forms.TimeField):
    """An hour of the clock, as "14:30", "14h30" or "14h"."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
        super().__init__(**kwargs)
        self.input_formats = ["%H:%M", "%H:%M:%S", "%Hh%M", "%Hh"]
        self.error_messages["invalid"] = "Écrivez l'heure ainsi : 14:30."


class ChampDuree(forms.IntegerField):
    """Minutes."""

    def __init__(self, *, minimum: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.NumberInput(attrs={"inputmode": "numeric"}))
        super().__init__(min_value=minimum, max_value=720, **kwargs)
        self.error_messages["invalid"] = "Écrivez la durée en minutes, par exemple 45."


class FormulaireActe(FormulaireDSFR):
    """What was done, what was said, what was proposed."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    type = forms.ChoiceField(label="Type d'acte")
    modalite = forms.ChoiceField(label="Modalité")
    theme = forms.ChoiceField(label="Thème principal")
    le = forms.DateField(label="Date")
    heure = ChampHeure(label="Heure", required=False)
    duree = ChampDuree(label="Durée (minutes)")
    compte_rendu = forms.CharField(
        label="Ce qui s'est dit",
        required=False,
        max_length=COMPTE_RENDU_MAX,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        help_text="Ce texte reste dans votre mission locale : il n'est transmis à aucun partenaire.",
    )

    def __init__(self, *args: Any, structure: Structure, acte: Acte | None = None, **kwargs: Any) -> None:
        le = aujourd_hui(structure)
        if acte is None:
            debut = {"le": le, "duree": 45}
        else:
            noms = ("version", "type", "modalite", "theme", "le", "heure", "duree", "compte_rendu")
            debut = {c: getattr(acte, c) for c in noms}
        kwargs["initial"] = debut | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self._choix("type", Liste.TYPE_ACTE, le, acte.type if acte else "")
        if acte is None and not self.is_bound:
            self.fields["type"].widget.attrs["autofocus"] = True  # the counsellor types at once
        self._choix("modalite", Liste.MODALITE_ACTE, le, acte.modalite if acte else "")
        self._choix("theme", Liste.THEME_DEMANDE, le, acte.theme if acte else "")
        themes = [("", "Même thème que l'acte"), *codes(Liste.THEME_DEMANDE, le)]
        for n in range(1, LIGNES_DE_PROPOSITION + 1):
            texte = forms.CharField(label=f"Proposition {n}", required=False, max_length=300)
            texte.widget.attrs.update({"class": "fr-input", "dir": "auto"})
            theme = forms.ChoiceField(label=f"Thème de la proposition {n}", required=False, choices=themes)
            theme.widget.attrs["class"] = "fr-select"
            self.fields[f"proposition_{n}"] = texte
            self.fields[f"proposition_{n}_theme"] = theme

    def _choix(self, nom: str, liste: Liste, le: date, garder: str) -> None:
        champ = self.fields[nom]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = choix(liste, le, garder=garder)

    @property
    def lignes_de_proposition(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        rangs = range(1, LIGNES_DE_PROPOSITION + 1)
        return [(self[f"proposition_{n}"], self[f"proposition_{n}_theme"]) for n in rangs]

    def propositions(self) -> list[PropositionSaisie]:
        """The lines that say something."""
        donnees = self.cleaned_data
        return [
            PropositionSaisie(donnees[f"proposition_{n}_theme"] or donnees["theme"], donnees[f"proposition_{n}"])
            for n in range(1, LIGNES_DE_PROPOSITION + 1)
            if donnees[f"proposition_{n}"]
        ]

    def acte(self) -> dict[str, Any]:
        """Arguments of the service that records the act."""
        noms = ("le", "heure", "duree", "type", "modalite", "theme", "compte_rendu")
        return {n: self.cleaned_data[n] for n in noms} | {"propositions": self.propositions()}


class FormulaireSituation(FormulaireDSFR):
    """A situation of life, from a day to a day."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    categorie = forms.ChoiceField(label="Catégorie", choices=[*CHOISIR, *Categorie.choices])
    libelle = forms.CharField(label="Employeur, établissement ou précision", required=False, max_length=200)
    debut = forms.DateField(label="Du")
    fin_prevue = forms.DateField(label="Fin prévue le", required=False)
    fin = forms.DateField(label="Terminée le", required=False, help_text="Dernier jour, quand c'est fini.")
    heures_hebdo = forms.DecimalField(
        label="Heures par semaine", required=False, min_value=0, max_value=60, max_digits=4, decimal_places=2
    )
    rome_prepare = forms.CharField(
        label="Métier préparé (code ROME)", required=False, max_length=5, help_text="Par exemple K1304."
    )
    rome_premier = forms.CharField(label="Premier métier recherché (code ROME)", required=False, max_length=5)
    rome_exerce = forms.CharField(label="Métier exercé (code ROME)", required=False, max_length=5)

    NOMS = (
        "categorie", "libelle", "debut", "fin_prevue", "fin", "heures_hebdo",
        "rome_prepare", "rome_premier", "rome_exerce",
    )  # fmt: skip

    def __init__(self, *args: Any, situation: Situation | None = None, **kwargs: Any) -> None:
        if situation is not None:
            stocke = {n: getattr(situation, n) for n in (*self.NOMS, "version")}
            kwargs["initial"] = stocke | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any] | None:
        for nom in ("rome_prepare", "rome_premier", "rome_exerce"):
            self.cleaned_data[nom] = self.cleaned_data.get(nom, "").upper()
        return None

    def saisie(self) -> SituationSaisie:
        return SituationSaisie(**{n: self.cleaned_data[n] for n in self.NOMS})


class FormulaireCreneau(FormulaireDSFR):
    """An appointment: with whom, when on the structure's clock, how."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    jour = forms.DateField(label="Jour")
    heure = ChampHeure(label="Heure")
    duree = ChampDuree(label="Durée (minutes)", minimum=5)
    modalite = forms.ChoiceField(label="Modalité")
    avec = forms.ModelChoiceField(label="Avec", queryset=Agent.objects.none())
    site = forms.ModelChoiceField(label="Lieu", queryset=Site.objects.none(), required=False)
    objet = forms.CharField(label="Objet", required=False, max_length=200)
    malgre_chevauchement = forms.BooleanField(
        label="Prendre ce rendez-vous même si l'agenda est déjà occupé à cette heure", required=False
    )

    def __init__(
        self,
        *args: Any,
        structure: Structure,
        agent: Agent,
        rdv: RendezVous | None = None,
        objet_lisible: bool = True,
        **kwargs: Any,
    ) -> None:
        debut: dict[str, Any] = {"duree": 30, "modalite": "INDIVIDUEL", "avec": agent.pk}
        if rdv is not None:
            ici = rdv.debut.astimezone(structure.zone)
            debut = {c: getattr(rdv, c) for c in ("version", "duree", "modalite", "objet")}
            debut |= {"jour": ici.date(), "heure": ici.time(), "avec": rdv.agent_id, "site": rdv.site_id}
        kwargs["initial"] = debut | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        le = aujourd_hui(structure)
        modalite, avec, site = self.fields["modalite"], self.fields["avec"], self.fields["site"]
        assert isinstance(modalite, forms.ChoiceField)
        assert isinstance(avec, forms.ModelChoiceField)
        assert isinstance(site, forms.ModelChoiceField)
        modalite.choices = choix(Liste.MODALITE_ACTE, le, garder=rdv.modalite if rdv else "")
        avec.queryset = agents_qui_peuvent("agenda.gerer", structure=structure, le=le)
        site.queryset = Site.objects.filter(structure=structure)
        site.empty_label = "Aucun lieu particulier"
        self.objet_garde = ""
        if rdv is not None and not objet_lisible:
            # Who moves an appointment without reading what it is about leaves that as it is.
            del self.fields["objet"]
            self.objet_garde = rdv.objet

    @property
    def chevauche(self) -> bool:
        """Whether to show the box that takes the appointment all the same."""
        return bool(self.errors.get("malgre_chevauchement")) or bool(self["malgre_chevauchement"].value())

    def creneau(self) -> Creneau:
        noms = ("avec", "jour", "heure", "modalite", "duree", "site", "malgre_chevauchement")
        objet = self.cleaned_data.get("objet", self.objet_garde)
        return Creneau(**{n: self.cleaned_data[n] for n in noms}, objet=objet)


class FormulaireVersion(FormulaireDSFR):
    """A confirmation of what can't be undone: it carries the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class FormulaireFinSituation(FormulaireVersion):
    fin = forms.DateField(label="Dernier jour de la situation")


class FormulaireStatut(FormulaireDSFR):
    """The status that a dossier may take from its own."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    statut = forms.ChoiceField(label="Nouveau statut", widget=forms.RadioSelect)
    fin_le = forms.DateField(label="Fin d'accompagnement le")
    motif = forms.ChoiceField(label="Motif de fin")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        le = aujourd_hui(dossier.structure)
        kwargs["initial"] = {"version": dossier.version, "fin_le": le} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        statut, motif = self.fields["statut"], self.fields["motif"]
        assert isinstance(statut, forms.ChoiceField)
        assert isinstance(motif, forms.ChoiceField)
        possibles = TRANSITIONS_STATUT[dossier.statut]
        if self.is_bound and self.data.get("statut") != Statut.FIN:
            self.fields["fin_le"].required = motif.required = False  # they are for an end only
        statut.choices = [(s.value, s.label) for s in Statut if s in possibles]
        motif.choices = choix(Liste.FIN_ACCOMPAGNEMENT, le)


class FormulaireReferent(FormulaireDSFR):
    """Who answers for the dossier, from which day."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    referent = forms.ModelChoiceField(label="Conseiller référent", queryset=Agent.objects.none())
    le = forms.DateField(label="À partir du")

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        le = aujourd_hui(dossier.structure)
        kwargs["initial"] = {"version": dossier.version, "le": le} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        referent = self.fields["referent"]
        assert isinstance(referent, forms.ModelChoiceField)
        referent.queryset = agents_qui_peuvent("dossier.suivre", structure=dossier.structure, le=le)


class FormulaireProposition(FormulaireDSFR):
    """The states that a proposition may take from its own."""

    etat = forms.ChoiceField(label="Où en est-elle ?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, proposition: Proposition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        etat = self.fields["etat"]
        assert isinstance(etat, forms.ChoiceField)
        suivants = TRANSITIONS_PROPOSITION[proposition.etat]
        etats = Proposition._meta.get_field("etat").flatchoices
        etat.choices = [(code, nom) for code, nom in etats if code in suivants]


def maintenant_arrondi(structure: Structure) -> dict[str, Any]:
    """Day and hour of the structure's clock, to the last quarter of an hour: where an act probably began."""
    ici = timezone.now().astimezone(structure.zone)
    return {"le": ici.date(), "heure": ici.time().replace(minute=ici.minute // 15 * 15, second=0, microsecond=0)}
