"""Which database is used, from the environment; and how commands tell what stops them."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
import typer

from imilo.config import base_de_donnees
from imilo.config.commandes import sortie
from imilo.socle.demarrage import Empechement
from imilo.socle.postgres_roles import Urls
from imilo.socle.urls_base import FICHIER, VARIABLES, Role, url_pour


@pytest.fixture(autouse=True)
def environnement(monkeypatch: pytest.MonkeyPatch) -> None:
    for nom in VARIABLES.values():
        monkeypatch.delenv(nom, raising=False)


def test_trois_urls_donnees_sont_prises_telles_quelles(
    urls_base: Urls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for role in Role:
        monkeypatch.setenv(VARIABLES[role], urls_base.pour(role))
    base = base_de_donnees.ouvrir(tmp_path)
    assert base == base_de_donnees.Base(urls_base, serveur=None)
    assert list(tmp_path.iterdir()) == []
    assert not base_de_donnees.embarquee()
    assert url_pour(Role.LOTS, tmp_path) == urls_base.lots


@pytest.mark.parametrize("manquante", [Role.APP, Role.LOTS])
def test_une_url_manque(urls_base: Urls, manquante: Role, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for role in set(Role) - {manquante}:
        monkeypatch.setenv(VARIABLES[role], urls_base.pour(role))
    with pytest.raises(Empechement, match="donnez aussi DATABASE_URL"):
        base_de_donnees.ouvrir(tmp_path)


def test_role_qui_traverserait_le_cloisonnement(
    urls_base: Urls, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The owner as the running role: refused, it would not be held by the same policies."""
    monkeypatch.setenv(VARIABLES[Role.PROPRIETAIRE], urls_base.proprietaire)
    monkeypatch.setenv(VARIABLES[Role.APP], urls_base.proprietaire)
    monkeypatch.setenv(VARIABLES[Role.LOTS], urls_base.lots)
    with pytest.raises(Empechement, match="imilo_app"):
        base_de_donnees.ouvrir(tmp_path)


@pytest.mark.parametrize(
    ("url", "phrase"),
    [
        ("n'importe quoi", "ne se lit pas"),
        ("postgresql://x:y@127.0.0.1:9/imilo", "ne répond pas ou refuse"),
    ],
)
def test_url_fausse(url: str, phrase: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(Empechement, match=phrase):
        base_de_donnees.ouvrir(tmp_path)


def test_sans_variable_c_est_le_fichier_du_dossier(tmp_path: Path) -> None:
    (tmp_path / FICHIER).write_text(json.dumps({r.value: f"postgresql://{r.value}@/imilo" for r in Role}))
    assert base_de_donnees.embarquee()
    assert url_pour(Role.LOTS, tmp_path) == "postgresql://lots@/imilo"


def test_le_verrou_tient_et_se_relache(tmp_path: Path) -> None:
    with base_de_donnees.verrou(tmp_path, port=8000) as premier:
        assert premier
        with base_de_donnees.verrou(tmp_path) as second:
            assert not second
        phrase = base_de_donnees.deja_lance(tmp_path).francais
        assert f"kill {os.getpid()}" in phrase
        assert "http://127.0.0.1:8000" in phrase
    with base_de_donnees.verrou(tmp_path) as ensuite:
        assert ensuite


def test_une_commande_dit_la_phrase(capsys: pytest.CaptureFixture[str]) -> None:
    @sortie.explique
    def commande() -> None:
        raise Empechement("Faites ceci [1].", "Do this.")

    with pytest.raises(typer.Exit) as fin:
        commande()
    assert fin.value.exit_code == 1
    assert capsys.readouterr().err == "Faites ceci [1].\nDo this.\n"


def test_une_commande_dit_que_le_disque_est_plein(capsys: pytest.CaptureFixture[str]) -> None:
    @sortie.explique
    def commande() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(typer.Exit):
        commande()
    assert "Libérez au moins 500 Mo" in capsys.readouterr().err


def test_une_autre_erreur_reste_une_erreur() -> None:
    @sortie.explique
    def commande() -> None:
        raise FileNotFoundError(errno.ENOENT, "x")

    with pytest.raises(FileNotFoundError):
        commande()
