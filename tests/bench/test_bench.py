"""The measures measure what they say, and their reference views are never served by the application."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from bench import base, buts, debit
from bench.debit import Debits
from bench.mesures import Temps

RACINE = Path(__file__).resolve().parents[2]
JOURNAL = {"page_ms": 10.0, "journal_ms": 0.1, "part": 0.01}


def debits(sur_constante: float = 0.7, sur_vide: float = 0.3) -> Debits:
    return Debits(700, 1000, 2333, sur_constante, sur_vide)


def temps(p95: float = 100, requetes: int = 7) -> list[Temps]:
    semaine = Temps("Semaine d'un conseiller", 50, 100, 12)
    return [Temps("Portefeuille de 300 jeunes", p95 / 2, p95, requetes), semaine]


def test_every_goal_can_be_met() -> None:
    assert all(but.atteint for but in buts.juger(temps(), debits(), JOURNAL))


@pytest.mark.parametrize(
    ("mesures", "rates"),
    [
        ((temps(p95=151), debits(), JOURNAL), 1),
        ((temps(requetes=13), debits(), JOURNAL), 1),
        ((temps(), debits(sur_constante=0.59), JOURNAL), 1),
        ((temps(), debits(sur_vide=0.24), JOURNAL), 1),
        ((temps(), debits(), {**JOURNAL, "part": 0.11}), 1),
        ((temps(p95=500, requetes=40), debits(0.1, 0.1), {**JOURNAL, "part": 0.5}), 5),
    ],
)
def test_each_goal_can_be_missed(mesures: tuple[list[Temps], Debits, dict[str, float]], rates: int) -> None:
    assert sum(not but.atteint for but in buts.juger(*mesures)) == rates


def test_reference_views_are_not_routes_of_the_application() -> None:
    assert settings.ROOT_URLCONF == "imilo.config.urls"
    for chemin in ("/bench/vide", "/bench/constante/dossiers/1000000"):
        with pytest.raises(Resolver404):
            resolve(chemin)
    with pytest.raises(NoReverseMatch):
        reverse("api-bench:lire", args=[1])


def test_the_application_imports_nothing_of_the_measures() -> None:
    fautifs = [
        f for f in (RACINE / "imilo").rglob("*.py") if any(m in f.read_text() for m in ("import bench", "from bench"))
    ]
    assert fautifs == []


@pytest.mark.django_db
def test_the_reference_door_checks_the_key(client: object) -> None:
    from django.test import Client

    with override_settings(ROOT_URLCONF="bench.urls"):
        assert Client().get("/bench/vide").json() == {}
        assert Client().get("/bench/constante/dossiers/1").status_code == 401


def test_an_answer_is_read_whole_even_in_pieces() -> None:
    ici, la_bas = socket.socketpair()
    ici.settimeout(10)

    def repondre() -> None:
        la_bas.sendall(b"HTTP/1.1 200 OK\r\nContent-")
        la_bas.sendall(b"Length: 300000\r\nX: y\r\n\r\n" + b"x" * 300_000)

    fil = threading.Thread(target=repondre)
    fil.start()
    with ici, la_bas:
        assert debit._recevoir(ici) == b"200"
        fil.join(10)
        la_bas.sendall(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
        assert debit._recevoir(ici) == b"404"


def test_another_size_is_another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMILO_BENCH_DOSSIERS", "1000")
    petite = base.empreinte()
    monkeypatch.setenv("IMILO_BENCH_DOSSIERS", "2000")
    assert base.empreinte() != petite


def test_a_database_is_loaded_again_when_it_was_made_by_other_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMILO_BENCH_HOME", str(tmp_path))
    assert not base.chargee()
    (tmp_path / "bench.json").write_text('{"empreinte": "autre", "bilan": {}}')
    assert not base.chargee()
    (tmp_path / "bench.json").write_text(f'{{"empreinte": "{base.empreinte()}", "bilan": {{"taille": "x"}}}}')
    assert base.chargee()
    assert base.bilan() == {"taille": "x"}
