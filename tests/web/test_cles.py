"""API keys of a structure: shown once, read with, revoked; nobody else's."""

from __future__ import annotations

import re
from datetime import date

from django.test import Client

from imilo.acteurs.cles_api import creer_cle
from imilo.acteurs.models import Agent, CleApi, FamilleApi, Structure
from imilo.parcours.dossiers.models import Completude
from imilo.socle.perimetre import perimetre
from tests import fabriques


def test_creee_montree_une_fois_utilisee_revoquee(client: Client, directrice: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(
            structure,
            completude=Completude.JUSTIFIE,
            piece_type="CNI",
            piece_numero="T7X62TZ79",
            piece_vue_le=date(2026, 1, 5),
        )
    client.force_login(directrice)
    page = client.post("/structure/cles", {"nom": "Outil local", "famille": "dossier"}, follow=True).content.decode()
    secret = re.search(r'imilo-cle">([^<]+)<', page)
    assert secret
    assert secret[1] not in client.get("/structure/cles").content.decode()

    def lire() -> int:
        entete = {"X-Gravitee-Api-Key": secret[1]}
        return Client().get(f"/api/sue/dossiers/{dossier.numero}", headers=entete).status_code

    assert lire() == 200
    cle = CleApi.objects.get()
    client.post(f"/structure/cles/{cle.pk}/revocation")
    assert lire() == 401


def test_saisie_refusee_et_gardee(client: Client, directrice: Agent) -> None:
    client.force_login(directrice)
    reponse = client.post("/structure/cles", {"nom": "Outil", "famille": "events", "expire_le": "2020-01-01"})
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert 'value="Outil"' in page
    assert "Cette date est passée." in page
    assert not CleApi.objects.exists()


def test_les_cles_des_autres_n_existent_pas(
    client: Client, directrice: Agent, agent: Agent, autre_structure: Structure
) -> None:
    ailleurs, _ = creer_cle(None, famille=FamilleApi.DOSSIER, nom="Leur outil", structure=autre_structure)
    nationale, _ = creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=None)
    client.force_login(directrice)
    assert "Leur outil" not in client.get("/structure/cles").content.decode()
    for cle in (ailleurs, nationale):
        assert client.post(f"/structure/cles/{cle.pk}/revocation").status_code == 404
    client.force_login(agent)  # a counsellor
    assert client.get("/structure/cles").status_code == 403
