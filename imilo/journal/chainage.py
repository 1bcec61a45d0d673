"""Chains the facts behind the writers.

Behind the writers: only facts of transactions older than every one still running are chained, in the order
(transaction, number). A writer that commits late can't slip a fact before one already chained, and nobody
waits for a lock. Runs as imilo_lots, one at a time; stopped anywhere, the next pass takes up where it was.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from imilo.journal import requetes
from imilo.journal.chaine import DEPART, Ligne, Tete, cle, empreinte_maillon
from imilo.journal.genres import Registre
from imilo.socle.perimetre import TOUTES, perimetre

LOT = 5000
VERROU = 0x494D494C4F  # one sealer at a time
ID_MAX = 2**63 - 1


class Filigrane(NamedTuple):
    """Every fact at or before (xid, fait_id) is chained."""

    xid: int
    fait_id: int


DEBUT = Filigrane(0, 0)


class Occupe(Exception):
    """Another sealer is at work."""


@dataclass
class Passe:
    """What one pass did. `tetes`: the last link of each chain it lengthened."""

    chaines: int = 0
    depart: dict[Registre, Filigrane] = field(default_factory=dict)
    arrivee: dict[Registre, Filigrane] = field(default_factory=dict)
    tetes: dict[tuple[Registre, int], Tete] = field(default_factory=dict)
    seule: bool = True  # False: another sealer wrote in between, `tetes` isn't all


def chainer(lot: int = LOT) -> Passe:
    """Chain every fact that is behind the writers, `lot` facts per transaction. Raises `Occupe`."""
    passe = Passe()
    for registre in Registre:
        while chainer_un_lot(registre, passe, lot) == lot:
            pass
    return passe


def chainer_un_lot(registre: Registre, passe: Passe, lot: int) -> int:
    """One transaction of the pass; returns how many facts it chained."""
    with perimetre(TOUTES), connection.cursor() as curseur:
        prendre_le_verrou(curseur)
        filigrane, systeme = lire_filigrane(curseur, registre)
        if passe.arrivee.get(registre, filigrane) != filigrane:
            passe.seule = False
        passe.depart.setdefault(registre, filigrane)
        curseur.execute(requetes.SYSTEME)
        present = int(curseur.fetchone()[0])
        if systeme is not None and systeme != present:
            lignes, atteint = _lire_apres_restauration(curseur, registre)
        else:
            lignes = _lire_a_chainer(curseur, registre, filigrane, lot)
            atteint = Filigrane(*lignes[-1].ordre) if lignes else filigrane
        if lignes:
            passe.tetes |= _ecrire_maillons(curseur, registre, lignes)
        if atteint != filigrane or systeme != present:
            _ecrire_filigrane(curseur, registre, atteint, present)
    passe.arrivee[registre] = atteint
    passe.chaines += len(lignes)
    return len(lignes)


def prendre_le_verrou(curseur: Any) -> None:
    """Until the end of the transaction. Raises `Occupe`."""
    curseur.execute(requetes.VERROU, [VERROU])
    if not curseur.fetchone()[0]:
        raise Occupe("Un autre scelleur est au travail.")


def lire_filigrane(curseur: Any, registre: Registre) -> tuple[Filigrane, int | None]:
    """How far the sealer has come, and in which PostgreSQL installation (None: it never ran)."""
    curseur.execute(requetes.FILIGRANE, [registre.value])
    ligne = curseur.fetchone()
    return (DEBUT, None) if ligne is None else (Filigrane(int(ligne[0]), ligne[1]), int(ligne[2]))


def _ecrire_filigrane(curseur: Any, registre: Registre, filigrane: Filigrane, systeme: int) -> None:
    curseur.execute(requetes.AVANCER, [registre.value, str(filigrane.xid), filigrane.fait_id, systeme])


def _lire_a_chainer(curseur: Any, registre: Registre, apres: Filigrane, lot: int) -> list[Ligne]:
    # The horizon is read first: whatever is older has ended, and the next statement sees it.
    curseur.execute(requetes.HORIZON)
    horizon = curseur.fetchone()[0]
    curseur.execute(requetes.SUIVRE_L_INDEX)
    valeurs = [str(apres.xid), apres.fait_id, horizon, lot]
    curseur.execute(requetes.pour(registre, requetes.A_CHAINER), valeurs)
    return [Ligne(*ligne) for ligne in curseur.fetchall()]


def _lire_apres_restauration(curseur: Any, registre: Registre) -> tuple[list[Ligne], Filigrane]:
    """Once, after a dump was restored on another server, where transactions are numbered anew.

    Every fact without a link is taken, but those of transactions that may still have neighbours running.
    """
    curseur.execute(requetes.HORIZON)
    (horizon,) = curseur.fetchone()
    curseur.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
    (futur,) = curseur.fetchone()
    curseur.execute(requetes.pour(registre, requetes.APRES_RESTAURATION), [horizon, futur])
    return [Ligne(*ligne) for ligne in curseur.fetchall()], Filigrane(int(horizon) - 1, ID_MAX)


def lire_tetes(curseur: Any, registre: Registre, structures: list[int]) -> dict[int, Tete]:
    """The last link of each of these chains; `DEPART` for one that has none."""
    curseur.execute(requetes.pour(registre, requetes.TETES), [structures])
    return {s: DEPART if rang is None else Tete(rang, bytes(empreinte)) for s, rang, empreinte in curseur.fetchall()}


def _ecrire_maillons(curseur: Any, registre: Registre, lignes: list[Ligne]) -> dict[tuple[Registre, int], Tete]:
    secret = cle()
    tetes = lire_tetes(curseur, registre, sorted({ligne.chaine for ligne in lignes}))
    nom = registre.value
    with curseur.copy(requetes.COPIE) as copie:
        copie.set_types(requetes.TYPES_DE_LA_COPIE)
        for ligne in lignes:
            structure = ligne.chaine
            rang, precedente = tetes[structure]
            rang += 1
            empreinte = empreinte_maillon(secret, registre, structure, rang, precedente=precedente, ligne=ligne)
            tete = Tete(rang, empreinte)
            tetes[structure] = tete
            copie.write_row((nom, structure, tete.rang, ligne.id, ligne.le, tete.empreinte))
    return {(registre, structure): tete for structure, tete in tetes.items()}
