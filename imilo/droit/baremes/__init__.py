"""The dated amounts, ages and delays of the law, read from the YAML files beside.

One file per subject; in it, one entry per scale:

    nom.du.bareme:
      libelle: what it is, in French
      unite: EUR/mois, ans, mois, h, 1…
      article: where the law sets it
      revalorisation:            # only where the law asks for a yearly revaluation
        mois: 4
        jour: 1
        premiere: 2023-04-01     # the first one that was due
        article: where the law asks for it
        sans_changement_le: []   # due days on which, checked, nothing changed
      valeurs:
        - a_compter_du: 2022-03-01
          valeur: "500.00"       # always between quotes: a YAML float isn't exact
          source: the text that set it
          verifie_le: 2026-11-22 # or null: not compared to its source yet

Nothing else is read: an unknown key, a value out of order or a float is an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

from imilo.droit.baremes.lecture import lire_parametre
from imilo.droit.baremes.modele import Parametre, Revalorisation, ValeurDatee
from imilo.droit.erreurs import BaremeInconnu, HorsPeriode

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BaremeApplique",
    "Parametre",
    "Revalorisation",
    "ValeurDatee",
    "bareme",
    "parametre",
    "parametres",
    "revalorisations_en_retard",
]


@dataclass(frozen=True, slots=True)
class BaremeApplique:
    """The value of a scale on a day, with what an auditor needs to find it again.

    `revalorisation_due_le` is the day of a yearly revaluation that should have changed
    this value and hasn't been entered; None when all is up to date.
    """

    nom: str
    a_compter_du: date
    valeur: Decimal
    unite: str
    article: str
    source: str
    verifie_le: date | None
    revalorisation_due_le: date | None = None


@cache
def parametres() -> Mapping[str, Parametre]:
    """Return every packaged scale by name (read once)."""
    lus: dict[str, Parametre] = {}
    for fichier in sorted(resources.files(__name__).iterdir(), key=lambda f: f.name):
        if not fichier.name.endswith(".yaml"):
            continue
        contenu: dict[str, Any] = yaml.safe_load(fichier.read_text(encoding="utf-8"))
        for nom, brut in contenu.items():
            lus[nom] = lire_parametre(nom, brut)
    return lus


def parametre(nom: str) -> Parametre:
    """Return the scale `nom` with all its values; BaremeInconnu otherwise."""
    try:
        return parametres()[nom]
    except KeyError:
        raise BaremeInconnu(f"Le barème « {nom} » n'existe pas.") from None


@cache
def bareme(nom: str, le: date) -> BaremeApplique:
    """Return the value of `nom` in force on `le`.

    Raises HorsPeriode before the first value, BaremeInconnu for an unknown name.
    """
    trouve = parametre(nom)
    valeur = trouve.valeur_au(le)
    if valeur is None:
        raise HorsPeriode(nom, le, trouve.valeurs[0].a_compter_du)
    return BaremeApplique(
        nom=nom,
        a_compter_du=valeur.a_compter_du,
        valeur=valeur.valeur,
        unite=trouve.unite,
        article=trouve.article,
        source=valeur.source,
        verifie_le=valeur.verifie_le,
        revalorisation_due_le=trouve.revalorisation_manquante(le),
    )


def revalorisations_en_retard(le: date) -> dict[str, date]:
    """Return, by scale, the day of the last revaluation due on `le` and not entered."""
    dues = {nom: p.revalorisation_manquante(le) for nom, p in parametres().items()}
    return {nom: due for nom, due in dues.items() if due is not None}
