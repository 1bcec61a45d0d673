"""Calls that leave together: one statement, each its own row, its own error, its own transaction when one is open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DataError, connection, connections, transaction

from imilo.socle import preparees
from imilo.socle.tournees import Tournee
from tests.conftest import Connexion

pytestmark = pytest.mark.django_db(transaction=True)
# The one with a name takes a lock that the test holds: whoever comes meanwhile must wait.
REQUETE = """
SELECT appel.rang, 100 / appel.n, current_setting('imilo.structure', true), pg_current_xact_id()::text
FROM {appels}, LATERAL (SELECT CASE WHEN appel.verrou THEN pg_advisory_xact_lock(77) END) attente
WHERE appel.n < 1000
"""


@pytest.fixture
def tournee() -> Tournee:
    return Tournee(REQUETE, ("n int", "verrou bool"))


@pytest.fixture
def appeler(tournee: Tournee) -> Iterator[Callable[..., Any]]:
    """Make a call in a thread of its own, with its own connection."""

    def un_appel(n: int, verrou: bool) -> object:
        try:
            return tournee.demander(n, verrou)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as fils:
        yield lambda n, verrou=False: fils.submit(un_appel, n, verrou)


@pytest.fixture
def lus(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many calls each statement carried."""
    vus: list[int] = []
    vraie = preparees.lire

    def lire(requete: str, parametres: Any) -> Any:
        vus.append(len(parametres[0]))
        return vraie(requete, parametres)

    monkeypatch.setattr(preparees, "lire", lire)
    return vus


def _attendre(vrai: Callable[[], bool]) -> None:
    limite = time.monotonic() + 30
    while not vrai():
        assert time.monotonic() < limite
        time.sleep(0.01)


def test_alone_it_leaves_at_once(tournee: Tournee, lus: list[int]) -> None:
    assert [tournee.demander(n, False)[0] for n in (1, 2, 4)] == [100, 50, 25]  # type: ignore[index]  # a row each
    assert lus == [1, 1, 1]


def test_those_who_come_meanwhile_leave_together(
    tournee: Tournee, appeler: Callable[..., Any], lus: list[int], base_proprietaire: Connexion
) -> None:
    base_proprietaire.execute("SELECT pg_advisory_lock(77)")
    premier = appeler(1, verrou=True)
    _attendre(lambda: lus == [1])
    autres = [appeler(n) for n in (2, 4, 5, 5000, 10)]
    _attendre(lambda: len(tournee._file) == 5)  # the test of the queue itself
    base_proprietaire.execute("SELECT pg_advisory_unlock(77)")
    assert premier.result(30)[0] == 100
    assert [ligne and ligne[0] for ligne in (a.result(30) for a in autres)] == [50, 25, 20, None, 10]
    assert lus == [1, 5]
    assert len({ligne[2] for ligne in (a.result() for a in autres) if ligne}) == 1  # one transaction
    assert tournee.demander(20, False) is not None  # nobody is left on the way


def test_an_error_is_its_call_s_alone(
    tournee: Tournee, appeler: Callable[..., Any], lus: list[int], base_proprietaire: Connexion
) -> None:
    base_proprietaire.execute("SELECT pg_advisory_lock(77)")
    premier = appeler(1, verrou=True)
    _attendre(lambda: lus == [1])
    bons, mauvais = [appeler(n) for n in (2, 4)], appeler(0)
    _attendre(lambda: len(tournee._file) == 3)
    base_proprietaire.execute("SELECT pg_advisory_unlock(77)")
    assert premier.result(30)[0] == 100
    assert [a.result(30)[0] for a in bons] == [50, 25]
    with pytest.raises(DataError):
        mauvais.result(30)
    assert lus == [1, 3, 1, 1, 1]
    with pytest.raises(DataError):
        tournee.demander(0, False)
    assert tournee.demander(20, False) is not None


def test_in_a_transaction_it_goes_alone(tournee: Tournee, lus: list[int]) -> None:
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('imilo.structure', '7', true), pg_current_xact_id()::text")
            (_, ici) = curseur.fetchone()
        assert tournee.demander(1, False) == (100, "7", ici)
    assert lus == [1]


def test_hundreds_at_once_each_have_their_own(tournee: Tournee, appeler: Callable[..., Any], lus: list[int]) -> None:
    demandes = [appeler(n) for n in [*range(1, 101)] * 3]
    assert [d.result(60)[0] for d in demandes] == [100 // n for n in [*range(1, 101)] * 3]
    assert sum(lus) == 300
