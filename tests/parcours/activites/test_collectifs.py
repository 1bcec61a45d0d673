"""Collective acts: entered once, an act for each one present, an absence for each one absent, hours counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from imilo.acteurs.models import Agent, Site, Structure
from imilo.journal.models import Fait
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.activites import selectors, services
from imilo.parcours.activites.models import Absence, MotifAbsence
from imilo.parcours.activites.services import CollectifSaisi, PersonneSaisie
from imilo.parcours.dossiers import chronologie
from imilo.parcours.dossiers.models import Acte, ActeCollectif, Dossier, Statut
from imilo.parcours.dossiers.services.suivi import PropositionSaisie, modifier_acte
from imilo.parcours.doublons.services.fusion import FusionImpossible, fusionner
from imilo.parcours.doublons.services.separation import separer
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.doublons.lignes import paire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
MARDI = date(2026, 6, 16)
MAINTENANT = datetime(2026, 6, 19, 16, tzinfo=UTC)


@pytest.fixture(autouse=True)
def horloge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that moves by a second each time it is read: what comes after is later."""
    instants = iter(MAINTENANT + timedelta(seconds=n) for n in range(100_000))
    monkeypatch.setattr("django.utils.timezone.now", lambda: next(instants))


@pytest.fixture
def trois(structure: Structure, agent: Agent) -> list[Dossier]:
    return [fabriques.dossier(structure, agent, jeune_nom_naissance=nom) for nom in ("Zoé", "Abel", "Éloi")]


@pytest.fixture
def atelier(agent: Agent) -> CollectifSaisi:
    return CollectifSaisi(
        "Atelier CV", MARDI, time(9), 120, "ACCOMPAGNEMENT", "ATELIER", "EMPLOI", agent, lieu="Médiathèque"
    )


def present(dossier: Dossier, mot: str = "", **champs: Any) -> PersonneSaisie:
    return PersonneSaisie(dossier.numero, present=True, mot=mot, **champs)


def absent(dossier: Dossier, motif: str = MotifAbsence.AUCUN, mot: str = "") -> PersonneSaisie:
    return PersonneSaisie(dossier.numero, present=False, motif=motif, mot=mot)


def saisir(agent: Agent, saisi: CollectifSaisi, *personnes: PersonneSaisie) -> ActeCollectif:
    return services.saisir_collectif(agent, structure=agent_structure(agent), saisi=saisi, personnes=personnes)


def agent_structure(agent: Agent) -> Structure:
    return Structure.objects.get(pk=agent.affectations.get().structure_id)


def refuse(champ: str | None, service: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(RegleViolee) as erreur, transaction.atomic():
        service(*args, **kwargs)
    assert erreur.value.champ == champ
    return erreur.value.message


def heures(dossier: Dossier) -> int:
    (semaine,) = selectors.semaines(dossiers=[dossier.pk], du=MARDI, au=MARDI, maintenant=MAINTENANT)[dossier.pk]
    return semaine.fait


def titres(dossier: Dossier) -> list[tuple[str, str]]:
    return [(e.titre, e.detail) for e in chronologie.entrees(dossier, details=True) if e.genre in ("acte", "absence")]


def test_one_entry_makes_the_act_of_each_present_and_the_absence_of_each_absent(
    agent: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    zoe, abel, eloi = trois
    fait = saisir(
        agent, atelier, present(zoe, "A fini son CV."), present(abel), absent(eloi, "transport", "Bus en panne")
    )
    assert (fait.presents, fait.absents) == (2, 1)
    actes = {a.dossier_id: a for a in Acte.objects.filter(collectif=fait)}
    assert set(actes) == {zoe.pk, abel.pk}
    un = actes[zoe.pk]
    assert (un.le, un.heure, un.duree, un.modalite, un.agent_id, un.compte_rendu) == (
        MARDI, time(9), 120, "ATELIER", agent.pk, "A fini son CV.",
    )  # fmt: skip
    assert [heures(d) for d in trois] == [120, 120, 0]
    assert titres(eloi) == [("Absence à « Atelier CV »", "Transport, intempéries, Bus en panne")]
    assert titres(zoe) == [("Entretien d'accompagnement · Atelier, 120 min : Atelier CV", "A fini son CV.")]
    assert sorted(Fait.objects.values_list("genre", "dossier_id")) == sorted(
        [("acte.saisi", zoe.pk), ("acte.saisi", abel.pk), ("absence.notee", eloi.pk), ("collectif.saisi", None)],
        key=str,
    )
    lus, fermes = selectors.participants(agent=agent, collectif=fait)
    assert ([p.dossier.jeune.nom_naissance for p in lus], fermes) == (["Abel", "Éloi", "Zoé"], 0)


def test_attendance_that_overlaps_an_appointment_counts_once(
    agent: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    saisir(agent, atelier, present(trois[0]))
    saisir(agent, replace(atelier, heure=time(10), intitule="Simulation d'entretien"), present(trois[0]))
    assert heures(trois[0]) == 180  # from nine to noon, the hour in common once


def test_another_may_enter_what_somebody_animated(
    agent: Agent, directrice: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    fait = saisir(directrice, atelier, present(trois[0]))
    assert Acte.objects.get(collectif=fait).agent == agent
    assert set(Fait.objects.values_list("agent_id", flat=True)) == {directrice.pk}


def test_what_is_refused_says_where(
    agent: Agent, structure: Structure, autre_structure: Structure, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    zoe, abel, _ = trois
    refuse("personnes", saisir, agent, atelier)
    refuse("personnes", saisir, agent, atelier, present(zoe), absent(zoe))
    refuse("le", saisir, agent, replace(atelier, le=MAINTENANT.date() + timedelta(days=1)), present(zoe))
    refuse("modalite", saisir, agent, replace(atelier, modalite="DANSE"), present(zoe))
    refuse("intitule", saisir, agent, replace(atelier, intitule="  "), present(zoe))
    refuse("duree", saisir, agent, replace(atelier, duree=721), present(zoe))
    d_ailleurs = fabriques.agent(autre_structure)
    assert "dans votre structure" in refuse("agent", saisir, agent, replace(atelier, agent=d_ailleurs), present(zoe))
    site = Site.objects.create(structure=autre_structure, nom="Là-bas")
    refuse("site", saisir, agent, replace(atelier, site=site), present(zoe))
    Dossier.objects.filter(pk=abel.pk).update(statut=Statut.FIN, fin_le=date(2026, 1, 1), fin_motif="EMPLOI")
    message = refuse(f"personne-{abel.numero}", saisir, agent, atelier, present(zoe), present(abel))
    assert message.startswith(f"{abel.jeune.nom_complet} : L'accompagnement a pris fin")
    assert not ActeCollectif.objects.exists()
    assert not Acte.objects.exists()


def test_nobody_of_another_structure_nor_of_a_closed_dossier_is_added(
    agent: Agent, directrice: Agent, autre_structure: Structure, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(autre_structure)
    refuse(f"personne-{ailleurs.numero}", saisir, agent, atelier, present(trois[0]), present(ailleurs))
    restreindre(directrice, trois[1], agents=[directrice.pk], motif="proche", au=date(2026, 9, 1))
    refuse(f"personne-{trois[1].numero}", saisir, agent, atelier, present(trois[0]), present(trois[1]))


def test_a_closed_dossier_stays_closed_and_keeps_its_act(
    agent: Agent, directrice: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    fait = saisir(directrice, atelier, present(trois[0]), present(trois[1]))
    restreindre(directrice, trois[1], agents=[directrice.pk], motif="proche", au=date(2026, 9, 1))
    lus, fermes = selectors.participants(agent=agent, collectif=fait)
    assert ([p.dossier for p in lus], fermes) == ([trois[0]], 1)
    corriger = {"version": fait.version, "saisi": replace(atelier, duree=60), "personnes": [present(trois[0])]}
    assert "pas lisible pour vous" in refuse(None, services.corriger_collectif, agent, fait, **corriger)
    refuse(None, services.annuler_collectif, agent, fait, version=fait.version)
    assert {a.duree for a in Acte.objects.all()} == {120}


def test_the_database_holds_it_in_its_structure(
    agent: Agent, autre_structure: Structure, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    fait = saisir(agent, atelier, present(trois[0]), absent(trois[1]))
    with perimetre(autre_structure.pk), connection.cursor() as curseur:
        for table in ("dossiers_actecollectif", "dossiers_actecollectifevent"):
            curseur.execute(f"SELECT count(*) FROM {table}")
            assert curseur.fetchone() == (0,)
        ailleurs = fabriques.dossier(autre_structure)
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError) as erreur, transaction.atomic():
            Absence.objects.create(
                dossier=ailleurs, structure=autre_structure, du=MARDI, au=MARDI, motif="aucun", agent=agent,
                collectif_id=fait.pk,
            )  # fmt: skip
    assert isinstance(erreur.value.__cause__, psycopg.errors.ForeignKeyViolation)


def test_correcting_what_is_shared_corrects_each_with_its_history(
    agent: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    zoe, abel, eloi = trois
    fait = saisir(agent, atelier, present(zoe), present(abel), absent(eloi))
    seul = Acte.objects.get(dossier=abel)
    seul.dossier = abel
    modifier_acte(
        agent, seul, version=1, le=MARDI, heure=time(9), duree=45, type=seul.type, modalite=seul.modalite,
        theme=seul.theme, compte_rendu="Partie avant la fin",
    )  # fmt: skip
    saisi = replace(atelier, heure=time(14), duree=180, le=MARDI + timedelta(days=1))
    a_part = services.corriger_collectif(
        agent, fait, version=1, saisi=saisi,
        personnes=[present(zoe, version=1), present(abel, "Partie avant la fin", version=2), absent(eloi)],
    )  # fmt: skip
    assert a_part == 1
    lus = {a.dossier_id: a for a in Acte.objects.all()}
    assert (lus[zoe.pk].heure, lus[zoe.pk].duree, lus[zoe.pk].le) == (time(14), 180, saisi.le)
    assert (lus[abel.pk].heure, lus[abel.pk].duree) == (time(14), 45)  # what was corrected alone stays so
    assert Absence.objects.get().du == saisi.le
    assert [e.duree for e in lus[zoe.pk].events.order_by("pgh_id")] == [120]
    fait.refresh_from_db()
    assert (fait.version, fait.duree, [e.duree for e in fait.events.order_by("pgh_id")]) == (2, 180, [120])
    genres = list(Fait.objects.filter(dossier_id=zoe.pk).order_by("id").values_list("genre", flat=True))
    assert genres == ["acte.saisi", "acte.modifie"]
    assert Fait.objects.filter(genre="collectif.corrige").count() == 1
    with pytest.raises(VersionPerimee):
        services.corriger_collectif(agent, fait, version=1, saisi=saisi, personnes=[present(zoe)])


def test_correcting_presence_moves_each_to_its_place(
    agent: Agent, trois: list[Dossier], atelier: CollectifSaisi, structure: Structure
) -> None:
    zoe, abel, eloi = trois
    oubliee = fabriques.dossier(structure, agent)
    fait = saisir(agent, atelier, present(zoe, "Le mot"), absent(abel), present(eloi))
    services.corriger_collectif(
        agent, fait, version=1, saisi=atelier, personnes=[absent(zoe), present(abel), present(oubliee)]
    )
    assert set(Acte.objects.values_list("dossier_id", flat=True)) == {abel.pk, oubliee.pk}
    assert list(Absence.objects.values_list("dossier_id", flat=True)) == [zoe.pk]
    assert [heures(d) for d in (*trois, oubliee)] == [0, 120, 0, 120]
    garde = Acte.pgh_event_model.objects.get(dossier_id=zoe.pk)  # type: ignore[attr-defined]  # made by pghistory
    assert garde.compte_rendu == "Le mot"
    fait.refresh_from_db()
    assert (fait.presents, fait.absents) == (2, 1)
    ailleurs = dict(Fait.objects.filter(dossier_id=eloi.pk).values_list("genre", "dossier_id"))
    assert set(ailleurs) == {"acte.saisi", "acte.annule"}


def test_nothing_changed_writes_nothing_in_the_dossiers(
    agent: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    fait = saisir(agent, atelier, present(trois[0], "Un mot"), absent(trois[1], "maladie", "Grippe"))
    personnes = [present(trois[0], "Un mot "), absent(trois[1], "maladie", "Grippe")]
    assert services.corriger_collectif(agent, fait, version=1, saisi=atelier, personnes=personnes) == 0
    assert not Fait.objects.filter(genre__in=["acte.modifie", "absence.modifiee"]).exists()


def test_it_is_undone_while_nothing_was_built_on_it(
    agent: Agent, trois: list[Dossier], atelier: CollectifSaisi
) -> None:
    fait = saisir(agent, atelier, present(trois[0]), absent(trois[1]))
    services.annuler_collectif(agent, fait, version=1)
    assert not Acte.objects.exists()
    assert not Absence.objects.exists()
    fait.refresh_from_db()
    assert (fait.annule_par, fait.presents) == (agent, 1)
    assert heures(trois[0]) == 0
    refuse(None, services.annuler_collectif, agent, fait, version=2)
    genres = set(Fait.objects.values_list("genre", flat=True))
    assert {"acte.annule", "absence.retiree", "collectif.annule"} <= genres


def test_what_was_built_on_it_stops_the_undoing(agent: Agent, trois: list[Dossier], atelier: CollectifSaisi) -> None:
    zoe, abel, eloi = trois
    fait = saisir(agent, atelier, present(zoe), present(abel), absent(eloi))
    acte = Acte.objects.get(dossier=zoe)
    acte.dossier = zoe
    modifier_acte(
        agent, acte, version=1, le=acte.le, heure=acte.heure, duree=acte.duree, type=acte.type,
        modalite=acte.modalite, theme=acte.theme, compte_rendu="", propositions=[PropositionSaisie("EMPLOI", "Stage")],
    )  # fmt: skip
    message = refuse(f"personne-{zoe.numero}", services.annuler_collectif, agent, fait, version=1)
    assert "repris depuis" in message
    refuse(
        f"personne-{zoe.numero}", services.corriger_collectif, agent, fait, version=1, saisi=atelier,
        personnes=[absent(zoe), present(abel), absent(eloi)],
    )  # fmt: skip
    absence = Absence.objects.get()
    absence.dossier = eloi
    jugee = services.AbsenceSaisie(MARDI, MARDI, "maladie", "Grippe", reconnue=True)
    services.modifier_absence(agent, absence, version=1, saisie=jugee)
    refuse(
        f"personne-{eloi.numero}", services.corriger_collectif, agent, fait, version=1, saisi=atelier,
        personnes=[present(zoe), present(abel), present(eloi)],
    )  # fmt: skip
    assert Acte.objects.count() == 2


def test_a_merge_takes_it_along_and_gives_it_back(agent: Agent, trois: list[Dossier], atelier: CollectifSaisi) -> None:
    zoe, abel, eloi = trois
    fait = saisir(agent, atelier, present(zoe), absent(abel), present(eloi))
    deux = paire(zoe, abel)
    with pytest.raises(FusionImpossible, match="Atelier CV"):
        fusionner(agent, deux, garde_id=zoe.pk, repris=())
    autre = saisir(agent, replace(atelier, heure=time(14), intitule="Atelier mobilité"), absent(abel))
    services.corriger_collectif(agent, fait, version=1, saisi=atelier, personnes=[present(zoe), present(eloi)])
    faite = fusionner(agent, deux, garde_id=zoe.pk, repris=())
    assert Absence.objects.get(collectif=autre).dossier_id == zoe.pk
    assert [p.dossier for p in selectors.participants(agent=agent, collectif=autre)[0]] == [zoe]
    separer(agent, faite)
    assert Absence.objects.get(collectif=autre).dossier_id == abel.pk
