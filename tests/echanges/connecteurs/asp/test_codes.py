"""Each code, from the agency to the screen: the line it leaves, what it says to correct, and where."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.echanges.connecteurs.asp.codes import CODES, Code
from imilo.echanges.connecteurs.asp.models import EtatLigne, GenreLigne, Ligne
from imilo.parcours.contrats.etats import Cadre
from tests.echanges.connecteurs.asp.scene import Scene, ouvrir_la_scene

pytestmark = pytest.mark.django_db
MOIS = mois_plus(debut_du_mois(date.today()), -3)
LE = date.today()
DU_FICHIER = ("9001", "9003")  # about the file, hence about each of its lines
AVENANTS, CONTRATS = ("2101", "2102"), ("1101", "1102", "1103", "2001", "2002", "2003", "9002")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return ouvrir_la_scene(tmp_path / "asp")


def abimer(scene: Scene, code: str) -> None:
    """What the agency finds under the name of our file isn't what we sent; or is another file than it knows."""
    (depose,) = scene.asp.depot.iterdir()
    octets = depose.read_bytes()
    depose.write_bytes(b"PK\x03\x04" if code == "9001" else octets + b"\n")
    if code == "9003":
        scene.asp_passe(LE)
        for reponse in scene.asp.retrait.iterdir():
            reponse.unlink()
        depose.write_bytes(octets)


def recevoir(scene: Scene, code: str) -> Ligne:
    """A line that the agency answered with this code, read by us."""
    if code in AVENANTS:
        contrat = scene.contrat(MOIS.replace(day=7))
        scene.aller_retour(LE)
        scene.consigne(rejets={"AV-": (code, 1)})
        scene.finir(contrat, LE)
        scene.aller_retour(LE)
        return next(x for x in scene.lignes() if x.genre == GenreLigne.AVENANT)
    contrat = scene.contrat(MOIS.replace(day=7), cadre=Cadre.PACEA if code == "3007" else Cadre.CEJ)
    if code in DU_FICHIER:
        scene.echanger(LE)
        abimer(scene, code)
        scene.asp_passe(LE)
        scene.echanger(LE)
    elif code in CONTRATS:
        scene.consigne(rejets={contrat.reference: (code, 1)})
        scene.aller_retour(LE)
    else:
        somme = scene.pacea(contrat, LE) if code == "3007" else scene.decision(contrat, MOIS)
        scene.consigne(rejets={somme.reference: (code, 1)})
        scene.aller_retour(LE)
    return scene.lignes()[-1]


def page(scene: Scene, ligne: Ligne) -> str:
    client = Client()
    client.force_login(scene.directrice)
    return " ".join(html.unescape(client.get(f"/paiements/lignes/{ligne.pk}").content.decode()).split())


@pytest.mark.parametrize("code", [c for c in CODES.values() if not c.accepte], ids=lambda c: c.code)
def test_ce_qui_est_a_corriger_se_lit_a_l_ecran(scene: Scene, code: Code) -> None:
    ligne = recevoir(scene, code.code)
    assert (ligne.code, ligne.etat, ligne.a_corriger) == (code.code, EtatLigne.REJETEE, True)
    lue = page(scene, ligne)
    assert code.libelle in lue
    assert code.corriger in lue
    assert "C'est corrigé, renvoyer" in lue
    assert "Ouvrir l" in lue


@pytest.mark.parametrize("code", ["2001", "2101", "3002"])
def test_ce_qui_est_deja_tenu_est_accepte(scene: Scene, code: str) -> None:
    ligne = recevoir(scene, code)
    assert ligne.code == code
    assert ligne.etat in (EtatLigne.ACCEPTEE, EtatLigne.PAYEE)
    assert CODES[code].libelle in page(scene, ligne)


def test_un_code_que_personne_n_explique_le_dit(scene: Scene) -> None:
    ligne = recevoir(scene, "4242")
    assert (ligne.code, ligne.etat) == ("4242", EtatLigne.REJETEE)
    assert "Code 4242, inconnu d'I-MILO" in page(scene, ligne)
