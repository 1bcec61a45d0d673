"""Tags of the pages of activities."""

from __future__ import annotations

from functools import cache

from django import template

from imilo.parcours.activites.models import Mesure
from imilo.parcours.activites.selectors import LigneHeures
from imilo.parcours.activites.semaines import duree_lisible
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle

register = template.Library()

SOURCES = {
    "rendez_vous": "Rendez-vous",
    "acte": "Entretien ou atelier",
    "situation": "Situation",
    "declaration": "Activité déclarée",
    "snp": "Application CEJ",
}
PREUVES = {
    ("rendez_vous", "fait"): "présence notée",
    ("rendez_vous", "a_confirmer"): "présence à noter",
    ("rendez_vous", "prevu"): "rendez-vous pris",
    ("acte", "fait"): "acte saisi",
    ("situation", "fait"): "situation du dossier",
    ("situation", "a_confirmer"): "fin prévue passée, à confirmer",
    ("situation", "prevu"): "situation en cours",
    ("declaration", "fait"): "acceptée",
    ("declaration", "a_confirmer"): "à examiner",
    ("snp", "fait"): "qualifiée par un conseiller",
}


@register.filter
def duree(minutes: int | None) -> str:
    """Minutes as people say them: "2 h 30"; "" when there are none."""
    return duree_lisible(minutes)


@cache
def _type_d_acte(code: str) -> str:
    return libelle(Liste.TYPE_ACTE, code)


@register.filter
def intitule(ligne: LigneHeures) -> str:
    """What a line of the ledger comes from, in words."""
    if ligne.source == "acte":
        return _type_d_acte(ligne.libelle)
    if ligne.source == "snp":
        return str(Mesure(ligne.libelle).label)
    return ligne.libelle or SOURCES[ligne.source]


@register.filter
def source(ligne: LigneHeures) -> str:
    return SOURCES[ligne.source]


@register.filter
def preuve(ligne: LigneHeures) -> str:
    """What shows that it took place, or why it isn't counted yet."""
    return PREUVES.get((ligne.source, ligne.etat), "")


@register.filter
def deja_comptee(ligne: LigneHeures) -> str:
    """In which line its time already is: "déjà comptée dans : Formation"; "" when it counts whole."""
    return f"déjà comptée dans : {intitule(ligne.dans)}" if ligne.dans else ""
