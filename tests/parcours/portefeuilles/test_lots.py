"""Acts on many dossiers: looked at, done in one transaction with one fact, undone as a whole."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.dossiers import lots as registre
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.referents import changer_referent
from imilo.parcours.dossiers.services.statut import changer_statut
from imilo.parcours.portefeuilles.models import ChangementReferent, LigneDeLot, Lot
from imilo.parcours.portefeuilles.services import lots
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
LE, AVANT = date(2026, 6, 15), date(2026, 1, 12)


@pytest.fixture(autouse=True)
def midi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 6, 15, 10, tzinfo=UTC))


@pytest.fixture
def awa(structure: Structure) -> Agent:
    return fabriques.agent(structure, prenom="Awa", nom="Diallo")


def plusieurs(structure: Structure, referent: Agent | None, combien: int = 3, **champs: Any) -> list[Dossier]:
    depuis = AVANT if referent else None
    return [fabriques.dossier(structure, referent, referent_depuis=depuis, **champs) for _ in range(combien)]


def versions(dossiers: list[Dossier]) -> dict[int, int]:
    return {d.numero: d.version for d in dossiers}


def confier(qui: Agent, a: Agent, dossiers: list[Dossier]) -> Lot:
    structure = dossiers[0].structure
    return lots.appliquer(qui, structure=structure, action="referent", valeur=str(a.pk), versions=versions(dossiers))


def etats(dossiers: list[Dossier]) -> list[tuple[int | None, date | None, int]]:
    lus = Dossier.objects.filter(pk__in=[d.pk for d in dossiers]).order_by("pk")
    return [(d.referent_id, d.referent_depuis, d.version) for d in lus]


def test_the_preview_says_from_whom_to_whom_and_why_not(agent: Agent, awa: Agent, structure: Structure) -> None:
    [mien] = plusieurs(structure, agent, 1)
    [sien] = plusieurs(structure, awa, 1)
    [fini] = plusieurs(structure, agent, 1, statut=Statut.FIN, fin_le=AVANT)
    [orphelin] = plusieurs(structure, None, 1)
    numeros = [d.numero for d in (mien, sien, fini, orphelin)] + [9_999_998]
    vu = lots.examiner(agent, structure=structure, action="referent", valeur=str(awa.pk), numeros=numeros)
    assert vu.libelle == "Confier à Awa Diallo"
    assert vu.inconnus == 1
    assert [(e.dossier.pk, e.avant, e.apres) for e in vu.retenus] == [
        (mien.pk, str(agent), "Awa Diallo"),
        (orphelin.pk, "sans référent", "Awa Diallo"),
    ]
    assert {e.dossier.pk: e.refus for e in vu.refuses} == {
        sien.pk: "Awa Diallo est déjà le référent de ce dossier.",
        fini.pk: "L'accompagnement a pris fin : réactivez d'abord le dossier.",
    }
    assert not Lot.objects.exists()


def test_three_hundred_dossiers_in_one_transaction_and_one_fact(
    agent: Agent, awa: Agent, structure: Structure, django_assert_max_num_queries: Any
) -> None:
    dossiers = plusieurs(structure, agent, 300)
    with django_assert_max_num_queries(16):
        lot = confier(agent, awa, dossiers)
    assert (lot.faits, lot.refuses) == (300, 0)
    assert set(etats(dossiers)) == {(awa.pk, LE, 2)}
    assert ChangementReferent.objects.filter(avant=agent, apres=awa, apres_depuis=LE, par=agent).count() == 300
    fait = Fait.objects.get()
    assert (fait.genre, fait.objet_id) == ("portefeuille.lot", lot.pk)
    assert fait.identifiants == {"action": "referent", "valeur": str(awa.pk), "nombre": 300, "refuses": 0}
    with django_assert_max_num_queries(20):
        lots.annuler(agent, lot)
    assert set(etats(dossiers)) == {(agent.pk, AVANT, 3)}
    assert [f.genre for f in Fait.objects.order_by("id")] == ["portefeuille.lot", "portefeuille.lot_annule"]


def test_nothing_is_kept_when_something_fails_midway(
    agent: Agent, awa: Agent, structure: Structure, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers = plusieurs(structure, agent)

    def tomber(*_a: Any, **_k: Any) -> None:
        raise RuntimeError("panne")

    monkeypatch.setattr(lots, "consigner", tomber)
    with pytest.raises(RuntimeError):
        confier(agent, awa, dossiers)
    assert set(etats(dossiers)) == {(agent.pk, AVANT, 1)}
    assert not Lot.objects.exists()
    assert not ChangementReferent.objects.exists()


def test_what_was_saved_since_the_preview_is_left_and_says_so(agent: Agent, awa: Agent, structure: Structure) -> None:
    dossiers = plusieurs(structure, agent, 2)
    vus = versions(dossiers)
    changer_statut(agent, dossiers[0], version=1, statut=Statut.EN_VEILLE)
    lot = lots.appliquer(agent, structure=structure, action="referent", valeur=str(awa.pk), versions=vus)
    assert (lot.faits, lot.refuses) == (1, 1)
    assert LigneDeLot.objects.get(dossier=dossiers[0]).refus == lots.CHANGE
    assert [e[0] for e in etats(dossiers)] == [agent.pk, awa.pk]


def test_undoing_leaves_what_changed_since_and_says_it(agent: Agent, awa: Agent, structure: Structure) -> None:
    bruno = fabriques.agent(structure, prenom="Bruno", nom="Roy")
    rendu, repris, aller_retour, endormi = dossiers = plusieurs(structure, agent, 4)
    lot = confier(agent, awa, dossiers)
    repris.refresh_from_db()
    changer_referent(agent, repris, version=2, referent=bruno, le=LE)
    aller_retour.refresh_from_db()
    parti = changer_referent(agent, aller_retour, version=2, referent=bruno, le=LE)
    changer_referent(agent, parti, version=3, referent=awa, le=LE)
    endormi.refresh_from_db()
    changer_statut(agent, endormi, version=2, statut=Statut.EN_VEILLE)
    vus = {e.dossier.pk: e.refus for e in lots.examiner_retour(agent, lot)}
    assert vus == {
        rendu.pk: "",
        repris.pk: "Le référent a changé depuis : Bruno Roy.",
        aller_retour.pk: "Le référent a changé depuis : Awa Diallo.",
        endormi.pk: "",  # its status isn't what the act had changed
    }
    annule = lots.annuler(agent, lot)
    assert (annule.rendus, annule.annule_par) == (2, agent)
    assert [e[0] for e in etats(dossiers)] == [agent.pk, bruno.pk, awa.pk, agent.pk]
    endormi.refresh_from_db()
    assert endormi.statut == Statut.EN_VEILLE
    assert LigneDeLot.objects.get(dossier=repris).laisse == "Le référent a changé depuis : Bruno Roy."
    assert Fait.objects.get(genre="portefeuille.lot_annule").identifiants == {"nombre": 2, "laisses": 2}
    with pytest.raises(RegleViolee, match="déjà annulée"):
        lots.annuler(agent, lot)


def test_who_has_left_isn_t_given_dossiers_back(agent: Agent, awa: Agent, structure: Structure) -> None:
    parti = fabriques.agent(structure, prenom="Zoé", nom="Partie")
    dossiers = plusieurs(structure, parti, 2)
    lot = confier(agent, awa, dossiers)
    parti.affectations.update(au=date(2026, 6, 14))
    assert {e.refus for e in lots.examiner_retour(agent, lot)} == {"Zoé Partie n'accompagne plus de jeunes ici."}
    with pytest.raises(RegleViolee, match="plus rien à annuler"):
        lots.annuler(agent, lot)


def test_without_a_referent_before_there_is_none_again(agent: Agent, structure: Structure) -> None:
    dossiers = plusieurs(structure, None, 2)
    lot = confier(agent, agent, dossiers)
    lots.annuler(agent, lot)
    assert set(etats(dossiers)) == {(None, None, 3)}
    dernier = ChangementReferent.objects.filter(dossier=dossiers[0]).first()
    assert dernier is not None
    assert (dernier.avant, dernier.apres, dernier.retour) == (agent, None, True)


def test_to_sleep_and_back(agent: Agent, structure: Structure) -> None:
    actif, endormi, reveille = (
        fabriques.dossier(structure, agent, statut=s) for s in (Statut.ACTIF, Statut.EN_VEILLE, Statut.ACTIF)
    )
    vus = versions([actif, endormi, reveille])
    lot = lots.appliquer(agent, structure=structure, action="veille", valeur="", versions=vus)
    assert (lot.libelle, lot.faits, lot.refuses) == ("Mettre en veille", 2, 1)
    assert LigneDeLot.objects.get(dossier=endormi).refus == "Ce dossier est « En veille » : rien à changer."
    reveille.refresh_from_db()
    changer_statut(agent, reveille, version=2, statut=Statut.ACTIF)
    lots.annuler(agent, lot)
    for dossier, statut in ((actif, Statut.ACTIF), (endormi, Statut.EN_VEILLE), (reveille, Statut.ACTIF)):
        dossier.refresh_from_db()
        assert dossier.statut == statut
    assert LigneDeLot.objects.get(dossier=reveille).laisse == "Le statut a changé depuis : Actif."


@pytest.mark.parametrize(("action", "valeur"), [("referent", "0"), ("referent", "x"), ("rien", ""), ("veille", "1")])
def test_only_what_is_offered_can_be_asked(agent: Agent, structure: Structure, action: str, valeur: str) -> None:
    [dossier] = plusieurs(structure, agent, 1)
    with pytest.raises(RegleViolee, match="Choisissez"):
        lots.examiner(agent, structure=structure, action=action, valeur=valeur, numeros=[dossier.numero])


def test_a_counsellor_of_elsewhere_is_nobody_s_referent_here(
    agent: Agent, structure: Structure, autre_structure: Structure
) -> None:
    [dossier] = plusieurs(structure, agent, 1)
    for refuse in (fabriques.agent(autre_structure), fabriques.agent(structure, Profil.ACCUEIL), fabriques.agent()):
        with pytest.raises(RegleViolee):
            confier(agent, refuse, [dossier])


def test_too_many_are_refused_at_once(agent: Agent, awa: Agent, structure: Structure) -> None:
    with pytest.raises(RegleViolee, match="1000 dossiers au plus"):
        lots.examiner(
            agent, structure=structure, action="referent", valeur=str(awa.pk), numeros=range(1, lots.DOSSIERS_MAX + 2)
        )


def test_a_profile_that_doesn_t_accompany_does_nothing(agent: Agent, awa: Agent, structure: Structure) -> None:
    dossiers = plusieurs(structure, agent, 1)
    lot = confier(agent, awa, dossiers)
    gestionnaire = fabriques.agent(structure, Profil.GESTIONNAIRE)
    dossiers[0].refresh_from_db()
    with pytest.raises(NonHabilite):
        confier(gestionnaire, agent, dossiers)
    with pytest.raises(NonHabilite):
        lots.annuler(gestionnaire, lot)


def test_the_same_profile_elsewhere_reaches_nothing_of_ours(
    agent: Agent, awa: Agent, structure: Structure, autre_structure: Structure
) -> None:
    dossiers = plusieurs(structure, agent, 2)
    lot = confier(agent, awa, dossiers)
    voisin = fabriques.agent(autre_structure)
    with pytest.raises(NonHabilite):
        confier(voisin, agent, dossiers)
    with perimetre(autre_structure.pk):
        with pytest.raises(RegleViolee, match="Aucun"):
            lots.appliquer(voisin, structure=autre_structure, action="veille", valeur="", versions=versions(dossiers))
        assert not Lot.objects.filter(pk=lot.pk).exists()
        assert not LigneDeLot.objects.exists()
        assert not ChangementReferent.objects.exists()


def test_an_action_is_declared_once() -> None:
    veille = registre.action_de_lot("veille")
    assert veille is not None
    with pytest.raises(ValueError, match="déjà déclarée"):
        registre.declarer_action(veille)
