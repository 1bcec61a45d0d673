"""Families of personal data of the person."""

from __future__ import annotations

from typing import Any

from imilo.jeunes.models import Jeune
from imilo.socle.familles import Deplaces, Famille, champs_de, declarer

HORS_EXPORT = ("mots", "nir_empreinte")


def _exporter(jeune_id: int) -> list[dict[str, Any]]:
    champs = [c.attname for c in Jeune._meta.concrete_fields if c.name not in HORS_EXPORT]
    return list(Jeune.objects.filter(pk=jeune_id).values(*champs))


def _effacer(jeune_id: int) -> int:
    """The person goes last, once no dossier is left: the database refuses otherwise (PROTECT)."""
    return Jeune.objects.filter(pk=jeune_id).delete()[0]


def _rattacher(source_id: int, cible_id: int) -> Deplaces:
    """Who merges chooses each differing field of the identity: there is no row to move."""
    return {}


def declarer_familles() -> None:
    declarer(
        Famille(
            code="identite",
            libelle="Identité de la personne",
            champs=champs_de(Jeune),
            conservation="dossier",
            exporter=_exporter,
            effacer=_effacer,
            rattacher=_rattacher,
        )
    )
