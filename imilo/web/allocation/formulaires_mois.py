"""The filters of the month of a structure, and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from imilo.droit.montants import ZERO
from imilo.parcours.allocations.models import ReglageAllocations, Sens
from imilo.parcours.allocations.models.lot import DERNIER_JOUR_POSSIBLE
from imilo.parcours.allocations.mois import LigneDuMois
from imilo.web.formulaires import FormulaireDSFR

CHANGE, PAREIL = "oui", "non"


class FormulaireMois(FormulaireDSFR):
    """Who, what answer, and what moved since the month before. A wrong value filters nothing."""

    filtre = True

    nom = forms.CharField(label="Nom", required=False, max_length=80)
    referent = forms.ChoiceField(label="Référent", required=False)
    sens = forms.ChoiceField(label="Réponse", required=False, choices=[("", "Toutes"), *Sens.choices])
    change = forms.ChoiceField(
        label="Depuis le mois d'avant",
        required=False,
        choices=[("", "Peu importe"), (CHANGE, "Le montant change"), (PAREIL, "Le montant est le même")],
    )

    def __init__(self, data: Any, *args: Any, lignes: Sequence[LigneDuMois], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        noms = {
            str(ligne.contrat.dossier.referent_id): str(ligne.contrat.dossier.referent)
            for ligne in lignes
            if ligne.contrat.dossier.referent_id
        }
        tries = sorted(noms.items(), key=lambda choix: choix[1].casefold())
        self.fields["referent"].choices = [("", "Tous"), *tries]  # type: ignore[attr-defined]  # a ChoiceField
        self.is_valid()

    def parametres(self) -> dict[str, str]:
        """What is asked, as it stands in an address."""
        return {nom: str(valeur) for nom, valeur in self.cleaned_data.items() if valeur}

    def filtrer(self, lignes: Sequence[LigneDuMois]) -> list[LigneDuMois]:
        return [ligne for ligne in lignes if self._retient(ligne)]

    def _retient(self, ligne: LigneDuMois) -> bool:
        d = self.cleaned_data
        change = ligne.ecart is not None and ligne.ecart != ZERO
        return (
            (not d.get("nom") or d["nom"].casefold() in ligne.nom.casefold())
            and (not d.get("referent") or d["referent"] == str(ligne.contrat.dossier.referent_id))
            and (not d.get("sens") or (ligne.decision is not None and ligne.decision.sens == d["sens"]))
            and (not d.get("change") or change == (d["change"] == CHANGE))
        )


class FormulaireReglages(FormulaireDSFR):
    """What the structure chooses for its allowances."""

    deux_regards = forms.BooleanField(
        label=ReglageAllocations._meta.get_field("deux_regards").verbose_name,
        required=False,
        help_text="Sinon, une personne habilitée peut préparer et décider.",
    )
    jour_limite = forms.IntegerField(
        label=ReglageAllocations._meta.get_field("jour_limite").verbose_name,
        min_value=1,
        max_value=DERNIER_JOUR_POSSIBLE,
        help_text="Après ce jour, un mois non déclaré est en retard. Aucun texte ne fixe ce jour.",
    )
    rappels = forms.BooleanField(
        label=ReglageAllocations._meta.get_field("rappels").verbose_name,
        required=False,
        help_text="Par SMS ou courriel : un lien, deux fois au plus par mois.",
    )
