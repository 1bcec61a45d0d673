"""Families of personal data of the full file: one for each table. Encrypted numbers and what tells of health,
money, family or justice is sensitive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import models

from imilo.parcours.fiche.models import (
    CompteBancaire,
    Confirmation,
    Demande,
    EtatNir,
    EtiquettePosee,
    Justificatif,
    LienDeFoyer,
    Logement,
    Note,
    Protection,
    Reponse,
    Representant,
    Ressource,
    Scolarite,
    TitreSejour,
)
from imilo.parcours.fiche.rubriques import RUBRIQUES
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.familles import Famille, declarer, famille_de_modele

SENSIBLES = frozenset({CompteBancaire, EtatNir, Logement, Protection, Representant, Ressource, Scolarite, TitreSejour})
AUTRES = (
    (Confirmation, "confirmations", "Confirmations de l'identité et des coordonnées"),
    (Demande, "demandes", "Demandes exprimées"),
    (Reponse, "reponses", "Propositions faites en réponse aux demandes"),
    (Justificatif, "justificatifs", "Type et validité des documents déposés"),
    (Note, "notes", "Notes"),
    (EtiquettePosee, "etiquettes", "Étiquettes posées sur le dossier"),
)


def _lies_l_un_a_l_autre(source_id: int, cible_id: int) -> list[str]:
    """A person isn't their own brother: a link between the two dossiers is taken out first."""
    paires = LienDeFoyer.objects.filter(dossier_id=source_id).values("paire")
    if LienDeFoyer.objects.filter(dossier_id=cible_id, paire__in=paires).exists():
        return ["Ces deux dossiers sont liés comme membres d'un même foyer : retirez d'abord ce lien de la fiche."]
    return []


def _famille(modele: type[models.Model], code: str, libelle: str, *, sensible: bool = False) -> Famille:
    """The usual family, whose export leaves out the keyed hashes: they are bytes, and say nothing to anybody."""
    champs = [
        c.attname
        for c in modele._meta.concrete_fields
        if not isinstance(c, models.BinaryField) or isinstance(c, ChampChiffre)
    ]

    def exporter(jeune_id: int) -> list[dict[str, Any]]:
        return list(modele._default_manager.filter(dossier__jeune_id=jeune_id).order_by("pk").values(*champs))

    famille = famille_de_modele(modele, code=f"fiche_{code}", libelle=libelle, sensible=sensible)
    return replace(famille, exporter=exporter)


def declarer_familles() -> None:
    for rubrique in RUBRIQUES:
        declarer(_famille(rubrique.modele, rubrique.code, rubrique.titre, sensible=rubrique.modele in SENSIBLES))
    for modele, code, libelle in AUTRES:
        declarer(_famille(modele, code, libelle))
    declarer(
        famille_de_modele(
            LienDeFoyer, code="fiche_liens", libelle="Liens de foyer entre dossiers", empecher=_lies_l_un_a_l_autre
        )
    )
