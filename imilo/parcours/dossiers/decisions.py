"""The decisions of the law kept in a dossier: each application of the path declares its own, one page explains all.

    from imilo.parcours.dossiers import decisions
    decisions.declarer("allocation-montant", Source("allocations.DecisionAllocation.calcul", ...))

Declared in `AppConfig.ready`. Every `ChampDecision` of a model has exactly one source: a test of the code lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from django.apps import apps
from django.db.models import Model

from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, LieAuDossier
from imilo.socle.champs import ChampDecision, ChampDecisions

L_co = TypeVar("L_co", bound=Model, covariant=True)


@dataclass(frozen=True)
class DecisionGardee:
    """One stored decision: `ecrite` is its JSON form, `lien` where it is used, `action` who may read it.

    `source` and `objet` are its address: the code of its source, with its rank where a row holds several, and the row.
    """

    objet: int
    titre: str
    ecrite: Mapping[str, Any]
    lien: Lien
    action: str
    source: str

    @property
    def jour(self) -> date:
        """The day it was taken for."""
        return date.fromisoformat(self.ecrite["le"])


class Lignes(Protocol[L_co]):
    """A read of the rows of a dossier, in a bounded number of queries whatever their number."""

    def __call__(self, *, dossier: Dossier) -> Iterable[L_co]: ...


def du_dossier(modele: type[LieAuDossier]) -> Lignes[LieAuDossier]:
    """The rows of a model, for a source that needs nothing else of them."""

    def lignes(*, dossier: Dossier) -> Iterable[LieAuDossier]:
        return modele._default_manager.filter(dossier=dossier)

    return lignes


def avec_reference(titre: str) -> Callable[[Any], str]:
    """A title followed by the reference of the row, where rows have one."""
    return lambda ligne: f"{titre} ({ligne.reference})"


@dataclass(frozen=True)
class Source(Generic[L_co]):
    """Where decisions are kept: `champ` is "application.Model.field", `lignes` the rows of a dossier that have one."""

    champ: str
    lignes: Lignes[L_co]
    titre: str | Callable[[Any], str]
    lien: Callable[[Any], Lien]
    action: str

    @property
    def lu(self) -> ChampDecision:
        """The field itself. Raises `LookupError` when `champ` names none, TypeError when it holds something else."""
        modele, _, nom = self.champ.rpartition(".")
        trouve = apps.get_model(modele)._meta.get_field(nom)
        if not isinstance(trouve, ChampDecision):
            raise TypeError(f"{self.champ} doesn't hold decisions of the law")
        return trouve


_sources: dict[str, Source[Any]] = {}


def declarer(code: str, source: Source[Any]) -> None:
    """Add a source. Raises `ValueError` when `code` is declared already."""
    if code in _sources:
        raise ValueError(f"La source de décisions {code} est déjà déclarée.")
    _sources[code] = source


def sources() -> Mapping[str, Source[Any]]:
    """The sources by their code."""
    return _sources


def _gardees(code: str, source: Source[Any], lignes: Iterable[Model]) -> Iterator[DecisionGardee]:
    champ = source.lu
    for ligne in lignes:
        for rang, ecrite in enumerate(champ.decisions(getattr(ligne, champ.attname)), start=1):
            ou = f"{code}-{rang}" if isinstance(champ, ChampDecisions) else code
            titre = source.titre if isinstance(source.titre, str) else source.titre(ligne)
            yield DecisionGardee(ligne.pk, titre, ecrite, source.lien(ligne), source.action, ou)


def _lire(source: Source[Any], dossier: Dossier) -> list[Model]:
    lignes = list(source.lignes(dossier=dossier))
    for ligne in lignes:
        if isinstance(ligne, LieAuDossier):
            ligne.dossier = dossier  # with its person and structure loaded
    return lignes


def decisions(dossier: Dossier, *, permises: Callable[[str], bool]) -> list[DecisionGardee]:
    """The stored decisions whose action is permitted, newest first. Sources that share their rows read them once."""
    lues: dict[Lignes[Model], list[Model]] = {}
    toutes: list[DecisionGardee] = []
    for code, source in _sources.items():
        if not permises(source.action):
            continue
        if source.lignes not in lues:
            lues[source.lignes] = _lire(source, dossier)
        toutes.extend(_gardees(code, source, lues[source.lignes]))
    return sorted(toutes, key=lambda gardee: (gardee.jour, gardee.objet), reverse=True)


def decision(dossier: Dossier, *, source: str, objet: int, permises: Callable[[str], bool]) -> DecisionGardee | None:
    """One stored decision, None when there is none, or none that may be read."""
    return next((g for g in decisions(dossier, permises=permises) if (g.source, g.objet) == (source, objet)), None)
