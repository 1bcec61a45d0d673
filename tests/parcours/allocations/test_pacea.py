"""The one-off allowance of the PACEA: what the law allows, ceilings of the whole country, decided once."""

from __future__ import annotations

import io
import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.montants import Montant
from imilo.echanges.connecteurs.asp.a_envoyer import pacea_payables
from imilo.journal.models import Fait
from imilo.parcours.allocations.models import AllocationPacea, EtatPacea
from imilo.parcours.allocations.selectors_pacea import versements
from imilo.parcours.allocations.services.pacea import (
    DemandePacea,
    abandonner_pacea,
    decider_pacea,
    notifier_pacea,
    preparer_pacea,
)
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import terminer_contrat
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import il_est
from tests.parcours import parcours_cej
from tests.parcours.contrats.test_cadres import preparer

pytestmark = pytest.mark.django_db


def en_pacea(structure: Structure, agent: Agent, directrice: Agent, **champs: Any) -> ContratEngagement:
    """A contract signed today, in the frame of a PACEA."""
    dossier = fabriques.dossier(structure, agent, **champs)
    return parcours_cej.signer(directrice, preparer(agent, dossier, Cadre.PACEA))


@pytest.fixture
def contrat(agent: Agent, directrice: Agent, dans_perimetre: Structure) -> ContratEngagement:
    return en_pacea(dans_perimetre, agent, directrice)


@pytest.fixture
def mois(contrat: ContratEngagement) -> date:
    assert contrat.signe_le is not None
    return contrat.signe_le.replace(day=1)


def demander(agent: Agent, dossier: Dossier, mois: date, montant: str = "150", **champs: Any) -> AllocationPacea:
    demande = DemandePacea(mois=mois, montant=Decimal(montant), besoin="Un abonnement de train.", **champs)
    return preparer_pacea(agent, dossier, demande=demande)


def decider(agent: Agent, allocation: AllocationPacea, **champs: Any) -> AllocationPacea:
    return decider_pacea(agent, allocation, version=allocation.version, **{"accorder": True, **champs})


def test_demandee_accordee_notifiee_transmise(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date
) -> None:
    avant = Fait.objects.count()
    allocation = demander(agent, contrat.dossier, mois)
    with pytest.raises(NonHabilite):
        decider(agent, allocation)
    accordee = decider(directrice, allocation)
    assert (accordee.etat, accordee.contrat_id) == (EtatPacea.ACCORDEE, contrat.pk)
    assert rejouer(depuis_json(accordee.droit)).identique
    assert accordee.document is not None
    with pikepdf.open(io.BytesIO(bytes(accordee.document.contenu))) as courrier:
        assert courrier.open_metadata()["pdfuaid:part"] == "1"
        assert "allocation ponctuelle" in str(courrier.open_metadata()["dc:title"])
    le = aujourd_hui(contrat.dossier.structure)
    with pytest.raises(RegleViolee):
        notifier_pacea(
            agent, accordee, version=accordee.version, notifiee_le=le + timedelta(days=1), moyen="MAIN_PROPRE"
        )
    notifier_pacea(agent, accordee, version=accordee.version, notifiee_le=le, moyen="MAIN_PROPRE")
    (payee,) = pacea_payables(contrat.dossier.structure)
    assert (payee.pk, payee.du) == (accordee.pk, Montant("150.00"))
    genres = list(Fait.objects.order_by("id").values_list("genre", flat=True))[avant:]
    assert genres == ["allocation_pacea.preparee", "allocation_pacea.accordee", "allocation_pacea.notifiee"]


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"sommes": (("emploi", Decimal("300.01")),)}, "plus que"),
        ({"suspendue": True}, "suspend"),
        ({"montant": "100000"}, "au-dessus du maximum"),
    ],
)
def test_ce_que_la_loi_refuse_ne_s_accorde_pas(  # noqa: PLR0917  # two people, a contract, a month, and the case
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date, champs: dict[str, Any], phrase: str
) -> None:
    allocation = demander(agent, contrat.dossier, mois, **champs)
    with pytest.raises(RegleViolee, match=phrase):
        decider(directrice, allocation)
    with pytest.raises(RegleViolee, match="pourquoi"):
        decider(directrice, allocation, accorder=False, raison=" ")
    refusee = decider(directrice, allocation, accorder=False, raison="Vous avez d'autres ressources.")
    assert refusee.etat == EtatPacea.REFUSEE
    assert not pacea_payables(contrat.dossier.structure).exists()


@pytest.mark.parametrize(
    ("champs", "champ"),
    [({"montant": "-1"}, "montant"), ({"montant": "0"}, "montant"), ({"sommes": (("loto", Decimal(1)),)}, "nature")],
)
def test_une_demande_fausse_est_refusee_a_son_champ(
    agent: Agent, contrat: ContratEngagement, mois: date, champs: dict[str, Any], champ: str
) -> None:
    with pytest.raises(RegleViolee) as refus:
        demander(agent, contrat.dossier, mois, **champs)
    assert refus.value.champ == champ
    with pytest.raises(RegleViolee) as refus:
        demander(agent, contrat.dossier, (mois + timedelta(days=40)).replace(day=1))
    assert refus.value.champ == "mois"
    assert not AllocationPacea.objects.exists()


def test_deux_demandes_qui_attendent_pour_le_meme_mois_sont_refusees(
    agent: Agent, contrat: ContratEngagement, mois: date
) -> None:
    premiere = demander(agent, contrat.dossier, mois)
    with pytest.raises(RegleViolee, match="attend déjà"):
        demander(agent, contrat.dossier, mois)
    abandonner_pacea(agent, premiere, version=premiere.version)
    assert demander(agent, contrat.dossier, mois).etat == EtatPacea.PREPAREE


def test_le_plafond_du_mois_compte_ce_qui_est_deja_accorde(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date
) -> None:
    """D. 5131-9: never more in a month than the amount of D. 5131-19 I 1° a."""
    premiere = decider(directrice, demander(agent, contrat.dossier, mois, "400"))
    plafond = depuis_json(premiere.droit).resultat["plafond_mensuel"]
    seconde = demander(agent, contrat.dossier, mois, "400")
    assert depuis_json(seconde.droit).resultat["maximum"] == plafond - Decimal("400.00")
    with pytest.raises(RegleViolee, match="au-dessus du maximum"):
        decider(directrice, seconde)


def test_le_plafond_est_celui_de_la_personne_dans_tout_le_pays(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date, autre_structure: Structure
) -> None:
    """Another mission locale sees how much was granted, and for what month; not where, nor by whom."""
    decider(directrice, demander(agent, contrat.dossier, mois, "400"))
    with perimetre(autre_structure.pk):
        assert versements(jeune_id=contrat.jeune_id, sauf=None) == ()  # nobody of theirs: nothing is told
        fabriques.dossier(autre_structure, jeune=contrat.dossier.jeune)
        (un,) = versements(jeune_id=contrat.jeune_id, sauf=None)
        assert (un.mois, un.montant) == (f"{mois:%Y-%m}", Decimal("400.00"))
        assert not AllocationPacea.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_une_demande_accordee_par_deux_personnes_au_meme_instant(
    agent: Agent, directrice: Agent, structure: Structure
) -> None:
    """Two people, two connections, one request: it is granted once."""
    with perimetre(structure.pk):
        contrat = en_pacea(structure, agent, directrice)
        assert contrat.signe_le is not None
        mois = contrat.signe_le.replace(day=1)
        demandee = demander(agent, contrat.dossier, mois, "300")
    accordees, refus = _ensemble([(structure, directrice, demandee)] * 2)
    assert (len(accordees), len(refus)) == (1, 1)
    with perimetre(structure.pk):
        assert AllocationPacea.objects.filter(etat=EtatPacea.ACCORDEE).count() == 1
        assert Fait.objects.filter(genre="allocation_pacea.accordee").count() == 1


def copier(allocation: AllocationPacea, mois: date) -> None:
    """The same, granted for another month."""
    allocation.pk, allocation.mois = None, mois
    allocation.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_deux_structures_accordent_a_la_meme_personne_au_meme_instant(
    agent: Agent, directrice: Agent, structure: Structure, autre_structure: Structure
) -> None:
    """D. 5131-9: six times the amount in twelve months, in the whole country. Two connections: one is told no.

    A PACEA here until August, another one there since; five whole months are granted. Eight tenths of a month more are
    below the ceiling here for July, or there for August: 5.8 times; both would make 6.6.
    """
    autre = fabriques.agent(autre_structure, "direction", representant_legal=True)  # type: ignore[arg-type]  # its value
    with il_est(date(2026, 2, 9)), perimetre(structure.pk):
        contrat = en_pacea(structure, agent, directrice)
        demandee = demander(agent, contrat.dossier, date(2026, 2, 1))
        plafond = depuis_json(demandee.droit).resultat["plafond_mensuel"]
        abandonner_pacea(agent, demandee, version=demandee.version)
        premiere = decider(directrice, demander(agent, contrat.dossier, date(2026, 2, 1), str(plafond)))
        for rang in range(3, 7):
            copier(premiere, date(2026, rang, 1))
    with il_est(date(2026, 8, 10)), perimetre(structure.pk):
        terminer_contrat(agent, contrat, version=contrat.version, fin_le=date(2026, 8, 10), motif="DEMANDE")
    somme = str((plafond * 8 / 10).quantize(Decimal("0.01")))
    with il_est(date(2026, 8, 12)):
        with perimetre(autre_structure.pk):
            suite = fabriques.dossier(autre_structure, autre, jeune=contrat.dossier.jeune)
            parcours_cej.signer(autre, preparer(autre, suite, Cadre.PACEA))
            la_bas = demander(autre, suite, date(2026, 8, 1), somme)
        with perimetre(structure.pk):
            ici = demander(agent, contrat.dossier, date(2026, 7, 1), somme)
        accordees, refus = _ensemble([(structure, directrice, ici), (autre_structure, autre, la_bas)])
    assert (len(accordees), len(refus)) == (1, 1)
    assert "plafond" in refus[0] or "maximum" in refus[0]
    with perimetre(structure.pk):
        recues = versements(jeune_id=contrat.jeune_id, sauf=None)
    assert sum(v.montant for v in recues) == plafond * 5 + Decimal(somme)


def _ensemble(cas: list[tuple[Structure, Agent, AllocationPacea]]) -> tuple[list[int], list[str]]:
    """Grant each at the same moment, each on its own connection: keys granted, refusals."""
    depart = threading.Barrier(len(cas))
    accordees: list[int] = []
    refus: list[str] = []

    def accorder(structure: Structure, qui: Agent, demandee: AllocationPacea) -> None:
        try:
            depart.wait(timeout=20)
            with perimetre(structure.pk):
                accordees.append(decider(qui, demandee).pk)
        except RegleViolee as erreur:
            refus.append(str(erreur))
        finally:
            connection.close()

    fils = [threading.Thread(target=accorder, args=un) for un in cas]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(timeout=60)
    return accordees, refus
