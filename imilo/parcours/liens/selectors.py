"""Reads of personal links: by their token, before any perimeter exists; those of a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.services import empreinte_du_jeton


@dataclass(frozen=True)
class Adresse:
    """Where a token leads: numbers only."""

    lien_id: int
    structure_id: int
    dossier_id: int


def resoudre(jeton: str) -> Adresse | None:
    """What a token opens, whatever its state; None for a token that nobody gave. Needs no perimeter."""
    cle = empreinte_du_jeton(jeton)
    if not cle:
        return None
    with connection.cursor() as curseur:
        curseur.execute("SELECT lien_id, structure_id, dossier_id FROM liens_resoudre(%s)", [cle])
        ligne = curseur.fetchone()
    return Adresse(*ligne) if ligne else None


def lien_complet(lien_id: int) -> LienPersonnel:
    """The link with its dossier, the person and the structure. In the perimeter of its dossier."""
    relies = ("dossier__jeune", "dossier__referent", "dossier__structure", "structure")
    return LienPersonnel.objects.select_related(*relies).get(pk=lien_id)


def liens_du_dossier(*, dossier: Dossier, genre: str = "", objet_id: int | None = None) -> list[LienPersonnel]:
    """Links of a dossier, newest first; of a kind, to an object, when they are given."""
    liens = LienPersonnel.objects.filter(dossier=dossier).select_related("fait_par")
    if genre:
        liens = liens.filter(genre=genre)
    if objet_id is not None:
        liens = liens.filter(objet_id=objet_id)
    return list(liens[:50])
