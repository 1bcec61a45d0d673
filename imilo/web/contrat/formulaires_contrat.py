"""Forms of the contract: preparation, signature, end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import agents_de
from imilo.droit import cej
from imilo.droit.baremes import bareme
from imilo.droit.delais import Echeance
from imilo.parcours.contrats import traces
from imilo.parcours.contrats.models import (
    Amenagement,
    AutonomieFiscale,
    CategorieAction,
    ContratEngagement,
    FoyerFiscal,
    Logement,
    ModeSignature,
    Soutien,
)
from imilo.parcours.contrats.selectors import signataires
from imilo.parcours.contrats.services import ActionSaisie, ContratSaisi, SignatureSaisie
from imilo.parcours.contrats.services.preparation import ACTIONS_MAX
from imilo.parcours.contrats.textes import textes
from imilo.parcours.diagnostics.models import Diagnostic
from imilo.parcours.dossiers.documents import TAILLE_MAXIMALE
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.parcours.fiche.selectors import representant_qui_signe
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer
from imilo.web.contrat.formulaires import CHOISIR, zone_de_texte
from imilo.web.formulaires import FormulaireDSFR

LIGNES_VISIBLES = 3
LIGNES = 6


class ChoixAgent(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


class FormulaireContrat(FormulaireDSFR):
    """What the contract says. Fields of `ContratSaisi`, then lines of the plan of actions."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    debut = forms.DateField(label="Début du contrat", help_text="Le jour de la signature, ou après.")
    fin_prevue = forms.DateField(label="Fin prévue")
    referent = ChoixAgent(label="Conseiller référent unique", queryset=Agent.objects.none(), empty_label="Choisir")
    heures_hebdo = forms.DecimalField(
        label="Heures d'activité par semaine", max_digits=4, decimal_places=1, localize=True
    )
    amenagement = forms.ChoiceField(label="Durée réduite", choices=Amenagement.choices, widget=forms.RadioSelect)
    amenagement_raison = forms.CharField(
        label="Raison de la durée réduite",
        required=False,
        max_length=500,
        widget=zone_de_texte(2),
        help_text="N'écrivez aucun élément de santé.",
    )
    objectifs = forms.CharField(
        label="Objectifs d'insertion sociale et professionnelle", max_length=3000, widget=zone_de_texte(4)
    )
    engagements_jeune = forms.CharField(
        label="Engagements du jeune", max_length=3000, widget=zone_de_texte(9), help_text="Un engagement par ligne."
    )
    engagements_structure = forms.CharField(
        label="Engagements de la mission locale",
        max_length=3000,
        widget=zone_de_texte(9),
        help_text="Un engagement par ligne.",
    )
    logement = forms.ChoiceField(label="La personne vit", choices=Logement.choices, widget=forms.RadioSelect)
    soutien_parental = forms.ChoiceField(
        label="Si elle vit chez ses parents, ils lui apportent", choices=[*CHOISIR, *Soutien.choices], required=False
    )
    foyer_fiscal = forms.ChoiceField(
        label="Son foyer fiscal, ou celui auquel elle est rattachée", choices=[*CHOISIR, *FoyerFiscal.choices]
    )
    autonomie_fiscale = forms.ChoiceField(
        label="Compte-t-elle seule pour le foyer fiscal ?", choices=AutonomieFiscale.choices
    )
    representant_nom = forms.CharField(label="Prénom et nom du représentant légal", required=False, max_length=200)
    representant_qualite = forms.CharField(
        label="Qualité", required=False, max_length=60, help_text="Mère, père, tuteur, service gardien…"
    )
    mineur_emancipe = forms.BooleanField(label="Mineur émancipé : signe seul", required=False)

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        le: date,
        agent: Agent,
        contrat: ContratEngagement | None = None,
        diagnostic: Diagnostic | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = _depart_de(contrat) if contrat else _depart(dossier, le, agent, diagnostic)
        super().__init__(*args, **kwargs)
        self._rappeler_la_loi(le)
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = agents_de(structure=dossier.structure, le=le, profils=REFERENTS)
        existantes = contrat.actions.count() if contrat else 0
        self.nombre = min(max(LIGNES, existantes + 1, self._lignes_recues()), ACTIONS_MAX)
        for n in range(1, self.nombre + 1):
            self._ajouter_ligne(n)

    def _rappeler_la_loi(self, le: date) -> None:
        """Help texts that quote the scales."""
        mois = int(bareme("cej.duree.maximum", le).valeur)
        heures = int(bareme("contrat_engagement.heures_hebdomadaires", le).valeur)
        limite = f"{_dernier_jour(le):%d/%m/%Y} pour un contrat qui commence aujourd'hui"
        self.fields["fin_prevue"].help_text = f"Dernier jour, {mois} mois au plus : {limite} (R. 5131-16)."
        self.fields["heures_hebdo"].help_text = f"{heures} heures au moins, sauf durée réduite (L. 5411-6 II)."

    def _lignes_recues(self) -> int:
        return sum(1 for cle in self.data if cle.startswith("action_") and cle.endswith("_intitule"))

    def _ajouter_ligne(self, n: int) -> None:
        champs: dict[str, forms.Field] = {
            "categorie": forms.ChoiceField(
                label=f"Action {n} : type", required=False, choices=[*CHOISIR, *CategorieAction.choices]
            ),
            "intitule": forms.CharField(label=f"Action {n}", required=False, max_length=300),
            "organisme": forms.CharField(label=f"Action {n} : mise en œuvre par", required=False, max_length=200),
            "echeance": forms.DateField(label=f"Action {n} : échéance", required=False),
        }
        for nom, champ in champs.items():
            self.fields[f"action_{n}_{nom}"] = champ
            self.habiller_champ(champ)

    @staticmethod
    def habiller_champ(champ: forms.Field) -> None:
        from imilo.web.formulaires import habiller

        habiller(champ)
        champ.widget.attrs.setdefault("dir", "auto") if type(champ) is forms.CharField else None

    @property
    def lignes(self) -> list[tuple[forms.BoundField, ...]]:
        noms = ("categorie", "intitule", "organisme", "echeance")
        return [tuple(self[f"action_{n}_{nom}"] for nom in noms) for n in range(1, self.nombre + 1)]

    @property
    def premieres_lignes(self) -> list[tuple[forms.BoundField, ...]]:
        return self.lignes[:LIGNES_VISIBLES]

    @property
    def autres_lignes(self) -> list[tuple[forms.BoundField, ...]]:
        return self.lignes[LIGNES_VISIBLES:]

    @property
    def autres_lignes_remplies(self) -> bool:
        return any(champ.value() or champ.errors for ligne in self.autres_lignes for champ in ligne)

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        for n in range(1, self.nombre + 1):
            intitule, categorie = donnees.get(f"action_{n}_intitule"), donnees.get(f"action_{n}_categorie")
            reste = donnees.get(f"action_{n}_organisme") or donnees.get(f"action_{n}_echeance")
            if intitule and not categorie:
                self.add_error(f"action_{n}_categorie", "Choisissez le type de cette action.")
            if (categorie or reste) and not intitule:
                self.add_error(f"action_{n}_intitule", "Écrivez cette action, ou videz sa ligne.")
        return donnees

    def refuser(self, erreur: RegleViolee) -> None:
        super().refuser(RegleViolee(erreur.message, "action_1_intitule") if erreur.champ == "actions" else erreur)

    def saisi(self) -> ContratSaisi:
        return ContratSaisi(**{c: self.cleaned_data[c] for c in ContratSaisi.__dataclass_fields__})

    def actions(self) -> list[ActionSaisie]:
        donnees = self.cleaned_data
        return [
            ActionSaisie(
                donnees[f"action_{n}_categorie"],
                donnees[f"action_{n}_intitule"],
                donnees[f"action_{n}_organisme"],
                donnees[f"action_{n}_echeance"],
            )
            for n in range(1, self.nombre + 1)
            if donnees[f"action_{n}_intitule"]
        ]


def _dernier_jour(debut: date) -> Echeance | None:
    """The last day that a contract of that beginning may have (R. 5131-16)."""
    return appliquer(cej.duree, cej.FaitsDuree(debut), debut).resultat["dernier_jour_possible"]


def _depart(dossier: Dossier, le: date, agent: Agent, diagnostic: Diagnostic | None) -> dict[str, Any]:
    """What is known already: nothing is typed twice."""
    texte = textes(le)
    representant = representant_qui_signe(dossier, le=le)
    return {
        "representant_nom": representant.nom if representant else "",
        "representant_qualite": representant.get_qualite_display() if representant else "",
        "debut": le,
        "fin_prevue": _dernier_jour(le),
        "referent": dossier.referent_id or agent.pk,
        "heures_hebdo": Decimal(bareme("contrat_engagement.heures_hebdomadaires", le).valeur),
        "amenagement": Amenagement.AUCUN,
        "objectifs": diagnostic.objectifs if diagnostic else "",
        "engagements_jeune": "\n".join(texte.engagements_jeune),
        "engagements_structure": "\n".join(texte.engagements_structure),
        "autonomie_fiscale": AutonomieFiscale.AUCUNE,
    }


def _depart_de(contrat: ContratEngagement) -> dict[str, Any]:
    depart = {c: getattr(contrat, c) for c in ContratSaisi.__dataclass_fields__}
    depart |= {"version": contrat.version, "referent": contrat.referent_id}
    for n, action in enumerate(contrat.actions.all(), start=1):
        for nom in ("categorie", "intitule", "organisme", "echeance"):
            depart[f"action_{n}_{nom}"] = getattr(action, nom)
    return depart


class _Signature(FormulaireDSFR):
    version = forms.IntegerField(widget=forms.HiddenInput)
    confirmation = forms.BooleanField(
        label="Le contrat a été lu et expliqué. Je comprends que la signature ne peut pas être annulée.",
        error_messages={"required": "Cochez cette case pour signer."},
    )


class FormulaireSignatureEcran(_Signature):
    """Both parties accept on screen; the drawn signature is optional."""

    acceptation_jeune = forms.CharField(max_length=300)
    traits_jeune = forms.CharField(required=False, widget=forms.HiddenInput, max_length=traces.TEXTE_MAX)
    acceptation_representant = forms.CharField(required=False, max_length=300)
    traits_representant = forms.CharField(required=False, widget=forms.HiddenInput, max_length=traces.TEXTE_MAX)

    field_order = ("version", "acceptation_jeune", "traits_jeune", "acceptation_representant", "traits_representant")

    def __init__(self, *args: Any, contrat: ContratEngagement, mineur: bool, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": contrat.version}
        super().__init__(*args, **kwargs)
        jeune = contrat.dossier.jeune.nom_complet
        self.fields["acceptation_jeune"].label = f"Pour accepter, le jeune écrit son nom : {jeune}"
        if mineur:
            champ = self.fields["acceptation_representant"]
            champ.required = True
            champ.label = f"Pour accepter, le représentant légal écrit son nom : {contrat.representant_nom}"
        else:
            del self.fields["acceptation_representant"], self.fields["traits_representant"]
        for nom in ("acceptation_jeune", "acceptation_representant"):
            if nom in self.fields:
                self.fields[nom].widget.attrs.update({"autocomplete": "off", "dir": "auto"})

    def _traits(self, champ: str) -> list[traces.Trait]:
        try:
            return traces.lire(self.cleaned_data.get(champ, ""))
        except RegleViolee as erreur:
            raise forms.ValidationError(erreur.message) from erreur

    def clean_traits_jeune(self) -> list[traces.Trait]:
        return self._traits("traits_jeune")

    def clean_traits_representant(self) -> list[traces.Trait]:
        return self._traits("traits_representant")

    def saisie(self, le: date) -> SignatureSaisie:
        donnees = self.cleaned_data
        return SignatureSaisie(
            mode=ModeSignature.ECRAN,
            signe_le=le,
            acceptation_jeune=donnees["acceptation_jeune"],
            traits_jeune=donnees["traits_jeune"],
            acceptation_representant=donnees.get("acceptation_representant", ""),
            traits_representant=donnees.get("traits_representant", []),
        )


class FormulaireSignaturePapier(_Signature):
    """The contract was signed by hand: who signed for the State, on which day, and the scan."""

    signe_le = forms.DateField(label="Date de la signature")
    signataire = ChoixAgent(
        label="Qui a signé pour la mission locale ?",
        queryset=Agent.objects.none(),
        empty_label="Choisir",
        help_text="Le représentant légal, ou une personne qui a sa délégation (R. 5131-15).",
    )
    fichier = forms.FileField(
        label="Contrat signé, numérisé", max_length=500, help_text="PDF, JPEG ou PNG, 10 Mo au plus."
    )

    field_order = ("version", "signe_le", "signataire", "fichier", "confirmation")

    def __init__(self, *args: Any, contrat: ContratEngagement, le: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": contrat.version, "signe_le": le}
        super().__init__(*args, **kwargs)
        self.fields["fichier"].error_messages |= {
            "required": "Joignez le contrat signé.",
            "empty": "Ce fichier est vide.",
            "max_length": "Le nom de ce fichier est trop long : renommez-le.",
        }
        self.fields["fichier"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png"
        champ = self.fields["signataire"]
        assert isinstance(champ, forms.ModelChoiceField)
        pouvoirs = signataires(structure=contrat.dossier.structure, le=le)
        champ.queryset = Agent.objects.filter(pk__in=[p.agent_id for p in pouvoirs])

    def clean_fichier(self) -> bytes:
        fichier = self.cleaned_data["fichier"]
        if fichier.size > TAILLE_MAXIMALE:
            raise forms.ValidationError("Ce fichier dépasse 10 Mo : numérisez-le en plus basse résolution.")
        contenu: bytes = fichier.read()
        return contenu

    def saisie(self) -> SignatureSaisie:
        donnees = self.cleaned_data
        return SignatureSaisie(
            mode=ModeSignature.PAPIER,
            signe_le=donnees["signe_le"],
            signataire=donnees["signataire"],
            fichier=donnees["fichier"],
        )


class FormulaireFin(FormulaireDSFR):
    """The end of a contract, and what becomes of the dossier."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    fin_le = forms.DateField(label="Dernier jour du contrat")
    motif = forms.ChoiceField(label="Motif")
    precision = forms.CharField(
        label="Précisions",
        required=False,
        max_length=1000,
        widget=zone_de_texte(2),
        help_text="Ce texte reste dans votre mission locale.",
    )
    suite = forms.ChoiceField(
        label="Ensuite, le dossier",
        choices=[("actif", "reste actif : l'accompagnement continue"), ("en_veille", "passe en veille")],
        widget=forms.RadioSelect,
    )
    confirmation = forms.BooleanField(
        label="Je confirme la fin de ce contrat : elle ne peut pas être annulée.",
        error_messages={"required": "Cochez cette case pour terminer le contrat."},
    )

    def __init__(self, *args: Any, contrat: ContratEngagement, le: date, peut_veiller: bool, **kwargs: Any) -> None:
        fin = min(max(le, contrat.debut), contrat.fin_prevue)
        motif = "TERME" if fin == contrat.fin_prevue else ""
        kwargs["initial"] = {"version": contrat.version, "fin_le": fin, "motif": motif, "suite": "actif"}
        super().__init__(*args, **kwargs)
        champ = self.fields["motif"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = CHOISIR + codes(Liste.FIN_CEJ, le)
        if not peut_veiller:
            del self.fields["suite"]


class FormulaireAbandon(FormulaireDSFR):
    version = forms.IntegerField(widget=forms.HiddenInput)
