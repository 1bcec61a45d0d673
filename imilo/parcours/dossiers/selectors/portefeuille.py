"""The caseload: one row per young person, sorted and filtered by the database, in one query of plain values.

Columns and filters of other applications are declared: see `portefeuille_colonnes` and `portefeuille_filtres`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.db.models import Case, CharField, F, Func, OrderBy, QuerySet, When

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.parcours.dossiers.selectors.portefeuille_colonnes import (
    Colonne,
    Valeur,
    colonnes,
    colonnes_montrees,
    declarer_colonne,
)
from imilo.parcours.dossiers.selectors.portefeuille_filtres import (
    Filtre,
    FiltreDeclare,
    declarer_echeance,
    declarer_filtre,
    filtrer,
    filtres,
)

__all__ = [
    "Colonne", "Filtre", "FiltreDeclare", "Ligne", "Valeur", "age_affiche", "colonnes", "colonnes_montrees",
    "declarer_colonne", "declarer_echeance", "declarer_filtre", "filtres", "lignes", "portefeuille",
]  # fmt: skip
LUS = (
    "pk", "numero", "version", "statut", "jeune__nom_naissance", "jeune__nom_usage", "jeune__prenom",
    "jeune__naissance", "jeune__naissance_precision",
)  # fmt: skip
PAR_NOM = ("cle_nom", "cle_prenom")


@dataclass(frozen=True, slots=True)
class Ligne:
    """One row: who, and the value of each column asked for, in their order."""

    pk: int
    numero: str
    version: int
    nom: str
    prenom: str
    age: int | None
    valeurs: tuple[Valeur, ...]


class _CleDeTri(Func):
    """lower(unaccent(name)), signs as spaces: how names are sorted without ICU."""

    function = "regexp_replace"
    template = "regexp_replace(lower(unaccent(%(expressions)s)), '[^[:alnum:]]+', ' ', 'g')"
    output_field = CharField()


def _annoter(lignes: QuerySet[Dossier], montrees: Sequence[Colonne], le: date) -> QuerySet[Dossier]:
    nom = Case(When(jeune__nom_usage="", then=F("jeune__nom_naissance")), default=F("jeune__nom_usage"))
    annotations: dict[str, Any] = {"cle_nom": _CleDeTri(nom), "cle_prenom": _CleDeTri(F("jeune__prenom"))}
    for colonne in montrees:
        annotations |= colonne.annotations(le)
    return lignes.annotate(**annotations)


def _ordre(tri: Colonne | None, decroissant: bool) -> list[OrderBy]:
    """Sort keys: those asked for (blank last either way), then the name, then the number."""
    champs = tri.tris if tri else PAR_NOM
    ordre = [F(c).desc(nulls_last=True) if decroissant else F(c).asc(nulls_last=True) for c in champs]
    return [*ordre, *(F(c).asc() for c in (*PAR_NOM, "numero") if c not in champs)]


def portefeuille(
    *, agent: Agent, structure: Structure, le: date, filtre: Filtre, montrees: Sequence[Colonne] | None = None
) -> QuerySet[Dossier]:
    """Dossiers of the caseload that the agent may see, filtered and sorted, annotated for the columns shown
    (None: all). To give to `lignes`."""
    toutes = colonnes()
    tri = next((c for c in toutes if c.code == filtre.tri), None)
    voulues = toutes if montrees is None else montrees
    annotees = [*voulues, tri] if tri and tri not in voulues else voulues
    visibles = dossiers_visibles(agent=agent, structure=structure, le=le)
    lus = filtrer(_annoter(visibles, annotees, le), filtre, le)
    return lus.order_by(*_ordre(tri, filtre.decroissant))


def lignes(
    dossiers: QuerySet[Dossier], *, structure: Structure, le: date, montrees: Sequence[Colonne] | None = None
) -> list[Ligne]:
    """Rows of the dossiers, ready to show. One query, of the fields that the columns need: no model is made."""
    voulues = colonnes() if montrees is None else montrees
    champs = dict.fromkeys(LUS)
    for colonne in voulues:
        champs |= dict.fromkeys((*colonne.lus, *colonne.annotations(le)))
    return [_ligne(SimpleNamespace(**lue, structure=structure), voulues, le) for lue in dossiers.values(*champs)]


def _ligne(lue: Any, voulues: Sequence[Colonne], le: date) -> Ligne:
    return Ligne(
        pk=lue.pk,
        numero=f"{lue.numero:07d}",
        version=lue.version,
        nom=lue.jeune__nom_usage or lue.jeune__nom_naissance,
        prenom=lue.jeune__prenom,
        age=_age(lue.jeune__naissance, lue.jeune__naissance_precision, le),
        valeurs=tuple([c.valeur(lue) for c in voulues]),
    )


def _age(naissance: date, precision: str, le: date) -> int | None:
    if precision == "annee":
        return None
    return le.year - naissance.year - ((le.month, le.day) < (naissance.month, naissance.day))


def age_affiche(dossier: Dossier, le: date) -> int | None:
    """Age on the day in whole years; None when the month of birth isn't known (the year alone says too little)."""
    return _age(dossier.jeune.naissance, dossier.jeune.naissance_precision, le)
