"""Forms of what follows the signature: prolongation, suspension, assessment, update, sending, refusal, appeal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import agents_de
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import (
    CategorieAction,
    CauseProlongation,
    ContratEngagement,
    Financement,
    IssueRecours,
    MotifActualisation,
    MotifSuspension,
    NatureRecours,
    Partie,
    Projet,
    Signature,
)
from imilo.parcours.contrats.models.decisions import RAPPEL_MAX, RAPPEL_SIGNATURE, CanalRecours
from imilo.parcours.contrats.reglages import reglages
from imilo.parcours.contrats.services import (
    ActionSaisie,
    ActualisationSaisie,
    ContratSaisi,
    ProlongationSaisie,
    RecoursSaisi,
)
from imilo.parcours.contrats.services.actualisations import termes_du_cadre
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee
from imilo.web.contrat.formulaires import CHOISIR, FormulaireResigne, zone_de_texte
from imilo.web.contrat.formulaires_contrat import ChoixAgent, FormulaireContrat
from imilo.web.formulaires import FormulaireDSFR, habiller, si

SI_EXCEPTIONNELLE, SI_RELAIS = "si la prolongation est exceptionnelle", "si un autre parcours prend le relais"
OUI_NON = (("oui", "Oui"), ("non", "Non"))


class _Versionne(FormulaireDSFR):
    version = forms.IntegerField(widget=forms.HiddenInput)


class FormulaireProlongation(_Versionne):
    cause = forms.ChoiceField(label="Ce qui prolonge le contrat", widget=forms.RadioSelect)
    fin = si(SI_EXCEPTIONNELLE, forms.DateField(label="Nouveau dernier jour", required=False))
    motif = si(
        SI_EXCEPTIONNELLE,
        forms.CharField(
            label="Pourquoi la prolongation est nécessaire", required=False, max_length=1000, widget=zone_de_texte(3)
        ),
    )
    parcours = si(
        SI_RELAIS, forms.CharField(label="Parcours ou contrat qui prend le relais", required=False, max_length=200)
    )
    parcours_debut = si(SI_RELAIS, forms.DateField(label="Son premier jour", required=False))
    parcours_fin = si(SI_RELAIS, forms.DateField(label="Son dernier jour", required=False))
    sur_la_liste = si(
        SI_RELAIS,
        forms.ChoiceField(label="Est-il sur la liste fixée par arrêté ?", required=False, choices=[*CHOISIR, *OUI_NON]),
    )

    def __init__(self, *args: Any, contrat: ContratEngagement, **kwargs: Any) -> None:
        du_cadre = (
            [CauseProlongation.PACEA]
            if contrat.cadre == Cadre.PACEA
            else [CauseProlongation.EXCEPTIONNELLE, CauseProlongation.RELAIS]
        )
        kwargs["initial"] = {"version": contrat.version, "cause": du_cadre[0]}
        super().__init__(*args, **kwargs)
        champ = self.fields["cause"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [(c.value, c.label) for c in du_cadre]
        if contrat.cadre == Cadre.PACEA:
            for nom in ("parcours", "parcours_debut", "parcours_fin", "sur_la_liste"):
                del self.fields[nom]
            self.fields["fin"].required = True
            si("facultatif", self.fields["motif"])
        else:
            signes = reglages().motif_prolongation_signes
            self.fields[
                "motif"
            ].help_text = (
                f"Une phrase, de {signes} signes au moins : la lettre la reprend (R. 5131-16, « dûment motivée »)."
            )

    def refuser(self, erreur: RegleViolee) -> None:
        """What the law says of the end of the contract is said at the new last day."""
        super().refuser(RegleViolee(erreur.message, "fin" if erreur.champ == "fin_prevue" else erreur.champ))

    def saisie(self) -> ProlongationSaisie:
        donnees = self.cleaned_data
        return ProlongationSaisie(
            cause=donnees["cause"],
            fin=donnees["fin"],
            motif=donnees["motif"],
            parcours=donnees.get("parcours", ""),
            parcours_debut=donnees.get("parcours_debut"),
            parcours_fin=donnees.get("parcours_fin"),
            sur_la_liste={"oui": True, "non": False}.get(donnees.get("sur_la_liste", "")),
        )


class FormulaireSuspension(_Versionne):
    motif = forms.ChoiceField(label="Raison", choices=[*CHOISIR, *MotifSuspension.choices])
    debut = forms.DateField(label="Premier jour")
    precision = si(
        "si « Autre raison »",
        forms.CharField(
            label="Précisions",
            required=False,
            max_length=500,
            widget=zone_de_texte(2),
            help_text="Pour « Autre raison », ces mots sont dans la lettre. N'écrivez aucun élément de santé.",
        ),
    )


class FormulaireReprise(_Versionne):
    fin = forms.DateField(label="Dernier jour de la suspension")


class FormulaireEvaluation(_Versionne):
    evaluee_le = forms.DateField(label="Évaluée le")
    atteints = forms.ChoiceField(
        label="Les objectifs de la phase sont atteints", choices=OUI_NON, widget=forms.RadioSelect
    )
    evaluation = forms.CharField(
        label="Le chemin parcouru, ce qui reste à faire", max_length=2000, widget=zone_de_texte(4)
    )


class FormulaireEnvoi(_Versionne, FormulaireResigne):
    canal = forms.ChoiceField(label="Envoyer le lien par", widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, canaux: list[tuple[str, str]], signees: Iterable[Signature] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.demander_de_resigner(signees)
        champ = self.fields["canal"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = canaux


class FormulaireRefus(_Versionne):
    partie = forms.ChoiceField(
        label="Qui refuse de signer ?",
        choices=[(p.value, p.label) for p in (Partie.JEUNE, Partie.REPRESENTANT)],
        widget=forms.RadioSelect,
    )
    motif = forms.CharField(label="Ce qu'en dit la personne", required=False, max_length=1000, widget=zone_de_texte(3))

    def __init__(self, *args: Any, represente: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not represente:  # nobody signs for a person of age: nobody else refuses
            champ = self.fields["partie"]
            assert isinstance(champ, forms.ChoiceField)
            champ.choices = [(Partie.JEUNE.value, Partie.JEUNE.label)]
            champ.initial = Partie.JEUNE


class FormulaireRefusCEJ(FormulaireDSFR):
    precision = forms.CharField(
        label="Précisions pour la personne",
        required=False,
        max_length=1000,
        widget=zone_de_texte(3),
        help_text="La lettre dit déjà les conditions qui ne sont pas remplies, avec leurs articles.",
    )


class FormulaireRefusPACEA(FormulaireRefusCEJ):
    """What the law asks of the person for a PACEA (L. 5131-3), answered before a refusal."""

    en_difficulte = forms.ChoiceField(label="La personne est en difficulté", choices=OUI_NON, widget=forms.RadioSelect)
    risque_exclusion = forms.ChoiceField(
        label="Elle risque d'être exclue du monde du travail", choices=OUI_NON, widget=forms.RadioSelect
    )

    field_order = ("en_difficulte", "risque_exclusion", "precision")

    def reponses(self) -> dict[str, Any]:
        donnees = self.cleaned_data
        return {
            "en_difficulte": donnees["en_difficulte"] == "oui",
            "risque_exclusion": donnees["risque_exclusion"] == "oui",
            "precision": donnees["precision"],
        }


class FormulaireRemise(_Versionne):
    remise_le = forms.DateField(label="Reçue le")
    moyen = forms.ChoiceField(label="Moyen")

    def __init__(self, *args: Any, le: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["moyen"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = CHOISIR + codes(Liste.NOTIFICATION, le)


class FormulaireRecours(FormulaireDSFR):
    contre = forms.ChoiceField(label="Décision contestée")
    nature = forms.ChoiceField(label="Nature", choices=NatureRecours.choices, widget=forms.RadioSelect)
    canal = forms.ChoiceField(label="Reçu", choices=[*CHOISIR, *CanalRecours.choices])
    recu_le = forms.DateField(label="Reçu le")
    arguments = forms.CharField(label="Ce que dit la personne", max_length=4000, widget=zone_de_texte(5))

    def __init__(self, *args: Any, decisions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["contre"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [*CHOISIR, *decisions]

    def saisi(self) -> RecoursSaisi:
        return RecoursSaisi(**{c: self.cleaned_data[c] for c in RecoursSaisi.__dataclass_fields__})


class FormulaireReponse(_Versionne):
    issue = forms.ChoiceField(label="Issue", choices=IssueRecours.choices, widget=forms.RadioSelect)
    repondu_le = forms.DateField(label="Répondu le")
    reponse = forms.CharField(
        label="Réponse et ses raisons",
        max_length=4000,
        widget=zone_de_texte(6),
        help_text="Ce texte est dans la lettre que reçoit la personne.",
    )


class FormulaireReglages(FormulaireDSFR):
    """What the structure settles of its contracts."""

    cej_par_conseiller = forms.IntegerField(
        label="CEJ par conseiller, en repère",
        min_value=1,
        max_value=200,
        help_text="Au-delà de ce nombre, la page des contrats prévient la direction. Rien n'est bloqué.",
    )
    rappel_signature_jours = forms.IntegerField(
        label="Jours sans signature avant un rappel",
        min_value=1,
        max_value=RAPPEL_MAX,
        help_text="Un contrat ou un changement envoyé sur un téléphone se rappelle une fois. Aucun texte ne fixe ce "
        f"nombre : {RAPPEL_SIGNATURE} si vous n'en choisissez pas.",
    )


class FormulaireActualisation(_Versionne):
    """The new terms of a signed contract, and the actions added to its plan."""

    motif = forms.ChoiceField(label="Pourquoi revoir le contrat", choices=[*CHOISIR, *MotifActualisation.choices])
    bilan = forms.CharField(label="Ce qui a été fait, ce qui change", max_length=3000, widget=zone_de_texte(5))
    referent = ChoixAgent(label="Conseiller référent unique", queryset=Agent.objects.none(), empty_label="Choisir")

    def __init__(self, *args: Any, contrat: ContratEngagement, le: date, **kwargs: Any) -> None:
        self.contrat, self.termes = contrat, termes_du_cadre(contrat.cadre)
        kwargs["initial"] = {
            "version": contrat.version,
            "referent": contrat.referent_id,
            **{c: getattr(contrat, c) for c in self.termes},
        }
        super().__init__(*args, **kwargs)
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = agents_de(structure=contrat.dossier.structure, le=le, profils=REFERENTS)
        for nom in self.termes:
            self.fields[nom] = FormulaireContrat.base_fields[nom].__deepcopy__({})
            habiller(self.fields[nom])
        self.fields["action_categorie"] = forms.ChoiceField(
            label="Action à ajouter : type", required=False, choices=[*CHOISIR, *CategorieAction.choices]
        )
        self.fields["action_intitule"] = forms.CharField(label="Action à ajouter", required=False, max_length=300)
        self.fields["action_organisme"] = forms.CharField(label="Mise en œuvre par", required=False, max_length=200)
        self.fields["action_echeance"] = forms.DateField(label="Échéance", required=False)
        self.fields["action_financement"] = forms.ChoiceField(
            label="Financée par", required=False, choices=Financement.choices
        )
        self.fields["action_programme"] = forms.CharField(
            label="Programme ou opération", required=False, max_length=120
        )
        for nom in [n for n in self.fields if n.startswith("action_")]:
            habiller(self.fields[nom])

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if donnees.get("action_intitule") and not donnees.get("action_categorie"):
            self.add_error("action_categorie", "Choisissez le type de cette action.")
        if donnees.get("action_programme") and not donnees.get("action_financement"):
            self.add_error("action_financement", "Choisissez qui finance l'action.")
        if donnees.get("projet") == Projet.ETABLI and not donnees.get("projet_etabli_le"):
            self.add_error("projet_etabli_le", "Indiquez depuis quel jour le projet est établi.")
        return donnees

    def refuser(self, erreur: RegleViolee) -> None:
        """The one action that this form adds is said at its own fields."""
        super().refuser(RegleViolee(erreur.message, re.sub(r"^actions\.1\.", "action_", erreur.champ or "")))

    def saisie(self) -> ActualisationSaisie:
        donnees, contrat = self.cleaned_data, self.contrat
        termes = ContratSaisi(
            debut=contrat.debut,
            fin_prevue=contrat.fin_prevue,
            referent=donnees["referent"],
            cadre=contrat.cadre,
            **{c: donnees[c] for c in self.termes},
        )
        actions = (
            [
                ActionSaisie(
                    donnees["action_categorie"],
                    donnees["action_intitule"],
                    donnees["action_organisme"],
                    donnees["action_echeance"],
                    donnees["action_financement"],
                    donnees["action_programme"],
                )
            ]
            if donnees["action_intitule"]
            else []
        )
        return ActualisationSaisie(donnees["motif"], donnees["bilan"], termes, actions)
