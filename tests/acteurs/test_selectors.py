"""Who works where today, and who may decide in the State's name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import affectations_en_cours, aujourd_hui, pouvoir_de_signer
from imilo.acteurs.services import clore_affectation, creer_agent, ouvrir_affectation
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db
JOUR = date(2026, 3, 1)


@pytest.fixture
def chez() -> Structure:
    return fabriques.structure(nom_officiel="Mission locale d'essai")


@pytest.fixture
def directrice(chez: Structure) -> Agent:
    return fabriques.agent(chez, Profil.DIRECTION, prenom="Claire", nom="Dupont", representant_legal=True)


def deleguer(par: Agent, chez: Structure, **champs: Any) -> Delegation:
    return Delegation.objects.create(
        **{"structure": chez, "delegant": par, "portee": Portee.CONTRATS, "du": date(2026, 1, 1), **champs}
    )


def peut_signer(qui: Agent, chez: Structure, le: date = JOUR, portee: str = Portee.CONTRATS) -> bool:
    return pouvoir_de_signer(agent=qui, structure=chez, portee=portee, le=le) is not None


def test_the_legal_representative_signs_with_their_title(chez: Structure, directrice: Agent) -> None:
    pouvoir = pouvoir_de_signer(agent=directrice, structure=chez, portee=Portee.ALLOCATIONS, le=JOUR)
    assert pouvoir
    assert pouvoir.mention == "Claire Dupont, représentant légal de Mission locale d'essai"
    assert pouvoir.delegation_id is None


def test_nobody_else_signs_without_a_delegation(chez: Structure, directrice: Agent) -> None:
    assert not peut_signer(fabriques.agent(chez), chez)
    assert not peut_signer(fabriques.agent(chez, Profil.DIRECTION), chez)
    assert not peut_signer(directrice, fabriques.structure())


def test_a_delegation_is_of_its_dates_its_scope_and_its_person(chez: Structure, directrice: Agent) -> None:
    lea, noe = fabriques.agent(chez), fabriques.agent(chez)
    deleguer(directrice, chez, agent=lea, du=date(2026, 2, 1), au=date(2026, 3, 31))
    assert peut_signer(lea, chez)
    assert not peut_signer(noe, chez)
    assert not peut_signer(lea, chez, portee=Portee.ALLOCATIONS)
    assert [peut_signer(lea, chez, le) for le in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 3, 31))] == [
        False,
        True,
        True,
    ]
    assert not peut_signer(lea, chez, date(2026, 4, 1))
    pouvoir = pouvoir_de_signer(agent=lea, structure=chez, portee=Portee.CONTRATS, le=JOUR)
    assert pouvoir
    assert "du 1er février 2026 de Claire Dupont" in pouvoir.mention


def test_a_delegation_to_a_profile_is_for_its_agents_of_the_structure(chez: Structure, directrice: Agent) -> None:
    deleguer(directrice, chez, profil=Profil.CONSEILLER)
    assert peut_signer(fabriques.agent(chez, Profil.CONSEILLER), chez)
    assert not peut_signer(fabriques.agent(chez, Profil.ACCUEIL), chez)
    assert not peut_signer(fabriques.agent(fabriques.structure(), Profil.CONSEILLER), chez)


def test_a_delegation_falls_with_the_office_of_the_one_who_gave_it(chez: Structure, directrice: Agent) -> None:
    lea = fabriques.agent(chez)
    deleguer(directrice, chez, agent=lea)
    directrice.affectations.update(au=date(2026, 2, 15))
    assert peut_signer(lea, chez, date(2026, 2, 15))
    assert not peut_signer(lea, chez, date(2026, 2, 16))


def test_an_agent_who_left_signs_nothing(chez: Structure, directrice: Agent) -> None:
    lea = fabriques.agent(chez)
    deleguer(directrice, chez, agent=lea)
    lea.affectations.update(au=date(2026, 2, 15))
    assert not peut_signer(lea, chez)


def test_a_day_begins_at_the_structure_s_own_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 21:30 UTC on 1 March it is already 2 March in La Réunion, still 1 March in Martinique."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 1, 21, 30, tzinfo=UTC))
    reunion = fabriques.structure(fuseau="Indian/Reunion")
    martinique = fabriques.structure(fuseau="America/Martinique")
    assert (aujourd_hui(reunion), aujourd_hui(martinique)) == (date(2026, 3, 2), date(2026, 3, 1))
    agent = fabriques.agent()
    fabriques.affectation(agent, reunion, du=date(2026, 3, 2), principale=False)
    fabriques.affectation(agent, martinique, du=date(2026, 3, 2), principale=False)
    assert [a.structure for a in affectations_en_cours(agent=agent)] == [reunion]


def test_the_main_affectation_comes_first_and_ended_ones_do_not_come() -> None:
    agent = fabriques.agent()
    seconde = fabriques.affectation(agent, fabriques.structure(), principale=False)
    principale = fabriques.affectation(agent, fabriques.structure())
    fabriques.affectation(agent, fabriques.structure(), principale=False, au=date(2021, 1, 1))
    fabriques.affectation(agent, fabriques.structure(active=False), principale=False)
    assert affectations_en_cours(agent=agent) == [principale, seconde]


# -- Giving access --


@pytest.fixture
def rgc(chez: Structure) -> Agent:
    return fabriques.agent(chez, Profil.RGC)


def donner(rgc: Agent, vise: Agent, chez: Structure, **champs: Any) -> Any:
    with perimetre(chez.pk):
        return ouvrir_affectation(
            rgc, **{"vise": vise, "structure": chez, "profil": Profil.ACCUEIL, "du": JOUR, "le": JOUR, **champs}
        )


def test_a_second_place_isn_t_the_main_one(chez: Structure, rgc: Agent) -> None:
    lea = fabriques.agent(fabriques.structure())
    assert donner(rgc, lea, chez).principale is False
    with pytest.raises(RegleViolee, match="principale"):
        donner(rgc, lea, chez, profil=Profil.CONSEILLER, principale=True)


def test_the_same_profile_isn_t_given_twice_at_once(chez: Structure, rgc: Agent) -> None:
    lea = fabriques.agent()
    premiere = donner(rgc, lea, chez, au=date(2026, 6, 30))
    with pytest.raises(RegleViolee, match="déjà ce profil"):
        donner(rgc, lea, chez, du=date(2026, 6, 30))
    assert donner(rgc, lea, chez, du=date(2026, 7, 1)).principale is True
    with perimetre(chez.pk), pytest.raises(RegleViolee, match="précède"):
        clore_affectation(rgc, affectation=premiere, au=date(2026, 1, 1), le=JOUR)


@pytest.mark.parametrize("profil", [Profil.CONSEILLER, Profil.DIRECTION, Profil.DPD, Profil.SUPPORT])
def test_only_the_rgc_of_the_structure_gives(chez: Structure, profil: Profil) -> None:
    with pytest.raises(NonHabilite):
        donner(fabriques.agent(chez, profil), fabriques.agent(), chez)
    with pytest.raises(NonHabilite):
        donner(fabriques.agent(fabriques.structure(), Profil.RGC), fabriques.agent(), chez)


def test_an_e_mail_is_of_one_person(chez: Structure, rgc: Agent) -> None:
    fabriques.agent(courriel="lea@ml.example")
    with perimetre(chez.pk), pytest.raises(RegleViolee, match="déjà ce courriel"):
        creer_agent(rgc, structure=chez, courriel=" LEA@ml.example ", nom="Martin", le=JOUR)
