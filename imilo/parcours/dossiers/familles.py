"""Families of personal data that follow the path: acts, propositions, situations, documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imilo.parcours.dossiers.familles_dossier import declarer_familles_du_dossier
from imilo.parcours.dossiers.models import Acte, Document, Proposition, Situation
from imilo.socle.familles import declarer, famille_de_modele


def _documents(jeune_id: int) -> list[dict[str, Any]]:
    """Documents without their bytes, which a person receives as files."""
    champs = [c.attname for c in Document._meta.concrete_fields if c.name != "contenu"]
    return list(Document.objects.filter(dossier__jeune_id=jeune_id).order_by("pk").values(*champs))


def declarer_familles() -> None:
    declarer_familles_du_dossier()
    declarer(famille_de_modele(Acte, code="actes", libelle="Entretiens et actes de service"))
    declarer(famille_de_modele(Proposition, code="propositions", libelle="Propositions faites"))
    declarer(famille_de_modele(Situation, code="situations", libelle="Situations (emploi, formation, scolarité…)"))
    documents = famille_de_modele(Document, code="documents", libelle="Documents du dossier")
    declarer(replace(documents, exporter=_documents))
