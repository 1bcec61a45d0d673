"""The caseload: who is listed, sorted and filtered by the database, in few queries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers.models import Acte, Completude, Dossier, Situation, Statut
from imilo.parcours.dossiers.selectors.portefeuille import (
    Colonne,
    Filtre,
    colonnes,
    declarer_colonne,
    lignes,
    portefeuille,
)
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
LE = date(2026, 6, 15)


def noms(agent: Agent, structure: Structure, **filtre: Any) -> list[str]:
    lus = portefeuille(agent=agent, structure=structure, le=LE, filtre=Filtre(**filtre))
    return [d.jeune.nom_affiche for d in lus]


def test_it_lists_the_referent_s_active_dossiers(agent: Agent, structure: Structure) -> None:
    fabriques.dossier(structure, agent, jeune_nom_naissance="Mien")
    fabriques.dossier(structure, agent, jeune_nom_naissance="Veille", statut=Statut.EN_VEILLE)
    fabriques.dossier(structure, fabriques.agent(structure), jeune_nom_naissance="Autre")
    fabriques.dossier(structure, None, jeune_nom_naissance="Sans")
    assert noms(agent, structure, referent=agent.pk) == ["Mien"]
    assert noms(agent, structure, referent=agent.pk, statut="tous") == ["Mien", "Veille"]
    assert noms(agent, structure) == ["Autre", "Mien", "Sans"]
    assert noms(agent, structure, sans_referent=True) == ["Sans"]


def test_names_sort_without_accents_case_or_signs(agent: Agent, structure: Structure) -> None:
    attendus = ["Abel", "Élie", "elodie", "Étienne-Roux", "N'Diaye", "Ndour", "Ønes", "Zola"]
    for nom in reversed(attendus):
        fabriques.dossier(structure, agent, jeune_nom_naissance=nom)
    assert noms(agent, structure) == attendus
    assert noms(agent, structure, decroissant=True) == attendus[::-1]


def test_text_finds_a_piece_of_the_name_in_any_order_or_the_number(agent: Agent, structure: Structure) -> None:
    lea = fabriques.dossier(structure, agent, jeune_nom_naissance="Béranger", jeune_prenom="Léa")
    fabriques.dossier(structure, agent, jeune_nom_naissance="Dupont", jeune_nom_usage="Martin")
    for texte in ("lea", "BERANGER", "béran lé", "Léa Béranger", str(lea), "  lea  "):
        assert noms(agent, structure, texte=texte) == ["Béranger"], texte
    assert noms(agent, structure, texte="zzz") == []
    assert noms(agent, structure, texte="%") == ["Béranger", "Martin"]  # nothing but signs filters nothing


def test_each_column_sorts_with_blanks_last(agent: Agent, structure: Structure) -> None:
    dossiers = {}
    for n, nom in enumerate(("A", "B", "C")):
        dossiers[nom] = fabriques.dossier(
            structure, agent, jeune_nom_naissance=nom, jeune_naissance=date(2004 + n, 1, 1),
            completude=Completude.COMPLET if nom == "A" else Completude.PARTIEL,
        )  # fmt: skip
    for nom, jour in (("A", 3), ("B", 9)):
        Acte.objects.create(
            dossier=dossiers[nom], structure=structure, agent=agent, le=date(2026, 6, jour), duree=5, type="RELANCE",
            modalite="TELEPHONE", theme="EMPLOI",
        )  # fmt: skip
        RendezVous.objects.create(
            dossier=dossiers[nom], structure=structure, agent=agent, modalite="INDIVIDUEL",
            debut=timezone.now() + timedelta(days=jour),
        )  # fmt: skip
    Situation.objects.create(dossier=dossiers["C"], structure=structure, categorie="Emploi", debut=date(2026, 1, 1))
    assert noms(agent, structure, tri="age") == ["A", "B", "C"]
    assert noms(agent, structure, tri="dernier_contact") == ["A", "B", "C"]
    assert noms(agent, structure, tri="dernier_contact", decroissant=True) == ["B", "A", "C"]
    assert noms(agent, structure, tri="completude") == ["B", "C", "A"]
    assert noms(agent, structure, tri="situation") == ["C", "A", "B"]
    assert noms(agent, structure, tri="rendez_vous", decroissant=True) == ["B", "A", "C"]
    assert noms(agent, structure, tri="; DROP TABLE") == ["A", "B", "C"]


def test_a_row_tells_the_age_the_current_situation_and_the_last_contact(agent: Agent, structure: Structure) -> None:
    dossier = fabriques.dossier(structure, agent, jeune_naissance=date(2004, 6, 16))
    for categorie in ("Demandeur d'emploi", "Formation"):
        Situation.objects.create(dossier=dossier, structure=structure, categorie=categorie, debut=date(2026, 1, 1))
    Situation.objects.create(
        dossier=dossier, structure=structure, categorie="Emploi", debut=date(2025, 1, 1), fin=date(2025, 2, 1)
    )
    lus = portefeuille(agent=agent, structure=structure, le=LE, filtre=Filtre())
    [ligne] = lignes(lus, structure=structure, le=LE)
    valeurs = dict(zip([c.code for c in colonnes()], ligne.valeurs, strict=True))
    assert (ligne.age, valeurs["situation"], valeurs["dernier_contact"]) == (21, "Formation", None)
    assert valeurs["referent"] == str(agent)
    assert (valeurs["age"], valeurs["commune"], valeurs["numero"]) == (date(2004, 6, 16), None, str(dossier))


def test_the_list_is_one_query_whatever_its_length(
    agent: Agent, structure: Structure, django_assert_num_queries: Any
) -> None:
    for _ in range(30):
        fabriques.dossier(structure, agent)
    with django_assert_num_queries(1):
        lus = portefeuille(agent=agent, structure=structure, le=LE, filtre=Filtre())
        assert len(lignes(lus, structure=structure, le=LE)) == 30


def test_another_structure_s_agent_lists_nothing_of_it(
    agent: Agent, structure: Structure, autre_structure: Structure
) -> None:
    """The same profile, with a caseload of their own."""
    fabriques.dossier(structure, agent, jeune_nom_naissance="Ici")
    voisin = fabriques.agent(autre_structure)
    assert noms(voisin, structure) == []
    with perimetre(autre_structure.pk):
        fabriques.dossier(autre_structure, voisin, jeune_nom_naissance="Ailleurs")
        assert noms(voisin, autre_structure) == ["Ailleurs"]
        assert noms(voisin, autre_structure, referent=agent.pk) == []
        assert not Dossier.objects.filter(structure=structure).exists()


def test_a_column_is_declared_once() -> None:
    with pytest.raises(ValueError, match="déjà déclarée"):
        declarer_colonne(Colonne("rendez_vous", "Encore", lambda le: {}, lambda ligne: None, "x"))
