"""What a linkage says of each line of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Statut = Literal["sur", "a_verifier", "nouveau", "illisible"]
STATUTS: tuple[Statut, ...] = ("sur", "a_verifier", "nouveau", "illisible")


@dataclass(frozen=True)
class Resultat:
    """One line of the list: `rang` counts from 0 in the order given.

    `dossier` is the reference of the other list's record (numbers of the person's dossiers, parted by a space,
    against the country's), "" unless `sur` or `a_verifier`; `personne` is `Jeune.id` then, else the place of the
    record from 0; `probabilite` that both are one person (None without candidate); `preuves` what matches and
    what differs, in French; `raison` why it isn't sure, isn't known or can't be read, "" when there is nothing to
    add. A line whose person was taken by another line has neither `dossier` nor `personne`: `raison` says which.
    """

    rang: int
    statut: Statut
    dossier: str = ""
    personne: int | None = None
    probabilite: float | None = None
    preuves: tuple[str, ...] = ()
    raison: str = ""

    @property
    def phrase(self) -> str:
        return ", ".join(self.preuves)
