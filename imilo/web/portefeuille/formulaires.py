"""The filters of the caseload, and its other forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.annuaire import porte_un_nir
from imilo.parcours.dossiers.models import Completude, Statut
from imilo.parcours.dossiers.selectors.portefeuille import Colonne, Filtre, filtres
from imilo.web.formulaires import NIR_DANS_UN_FILTRE, FormulaireDSFR

TOUS, PERSONNE, JAMAIS = "tous", "personne", "jamais"
PREFIXE = "f_"  # of the parameters of declared filters
JOURS_MAX, AGE_MAX = 3650, 120
PREMIERS = ("q", "referent", "statut", "completude")


def _nombre(libelle: str, maximum: int) -> forms.IntegerField:
    return forms.IntegerField(label=libelle, required=False, min_value=0, max_value=maximum)


class FormulaireFiltre(FormulaireDSFR):
    """What a GET asks for. What it can't read counts as not asked."""

    filtre = True
    q = forms.CharField(label="Nom ou numéro", required=False, max_length=100)
    referent = forms.ChoiceField(label="Référent", required=False)
    statut = forms.ChoiceField(label="Statut", required=False, choices=[("tous", "Tous"), *Statut.choices])
    completude = forms.ChoiceField(label="Complétude", required=False, choices=[("", "Toutes"), *Completude.choices])
    echeance = _nombre("Échéance d'ici (jours)", JOURS_MAX)
    contact = _nombre("Sans contact depuis (jours)", JOURS_MAX)
    jamais = forms.ChoiceField(
        label="Déjà contacté", required=False, choices=[("", "Indifférent"), (JAMAIS, "Jamais contacté")]
    )
    age_min = _nombre("Âge, à partir de", AGE_MAX)
    age_max = _nombre("Âge, jusqu'à", AGE_MAX)
    commune = forms.CharField(label="Commune ou code postal", required=False, max_length=60)

    def __init__(self, *args: Any, equipe: Sequence[Agent], structure: Structure, le: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        noms = [(str(a.pk), str(a)) for a in equipe]
        self.fields["referent"] = _choix("Référent", [(TOUS, "Toute la structure"), (PERSONNE, "Sans référent"), *noms])
        for declare in filtres():
            if choix := declare.choix(structure, le):
                self.fields[PREFIXE + declare.code] = _choix(declare.libelle, [("", "Indifférent"), *choix])

    @property
    def premiers(self) -> list[BoundField]:
        return [self[nom] for nom in PREMIERS]

    @property
    def autres(self) -> list[BoundField]:
        return [self[nom] for nom in self.fields if nom not in PREMIERS]

    @property
    def autres_remplis(self) -> int:
        return sum(1 for champ in self.autres if champ.value() not in (None, ""))


def _choix(libelle: str, choix: Sequence[tuple[str, str]]) -> forms.ChoiceField:
    champ = forms.ChoiceField(label=libelle, required=False, choices=list(choix))
    champ.widget.attrs["class"] = "fr-select"
    return champ


@dataclass(frozen=True)
class Demande:
    """The filter, and the parameters that lead to the same page (its sort with them)."""

    filtre: Filtre
    parametres: dict[str, str]

    @property
    def criteres(self) -> dict[str, str]:
        """What a named search keeps: a name typed by hand is somebody's, and isn't kept."""
        return {nom: valeur for nom, valeur in self.parametres.items() if nom != "q"}


def lire(
    donnees: Any,
    *,
    equipe: Sequence[Agent],
    agent: Agent,
    accompagne: bool,
    remplaces: tuple[int, ...],
    structure: Structure,
    le: date,
    permises: Sequence[Colonne],
) -> tuple[FormulaireFiltre, Demande]:
    """Read the address: by default, the agent's own active dossiers, or the structure's for who has none
    (`accompagne` says whether the agent is somebody's référent, or replaces one)."""
    defaut = str(agent.pk) if accompagne and agent in equipe else TOUS
    valeurs: dict[str, str] = {"referent": defaut, "statut": Statut.ACTIF.value}
    form = FormulaireFiltre(valeurs, equipe=equipe, structure=structure, le=le)
    valeurs |= {nom: donnees[nom] for nom in form.fields if nom in donnees}
    nir = porte_un_nir(valeurs.get("q", ""))  # kept neither in the links of the page nor in a saved search
    form.data = valeurs = valeurs | ({"q": ""} if nir else {})
    if form.is_valid() and nir:
        form.add_error("q", NIR_DANS_UN_FILTRE)
    propres = {nom: form.cleaned_data.get(nom) or "" for nom in form.fields}
    filtre = Filtre(
        sans_referent=propres["referent"] == PERSONNE,
        statut=propres["statut"],
        completude=propres["completude"],
        texte=propres["q"],
        jamais=propres["jamais"] == JAMAIS,
        commune=propres["commune"],
        autres={nom.removeprefix(PREFIXE): v for nom, v in propres.items() if nom.startswith(PREFIXE) and v},
        tri=tri if (tri := donnees.get("tri")) in {c.code for c in permises} else "nom",
        decroissant=donnees.get("ordre") == "desc",
        echeance=form.cleaned_data.get("echeance"),
        contact=form.cleaned_data.get("contact"),
        age_min=form.cleaned_data.get("age_min"),
        age_max=form.cleaned_data.get("age_max"),
    )
    filtre = _des_siens(filtre, propres["referent"] or defaut, agent, remplaces)
    tri_demande = {"tri": filtre.tri, "ordre": "desc" if filtre.decroissant else "asc"}
    return form, Demande(filtre, {nom: v for nom, v in valeurs.items() if v or nom == "statut"} | tri_demande)


def _des_siens(filtre: Filtre, referent: str, agent: Agent, remplaces: tuple[int, ...]) -> Filtre:
    """Asked for one's own dossiers, one sees those of the colleagues whom one replaces too."""
    if not referent.isdigit():
        return filtre
    qui = int(referent)
    return replace(filtre, referent=qui, remplaces=remplaces if qui == agent.pk else ())


class FormulaireRecherche(FormulaireDSFR):
    nom = forms.CharField(label="Nom de la recherche", max_length=80, help_text="Par exemple : Mineurs sans contrat.")


class FormulaireColonnes(FormulaireDSFR):
    """Which columns to show; the name is always there."""

    colonnes = forms.MultipleChoiceField(
        label="Colonnes à montrer après le nom",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, permises: Sequence[Colonne], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["colonnes"]
        assert isinstance(champ, forms.MultipleChoiceField)
        champ.choices = [(c.code, c.libelle) for c in permises]


class FormulaireRemplacement(FormulaireDSFR):
    remplace = forms.ModelChoiceField(label="Personne absente", queryset=Agent.objects.none())
    remplacant = forms.ModelChoiceField(label="Remplacée par", queryset=Agent.objects.none())
    du = forms.DateField(label="Premier jour")
    au = forms.DateField(label="Dernier jour", help_text="Compris.")

    def __init__(self, *args: Any, equipe: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom in ("remplace", "remplacant"):
            champ = self.fields[nom]
            assert isinstance(champ, forms.ModelChoiceField)
            champ.queryset = equipe
