"""Who an identity of ProConnect designates."""

from __future__ import annotations

import pytest

from imilo.acteurs.models import Agent, Site, Structure
from imilo.acteurs.reconnaissance import Identite, NonReconnu, reconnaitre
from imilo.journal.models import Fait
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db
SIRET, AUTRE = "13002526500013", "88888888800000"


@pytest.fixture
def chez() -> Structure:
    return fabriques.structure(siret=SIRET)


def identite(**champs: str) -> Identite:
    return Identite(**{"sub": "neuf", "courriel": "lea@ml.example", "siret": SIRET, **champs})


def rattachements(chez: Structure) -> list[dict[str, str]]:
    with perimetre(chez.pk):
        return [f.identifiants for f in Fait.objects.filter(genre="agent.rattache")]


def test_a_known_sub_is_enough_whatever_became_the_e_mail(chez: Structure) -> None:
    lea = fabriques.agent(chez, sub="connu", courriel="ancienne@ml.example")
    assert reconnaitre(identite(sub="connu", siret=AUTRE)) == lea
    assert rattachements(chez) == []


@pytest.mark.parametrize("avant", [None, "ancien-fournisseur"])
def test_a_new_sub_with_the_same_e_mail_and_siret_is_attached_and_written(chez: Structure, avant: str | None) -> None:
    lea = fabriques.agent(chez, sub=avant, courriel="lea@ml.example", siret=SIRET)
    assert reconnaitre(identite(courriel=" LEA@ml.example ")) == lea
    lea.refresh_from_db()
    assert lea.sub == "neuf"
    assert rattachements(chez) == [{"premier": "oui" if avant is None else "non"}]
    if avant:
        with pytest.raises(NonReconnu):
            reconnaitre(identite(sub=avant, courriel="autre@ml.example"))


def test_without_a_siret_of_their_own_an_agent_comes_under_that_of_where_they_work(chez: Structure) -> None:
    fabriques.agent(chez, sub=None, courriel="lea@ml.example")
    Site.objects.create(structure=chez, nom="Antenne", siret=AUTRE)
    assert reconnaitre(identite(siret=AUTRE)).sub == "neuf"


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"siret": AUTRE}, "autre_siret"),
        ({"siret": ""}, "autre_siret"),
        ({"courriel": "inconnue@ml.example"}, "inconnu"),
        ({"courriel": ""}, "inconnu"),
    ],
)
def test_the_others_are_refused_and_nothing_is_attached(chez: Structure, champs: dict[str, str], raison: str) -> None:
    lea = fabriques.agent(chez, sub=None, courriel="lea@ml.example", siret=SIRET)
    with pytest.raises(NonReconnu) as refus:
        reconnaitre(identite(**champs))
    assert refus.value.raison == raison
    lea.refresh_from_db()
    assert lea.sub is None


def test_an_agent_without_any_siret_is_never_recognised_by_a_blank_one() -> None:
    fabriques.agent(fabriques.structure(siret=""), sub=None, courriel="lea@ml.example")
    with pytest.raises(NonReconnu):
        reconnaitre(identite(siret=""))


@pytest.mark.parametrize("sub", ["connu", "neuf"])
def test_a_closed_account_is_not_opened_by_signing_in(chez: Structure, sub: str) -> None:
    fabriques.agent(chez, sub="connu", courriel="lea@ml.example", siret=SIRET, is_active=False)
    with pytest.raises(NonReconnu) as refus:
        reconnaitre(identite(sub=sub))
    assert refus.value.raison == "inactif"


def test_two_accounts_that_differ_by_case_are_for_a_person_to_decide(chez: Structure) -> None:
    fabriques.agent(chez, sub=None, courriel="lea@ml.example", siret=SIRET)
    fabriques.agent(chez, sub=None, courriel="Lea@ml.example", siret=SIRET)
    with pytest.raises(NonReconnu) as refus:
        reconnaitre(identite())
    assert refus.value.raison == "plusieurs"
    assert Agent.objects.filter(sub="neuf").count() == 0
