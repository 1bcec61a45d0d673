"""Families of personal data of the apprentices: reached through the arrival that was handed over.

The CFA remains who answers for its own list; a request about it runs as the batch role, which alone sees it all.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from imilo.echanges.connecteurs.apprentissage.models import DossierApprenant, Suite, Transmission
from imilo.socle.familles import Deplaces, Famille, champs_de, declarer


def _lignes(modele: type[Model], chemin: str, jeune_id: int) -> QuerySet[Any]:
    cles = modele._default_manager.filter(**{f"{chemin}arrivee__dossier__jeune_id": jeune_id}).values("pk")
    return modele._default_manager.filter(pk__in=cles)


def _famille(modele: type[Model], code: str, libelle: str, chemin: str) -> Famille:
    def exporter(jeune_id: int) -> list[dict[str, Any]]:
        return list(_lignes(modele, chemin, jeune_id).order_by("pk").values())

    def effacer(jeune_id: int) -> int:
        return int(_lignes(modele, chemin, jeune_id).delete()[0])

    def rattacher(source_id: int, cible_id: int) -> Deplaces:
        return {}  # these rows follow their arrival

    return Famille(code, libelle, champs_de(modele), "arrivee", exporter, effacer, rattacher)


def declarer_familles() -> None:
    declarer(
        _famille(DossierApprenant, "apprentissage", "Scolarité en apprentissage dite par le CFA", "transmissions__")
    )
    declarer(_famille(Transmission, "apprentissage_transmissions", "Ruptures transmises par un CFA", ""))
    declarer(_famille(Suite, "apprentissage_suites", "Suites rendues au CFA", "transmission__"))
