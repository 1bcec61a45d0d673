"""A datum of the file in words: what a screen or a history shows. Numbers that are encrypted are masked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from imilo.acteurs.politique import masquer
from imilo.droit.age import annees
from imilo.jeunes.telephones import afficher
from imilo.parcours.fiche.langues import LANGUES
from imilo.parcours.fiche.models import Donnee, Enfant
from imilo.parcours.fiche.rubriques import Rubrique
from imilo.referentiels.models import Liste
from imilo.referentiels.rome import libelle_rome
from imilo.referentiels.selectors import libelle
from imilo.socle.chiffrement import ChampChiffre

MASQUE = "un numéro (masqué)"


def en_mots(champ: models.Field[Any, Any], valeur: Any) -> str:
    """One value as shown; "" when there is none. An encrypted one is masked."""
    if valeur in (None, "", []):
        return ""
    if isinstance(champ, ChampChiffre):
        return masquer(str(valeur))
    if isinstance(champ, ArrayField):
        noms = dict(champ.base_field.choices or ())
        return ", ".join(str(noms.get(v, v)) for v in valeur)
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if champ.name in CODES:
        return CODES[champ.name](str(valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return f"{valeur:%d/%m/%Y à %H:%M}"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, Decimal):
        return f"{valeur:.2f}".replace(".", ",") + " €"
    return str(valeur)


CODES: dict[str, Callable[[str], str]] = {
    "langue": lambda code: LANGUES.get(code, code),
    "rome": lambda code: f"{libelle_rome(code)} ({code})",
    "niveau": lambda code: libelle(Liste.NIVEAU_DIPLOME, code),
    "telephone": afficher,
    "telephone_2": afficher,
    "piece_type": lambda code: libelle(Liste.PIECE_IDENTITE, code),
    "venue": lambda code: libelle(Liste.MOYEN_VENUE, code),
    "niveau_diplome": lambda code: libelle(Liste.NIVEAU_DIPLOME, code),
}


def faits(ligne: Donnee, champs: tuple[str, ...], *, le: date) -> list[tuple[str, str, str]]:
    """The filled fields of a row: (name, label, words), in order. A child's birth is told with its age."""
    lus = []
    for nom in champs:
        champ = type(ligne)._meta.get_field(nom)
        assert isinstance(champ, models.Field)
        if mots := en_mots(champ, getattr(ligne, nom)):
            if isinstance(ligne, Enfant) and nom == "naissance" and ligne.naissance <= le:
                mots = f"{mots} ({age_en_mots(ligne.naissance, le)})"
            lus.append((nom, str(champ.verbose_name), mots))
    return lus


def titre_et_faits(ligne: Donnee, rubrique: Rubrique, *, le: date) -> tuple[str, list[tuple[str, str, str]]]:
    """The headline of a row, and its other facts (name, label, words)."""
    lus = faits(ligne, rubrique.champs, le=le)
    if rubrique.dits or not lus:
        titre, lus = str(ligne), [f for f in lus if f[0] not in rubrique.dits]
    else:
        titre, lus = lus[0][2], lus[1:]
    return titre[:1].upper() + titre[1:], lus


def age_en_mots(naissance: date, le: date) -> str:
    """ "3 ans", "8 mois" under two years."""
    if (age := annees(naissance, le)) >= 2:
        return f"{age} ans"
    mois = (le.year - naissance.year) * 12 + le.month - naissance.month - (le.day < naissance.day)
    return f"{mois} mois"
