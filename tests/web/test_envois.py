"""The same form sent twice at the same instant makes one object (real connections, real race)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import httpx
import pytest
from django.utils import timezone

from imilo.acteurs.models import Affectation
from imilo.acteurs.profils import Profil
from imilo.web.envois import CONSERVES, oublier_les_anciens
from imilo.web.models import Envoi, SessionOuverte
from imilo.web.sessions import SessionStore, oublier_le_perime
from tests import fabriques
from tests.web.navigateur import Navigateur


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_access(live_server: Any) -> None:
    chez = fabriques.structure(siret="13002526500013")
    rgc = fabriques.agent(chez, Profil.RGC, courriel="rgc@demo.imilo.example", sub=None)
    with Navigateur(str(live_server.url)) as navigateur:
        navigateur.choisir_persona(rgc)
        page = navigateur.aller("/structure/acces/nouveau")
        champs = {"courriel": "lea@ml.example", "nom": "Martin", "profil": "accueil", "du": date.today().isoformat()}

        def envoyer(_: int) -> httpx.Response:
            return navigateur.envoyer(page, **champs)

        with ThreadPoolExecutor(4) as files:
            reponses = list(files.map(envoyer, range(4)))
    assert {r.url.path for r in reponses} == {"/structure"}
    assert Affectation.objects.filter(agent__courriel="lea@ml.example").count() == 1


@pytest.mark.django_db
def test_tokens_and_sessions_are_forgotten_in_time() -> None:
    agent = fabriques.agent()
    vieux = timezone.now() - CONSERVES * 2
    for n in range(3):
        Envoi.objects.create(agent=agent, jeton=f"00000000-0000-0000-0000-00000000000{n}", chemin="/")
    Envoi.objects.filter(jeton__endswith="1").update(recu_le=vieux)
    assert oublier_les_anciens(agent.pk) == 1
    Envoi.objects.filter(jeton__endswith="2").update(recu_le=vieux)
    session = SessionStore()
    session.create()
    SessionOuverte.objects.update(expire_date=vieux)
    assert oublier_le_perime() == 2
    assert Envoi.objects.count() == 1
