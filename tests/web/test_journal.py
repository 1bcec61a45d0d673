"""The journal on screen: to whom, of which structure, filtered."""

from __future__ import annotations

import pytest
from django.test import Client

from imilo.acteurs.models import Structure
from imilo.acteurs.profils import Profil
from imilo.journal.services import consigner, consulter
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_dpd() -> Client:
    """A DPD of a structure where two facts and a consultation happened, next to another structure."""
    chez = fabriques.structure()
    lea, noe = fabriques.agent(chez, nom="Première"), fabriques.agent(chez, nom="Second")
    with perimetre(chez.pk):
        dossier = fabriques.dossier(chez, lea, numero=1234567)
        consigner(lea, "dossier.ouvert", dossier)
        consigner(noe, "acte.saisi", dossier)
        consulter(noe, dossier)
    ailleurs = fabriques.structure()
    voisin = fabriques.agent(ailleurs, nom="Voisin")
    with perimetre(ailleurs.pk):
        consigner(voisin, "structure.choisie", voisin.affectations.get())
    client = Client()
    client.force_login(fabriques.agent(chez, Profil.DPD))
    return client


def lire(client: Client, requete: str = "") -> str:
    return client.get(f"/journal{requete}").content.decode()


def test_the_structure_s_facts_are_read_and_no_other_s(client_dpd: Client) -> None:
    page = lire(client_dpd)
    assert "Dossier ouvert" in page
    assert "Acte saisi" in page
    assert "1234567" in page
    assert "Voisin" not in page
    assert ">Structure active choisie</td>" not in page


def test_filters_narrow(client_dpd: Client) -> None:
    assert ">Dossier ouvert</td>" not in lire(client_dpd, "?genre=acte.saisi")
    assert ">Dossier ouvert</td>" in lire(client_dpd, "?dossier=1234567")
    assert "Rien à montrer" in lire(client_dpd, "?dossier=7654321")
    assert "Rien à montrer" in lire(client_dpd, "?au=2020-01-01")


def test_an_export_holds_what_the_filters_show(client_dpd: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from imilo.journal import selectors
    from imilo.web.journal import views

    monkeypatch.setattr(selectors, "PAGE", 1)  # every page of the screen, not only the first
    lignes = client_dpd.get("/journal/export.csv").content.decode().splitlines()
    assert lignes[0] == "\ufeffQuand;Qui;Quoi;Dossier;Précisions"
    assert [ligne.split(";")[2] for ligne in lignes[1:]].count("Acte saisi") == 1
    assert any("1234567" in ligne and "Dossier ouvert" in ligne for ligne in lignes)
    assert "Journal exporté" in lire(client_dpd)
    seule = client_dpd.get("/journal/export.csv?genre=acte.saisi").content.decode().splitlines()
    assert len(seule) == 2
    monkeypatch.setattr(views, "EXPORT_MAX", 1)
    trop = client_dpd.get("/journal/export.csv?dossier=1234567")
    assert (trop.status_code, "resserrez les dates" in trop.content.decode()) == (422, True)


def test_who_looked_at_a_dossier(client_dpd: Client) -> None:
    page = lire(client_dpd, "?registre=consultation&dossier=1234567")
    assert "ouvert à l" in page
    assert "Second" in page
    sans = client_dpd.get("/journal?registre=consultation")
    assert sans.status_code == 422
    assert "Donnez le numéro" in sans.content.decode()


@pytest.mark.parametrize(
    "requete", ["?du=31/02/2026", "?dossier=abc", "?dossier=99999999999", "?genre=x", "?curseur=xx"]
)
def test_a_wrong_filter_is_said(client_dpd: Client, requete: str) -> None:
    assert client_dpd.get(f"/journal{requete}").status_code == 422


@pytest.mark.parametrize("profil", [Profil.ACCUEIL, Profil.CONSEILLER, Profil.GESTIONNAIRE, Profil.RGC, Profil.SUPPORT])
def test_the_others_do_not_read_it(profil: Profil) -> None:
    chez: Structure = fabriques.structure()
    client = Client()
    client.force_login(fabriques.agent(chez, profil))
    assert client.get("/journal").status_code == 403
