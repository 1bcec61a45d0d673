"""Merging two dossiers of one structure, and undoing it: everything moves, and everything comes back."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Acte, Dossier, Proposition, Situation
from imilo.parcours.dossiers.services.acces import DossierIntrouvable, demander_dossier
from imilo.parcours.doublons import choix, suites
from imilo.parcours.doublons.models import Etat, Fusion, Paire
from imilo.parcours.doublons.selectors import Filtre, paires
from imilo.parcours.doublons.services.decisions import dire_differentes
from imilo.parcours.doublons.services.fusion import FusionImpossible, Vues, empechements, fusionner
from imilo.parcours.doublons.services.separation import separer
from imilo.socle.erreurs import RegleViolee
from imilo.socle.familles import familles
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.jeunes.test_nir import FEMME_A_TOURS
from tests.parcours.doublons.lignes import Remplissage, contenu, paire, tables_du_dossier

# Columns of a dossier or of a person that nobody chooses: keys, and what follows from the others.
SANS_CHOIX = {
    "id", "numero", "jeune_id", "structure_id", "cree_le", "modifie_le", "version", "completude", "doublon_ecarte",
    "nir_empreinte", "mots",
}  # fmt: skip
# Bound to a dossier but left where they are: why.
RESTENT = {
    "doublons_paire": "two dossiers were compared: the pair is theirs",
    "journal_consultation": "who looked at what, as it was",
    "journal_fait": "what was done, as it was",
}


@pytest.fixture
def remplir(agent: Agent) -> Remplissage:
    return Remplissage(agent, random.Random(1))


@pytest.fixture
def deux(dans_perimetre: Structure, agent: Agent) -> tuple[Dossier, Dossier]:
    """Two dossiers of one person, the second under another spelling."""
    commun: dict[str, Any] = {"jeune_naissance": date(2004, 5, 1), "jeune_prenom": "Awa"}
    un = fabriques.dossier(dans_perimetre, agent, jeune_nom_naissance="Ndiaye", telephone="+33612345678", **commun)
    autre = fabriques.dossier(
        dans_perimetre, jeune_nom_naissance="N'Diaye", telephone="+33699999999", courriel="awa@exemple.fr",
        premier_accueil=date(2024, 3, 4), jeune_nir=FEMME_A_TOURS, **commun,
    )  # fmt: skip
    return un, autre


def fusion(agent: Agent, garde: Dossier, absorbe: Dossier, *, repris: tuple[str, ...] = ()) -> Fusion:
    return fusionner(agent, paire(garde, absorbe), garde_id=garde.pk, repris=repris)


def test_every_table_with_a_dossier_is_moved(
    agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage, dans_perimetre: Structure
) -> None:
    """A new table without a family that moves it fails here, not on the day of a merge."""
    garde, absorbe = deux
    fusion(agent, absorbe, fabriques.dossier(dans_perimetre))
    remplir.tout(absorbe)
    tables = set(tables_du_dossier()) - set(RESTENT)
    pleines = {t for t in tables if compter(t, absorbe)}
    assert {t for t in tables if t.startswith(REMPLIES)} <= pleines, "fill it in lignes.py"
    with CaptureQueriesContext(connection) as requetes:
        fusion(agent, garde, absorbe)
    assert {t for t in tables if compter(t, absorbe)} == set()
    # Those that are empty here were looked into all the same, for the rows of that dossier.
    cherchees = {t for t in tables for r in requetes if _lit(r["sql"], t, absorbe)}
    assert tables - cherchees == set()


REMPLIES = ("agenda_", "allocations_", "contrats_", "diagnostics_", "dossiers_", "doublons_")


def _lit(requete: str, table: str, dossier: Dossier) -> bool:
    debut, fin = f'FROM "{table}"', f'"{table}"."dossier_id" = {dossier.pk}'
    return requete.startswith("SELECT") and debut in requete and fin in requete


def compter(table: str, dossier: Dossier) -> int:
    with connection.cursor() as curseur:
        curseur.execute(f"SELECT count(*) FROM {table} WHERE dossier_id = %s", [dossier.pk])
        return int(curseur.fetchone()[0])


def test_every_family_says_what_it_moved(dans_perimetre: Structure) -> None:
    assert [f.code for f in familles() if not isinstance(f.rattacher(-1, -2), dict)] == []
    assert [f.code for f in familles() if f.empecher(-1, -2) != []] == []


def test_every_column_is_chosen_or_follows() -> None:
    from imilo.jeunes.models import Jeune

    personne, dossier = choix.colonnes_connues()
    assert {c.attname for c in Jeune._meta.concrete_fields} - personne - SANS_CHOIX == set()
    assert {c.attname for c in Dossier._meta.concrete_fields} - dossier - SANS_CHOIX == set()


def test_a_merge_and_its_undoing(agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage) -> None:
    garde, absorbe = deux
    remplir.tout(garde)
    remplir.tout(absorbe)
    avant = contenu(garde), contenu(absorbe)
    faite = fusion(agent, garde, absorbe, repris=("nom_naissance", "courriel", "nir", "premier_accueil"))

    lu = Dossier.objects.select_related("jeune").get()
    assert (lu.jeune.nom_naissance, lu.courriel, lu.telephone) == ("N'Diaye", "awa@exemple.fr", "+33612345678")
    assert (lu.jeune.nir, lu.premier_accueil) == (FEMME_A_TOURS, date(2024, 3, 4))
    assert Acte.objects.filter(dossier=garde).count() == 2
    assert set(ContratEngagement.objects.values_list("jeune_id", flat=True)) == {garde.jeune_id}
    assert Paire.objects.get().etat == Etat.FUSIONNEE

    separer(agent, faite)
    assert (contenu(garde), contenu(absorbe)) == avant
    assert Paire.objects.get().etat == Etat.A_DECIDER
    genres = [f.genre for f in Fait.objects.order_by("id") if f.genre.startswith("dossier.")]
    assert genres == ["dossier.fusionne", "dossier.separe"]


def test_two_persons_stay_two_after_a_merge(agent: Agent, dans_perimetre: Structure) -> None:
    """Somebody said that A isn't C; A is merged into B: nobody is asked whether B is C. Until the merge is undone."""
    a, b, c = (fabriques.dossier(dans_perimetre, agent) for _ in range(3))
    dire_differentes(agent, paire(a, c))
    a_comparer = paire(b, c)
    visibles = {"agent": agent, "structure": dans_perimetre, "filtre": Filtre()}
    assert list(paires(**visibles)) == [a_comparer]
    faite = fusion(agent, b, a)
    assert list(paires(**visibles)) == []
    a_comparer.delete()
    with connection.cursor() as curseur:
        curseur.execute("SELECT doublons_noter(%s, %s, 'probable', 5)", [c.pk, b.jeune_id])
        assert curseur.fetchone()[0] == 0
        separer(agent, faite)
        curseur.execute("SELECT doublons_noter(%s, %s, 'probable', 5)", [c.pk, b.jeune_id])
        assert curseur.fetchone()[0] == 1


def test_what_came_since_stays_where_it_was_entered(
    agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage
) -> None:
    garde, absorbe = deux
    remplir.acte(absorbe)
    faite = fusion(agent, garde, absorbe, repris=("courriel",))
    remplir.acte(garde)
    Dossier.objects.filter(pk=garde.pk).update(courriel="corrige@exemple.fr")
    separer(agent, faite)
    assert [Acte.objects.filter(dossier=d).count() for d in deux] == [1, 1]
    assert Dossier.objects.get(pk=garde.pk).courriel == "corrige@exemple.fr"
    assert Dossier.objects.get(pk=absorbe.pk).courriel == "awa@exemple.fr"


def test_a_part_follows_its_whole(agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage) -> None:
    """A declaration made since on a contract that goes back goes with it; so do the propositions of an act."""
    garde, absorbe = deux
    remplir.contrat(absorbe)
    remplir.acte(absorbe)
    faite = fusion(agent, garde, absorbe)
    contrat, acte = ContratEngagement.objects.get(), Acte.objects.get()
    contrat.dossier.refresh_from_db()
    remplir.declaration(garde, contrat)
    Proposition.objects.create(dossier=garde, structure_id=garde.structure_id, acte=acte, theme="EMPLOI", le=acte.le)
    assert suites.a_revoir(faite) == []
    separer(agent, faite)
    for label, lignes in contenu(garde).items():
        assert label in ("dossier", "personne") or lignes == [], label
    assert len(contenu(absorbe)["allocations.DecisionAllocation"]) == 2


def test_what_refers_to_the_other_dossier_is_told(
    agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage
) -> None:
    garde, absorbe = deux
    orientation = remplir.orientation(absorbe)
    faite = fusion(agent, garde, absorbe)
    remplir.contrat(garde)
    ContratEngagement.objects.update(orientation=orientation)
    (phrase,) = suites.a_revoir(faite)
    assert "reste ici, mais s'appuie sur « Orientation du" in phrase
    separer(agent, faite)
    assert ContratEngagement.objects.get().dossier_id == garde.pk


def test_the_old_number_leads_to_the_kept_one(
    agent: Agent, deux: tuple[Dossier, Dossier], structure: Structure, autre_structure: Structure
) -> None:
    garde, absorbe = deux
    numero = str(absorbe)
    faite = fusion(agent, garde, absorbe)
    assert demander_dossier(agent, structure=structure, numero=numero) == garde
    voisin = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk), pytest.raises(DossierIntrouvable):
        demander_dossier(voisin, structure=autre_structure, numero=numero)
    separer(agent, faite)
    assert demander_dossier(agent, structure=structure, numero=numero) == absorbe


def emploi(dossier: Dossier, debut: date, fin: date | None) -> None:
    Situation.objects.create(
        dossier=dossier, structure_id=dossier.structure_id, categorie="Emploi", debut=debut, fin=fin
    )


def test_nothing_is_half_merged(agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage) -> None:
    garde, absorbe = deux
    remplir.tout(garde)
    remplir.tout(absorbe)
    emploi(garde, date(2025, 1, 1), None)
    emploi(absorbe, date(2026, 1, 1), None)
    sien = ContratEngagement.objects.get(dossier=garde, cadre="cej")
    ContratEngagement.objects.filter(dossier=absorbe, cadre="cej").update(
        signe_le=sien.debut, debut=sien.debut, fin_le=sien.debut + timedelta(days=1)
    )
    avant = contenu(garde), contenu(absorbe)
    assert len(empechements(garde, absorbe)) == 2
    with pytest.raises(FusionImpossible) as refus:
        fusion(agent, garde, absorbe)
    assert "Deux situations d'emploi se recouvrent" in refus.value.message
    assert "Deux contrats de même cadre couvrent les mêmes jours" in refus.value.message
    assert (contenu(garde), contenu(absorbe)) == avant
    assert not Fusion.objects.exists()


def test_two_projects_and_two_decisions_of_a_month(
    agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage
) -> None:
    from imilo.parcours.allocations.models import DecisionAllocation

    garde, absorbe = deux
    remplir.contrat(garde, projet=True)
    remplir.contrat(absorbe, projet=True)
    DecisionAllocation.objects.update(mois=date(2026, 3, 1))
    with pytest.raises(FusionImpossible) as refus:
        fusion(agent, garde, absorbe)
    assert "abandonnez l'un des deux" in refus.value.message
    assert "Les deux dossiers ont une décision d'allocation pour 03/2026" in refus.value.message


def test_what_no_family_foresaw_is_tried_and_taken_back(
    agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imilo.parcours.doublons.services import fusion as service

    garde, absorbe = deux
    remplir.tout(absorbe)
    emploi(garde, date(2025, 1, 1), None)
    emploi(absorbe, date(2026, 1, 1), None)
    monkeypatch.setattr(service, "_raisons", lambda *_: [])
    avant = contenu(garde), contenu(absorbe)
    (raison,) = empechements(garde, absorbe)
    assert "Une autre situation d'emploi couvre déjà une partie de ces dates." in raison
    with pytest.raises(FusionImpossible):
        fusion(agent, garde, absorbe)
    assert (contenu(garde), contenu(absorbe)) == avant


def test_a_preview_that_is_out_of_date_merges_nothing(agent: Agent, deux: tuple[Dossier, Dossier]) -> None:
    garde, absorbe = deux
    vues = Vues({garde.pk: (1, 1), absorbe.pk: (1, 1)})
    Dossier.objects.filter(pk=absorbe.pk).update(version=2)
    with pytest.raises(RegleViolee, match="a changé pendant que vous compariez"):
        fusionner(agent, paire(*deux), garde_id=garde.pk, vues=vues)
    assert Dossier.objects.count() == 2


def test_a_pair_is_merged_once(agent: Agent, deux: tuple[Dossier, Dossier]) -> None:
    la_paire = paire(*deux)
    fusionner(agent, la_paire, garde_id=deux[1].pk)
    with pytest.raises(RegleViolee, match="déjà décidée"):
        fusionner(agent, la_paire, garde_id=deux[1].pk)


def test_a_chain_is_undone_from_its_end(
    agent: Agent, deux: tuple[Dossier, Dossier], remplir: Remplissage, dans_perimetre: Structure
) -> None:
    """B into A, then A into C: B's number leads to C; B comes out of A only once A has come out of C."""
    a, b = deux
    c = fabriques.dossier(dans_perimetre)
    for dossier in (a, b, c):
        remplir.tout(dossier)
    avant = contenu(a), contenu(b), contenu(c)
    premiere = fusion(agent, a, b, repris=("telephone",))
    entre = contenu(a)
    seconde = fusion(agent, c, a, repris=("telephone", "prenom"))
    assert demander_dossier(agent, structure=dans_perimetre, numero=str(b)) == c
    premiere.refresh_from_db()
    with pytest.raises(RegleViolee, match=f"défaites d'abord celle du dossier {a}"):
        separer(agent, premiere)
    separer(agent, seconde)
    assert contenu(a) == entre
    assert demander_dossier(agent, structure=dans_perimetre, numero=str(b)) == a
    premiere.refresh_from_db()
    separer(agent, premiere)
    assert (contenu(a), contenu(b), contenu(c)) == avant


def test_two_merges_that_took_the_same_field_are_undone_in_turn(
    agent: Agent, deux: tuple[Dossier, Dossier], dans_perimetre: Structure
) -> None:
    a, b = deux
    c = fabriques.dossier(dans_perimetre, telephone="+33611111111")
    avant = contenu(a), contenu(b), contenu(c)
    premiere = fusion(agent, a, b, repris=("telephone", "courriel"))
    seconde = fusion(agent, a, c, repris=("telephone",))
    with pytest.raises(RegleViolee, match="les mêmes champs \\(téléphone\\)"):
        separer(agent, premiere)
    separer(agent, seconde)
    separer(agent, premiere)
    assert (contenu(a), contenu(b), contenu(c)) == avant
    with pytest.raises(RegleViolee, match="déjà défaite"):
        separer(agent, Fusion.objects.get(pk=premiere.pk))


def test_the_person_who_came_back_elsewhere_is_not_split_in_two(
    agent: Agent, deux: tuple[Dossier, Dossier], dans_perimetre: Structure
) -> None:
    """Somebody opened another dossier here for the person of the merged one: it can't be given back."""
    garde, absorbe = deux
    faite = fusion(agent, garde, absorbe)
    fabriques.dossier(dans_perimetre, jeune=absorbe.jeune)
    with pytest.raises(RegleViolee, match="ne peuvent plus être séparés"):
        separer(agent, faite)
    assert Dossier.objects.filter(pk=absorbe.pk).exists() is False
