"""Family of personal data: the links by which the person, or who stands for them, opened a page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imilo.parcours.liens.models import LienPersonnel
from imilo.socle.familles import declarer, famille_de_modele

SECRETS = {"empreinte", "code_empreinte", "session_empreinte"}


def _exporter(jeune_id: int) -> list[dict[str, Any]]:
    """Links without their hashes, which are nobody's data."""
    champs = [c.attname for c in LienPersonnel._meta.concrete_fields if c.name not in SECRETS]
    return list(LienPersonnel.objects.filter(dossier__jeune_id=jeune_id).order_by("pk").values(*champs))


def declarer_familles() -> None:
    famille = famille_de_modele(LienPersonnel, code="liens", libelle="Liens personnels envoyés")
    declarer(replace(famille, exporter=_exporter))
