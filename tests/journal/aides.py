"""What the tests of the journal do over and over."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection

from imilo.journal import chainage, requetes, sceau
from imilo.journal.second_lieu import Sceau
from imilo.journal.services import consigner
from imilo.socle.perimetre import perimetre

Connexion = psycopg.Connection[tuple[Any, ...]]
S, T = 11, 12


def ecrire(structure: int | None, *numeros: int) -> None:
    """One transaction, one fact for each number."""
    with perimetre(structure):
        for numero in numeros:
            consigner(None, "acte.saisi", structure=structure, dossier_id=numero, acte=numero)


def attendre_les_ecrivains() -> None:
    """Wait for the transactions of this database that run now, such as those of the server of a test."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        cible = int(curseur.fetchone()[0])
        limite = time.monotonic() + 120
        while time.monotonic() < limite:
            curseur.execute(requetes.HORIZON)
            if int(curseur.fetchone()[0]) >= cible:
                return
            time.sleep(0.05)
    raise AssertionError("a transaction of another test never ended")


def sceller(lot: int = chainage.LOT) -> sceau.Bilan:
    attendre_les_ecrivains()
    return sceau.sceller(lot)


def chainer(lot: int = chainage.LOT) -> chainage.Passe:
    attendre_les_ecrivains()
    return chainage.chainer(lot)


def deposer(le: datetime) -> Sceau | None:
    """A pass at a given instant."""
    return sceau.deposer(chainer(), maintenant=le)
