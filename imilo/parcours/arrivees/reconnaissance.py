"""What the comparison with the country says of an arrival: the directory's answer, or that of a whole list's linkage.

It is kept as it may be told: of somebody whom the structure doesn't follow, what agrees with what the list said, and
of what differs, names and birth alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from imilo.jeunes.doublons import Indices, Rapprochement
from imilo.jeunes.doublons.moteur import d_etat_civil
from imilo.parcours.arrivees.models import Arrivee, Connu

if TYPE_CHECKING:
    from imilo.parcours.arrivees.signalements import Signalement

DOUTE_MAX = 200


@dataclass(frozen=True, kw_only=True)
class Reconnaissance:
    """The fields of `Arrivee` under the same names."""

    connu: Connu = Connu.NON
    reconnue: int | None = None
    probabilite: float | None = None
    preuves: list[str] = field(default_factory=list)
    doute: str = ""


INCONNUE = Reconnaissance()


class Resultat(Protocol):
    """What is read of a line of the linkage (`imilo.jeunes.rapprochement.Resultat`)."""

    @property
    def statut(self) -> str: ...
    @property
    def personne(self) -> int | None: ...
    @property
    def probabilite(self) -> float | None: ...
    @property
    def preuves(self) -> Sequence[str]: ...
    @property
    def raison(self) -> str: ...


def de_l_annuaire(trouve: Rapprochement) -> Reconnaissance:
    """The likeliest of those whom the counter would compare. The directory gives no probability."""
    if not trouve.candidats:
        return INCONNUE
    premier = trouve.candidats[0]
    differe = f"Diffère : {', '.join(premier.differences)}" if premier.differences else ""
    return Reconnaissance(
        connu=Connu.SUR if premier.jugement.sure else Connu.PROBABLE,
        reconnue=premier.personne.jeune_id,
        preuves=list(premier.preuves),
        doute=differe[:DOUTE_MAX],
    )


def du_rapprochement(resultat: Resultat, *, ici: bool) -> Reconnaissance:
    """A line of a whole list's linkage. `ici`: the person has a dossier in the structure that receives the list."""
    connu = {"sur": Connu.SUR, "a_verifier": Connu.PROBABLE}.get(resultat.statut, Connu.NON)
    doute = resultat.raison if ici or d_etat_civil(resultat.raison) else ""
    if connu == Connu.NON:
        return Reconnaissance(doute=doute[:DOUTE_MAX])
    return Reconnaissance(
        connu=connu if resultat.personne is not None else Connu.PROBABLE,
        reconnue=resultat.personne,
        probabilite=resultat.probabilite,
        preuves=[p for p in resultat.preuves if ici or p.startswith("même ") or d_etat_civil(p)],
        doute=doute[:DOUTE_MAX],
    )


def indices_de(dit: Signalement | Arrivee) -> Indices:
    """What the source says besides the identity, and whom the comparison recognised already."""
    reconnue = getattr(dit, "reconnue", None)
    return Indices(
        courriel=dit.courriel,
        adresse=dit.adresse,
        code_postal=dit.code_postal,
        ine="".join(dit.ine.upper().split()),
        reconnus={} if reconnue is None else {reconnue: tuple(getattr(dit, "preuves", ()))},
    )
