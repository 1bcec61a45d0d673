"""Both doors, a folder and a real SFTP server, do the same; what can't be reached is told from what is closed."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import asyncssh
import pytest

from imilo.echanges.connecteurs.asp.client import Porte, PorteFermee, PorteInjoignable, ouvrir
from tests.echanges.connecteurs.asp.serveur_sftp import Serveur, serveur_sftp

Ouvrir = Callable[[], AbstractContextManager[Porte]]


@pytest.fixture
def racine(tmp_path: Path) -> Path:
    for nom in ("depot", "retrait"):
        (tmp_path / "asp" / nom).mkdir(parents=True)
    return tmp_path / "asp"


@pytest.fixture
def serveur(tmp_path: Path, racine: Path) -> Iterator[Serveur]:
    with serveur_sftp(tmp_path, racine) as lance:
        yield lance


@pytest.fixture
def serveur_simple(tmp_path: Path, racine: Path) -> Iterator[Serveur]:
    """One that won't rename onto a file that exists."""
    with serveur_sftp(tmp_path, racine, posix_rename=False) as lance:
        yield lance


@pytest.fixture(params=["dossier", "serveur", "serveur_simple"])
def porte(request: pytest.FixtureRequest, racine: Path) -> Ouvrir:
    if request.param == "dossier":
        return lambda: ouvrir(str(racine))
    s: Serveur = request.getfixturevalue(request.param)
    return lambda: ouvrir(s.adresse, cle=s.cle, hotes_connus=s.hotes_connus)


def test_deposer_deux_fois_les_memes_octets_est_comme_une(porte: Ouvrir, racine: Path) -> None:
    octets = "é;1\n".encode() * 10_000
    with porte() as ouverte:
        ouverte.deposer("CTR_X_20261122101500.csv", octets)
        ouverte.deposer("CTR_X_20261122101500.csv", octets)
        assert ouverte.depots() == ["CTR_X_20261122101500.csv"]
    assert [f.name for f in (racine / "depot").iterdir()] == ["CTR_X_20261122101500.csv"]
    assert (racine / "depot" / "CTR_X_20261122101500.csv").read_bytes() == octets


def test_ce_qui_s_ecrit_encore_n_est_pas_lu(porte: Ouvrir, racine: Path) -> None:
    (racine / "retrait" / "b.csv").write_bytes(b"2\n")
    (racine / "retrait" / "a.csv").write_bytes(b"1\n")
    (racine / "retrait" / "c.csv.part").write_bytes(b"3")
    (racine / "retrait" / "d.csv").mkdir()
    with porte() as ouverte:
        assert ouverte.retraits() == ["a.csv", "b.csv"]
        assert ouverte.lire("a.csv") == b"1\n"
        ouverte.supprimer("a.csv")
        ouverte.supprimer("a.csv")
        assert ouverte.retraits() == ["b.csv"]
        with pytest.raises(PorteInjoignable):
            ouverte.lire("a.csv")


def test_un_dossier_absent_est_injoignable(porte: Ouvrir, racine: Path) -> None:
    (racine / "retrait").rename(racine / "ailleurs")
    with pytest.raises(PorteInjoignable), porte() as ouverte:
        ouverte.retraits()


def test_personne_ne_repond(serveur: Serveur) -> None:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        adresse = f"sftp://imilo@127.0.0.1:{prise.getsockname()[1]}/"
        with pytest.raises(PorteInjoignable), ouvrir(adresse, cle=serveur.cle, hotes_connus=serveur.hotes_connus):
            pass


def test_une_autre_cle_est_refusee(serveur: Serveur, tmp_path: Path) -> None:
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(str(tmp_path / "autre"))
    with (
        pytest.raises(PorteFermee, match="refuse notre compte"),
        ouvrir(serveur.adresse, cle=str(tmp_path / "autre"), hotes_connus=serveur.hotes_connus),
    ):
        pass


def test_un_autre_serveur_a_cette_adresse_ne_recoit_rien(serveur: Serveur, tmp_path: Path, racine: Path) -> None:
    autre = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    adresse = serveur.adresse.removeprefix("sftp://imilo@127.0.0.1:").rstrip("/")
    (tmp_path / "faux").write_text(f"[127.0.0.1]:{adresse} {autre}")
    with (
        pytest.raises(PorteFermee, match="n'a pas la clé attendue"),
        ouvrir(serveur.adresse, cle=serveur.cle, hotes_connus=str(tmp_path / "faux")) as porte,
    ):
        porte.deposer("CTR_X_20261122101500.csv", b"secret")
    assert list((racine / "depot").iterdir()) == []


@pytest.mark.parametrize(
    ("adresse", "message"),
    [("", "n'est pas réglée"), ("sftp://asp.example/", "sftp://compte@serveur"), ("sftp://a@b/", "clés du serveur")],
)
def test_ce_qui_manque_aux_reglages_est_dit(adresse: str, message: str) -> None:
    with pytest.raises(PorteFermee, match=message), ouvrir(adresse):
        pass
