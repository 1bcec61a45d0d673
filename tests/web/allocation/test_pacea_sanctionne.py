"""The page of a PACEA allowance that a sanction withholds in part: what is asked, withheld and paid, and why."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.allocations.models import AllocationPacea, EtatPacea
from imilo.parcours.allocations.services.pacea import DemandePacea, preparer_pacea
from imilo.parcours.contrats.etats import Cadre
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.contrats.test_cadres import phases, preparer

pytestmark = pytest.mark.django_db
AVRIL, LE = date(2026, 4, 1), date(2026, 5, 4)


@pytest.fixture
def demandee(structure: Structure, agent: Agent, directrice: Agent, monkeypatch: pytest.MonkeyPatch) -> AllocationPacea:
    """500 € asked for April, of which a suspension of a month withholds thirty per cent."""
    regler = ps.calendrier(monkeypatch)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        regler(ps.SIGNATURE)
        longues = phases(ps.SIGNATURE, jours=200)
        parcours_cej.signer(directrice, preparer(agent, dossier, Cadre.PACEA, phases=longues))
        ps.executoire(regler, agent, directrice, dossier)
        regler(LE)
        return preparer_pacea(agent, dossier, demande=DemandePacea(AVRIL, Decimal("500.00"), "Un abonnement."))


def test_la_page_dit_ce_qui_est_retenu_et_n_accorde_que_le_reste(
    structure: Structure, directrice: Agent, demandee: AllocationPacea
) -> None:
    """500.00 × 30 % = 150.00; 350.00 are left."""
    client = Client()
    client.force_login(directrice)
    numero = str(demandee.dossier)

    def page(nom: str, *args: object) -> str:
        return html.unescape(client.get(reverse(nom, args=[numero, *args])).content.decode()).replace("\xa0", " ")

    montree = page("web:pacea-allocation", demandee.pk)
    assert "Accorder 350,00" in montree.replace("\u202f", " ")
    assert "dont 150,00" in montree
    assert "suspendue à 30" in montree
    client.post(reverse("web:pacea-accorder", args=[numero, demandee.pk]), {"version": demandee.version})
    with perimetre(structure.pk):
        demandee.refresh_from_db()
    assert (demandee.etat, demandee.a_verser) == (EtatPacea.ACCORDEE, Decimal("350.00"))
    assert "350,00" in page("web:pacea-allocations")
    assert "identique" in page("web:pourquoi", "pacea-effet-1", demandee.pk).lower()
