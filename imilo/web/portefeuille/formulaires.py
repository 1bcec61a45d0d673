"""The filters of the caseload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from imilo.acteurs.models import Agent
from imilo.parcours.dossiers.models import Completude, Statut
from imilo.parcours.dossiers.selectors.portefeuille import TRIS, Filtre, colonnes
from imilo.web.formulaires import FormulaireDSFR

TOUS, PERSONNE = "tous", "personne"


class FormulaireFiltre(FormulaireDSFR):
    """What a GET asks for. What it can't read counts as not asked."""

    q = forms.CharField(label="Nom ou numéro", required=False, max_length=100)
    referent = forms.ChoiceField(label="Référent", required=False)
    statut = forms.ChoiceField(label="Statut", required=False, choices=[("tous", "Tous"), *Statut.choices])
    completude = forms.ChoiceField(label="Complétude", required=False, choices=[("", "Toutes"), *Completude.choices])

    def __init__(self, *args: Any, equipe: list[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        referent = self.fields["referent"]
        assert isinstance(referent, forms.ChoiceField)
        noms = [(str(a.pk), str(a)) for a in equipe]
        referent.choices = [(TOUS, "Toute la structure"), (PERSONNE, "Sans référent"), *noms]


@dataclass(frozen=True)
class Demande:
    """The filter, and the parameters that lead to the same page."""

    filtre: Filtre
    parametres: dict[str, str]


def lire(donnees: Any, *, equipe: list[Agent], agent: Agent, accompagne: bool) -> tuple[FormulaireFiltre, Demande]:
    """Read the address: by default, the agent's own active dossiers, or the structure's for who has none
    (`accompagne` says whether the agent is somebody's référent)."""
    defaut = str(agent.pk) if accompagne and agent in equipe else TOUS
    valeurs = {"q": "", "referent": defaut, "statut": Statut.ACTIF.value, "completude": ""}
    valeurs |= {nom: donnees[nom] for nom in valeurs if nom in donnees}
    form = FormulaireFiltre(valeurs, equipe=equipe)
    form.is_valid()
    propres = {nom: form.cleaned_data.get(nom, "") for nom in valeurs}
    referent = propres["referent"] or defaut
    tri = donnees.get("tri", "nom")
    connus = {*TRIS, *(c.code for c in colonnes())}
    filtre = Filtre(
        referent=int(referent) if referent.isdigit() else None,
        sans_referent=referent == PERSONNE,
        statut=propres["statut"],
        completude=propres["completude"],
        texte=propres["q"],
        tri=tri if tri in connus else "nom",
        decroissant=donnees.get("ordre") == "desc",
    )
    return form, Demande(filtre, {nom: valeurs[nom] for nom in valeurs})
