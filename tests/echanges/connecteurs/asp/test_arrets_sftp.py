"""The same exchange over a real SFTP server: whole, then killed while a file is half written, renamed or removed.

The agency reads and writes the folder that the server serves; its own ledger is the judge, as for the folder door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from imilo.echanges.connecteurs.asp.client import Porte, ouvrir
from imilo.echanges.connecteurs.asp.messages import EN_COURS
from tests.echanges.connecteurs.asp import programme
from tests.echanges.connecteurs.asp.scene import Scene
from tests.echanges.connecteurs.asp.serveur_sftp import Serveur, serveur_sftp
from tests.echanges.connecteurs.asp.test_arrets import envois, finir, scene, tout_est_la_une_fois
from tests.processus import MORT, Processus

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def serveur(scene: Scene, tmp_path: Path) -> Iterator[Serveur]:
    with serveur_sftp(tmp_path, scene.asp.base) as lance:
        yield lance


@pytest.fixture
def serveur_simple(scene: Scene, tmp_path: Path) -> Iterator[Serveur]:
    with serveur_sftp(tmp_path, scene.asp.base, posix_rename=False) as lance:
        yield lance


def porte(serveur: Serveur) -> AbstractContextManager[Porte]:
    return ouvrir(serveur.adresse, cle=serveur.cle, hotes_connus=serveur.hotes_connus)


def lancer(scene: Scene, serveur: Serveur, etape: str = "") -> Processus:
    acces = (serveur.adresse, serveur.cle, serveur.hotes_connus)
    return Processus(programme.echanger_par_sftp, scene.structure.pk, *acces, etape)


def test_un_echange_entier(scene: Scene, serveur: Serveur) -> None:
    """From the contracts to the last payment, each visit in a process of its own."""
    for _ in range(5):
        assert lancer(scene, serveur).attendre()["injoignable"] == ""
        scene.asp.passer()
    tout_est_la_une_fois(scene)


@pytest.mark.parametrize("etape", programme.ETAPES_SFTP)
def test_tue_a_cette_etape(scene: Scene, serveur: Serveur, etape: str) -> None:
    """At each visit: the process dies at the step, then another one takes over; a resend is identical."""
    morts, vus = 0, dict[str, tuple[str, str]]()
    for _ in range(4):
        morts += lancer(scene, serveur, etape).attendre() == MORT
        if morts == 3:
            break
        avant = envois(scene)
        for nom in vus.keys() & avant.keys():
            assert vus[nom] == avant[nom]
        vus |= avant
        _ce_que_l_agence_voit_est_entier(scene, avant)
        scene.asp.passer()
    assert morts >= 2
    finir(scene, par=lambda: porte(serveur))
    tout_est_la_une_fois(scene)


def _ce_que_l_agence_voit_est_entier(scene: Scene, fixes: dict[str, tuple[str, str]]) -> None:
    """Under its name a file is whole; cut short, it still bears the mark of what is being written."""
    for depose in scene.asp.depot.iterdir():
        contenu = fixes[depose.name.removesuffix(EN_COURS)][0].encode()
        if depose.suffix == EN_COURS:
            assert contenu.startswith(depose.read_bytes())
        else:
            assert depose.read_bytes() == contenu


@pytest.mark.parametrize("etape", programme.RENOMMAGES_SIMPLES)
def test_tue_au_renommage_d_un_serveur_simple(scene: Scene, serveur_simple: Serveur, etape: str) -> None:
    """A server that won't rename onto a file that exists: the next visit deposits the same bytes, once."""
    assert lancer(scene, serveur_simple, etape).attendre() == MORT
    (nom,) = envois(scene)
    ecrit = nom + EN_COURS if etape == "avant_le_renommage_simple" else nom
    assert [f.name for f in scene.asp.depot.iterdir()] == [ecrit]
    octets = (scene.asp.depot / ecrit).read_bytes()
    assert lancer(scene, serveur_simple).attendre()["deposes"] == 1
    assert (scene.asp.depot / nom).read_bytes() == octets
    finir(scene, par=lambda: porte(serveur_simple))
    tout_est_la_une_fois(scene)
