"""Families of personal data held by the dossier itself: contact, identity document, health at work, follow-up."""

from __future__ import annotations

from typing import Any

from imilo.parcours.dossiers.completude import completude
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.familles import Deplaces, Famille, champs_de, declarer

CONTACT = (
    "telephone", "telephone_2", "courriel", "sans_adresse", "adresse_numero", "adresse_voie", "adresse_complement",
    "adresse_code_postal", "adresse_commune",
)  # fmt: skip
PIECE = ("piece_type", "piece_numero", "piece_expire_le", "piece_vue_le", "piece_vue_par")
SANTE = ("rqth_du", "rqth_au")
COLONNES = {c.name: c for c in Dossier._meta.concrete_fields}


def _rien_a_deplacer(source_id: int, cible_id: int) -> Deplaces:
    """Who merges chooses what the kept dossier says of itself: there is no row to move."""
    return {}


def _partie(code: str, libelle: str, champs: tuple[str, ...], *, sensible: bool = False) -> Famille:
    """Some columns of the dossier: erased, they are blank and the dossier stays."""

    def exporter(jeune_id: int) -> list[dict[str, Any]]:
        return list(Dossier.objects.filter(jeune_id=jeune_id).order_by("pk").values("numero", *champs))

    def effacer(jeune_id: int) -> int:
        dossiers = list(Dossier.objects.select_for_update().filter(jeune_id=jeune_id).order_by("pk"))
        for dossier in dossiers:
            for champ in champs:
                setattr(dossier, champ, COLONNES[champ].get_default())
            dossier.completude = completude(dossier)
            dossier.version += 1
            dossier.save()
        return len(dossiers)

    noms = frozenset(f"dossiers.Dossier.{champ}" for champ in champs)
    return Famille(code, libelle, noms, "dossier", exporter, effacer, _rien_a_deplacer, sensible)


def _exporter(jeune_id: int) -> list[dict[str, Any]]:
    a_part = {COLONNES[champ].attname for champ in (*CONTACT, *PIECE, *SANTE)}
    champs = [c.attname for c in Dossier._meta.concrete_fields if c.attname not in a_part]
    return list(Dossier.objects.filter(jeune_id=jeune_id).order_by("pk").values(*champs))


def _effacer(jeune_id: int) -> int:
    """The dossiers and all that hangs on them (the families of the path are erased with their rows)."""
    return Dossier.objects.filter(jeune_id=jeune_id).delete()[0]


def declarer_familles_du_dossier() -> None:
    declarer(_partie("coordonnees", "Coordonnées : téléphones, courriel, adresse", CONTACT))
    declarer(_partie("piece_identite", "Pièce d'identité présentée", PIECE, sensible=True))
    declarer(_partie("sante_travail", "Reconnaissance de travailleur handicapé", SANTE, sensible=True))
    declarer(
        Famille(
            code="dossier",
            libelle="Dossier : référent, statut, arrivée, France Travail, fin",
            champs=champs_de(Dossier, sauf=(*CONTACT, *PIECE, *SANTE)),
            conservation="dossier",
            exporter=_exporter,
            effacer=_effacer,
            rattacher=_rien_a_deplacer,
        )
    )
