"""Reading the journal: what row-level security lets through, newest first, page by page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Q, QuerySet

from imilo.journal.models import Consultation, Fait, Inscription

L = TypeVar("L", bound=Inscription)
PAGE = 50
PAGE_MAX = 500


class CurseurInvalide(ValueError):
    """The cursor of a page isn't one that we gave."""


@dataclass(frozen=True)
class Page(Generic[L]):
    """One page; `suivant` asks for the next one, None at the end."""

    lignes: list[L]
    suivant: str | None


def faits_de_la_structure(
    *,
    structure_id: int,
    genres: Iterable[str] = (),
    agent_id: int | None = None,
    dossier_id: int | None = None,
    du: datetime | None = None,
    au: datetime | None = None,
    curseur: str | None = None,
    taille: int = PAGE,
) -> Page[Fait]:
    """Facts of a structure from `du` (included) to `au` (excluded), aware instants. Raises `CurseurInvalide`."""
    faits = _filtrer(Fait.objects.filter(structure_id=structure_id), genres, agent_id, du=du, au=au)
    if dossier_id is not None:
        faits = faits.filter(dossier_id=dossier_id)
    return _paginer(faits, curseur, taille)


def faits_du_dossier(
    *, dossier_id: int, genres: Iterable[str] = (), curseur: str | None = None, taille: int = PAGE
) -> Page[Fait]:
    """What was done in a dossier. Raises `CurseurInvalide`."""
    return _paginer(_filtrer(Fait.objects.filter(dossier_id=dossier_id), genres, None), curseur, taille)


def consultations_du_dossier(
    *,
    dossier_id: int,
    agent_id: int | None = None,
    du: datetime | None = None,
    au: datetime | None = None,
    curseur: str | None = None,
    taille: int = PAGE,
) -> Page[Consultation]:
    """Who looked at a dossier. Raises `CurseurInvalide`."""
    consultations = _filtrer(Consultation.objects.filter(dossier_id=dossier_id), (), agent_id, du=du, au=au)
    return _paginer(consultations, curseur, taille)


def dossiers_consultes(*, agent_id: int, structure_id: int, depuis: datetime, nombre: int = 10) -> list[int]:
    """The numbers of the dossiers that an agent opened last since `depuis`, each once, newest first."""
    vus: dict[int, None] = {}
    recentes = (
        Consultation.objects.filter(structure_id=structure_id, agent_id=agent_id, le__gte=depuis, genre="dossier")
        .order_by("-le", "-id")
        .values_list("dossier_id", flat=True)
    )
    for dossier_id in recentes[: nombre * 20]:
        if dossier_id is not None:
            vus.setdefault(dossier_id)
    return list(vus)[:nombre]


def _filtrer(
    lignes: QuerySet[L],
    genres: Iterable[str],
    agent_id: int | None,
    *,
    du: datetime | None = None,
    au: datetime | None = None,
) -> QuerySet[L]:
    if genres := list(genres):
        lignes = lignes.filter(genre__in=genres)
    if agent_id is not None:
        lignes = lignes.filter(agent_id=agent_id)
    if du is not None:
        lignes = lignes.filter(le__gte=du)
    if au is not None:
        lignes = lignes.filter(le__lt=au)
    return lignes


def _paginer(lignes: QuerySet[L], curseur: str | None, taille: int) -> Page[L]:
    taille = max(1, min(taille, PAGE_MAX))
    if curseur:
        le, numero = _decoder(curseur)
        lignes = lignes.filter(Q(le__lte=le), ~Q(le=le, id__gte=numero))  # the first bound is what the index takes
    trouvees = list(lignes.order_by("-le", "-id")[: taille + 1])
    page = trouvees[:taille]
    return Page(page, _encoder(page[-1]) if len(trouvees) > taille else None)


def _encoder(ligne: Inscription) -> str:
    return base64.urlsafe_b64encode(f"{ligne.le.isoformat()}|{ligne.pk}".encode()).decode()


def _decoder(curseur: str) -> tuple[datetime, int]:
    try:
        le, _, numero = base64.urlsafe_b64decode(curseur.encode()).decode().partition("|")
        return datetime.fromisoformat(le).astimezone(UTC), int(numero)
    except (ValueError, binascii.Error) as erreur:
        raise CurseurInvalide("Cette page n'existe pas : reprenez la liste depuis le début.") from erreur
