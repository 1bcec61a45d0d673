"""Which mission locale serves a place: what was declared first, never a guess between two."""

from __future__ import annotations

import pytest

from imilo.acteurs.models import Secteur, Site, Structure
from imilo.acteurs.territoire import Lieu, structures_des_lieux
from tests import fabriques

pytestmark = pytest.mark.django_db
TOURS, JOUE, AMBOISE = "37261", "37122", "37003"


def chez(lieu: Lieu) -> Structure | None:
    return structures_des_lieux([lieu])[lieu]


def servir(structure: Structure, *communes: str) -> None:
    Secteur.objects.bulk_create([Secteur(structure=structure, commune_id=c) for c in communes])


def test_le_secteur_declare(structure: Structure, autre_structure: Structure) -> None:
    servir(structure, TOURS)
    servir(autre_structure, JOUE)
    assert chez((TOURS, "")) == structure
    assert chez((JOUE, "37000")) == autre_structure
    assert chez((AMBOISE, "")) is None  # both have declared: nobody serves it
    assert chez(("", "")) is None
    assert chez(("99999", "")) is None


def test_une_structure_fermee_ne_sert_plus(structure: Structure) -> None:
    servir(structure, TOURS)
    Structure.objects.update(active=False)
    assert chez((TOURS, "")) is None


def test_l_arrondissement_et_l_ancienne_commune_suivent_celle_d_aujourd_hui() -> None:
    paris = fabriques.structure(code_departement="75")
    servir(paris, "75056")
    assert chez(("75105", "")) == paris


def test_sans_secteur_la_seule_du_departement(structure: Structure) -> None:
    assert chez((TOURS, "")) == structure
    assert chez(("75056", "")) is None


def test_sans_secteur_entre_deux_celle_qui_a_un_site_sur_place(
    structure: Structure, autre_structure: Structure
) -> None:
    assert chez((TOURS, "")) is None
    Site.objects.create(structure=autre_structure, nom="Siège", commune_id=TOURS)
    assert chez((TOURS, "")) == autre_structure
    assert chez((AMBOISE, "")) is None


def test_le_code_postal_quand_ses_communes_s_accordent(structure: Structure, autre_structure: Structure) -> None:
    servir(structure, TOURS)
    servir(autre_structure, JOUE)
    assert chez(("", "37000")) == structure  # Tours alone
    assert chez(("", "37530")) is None  # nine communes, nobody's
    servir(structure, "37043")
    assert chez(("", "37530")) is None  # Cangey is served, the others aren't
    assert chez(("", "00000")) is None


def test_le_plus_petit_code_quand_deux_la_declarent(structure: Structure, autre_structure: Structure) -> None:
    servir(structure, TOURS)
    servir(autre_structure, TOURS)
    assert chez((TOURS, "")) == min(structure, autre_structure, key=lambda s: s.code)
