"""A month decided, then the sanction that withheld it is lifted or withdrawn: listed, and put right in one click."""

from __future__ import annotations

import html
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.droit import francais
from imilo.droit.decision import depuis_json, rejouer
from imilo.parcours.allocations.a_revoir import a_revoir
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.services import decider_allocation, declarer_ressources, recalculer_le_mois
from imilo.parcours.sanctions import services as sanctions
from imilo.parcours.sanctions.models import Procedure
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_sanction as ps
from tests.parcours.allocations.conftest import SALAIRE, SEUL

pytestmark = pytest.mark.django_db
AVRIL, LE = date(2026, 4, 1), date(2026, 5, 4)


@pytest.fixture
def decidee(
    structure: Structure, agent: Agent, directrice: Agent, monkeypatch: pytest.MonkeyPatch
) -> DecisionAllocation:
    """April, with wages, decided on 4 May with thirty per cent withheld by a suspension of one month."""
    regler = ps.calendrier(monkeypatch)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        contrat = ps.contrat_signe(regler, directrice, agent, dossier)
        ps.executoire(regler, agent, directrice, dossier)
        regler(LE)
        preparee = declarer_ressources(agent, contrat, mois=AVRIL, situation=SEUL, ressources=[SALAIRE], version=None)
        return decider_allocation(directrice, preparee, version=preparee.version)


def lever(agent: Agent, directrice: Agent) -> None:
    """The commitments were resumed on 10 April: known, and written, once April was decided."""
    procedure = Procedure.objects.get()
    procedure = sanctions.definir_conditions(agent, procedure, version=procedure.version, conditions="L'atelier CV.")
    sanctions.lever_suspension(directrice, procedure, version=procedure.version, conforme_le=date(2026, 4, 10))


def test_un_mois_decide_avant_la_levee_se_recalcule_en_un_clic(
    structure: Structure, agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    plein = Decimal(depuis_json(decidee.calcul).resultat["montant"])
    # thirty per cent of the month is withheld
    assert decidee.montant == plein - (plein * Decimal("0.30")).quantize(Decimal("0.01"))
    client = Client()
    client.force_login(agent)
    liste = reverse("web:allocations-a-revoir")
    assert "Aucun mois n'est à revoir" in html.unescape(client.get(liste).content.decode())
    with perimetre(structure.pk):
        lever(agent, directrice)
        (revu,) = a_revoir(agent=agent, structure=structure, le=LE)
        assert (revu.avant, revu.montant) == (decidee.montant, plein)
        faire = reverse("web:allocation-recalculer", args=[str(decidee.dossier), decidee.contrat_id, "2026-04"])
    page = client.get(liste).content.decode()
    assert faire in page
    assert "la suspension est levée le 10 avril 2026" in page
    assert client.post(faire, follow=True).status_code == 200
    with perimetre(structure.pk):
        correction = DecisionAllocation.objects.get(corrige=decidee)
        assert [r.montant for r in correction.declaration.ressources.all()] == [SALAIRE.montant]
        assert "la suspension est levée" in correction.correction
        prise = decider_allocation(directrice, correction, version=correction.version)
        assert (prise.montant, prise.a_verser) == (plein, plein - decidee.montant)
        assert rejouer(depuis_json(prise.regularisation)).identique
        assert a_revoir(agent=agent, structure=structure, le=LE) == []
        with pytest.raises(RegleViolee, match="n'est plus à revoir"):
            recalculer_le_mois(agent, decidee)
    assert "n'est plus à revoir" in html.unescape(client.post(faire, follow=True).content.decode())


def test_la_journee_de_qui_decide_dit_les_mois_a_revoir(
    structure: Structure, agent: Agent, directrice: Agent, decidee: DecisionAllocation, autre_structure: Structure
) -> None:
    """Who has the power to decide reads it, with a link; a counsellor without it doesn't, nor another structure."""

    def journee(qui: Agent) -> str:
        client = Client()
        client.force_login(qui)
        return html.unescape(client.get(reverse("web:journee")).content.decode())

    assert "mois à revoir" not in journee(directrice)
    with perimetre(structure.pk):
        lever(agent, directrice)
    lue = journee(directrice)
    assert "Allocations : mois à revoir" in lue
    assert f'href="{reverse("web:allocations-a-revoir")}"' in lue
    assert reverse("web:allocation", args=[str(decidee.dossier), decidee.contrat_id, "2026-04"]) in lue
    assert francais.euros(decidee.montant) in lue
    assert "mois à revoir" not in journee(agent)
    la_bas = fabriques.agent(autre_structure, Profil.DIRECTION, representant_legal=True)
    assert "mois à revoir" not in journee(la_bas)
    with perimetre(structure.pk):
        recalculer_le_mois(agent, decidee)
    assert "mois à revoir" not in journee(directrice)  # its correction waits, among the deadlines


def test_une_sanction_retiree_rend_le_mois(
    structure: Structure, agent: Agent, directrice: Agent, decidee: DecisionAllocation, autre_structure: Structure
) -> None:
    with perimetre(structure.pk):
        procedure = Procedure.objects.get()
        sanctions.retirer_sanction(directrice, procedure, version=procedure.version, raison="Recours admis")
        (revu,) = a_revoir(agent=agent, structure=structure, le=LE)
        assert revu.montant > revu.avant
        assert "la sanction est retirée" in revu.pourquoi
    ailleurs = Client()
    ailleurs.force_login(fabriques.agent(autre_structure))
    assert str(decidee.dossier) not in ailleurs.get(reverse("web:allocations-a-revoir")).content.decode()
    accueil = Client()
    accueil.force_login(fabriques.agent(structure, Profil.ACCUEIL))
    assert accueil.get(reverse("web:allocations-a-revoir")).status_code == 403
