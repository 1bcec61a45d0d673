"""A likely double stops the act until somebody has compared, and says who it is or why it is somebody else."""

from __future__ import annotations

from collections.abc import Callable, Collection

from imilo.jeunes.doublons import Candidat
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee

MOTIF_MIN, MOTIF_MAX = 10, 300


class DoublonProbable(RegleViolee):
    """Somebody of the country looks like this person: show `candidats`, and ask for a reason or for who it is.

    `champ` is set when a reason was given that can't be one.
    """

    def __init__(self, candidats: tuple[Candidat, ...], message: str = "", champ: str | None = None) -> None:
        super().__init__(
            message or "Cette personne a peut-être déjà un dossier : comparez. Rien n'est encore enregistré.",
            champ,
        )
        self.candidats = candidats


Suite = Callable[[Dossier, tuple[Candidat, ...]], None]
_suites: list[Suite] = []


def declarer_suite(suite: Suite) -> None:
    """Add what is to be done, in the same transaction, with a dossier saved in spite of likely doubles."""
    _suites.append(suite)


def signaler(dossier: Dossier, candidats: tuple[Candidat, ...]) -> None:
    """Tell whoever declared it that `dossier` was saved in spite of `candidats`."""
    for suite in _suites:
        suite(dossier, candidats)


def motif_de_l_ecart(candidats: tuple[Candidat, ...], *, motif: str, vus: Collection[int] | None) -> str:
    """The reason to carry on in spite of `candidats`, "" when there are none.

    It holds for the persons that were shown (`vus`, None: all of them). Raises `DoublonProbable` without a
    reason, with one that is too short or long, or when somebody else turned up since.
    """
    propre = " ".join(motif.split())
    if not candidats:
        return ""
    if not propre or (vus is not None and any(c.personne.jeune_id not in vus for c in candidats)):
        raise DoublonProbable(candidats)
    if not MOTIF_MIN <= len(propre) <= MOTIF_MAX:
        message = (
            f"Dites en quelques mots pourquoi ce n'est pas la même personne ({MOTIF_MIN} à {MOTIF_MAX} caractères)."
        )
        raise DoublonProbable(candidats, message, "doublon_ecarte")
    return propre
