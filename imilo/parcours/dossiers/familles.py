"""Families of personal data that follow the path: acts, propositions, situations, documents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imilo.parcours.dossiers.familles_dossier import declarer_familles_du_dossier
from imilo.parcours.dossiers.models import Acte, Categorie, Document, Proposition, Situation
from imilo.socle.familles import declarer, famille_de_modele


def _documents(jeune_id: int) -> list[dict[str, Any]]:
    """Documents without their bytes, which a person receives as files."""
    champs = [c.attname for c in Document._meta.concrete_fields if c.name != "contenu"]
    return list(Document.objects.filter(dossier__jeune_id=jeune_id).order_by("pk").values(*champs))


def _emplois_qui_se_recouvrent(source_id: int, cible_id: int) -> list[str]:
    """One job at a time: two dossiers that each tell of one for the same days."""
    emplois = Situation.objects.filter(categorie=Categorie.EMPLOI)
    siens = list(emplois.filter(dossier_id=cible_id))
    return [
        f"Deux situations d'emploi se recouvrent, depuis le {a.debut:%d/%m/%Y} et depuis le {b.debut:%d/%m/%Y} : "
        "dites quand l'une s'est terminée, ou corrigez ses dates, dans l'un des deux dossiers."
        for a in emplois.filter(dossier_id=source_id)
        for b in siens
        if (b.fin is None or a.debut <= b.fin) and (a.fin is None or b.debut <= a.fin)
    ]


def declarer_familles() -> None:
    declarer_familles_du_dossier()
    declarer(famille_de_modele(Acte, code="actes", libelle="Entretiens et actes de service"))
    declarer(famille_de_modele(Proposition, code="propositions", libelle="Propositions faites"))
    declarer(
        famille_de_modele(
            Situation,
            code="situations",
            libelle="Situations (emploi, formation, scolarité…)",
            empecher=_emplois_qui_se_recouvrent,
        )
    )
    documents = famille_de_modele(Document, code="documents", libelle="Documents du dossier")
    declarer(replace(documents, exporter=_documents))
