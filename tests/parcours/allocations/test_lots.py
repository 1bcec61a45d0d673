"""Many decisions of a month at once: by who may, as they were seen, nothing twice, resumed where it stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.droit.decision import depuis_json, rejouer
from imilo.journal.models import Fait
from imilo.parcours.allocations import services
from imilo.parcours.allocations.lots import avancement
from imilo.parcours.allocations.models import (
    DecisionAllocation,
    EtatDecision,
    EtatLigne,
    LigneLotAllocations,
    LotAllocations,
)
from imilo.parcours.allocations.mois import Section, contrats_du_mois, mois_de_la_structure
from imilo.parcours.allocations.services import lots
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import il_est
from tests.parcours import parcours_cej
from tests.parcours.allocations.conftest import SALAIRE, SEUL

pytestmark = pytest.mark.django_db(transaction=True)
Preparer = Callable[[int], list[DecisionAllocation]]


@pytest.fixture
def preparer(agent: Agent, directrice: Agent, structure: Structure) -> Preparer:
    """So many decisions of the month, prepared by the counsellor, committed."""

    def une() -> DecisionAllocation:
        dossier = fabriques.dossier(structure, agent)
        contrat: ContratEngagement = parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))
        assert contrat.signe_le is not None
        return services.declarer_ressources(
            agent,
            contrat,
            mois=contrat.signe_le.replace(day=1),
            situation=SEUL,
            ressources=[SALAIRE],
            version=None,
        )

    def faire(nombre: int) -> list[DecisionAllocation]:
        with perimetre(structure.pk):
            return [une() for _ in range(nombre)]

    return faire


def creer(qui: Agent, structure: Structure, decisions: list[DecisionAllocation]) -> LotAllocations:
    with perimetre(structure.pk, agent_id=qui.pk):
        return services.creer_lot(
            qui,
            structure=structure,
            mois=decisions[0].mois,
            choisies={d.pk: d.version for d in decisions},
            en_file=False,
        )


def test_un_lot_prend_les_memes_decisions_qu_une_a_une(
    directrice: Agent, structure: Structure, preparer: Preparer
) -> None:
    seule, *autres = preparer(3)
    with perimetre(structure.pk):
        prise = services.decider_allocation(directrice, seule, version=seule.version)
    lot = creer(directrice, structure, autres)
    services.traiter_lot(lot.pk, structure.pk)
    with perimetre(structure.pk):
        decisions = list(DecisionAllocation.objects.exclude(pk=seule.pk))
        assert {d.etat for d in decisions} == {EtatDecision.DECIDEE}
        for d in decisions:
            assert (d.sens, d.montant, d.pouvoir, d.decidee_le) == (
                prise.sens, prise.montant, prise.pouvoir, prise.decidee_le,
            )  # fmt: skip
            assert (d.decidee_par_id, d.document_id, d.version) == (directrice.pk, None, 2)
            assert (d.forfait, d.droit, d.pieces, d.effets) == (prise.forfait, prise.droit, prise.pieces, prise.effets)
            assert (d.calcul, d.regularisation) == (prise.calcul, prise.regularisation)
            assert rejouer(depuis_json(d.calcul)).identique
            assert rejouer(depuis_json(d.droit)).identique
        etat = avancement(LotAllocations.objects.get())
        assert (etat.total, etat.faites, etat.refusees, etat.courriers_attendus, etat.pour_cent) == (2, 2, 0, 2, 100)
        genres = Fait.objects.filter(objet_id__in=[d.pk for d in autres], genre="allocation.decidee")
        assert genres.count() == 2
        assert {(f.agent_id, f.acteur, f.objet_type, f.structure_id) for f in genres} == {
            (directrice.pk, "agent", "allocations.decisionallocation", structure.pk)
        }
        assert {f.objet_id: (f.dossier_id, f.identifiants) for f in genres} == {
            d.pk: (d.dossier_id, {"mois": d.code_mois, "lot": lot.pk}) for d in autres
        }


def test_les_courriers_se_font_apres_chacun_une_fois(
    directrice: Agent, structure: Structure, preparer: Preparer
) -> None:
    lot = creer(directrice, structure, preparer(2))
    services.traiter_lot(lot.pk, structure.pk)
    assert services.faire_les_courriers(structure.pk) == 2
    assert services.faire_les_courriers(structure.pk) == 0
    with perimetre(structure.pk):
        for decision in DecisionAllocation.objects.select_related("document"):
            assert decision.document is not None
            assert bytes(decision.document.contenu).startswith(b"%PDF-")


def test_ce_qui_a_change_depuis_n_est_pas_pris(
    agent: Agent, directrice: Agent, structure: Structure, preparer: Preparer
) -> None:
    changee, decidee, intacte = preparer(3)
    lot = creer(directrice, structure, [changee, decidee, intacte])
    with perimetre(structure.pk):
        services.declarer_ressources(
            agent, changee.contrat, mois=changee.mois, situation=SEUL, ressources=(), version=1
        )
        services.decider_allocation(directrice, decidee, version=decidee.version)
    services.traiter_lot(lot.pk, structure.pk)
    with perimetre(structure.pk):
        lignes = {x.decision_id: x for x in LigneLotAllocations.objects.all()}
        assert lignes[intacte.pk].etat == EtatLigne.FAITE
        assert "modifiée" in lignes[changee.pk].refus
        assert "déjà prise" in lignes[decidee.pk].refus
        assert DecisionAllocation.objects.get(pk=changee.pk).etat == EtatDecision.PREPAREE


def test_arrete_au_milieu_le_lot_reprend_sans_rien_faire_deux_fois(
    directrice: Agent, structure: Structure, preparer: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lots, "PAR_TRANSACTION", 2)
    lot = creer(directrice, structure, preparer(5))
    pas: list[int] = []

    class Coupure(Exception):
        pass

    def couper(faites: int) -> None:
        pas.append(faites)
        if len(pas) == 2:
            raise Coupure

    with pytest.raises(Coupure):
        services.traiter_lot(lot.pk, structure.pk, avancer=couper)
    with perimetre(structure.pk):
        assert avancement(lot).faites == 4
    fini = services.traiter_lot(lot.pk, structure.pk)
    assert fini is not None
    with perimetre(structure.pk):
        assert avancement(lot).faites == 5
        assert Fait.objects.filter(genre="allocation.decidee").count() == 5
        assert LotAllocations.objects.get().fini_le is not None


def test_deux_personnes_decident_le_meme_mois_en_meme_temps(
    directrice: Agent, structure: Structure, preparer: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two batches on the same decisions, from two connections: each decision is taken once, by one of them."""
    monkeypatch.setattr(lots, "PAR_TRANSACTION", 1)
    decisions = preparer(6)
    autre = fabriques.agent(structure, "direction", representant_legal=True)
    a_la_fois = [creer(qui, structure, decisions) for qui in (directrice, autre)]
    depart = threading.Barrier(2)
    erreurs: list[BaseException] = []

    def traiter(lot: LotAllocations) -> None:
        try:
            depart.wait(timeout=20)
            services.traiter_lot(lot.pk, structure.pk)
        except BaseException as erreur:  # noqa: BLE001  # told by the test below
            erreurs.append(erreur)
        finally:
            connection.close()

    fils = [threading.Thread(target=traiter, args=(lot,)) for lot in a_la_fois]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=60)
    assert erreurs == []
    with perimetre(structure.pk):
        assert {d.etat for d in DecisionAllocation.objects.all()} == {EtatDecision.DECIDEE}
        assert {d.version for d in DecisionAllocation.objects.all()} == {2}
        etats = [avancement(lot) for lot in a_la_fois]
        assert sum(e.faites for e in etats) == 6
        assert sum(e.refusees for e in etats) == 6
        assert Fait.objects.filter(genre="allocation.decidee").count() == 6


def test_une_decision_et_un_lot_au_meme_instant(directrice: Agent, structure: Structure, preparer: Preparer) -> None:
    """One by one and in a batch, from two connections: one wins, the other is told that it is done."""
    (decision,) = preparer(1)
    lot = creer(directrice, structure, [decision])
    depart = threading.Barrier(2)
    refus: list[str] = []

    def seule() -> None:
        try:
            depart.wait(timeout=20)
            with perimetre(structure.pk):
                services.decider_allocation(directrice, decision, version=decision.version)
        except RegleViolee as erreur:
            refus.append(str(erreur))
        finally:
            connection.close()

    def en_lot() -> None:
        try:
            depart.wait(timeout=20)
            services.traiter_lot(lot.pk, structure.pk)
        finally:
            connection.close()

    fils = [threading.Thread(target=f) for f in (seule, en_lot)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=60)
    with perimetre(structure.pk):
        refusees = avancement(lot).refusees
        assert len(refus) + refusees == 1
        assert Fait.objects.filter(genre="allocation.decidee").count() == 1


def test_un_lot_demande_le_pouvoir_a_chaque_pas(
    agent: Agent, directrice: Agent, structure: Structure, preparer: Preparer
) -> None:
    decisions = preparer(1)
    with pytest.raises(NonHabilite):
        creer(agent, structure, decisions)
    lot = creer(directrice, structure, decisions)
    Affectation.objects.filter(agent=directrice).update(representant_legal=False)
    services.traiter_lot(lot.pk, structure.pk)
    with perimetre(structure.pk):
        (ligne,) = LigneLotAllocations.objects.all()
        assert ligne.etat == EtatLigne.REFUSEE
        assert "représentant légal" in ligne.refus


def test_deux_regards_valent_dans_un_lot(directrice: Agent, structure: Structure, preparer: Preparer) -> None:
    decisions = preparer(1)
    with perimetre(structure.pk):
        services.regler(directrice, structure=structure, deux_regards=True, jour_limite=5)
        sienne = services.declarer_ressources(
            directrice, decisions[0].contrat, mois=decisions[0].mois, situation=SEUL, ressources=(), version=1
        )
        tout = mois_de_la_structure(
            agent=directrice, structure=structure, mois=sienne.mois, le=date.today().replace(day=28)
        )
        assert [x.section for x in tout.lignes] == [Section.EXCEPTIONS]
    lot = creer(directrice, structure, [sienne])
    services.traiter_lot(lot.pk, structure.pk)
    with perimetre(structure.pk):
        assert "deux regards" in LigneLotAllocations.objects.get().refus


def test_un_lot_vide_ou_d_une_autre_structure_ne_se_fait_pas(
    directrice: Agent, structure: Structure, autre_structure: Structure, preparer: Preparer
) -> None:
    decisions = preparer(1)
    with perimetre(structure.pk), pytest.raises(RegleViolee):
        services.creer_lot(directrice, structure=structure, mois=decisions[0].mois, choisies={}, en_file=False)
    chef = fabriques.agent(autre_structure, "direction", representant_legal=True)
    with perimetre(autre_structure.pk), pytest.raises(RegleViolee):
        services.creer_lot(
            chef, structure=autre_structure, mois=decisions[0].mois, choisies={decisions[0].pk: 1}, en_file=False
        )
    lot = creer(directrice, structure, decisions)
    assert services.traiter_lot(lot.pk, autre_structure.pk) is None


def lignes_par_section(structure: Structure, qui: Agent, mois: date, le: date) -> dict[Section, list[Any]]:
    with perimetre(structure.pk):
        tout = mois_de_la_structure(agent=qui, structure=structure, mois=mois, le=le)
        return {section: tout.de(section) for section in Section}


def test_le_mois_dit_ce_qui_est_pret_ce_qui_manque_et_ce_qui_change(
    agent: Agent, directrice: Agent, structure: Structure, preparer: Preparer
) -> None:
    prete, manque = preparer(2)
    with perimetre(structure.pk):
        services.demander_pieces(
            agent, manque.contrat, saisies=services.PiecesSaisies("Avis d'imposition"), version=None
        )
    sections = lignes_par_section(structure, directrice, prete.mois, prete.mois.replace(day=28))
    (ligne,) = sections[Section.A_DECIDER]
    assert (ligne.decision.pk, ligne.changements, ligne.ecart) == (prete.pk, ("Premier mois",), None)
    (ligne,) = sections[Section.MANQUE]
    assert "Avis d'imposition" in ligne.raisons[0]
    assert sections[Section.DECIDEES] == []


def test_un_lot_au_passage_de_l_annee(agent: Agent, directrice: Agent, structure: Structure) -> None:
    """A contract signed on the last day of December: that month is due whole (R. 5131-25 I), and decided in January.

    Each month reads the scale of its own year, whatever the day of the batch.
    """
    signe, decide = date(2025, 12, 31), date(2026, 1, 2)
    with il_est(signe), perimetre(structure.pk):
        contrat = parcours_cej.signer(directrice, parcours_cej.preparer(agent, fabriques.dossier(structure, agent)))
    mois = {date(2025, 12, 1): None, date(2026, 1, 1): None}
    with il_est(decide, 1):
        for premier in mois:
            with perimetre(structure.pk, agent_id=directrice.pk):
                d = services.declarer_ressources(
                    agent, contrat, mois=premier, situation=SEUL, ressources=[], version=None
                )
                assert contrats_du_mois(agent=directrice, structure=structure, mois=premier) == [contrat]
            lot = creer(directrice, structure, [d])
            services.traiter_lot(lot.pk, structure.pk)
    with perimetre(structure.pk):
        assert contrats_du_mois(agent=directrice, structure=structure, mois=date(2025, 11, 1)) == []
        prises = list(DecisionAllocation.objects.prises().order_by("mois"))
    assert [(d.mois, d.decidee_le) for d in prises] == [(m, decide) for m in mois]
    for d in prises:
        calcul = depuis_json(d.calcul)
        assert calcul.resultat["due"]
        assert d.montant == d.forfait
        assert all(b.a_compter_du <= d.mois for b in calcul.baremes)
        assert rejouer(calcul).identique
