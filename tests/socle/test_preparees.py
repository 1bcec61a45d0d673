"""Prepared statements: planned once, bound to the transaction, and nothing else is prepared."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DataError, connection, transaction

from imilo.socle import preparees

REQUETE = "SELECT %s::int + 1, current_setting('imilo.structure', true)"


def preparees_en_base() -> int:
    with connection.cursor() as curseur:
        curseur.execute("SELECT count(*) FROM pg_prepared_statements")
        return int(curseur.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_the_statement_is_prepared_once_and_answers_each_call() -> None:
    connection.close()
    lignes = [preparees.lire(REQUETE, [n]) for n in range(3)]
    assert [ligne and ligne[0] for ligne in lignes] == [1, 2, 3]
    assert preparees_en_base() == 1


@pytest.mark.django_db(transaction=True)
def test_it_runs_in_the_current_transaction() -> None:
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute("SELECT set_config('imilo.structure', '7', true)")
        ligne = preparees.lire(REQUETE, [1])
    assert ligne == (2, "7")


@pytest.mark.django_db
def test_no_row_is_none() -> None:
    assert preparees.lire("SELECT 1 WHERE %s::bool", [False]) is None


@pytest.mark.django_db(transaction=True)
def test_a_server_that_hung_up_is_called_again() -> None:
    connection.close()
    assert preparees.lire(REQUETE, [1]) is not None
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_backend_pid()")
        (pid,) = curseur.fetchone()
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": True}) as autre:  # the same role may
        autre.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    ligne = preparees.lire(REQUETE, [2])
    assert ligne is not None
    assert ligne[0] == 3


@pytest.mark.django_db
def test_errors_are_those_of_django() -> None:
    with pytest.raises(DataError), transaction.atomic():
        preparees.lire("SELECT 1 / %s::int", [0])
