"""Who answered for a dossier, and who does while somebody is away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.dossiers import alertes
from imilo.parcours.dossiers.models import Acte, Dossier, Statut
from imilo.parcours.dossiers.selectors.journee import dossiers_nouveaux
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis, remplaces
from imilo.parcours.dossiers.services.referents import changer_referent
from imilo.parcours.portefeuilles import selectors
from imilo.parcours.portefeuilles.models import ChangementReferent, Remplacement
from imilo.parcours.portefeuilles.services.remplacements import arreter_remplacement, prevoir_remplacement
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
LE = date(2026, 6, 15)
HIER, DEMAIN = LE - timedelta(days=1), LE + timedelta(days=1)


@pytest.fixture(autouse=True)
def midi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 6, 15, 10, tzinfo=UTC))


@pytest.fixture
def collegue(structure: Structure) -> Agent:
    return fabriques.agent(structure, prenom="Awa", nom="Diallo")


def prevoir(agent: Agent, structure: Structure, remplace: Agent, remplacant: Agent, **jours: date) -> Remplacement:
    return prevoir_remplacement(
        agent, structure=structure, remplace=remplace, remplacant=remplacant, **{"du": LE, "au": DEMAIN, **jours}
    )


def test_each_change_is_kept_with_who_made_it(agent: Agent, collegue: Agent, structure: Structure) -> None:
    dossier = fabriques.dossier(structure, agent, referent_depuis=date(2026, 1, 5))
    change = changer_referent(agent, dossier, version=1, referent=collegue, le=HIER)
    changer_referent(collegue, change, version=2, referent=agent, le=LE)
    dernier, premier = selectors.referents_successifs(dossier=dossier)
    assert (premier.avant, premier.avant_depuis) == (agent, date(2026, 1, 5))
    assert (premier.apres, premier.apres_depuis, premier.par) == (collegue, HIER, agent)
    assert (dernier.avant, dernier.avant_depuis, dernier.apres, dernier.par) == (collegue, HIER, agent, collegue)


def test_history_is_never_rewritten(agent: Agent, collegue: Agent, structure: Structure) -> None:
    dossier = fabriques.dossier(structure, agent)
    changer_referent(agent, dossier, version=1, referent=collegue, le=LE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("UPDATE portefeuilles_changementreferent SET apres_id = NULL")
    assert ChangementReferent.objects.update(dossier=dossier) == 1  # what a merge does


def test_during_a_replacement_the_dossiers_are_one_s_own(agent: Agent, collegue: Agent, structure: Structure) -> None:
    sien = fabriques.dossier(structure, collegue, referent_depuis=LE)
    mien = fabriques.dossier(structure, agent, referent_depuis=LE)
    fabriques.dossier(structure, fabriques.agent(structure), referent_depuis=LE)
    prevoir(agent, structure, collegue, agent, du=HIER, au=DEMAIN)
    vus = {le: set(dossiers_suivis(agent=agent, structure=structure, le=le)) for le in (HIER, LE, DEMAIN)}
    assert vus == {le: {mien, sien} for le in (HIER, LE, DEMAIN)}
    for le in (HIER - timedelta(days=1), DEMAIN + timedelta(days=1)):
        assert set(dossiers_suivis(agent=agent, structure=structure, le=le)) == {mien}
    assert set(dossiers_nouveaux(agent=agent, structure=structure, le=LE)) == {mien, sien}
    # The absent one keeps their own, and sees nothing more.
    assert set(dossiers_suivis(agent=collegue, structure=structure, le=LE)) == {sien}


def test_the_dossier_says_who_answers_meanwhile(agent: Agent, collegue: Agent, structure: Structure) -> None:
    dossier = fabriques.dossier(structure, collegue)
    prevoir(agent, structure, collegue, agent)
    messages = [a.message for a in alertes.alertes(dossier, le=LE)]
    assert f"{agent} remplace Awa Diallo jusqu'au 16/06/2026." in messages
    assert not [m for a in alertes.alertes(dossier, le=HIER) if "remplace" in (m := a.message)]


def test_a_replacement_is_one_fact(agent: Agent, collegue: Agent, structure: Structure) -> None:
    prevu = prevoir(agent, structure, collegue, agent)
    fait = Fait.objects.get()
    assert (fait.genre, fait.objet_id) == ("remplacement.prevu", prevu.pk)
    assert fait.identifiants == {"remplace": collegue.pk, "remplacant": agent.pk}


@pytest.mark.parametrize(
    ("jours", "champ"),
    [
        ({"du": LE, "au": HIER}, "au"),
        ({"du": DEMAIN, "au": LE}, "au"),
        ({"du": HIER - timedelta(days=3), "au": HIER}, "au"),
        ({"du": LE, "au": LE + timedelta(days=367)}, "au"),
    ],
)
def test_dates_that_can_t_be(
    agent: Agent, collegue: Agent, structure: Structure, jours: dict[str, date], champ: str
) -> None:
    with pytest.raises(RegleViolee) as refus:
        prevoir(agent, structure, collegue, agent, **jours)
    assert refus.value.champ == champ


def test_one_is_replaced_by_one_other_at_a_time(agent: Agent, collegue: Agent, structure: Structure) -> None:
    with pytest.raises(RegleViolee, match="soi-même"):
        prevoir(agent, structure, agent, agent)
    prevoir(agent, structure, collegue, agent)
    directrice = fabriques.agent(structure, Profil.DIRECTION)
    with pytest.raises(RegleViolee, match="déjà remplacée"):
        prevoir(directrice, structure, collegue, directrice, du=DEMAIN, au=DEMAIN + timedelta(days=5))
    prevoir(directrice, structure, collegue, directrice, du=DEMAIN + timedelta(days=1), au=DEMAIN + timedelta(days=5))


def test_who_doesn_t_accompany_here_replaces_nobody(
    agent: Agent, collegue: Agent, structure: Structure, autre_structure: Structure
) -> None:
    part_demain = fabriques.agent()
    fabriques.affectation(part_demain, structure, au=LE)
    for qui in (fabriques.agent(autre_structure), fabriques.agent(structure, Profil.ACCUEIL), part_demain):
        with pytest.raises(RegleViolee) as refus:
            prevoir(agent, structure, agent, qui)
        assert refus.value.champ == "remplacant"


def test_others_replacements_are_the_direction_s(agent: Agent, collegue: Agent, structure: Structure) -> None:
    tiers = fabriques.agent(structure)
    with pytest.raises(NonHabilite):
        prevoir(agent, structure, collegue, tiers)
    prevu = prevoir(fabriques.agent(structure, Profil.DIRECTION), structure, collegue, tiers)
    with pytest.raises(NonHabilite):
        arreter_remplacement(agent, prevu)
    arreter_remplacement(tiers, prevu)


def test_stopped_today_yesterday_was_the_last_day(agent: Agent, collegue: Agent, structure: Structure) -> None:
    commence = prevoir(agent, structure, collegue, agent, du=HIER)
    arreter_remplacement(agent, commence)
    commence.refresh_from_db()
    assert commence.au == HIER
    assert remplaces(agent=agent, structure=structure, le=LE) == ()
    with pytest.raises(RegleViolee, match="a pris fin le 14/06/2026"):
        arreter_remplacement(agent, commence)
    a_venir = prevoir(agent, structure, collegue, agent, du=LE)
    arreter_remplacement(agent, a_venir)
    assert not Remplacement.objects.filter(pk=a_venir.pk).exists()
    assert Fait.objects.filter(genre="remplacement.arrete").count() == 2


def test_replacements_of_another_structure_are_theirs(
    agent: Agent, collegue: Agent, structure: Structure, autre_structure: Structure
) -> None:
    prevu = prevoir(agent, structure, collegue, agent)
    voisin = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        assert not Remplacement.objects.exists()
        assert selectors.remplacement(structure=autre_structure, remplacement_id=prevu.pk) is None
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Remplacement.objects.create(
                structure=structure, remplace=collegue, remplacant=voisin, du=LE, au=LE, par=voisin
            )


@pytest.mark.parametrize(
    ("dernier", "accueil", "statut", "attendu"),
    [
        (None, date(2026, 5, 16), Statut.ACTIF, True),  # received thirty days ago, never seen since
        (None, date(2026, 5, 17), Statut.ACTIF, False),
        (date(2026, 5, 16), date(2026, 1, 5), Statut.ACTIF, True),  # 16 May + 30 days = 15 June
        (date(2026, 5, 17), date(2026, 1, 5), Statut.ACTIF, False),
        (date(2026, 1, 6), date(2026, 1, 5), Statut.EN_VEILLE, False),
    ],
)
def test_no_news_for_thirty_days(
    *, agent: Agent, structure: Structure, dernier: date | None, accueil: date, statut: str, attendu: bool
) -> None:
    dossier = fabriques.dossier(structure, agent, premier_accueil=accueil, statut=statut)
    if dernier is not None:
        acte: dict[str, Any] = {"duree": 5, "type": "RELANCE", "modalite": "TELEPHONE", "theme": "EMPLOI"}
        Acte.objects.create(dossier=dossier, structure=structure, agent=agent, le=dernier, **acte)
    vus = selectors.sans_nouvelles(agent=agent, structure=structure, le=LE)
    assert list(vus) == ([dossier] if attendu else [])
    assert not selectors.sans_nouvelles(agent=fabriques.agent(structure), structure=structure, le=LE)


def test_the_delay_without_news_is_a_setting(agent: Agent, structure: Structure, settings: Any) -> None:
    fabriques.dossier(structure, agent, premier_accueil=date(2026, 6, 5))
    settings.SANS_NOUVELLES_JOURS = 10
    assert selectors.sans_nouvelles(agent=agent, structure=structure, le=LE).count() == 1
    settings.SANS_NOUVELLES_JOURS = 11
    assert selectors.sans_nouvelles(agent=agent, structure=structure, le=LE).count() == 0


def test_opening_with_a_referent_begins_the_history(agent: Agent, structure: Structure) -> None:
    from imilo.parcours.dossiers.services.referents import signaler_ouverture

    for referent, combien in ((agent, 1), (None, 0)):
        dossier: Dossier = fabriques.dossier(structure, referent, referent_depuis=LE if referent else None)
        signaler_ouverture(agent, dossier)
        assert ChangementReferent.objects.filter(dossier=dossier, avant=None, apres_depuis=LE).count() == combien
