"""Forms of the signature of a contract, and of its end."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from imilo.acteurs.models import Agent
from imilo.parcours.contrats import traces
from imilo.parcours.contrats.models import ContratEngagement, ModeSignature
from imilo.parcours.contrats.selectors import signataires
from imilo.parcours.contrats.services import SignatureSaisie
from imilo.parcours.dossiers.documents import TAILLE_MAXIMALE
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee
from imilo.web.contrat.formulaires import CHOISIR, zone_de_texte
from imilo.web.contrat.formulaires_contrat import ChoixAgent
from imilo.web.formulaires import FormulaireDSFR


class _Signature(FormulaireDSFR):
    version = forms.IntegerField(widget=forms.HiddenInput)
    confirmation = forms.BooleanField(
        label="Le contrat a été lu et expliqué. Je comprends que la signature ne peut pas être annulée.",
        error_messages={"required": "Cochez cette case pour signer."},
    )


class FormulaireConfirmation(_Signature):
    """Nothing more than the confirmation: the others have signed."""


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
        pouvoirs = signataires(structure=contrat.dossier.structure, le=le, cadre=contrat.cadre)
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
