"""Until when the contract is to be signed: the history of a dossier's orientations, then what the law answers.

Contracts are above this application: theirs says what was signed, in `AppConfig.ready`.

    from imilo.parcours.diagnostics import delai
    delai.declarer_signatures(fonction(dossier) -> {orientation's id: ContratSuivant})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from imilo.droit.contrat_engagement import FaitsDelaiSignature, Reorientation, ResultatDelaiSignature, delai_signature
from imilo.droit.decision import Decision
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer


@dataclass(frozen=True)
class ContratSuivant:
    """The contract that followed an orientation: the day of its signature, the last day when it has ended."""

    signe_le: date | None
    fin_le: date | None = None


Signatures = Callable[[Dossier], Mapping[int, ContratSuivant]]
AUCUN = ContratSuivant(signe_le=None)
_sources: list[Signatures] = []


def declarer_signatures(source: Signatures) -> None:
    """Add who knows the contracts signed."""
    _sources.append(source)


def contrats_suivants(dossier: Dossier) -> dict[int, ContratSuivant]:
    """The contract that followed each orientation of a dossier, by the orientation's identifier."""
    return {pk: contrat for source in _sources for pk, contrat in source(dossier).items()}


def _depuis_le_dernier_contrat(
    orientations: list[Orientation], contrats: Mapping[int, ContratSuivant]
) -> list[Orientation]:
    """The orientations after the last contract that has ended: what it closed starts no delay anew."""
    clos = [rang for rang, o in enumerate(orientations[:-1], start=1) if contrats.get(o.pk, AUCUN).fin_le is not None]
    return orientations[max(clos, default=0) :]


def faits(orientations: list[Orientation], contrats: Mapping[int, ContratSuivant]) -> FaitsDelaiSignature:
    """The facts of the rule, from notified orientations (one at least), the oldest first. Raises `FaitInvalide`."""
    suite = _depuis_le_dernier_contrat(orientations, contrats)
    premiere, derniere = suite[0], suite[-1]
    assert premiere.notifiee_le is not None
    autres = [
        Reorientation(
            demandee_le=avant.nouvelle_demandee_le,
            notifiee_le=apres.notifiee_le,
            vers=apres.vers,  # type: ignore[arg-type]  # its choices are the law's
            signe_le=contrats.get(apres.pk, AUCUN).signe_le,
            apres_diagnostic=True,
        )
        for avant, apres in pairwise(suite)
    ]
    if derniere.nouvelle_demandee_le is not None:
        autres.append(Reorientation(demandee_le=derniere.nouvelle_demandee_le, apres_diagnostic=True))
    return FaitsDelaiSignature(
        notifiee_le=premiere.notifiee_le,
        reorientations=tuple(autres),
        signe_le=contrats.get(premiere.pk, AUCUN).signe_le,
        vers=premiere.vers,  # type: ignore[arg-type]  # its choices are the law's
    )


def examiner(orientation: Orientation, *, le: date, champ: str) -> Decision[ResultatDelaiSignature]:
    """What the law says of the delay on the day `le`, `orientation` being the last one, as it is about to be saved.

    Raises `RegleViolee` at `champ` when its days don't follow those of the history.
    """
    anterieures = Orientation.objects.notifiees().filter(dossier=orientation.dossier_id).exclude(pk=orientation.pk)
    suite = [*anterieures.order_by("decidee_le", "pk"), orientation]
    try:
        histoire = faits(suite, contrats_suivants(orientation.dossier))
        return appliquer(delai_signature, histoire, le)
    except (FaitInvalide, HorsPeriode) as erreur:
        raise RegleViolee(erreur.message, champ) from erreur
