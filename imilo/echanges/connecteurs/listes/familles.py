"""The family of what an import keeps of a line: reached through its arrival. The file itself is emptied once read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from imilo.echanges.connecteurs.listes.models import LigneImport
from imilo.socle.familles import Deplaces, Famille, champs_de, declarer


def _lignes(jeune_id: int) -> QuerySet[LigneImport]:
    return LigneImport.objects.filter(arrivee__dossier__jeune_id=jeune_id)


def _exporter(jeune_id: int) -> list[dict[str, Any]]:
    return [dict(ligne) for ligne in _lignes(jeune_id).order_by("pk").values()]


def _effacer(jeune_id: int) -> int:
    return _lignes(jeune_id).delete()[0]


def _rattacher(source_id: int, cible_id: int) -> Deplaces:
    """A line follows its arrival: there is no row to move."""
    return {}


def declarer_familles() -> None:
    declarer(
        Famille(
            code="listes",
            libelle="Lignes des listes importées",
            champs=champs_de(LigneImport, sauf={"imports", "arrivee"}) | {"listes.Import.contenu"},
            conservation="arrivee",
            exporter=_exporter,
            effacer=_effacer,
            rattacher=_rattacher,
        )
    )
