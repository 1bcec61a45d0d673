"""A search that one has typed past is stopped in the database; another person's goes on."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from imilo.socle import abandons
from imilo.socle.abandons import Abandonnee, la_derniere_seule

LONGUE = "SELECT pg_sleep(30)"


def lire(requete: str) -> Any:
    with connection.cursor() as curseur:
        curseur.execute(requete)
        return curseur.fetchone()


class Ailleurs(threading.Thread):
    """A read of somebody in a thread of the same process, in a transaction as a request has one."""

    def __init__(self, qui: int, requete: str) -> None:
        super().__init__()
        self.qui, self.requete, self.fin = qui, requete, ""
        self.ensuite: Any = None

    def run(self) -> None:
        try:
            with transaction.atomic(), la_derniere_seule("recherche", self.qui):
                lire(self.requete)
            self.fin = "finie"
        except Abandonnee:
            self.fin = "abandonnee"
        self.ensuite = lire("SELECT 1")  # the connection is as good as before
        connection.close()


def attendre(qui: int) -> None:
    for _ in range(500):
        if ("recherche", qui) in abandons._en_cours:
            return
        time.sleep(0.01)
    raise AssertionError("the read never began")


@pytest.mark.django_db(transaction=True)
def test_a_newer_read_of_the_same_person_stops_the_older() -> None:
    ancienne, autre = Ailleurs(1, LONGUE), Ailleurs(2, "SELECT pg_sleep(0.5)")
    debut = time.monotonic()
    for fil in (ancienne, autre):
        fil.start()
        attendre(fil.qui)
    time.sleep(0.1)
    with la_derniere_seule("recherche", 1):
        assert lire("SELECT 2") == (2,)
    ancienne.join(10)
    autre.join(10)
    assert time.monotonic() - debut < 10
    assert (ancienne.fin, autre.fin) == ("abandonnee", "finie")
    assert (ancienne.ensuite, autre.ensuite) == ((1,), (1,))
    assert not abandons._en_cours


@pytest.mark.django_db
def test_any_other_fault_is_told() -> None:
    with pytest.raises(OperationalError), la_derniere_seule("recherche", 1):
        raise OperationalError("the server went away")
    assert not abandons._en_cours
