"""Posing a tag on many dossiers of the caseload at once, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.lots import ActionDeLot, Examen, Memoire
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Etiquette, EtiquettePosee

DEJA = "Ce dossier porte déjà cette étiquette."
RETIREE = "L'étiquette a été retirée depuis."


def _choix(structure: Structure, le: date, equipe: Sequence[Agent]) -> list[tuple[str, str]]:
    offertes = Etiquette.objects.filter(structure=structure, active=True)
    return [(str(e.pk), f"Poser « {e.nom} »") for e in offertes]


def _examiner(dossiers: Sequence[Dossier], valeur: str, le: date) -> list[Examen]:
    nom = Etiquette.objects.get(pk=int(valeur)).nom
    posees = EtiquettePosee.objects.filter(dossier__in=dossiers, etiquette=int(valeur))
    deja = set(posees.values_list("dossier_id", flat=True))
    return [Examen(d, "", nom, DEJA if d.pk in deja else "") for d in dossiers]


def _poser(agent: Agent, dossiers: Sequence[Dossier], valeur: str, le: date) -> Mapping[int, Mapping[str, Any]]:
    posees = EtiquettePosee.objects.bulk_create(
        EtiquettePosee(dossier=d, structure_id=d.structure_id, etiquette_id=int(valeur), agent=agent) for d in dossiers
    )
    return {p.dossier_id: {"posee": p.pk} for p in posees}


def _examiner_retour(memoires: Sequence[Memoire], valeur: str) -> list[Examen]:
    """What was posed by this act: taken out since, even if somebody posed it again, it isn't ours any more."""
    etiquette = Etiquette.objects.filter(pk=int(valeur)).first()
    restent = set(EtiquettePosee.objects.filter(pk__in=_posees(memoires)).values_list("pk", flat=True))
    nom = etiquette.nom if etiquette else ""
    return [Examen(m.dossier, nom, "", "" if m.avant.get("posee") in restent else RETIREE) for m in memoires]


def _retirer(agent: Agent, memoires: Sequence[Memoire], valeur: str) -> None:
    EtiquettePosee.objects.filter(pk__in=_posees(memoires)).delete()


def _posees(memoires: Sequence[Memoire]) -> list[int]:
    return [int(m.avant["posee"]) for m in memoires if "posee" in m.avant]


ETIQUETTE = ActionDeLot(
    "etiquette", "Étiquette", "dossier.suivre", _choix, _examiner, _poser, _examiner_retour, _retirer
)
