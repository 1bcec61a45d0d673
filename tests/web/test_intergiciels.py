"""Headers, bounded sessions, and the perimeter of a request."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone

from imilo.web.intergiciels import CLE_ACTIVITE, CLE_AFFECTATION, CLE_OUVERTURE
from imilo.web.permissions import permission
from tests import fabriques

pytestmark = pytest.mark.django_db


@permission("compte.voir")
def ou_suis_je(requete: HttpRequest) -> HttpResponse:
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_setting('imilo.structure', true)")
        return HttpResponse(f"{curseur.fetchone()[0]}|{timezone.get_current_timezone()}")


urlpatterns = [path("essai/ou", ou_suis_je), path("", include("imilo.web.urls"))]
ici = override_settings(ROOT_URLCONF=__name__)


def test_nothing_inline_and_nothing_from_elsewhere() -> None:
    reponse = Client().get("/connexion")
    politique = reponse["Content-Security-Policy"]
    assert "default-src 'none'" in politique
    assert "script-src 'self';" in politique
    assert "unsafe" not in politique
    assert reponse["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in reponse["Permissions-Policy"]
    assert reponse["X-Frame-Options"] == "DENY"


@ici
def test_pages_of_a_signed_in_agent_are_kept_by_no_cache() -> None:
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure()))
    assert client.get("/essai/ou")["Cache-Control"] == "no-store"


@ici
def test_the_request_runs_in_the_active_structure_and_its_time_zone() -> None:
    agent = fabriques.agent(fabriques.structure())
    reunion = fabriques.structure(fuseau="Indian/Reunion")
    seconde = fabriques.affectation(agent, reunion, principale=False)
    client = Client()
    client.force_login(agent)
    assert client.get("/essai/ou").content.decode().endswith("|Europe/Paris")
    session = client.session
    session[CLE_AFFECTATION] = seconde.pk
    session.save()
    assert client.get("/essai/ou").content.decode() == f"{reunion.pk}|Indian/Reunion"


@ici
def test_somebody_elses_affectation_in_the_session_is_ignored() -> None:
    mien, autre = fabriques.structure(), fabriques.structure()
    agent, voisin = fabriques.agent(mien), fabriques.agent(autre)
    client = Client()
    client.force_login(agent)
    session = client.session
    session[CLE_AFFECTATION] = voisin.affectations.get().pk
    session.save()
    assert client.get("/essai/ou").content.decode().startswith(f"{mien.pk}|")


@ici
@pytest.mark.parametrize(
    ("ouverte", "vue", "motif"),
    [(12 * 3600, 10, "duree"), (3600, 1800, "inactivite"), (12 * 3600 - 60, 1700, "")],
)
def test_a_session_is_bounded(ouverte: int, vue: int, motif: str) -> None:
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure()))
    maintenant = int(time.time())
    session = client.session
    session[CLE_OUVERTURE], session[CLE_ACTIVITE] = maintenant - ouverte, maintenant - vue
    session.save()
    reponse = client.get("/essai/ou")
    if motif:
        assert reponse.status_code == 302
        assert f"motif={motif}" in reponse["Location"]
        assert "sessionid" not in client.cookies or not client.cookies["sessionid"].value
        assert "Votre session" in client.get(reponse["Location"]).content.decode()
    else:
        assert reponse.status_code == 200


@ici
def test_activity_is_written_once_a_minute_at_most() -> None:
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure()))
    client.get("/essai/ou")
    vue = client.session[CLE_ACTIVITE]
    client.get("/essai/ou")
    assert client.session[CLE_ACTIVITE] == vue
    session = client.session
    session[CLE_ACTIVITE] = vue - 61
    session.save()
    client.get("/essai/ou")
    assert client.session[CLE_ACTIVITE] >= vue


def test_settings_keep_the_bounds_of_the_contract() -> None:
    assert settings.SESSION_COOKIE_AGE == 12 * 3600
    assert settings.SESSION_INACTIVITE == 30 * 60
    assert datetime.now(UTC).tzinfo is not None


@ici
def test_the_foundation_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    """Session, agent, affectations; savepoint, perimeter read, set and given back, release."""
    client = Client()
    client.force_login(fabriques.agent(fabriques.structure()))
    client.get("/essai/ou")
    with django_assert_max_num_queries(9) as requetes:
        client.get("/essai/ou")
    assert [r["sql"] for r in requetes.captured_queries if "UPDATE" in r["sql"] or "INSERT" in r["sql"]] == []
