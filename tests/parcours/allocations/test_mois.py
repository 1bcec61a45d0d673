"""The lists of a month: what changed since the one before, who is late, what is warned of for everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.models import Jeune
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.mois import LigneDuMois, MoisDeLaStructure, Section, mois_de_la_structure
from imilo.parcours.allocations.services import RessourceSaisie, SituationDuMois
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement, Soutien
from tests import fabriques
from tests.parcours import parcours_sanction
from tests.parcours.allocations.conftest import SALAIRE, SEUL
from tests.parcours.parcours_sanction import Regler

pytestmark = pytest.mark.django_db
FEVRIER, MARS, MAI = date(2026, 2, 1), date(2026, 3, 1), date(2026, 5, 1)
EN_AVRIL, EN_JUIN = date(2026, 4, 2), date(2026, 6, 2)


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return parcours_sanction.calendrier(monkeypatch)


@pytest.fixture
def contrat(regler: Regler, agent: Agent, directrice: Agent, dans_perimetre: Structure) -> ContratEngagement:
    """Signed on 12 January 2026."""
    return parcours_sanction.contrat_signe(regler, directrice, agent, fabriques.dossier(dans_perimetre, agent))


def declarer(
    agent: Agent,
    contrat: ContratEngagement,
    mois: date,
    *ressources: RessourceSaisie,
    situation: SituationDuMois = SEUL,
) -> DecisionAllocation:
    return services.declarer_ressources(
        agent, contrat, mois=mois, situation=situation, ressources=ressources, version=None
    )


def du_mois(qui: Agent, structure: Structure, mois: date, le: date) -> MoisDeLaStructure:
    return mois_de_la_structure(agent=qui, structure=structure, mois=mois, le=le)


def seule(tout: MoisDeLaStructure, section: Section) -> LigneDuMois:
    (ligne,) = tout.lignes
    assert ligne.section == section
    return ligne


def test_ce_qui_a_change_depuis_le_mois_d_avant_se_dit_avec_l_ecart(
    regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement
) -> None:
    """A salary of 600 € falls to 300 €, a scholarship comes, and the household becomes taxable."""
    regler(EN_AVRIL)
    fevrier = declarer(agent, contrat, FEVRIER, SALAIRE)
    fevrier = services.decider_allocation(directrice, fevrier, version=fevrier.version)
    change = replace(SEUL, foyer_fiscal=FoyerFiscal.PREMIERE_TRANCHE)
    moins = RessourceSaisie("salaire", Decimal("300.00"))
    mars = declarer(agent, contrat, MARS, moins, situation=change)
    ligne = seule(du_mois(directrice, contrat.structure, MARS, EN_AVRIL), Section.A_DECIDER)
    dits = [dit.replace("\xa0", " ").replace("\u202f", " ") for dit in ligne.changements]
    assert len(dits) == 2
    assert dits[0].endswith(": non imposable à l'impôt sur le revenu → imposable, dans la première tranche du barème")
    assert dits[1] == "Salaire : 600,00 € → 300,00 €"
    assert (ligne.avant, ligne.montant) == (fevrier.montant, mars.montant)
    assert ligne.ecart == mars.montant - fevrier.montant
    assert ligne.ecart != 0


def test_une_ressource_qui_n_est_plus_la_et_un_autre_logement_se_disent(
    regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement
) -> None:
    regler(EN_AVRIL)
    fevrier = declarer(agent, contrat, FEVRIER, SALAIRE)
    fevrier = services.decider_allocation(directrice, fevrier, version=fevrier.version)
    chez_ses_parents = replace(SEUL, logement=Logement.FOYER, soutien_parental=Soutien.LIMITE)
    declarer(agent, contrat, MARS, situation=chez_ses_parents)
    ligne = seule(du_mois(directrice, contrat.structure, MARS, EN_AVRIL), Section.A_DECIDER)
    dits = " | ".join(ligne.changements).replace("\xa0", " ").replace("\u202f", " ")
    assert "Salaire : 600,00 € → 0,00 €" in dits
    assert "où vit la personne : hors du foyer de ses parents → au foyer de ses parents" in dits
    assert "soutien financier des parents : rien → un soutien financier limité" in dits
    assert ligne.ecart is not None
    assert ligne.ecart > 0


def test_rien_n_a_change_rien_n_est_dit(
    regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement
) -> None:
    regler(EN_AVRIL)
    fevrier = declarer(agent, contrat, FEVRIER, SALAIRE)
    services.decider_allocation(directrice, fevrier, version=fevrier.version)
    declarer(agent, contrat, MARS, SALAIRE)
    ligne = seule(du_mois(directrice, contrat.structure, MARS, EN_AVRIL), Section.A_DECIDER)
    assert (ligne.changements, ligne.ecart) == ((), 0)


@pytest.mark.parametrize(
    ("jour", "dit"),
    [
        (date(2026, 4, 10), "Ressources non déclarées, attendues avant le 10 avril 2026"),
        (date(2026, 4, 11), "Ressources non déclarées, en retard depuis le 10 avril 2026"),
    ],
)
def test_une_declaration_est_attendue_puis_en_retard(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, jour: date, dit: str
) -> None:
    structure = contrat.structure
    services.regler(directrice, structure=structure, deux_regards=False, jour_limite=10)
    assert seule(du_mois(directrice, structure, MARS, jour), Section.MANQUE).raisons == (dit,)


def test_declaree_en_retard_elle_se_decide_comme_les_autres(
    regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement
) -> None:
    """A day of the structure's own: past it, nothing is lost (only the documents have a term, R. 5131-25 II)."""
    services.regler(directrice, structure=contrat.structure, deux_regards=False, jour_limite=10)
    regler(date(2026, 4, 28))
    mars = declarer(agent, contrat, MARS)
    assert seule(du_mois(directrice, contrat.structure, MARS, date(2026, 4, 28)), Section.A_DECIDER).raisons == ()
    assert services.decider_allocation(directrice, mars, version=mars.version).montant > 0


def test_une_revalorisation_attendue_ne_met_pas_a_part_le_bareme_de_quelques_uns(
    regler: Regler, agent: Agent, directrice: Agent, dans_perimetre: Structure
) -> None:
    """D. 5131-19 IV: the amounts of 1 April 2026 aren't known. Five adults, one of the first bracket, one minor."""
    contrats = [
        parcours_sanction.contrat_signe(regler, directrice, agent, fabriques.dossier(dans_perimetre, agent))
        for _ in range(7)
    ]
    Jeune.objects.filter(pk=contrats[0].dossier.jeune_id).update(naissance=date(2009, 3, 1))
    contrats[0] = ContratEngagement.objects.get(pk=contrats[0].pk)
    regler(EN_JUIN)
    premiere_tranche = replace(SEUL, foyer_fiscal=FoyerFiscal.PREMIERE_TRANCHE)
    for contrat in contrats:
        declarer(agent, contrat, MAI, situation=premiere_tranche if contrat == contrats[1] else SEUL)
    tout = du_mois(directrice, dans_perimetre, MAI, EN_JUIN)
    assert {ligne.decision.forfait for ligne in tout.lignes if ligne.decision} == {
        Decimal("561.68"), Decimal("337.00"), Decimal("224.68"),
    }  # fmt: skip
    assert [(x.section, x.raisons) for x in tout.lignes] == [(Section.A_DECIDER, ())] * 7
    (avertissement,) = tout.avertissements  # once for the three scales
    assert "revalorisation du 1er avril 2026" in avertissement


def test_ce_qui_avertit_d_une_personne_reste_a_regarder_meme_si_elle_est_seule(
    regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement
) -> None:
    """Older than a CEJ is signed at: their own file is to look at, however few decisions the month has."""
    regler(EN_AVRIL)
    Jeune.objects.filter(pk=contrat.dossier.jeune_id).update(naissance=date(1990, 1, 1))
    declarer(agent, ContratEngagement.objects.get(pk=contrat.pk), MARS)
    tout = du_mois(directrice, contrat.structure, MARS, EN_AVRIL)
    (raison,) = seule(tout, Section.EXCEPTIONS).raisons
    assert "vérifiez son contrat" in raison
    assert tout.avertissements == ()


def test_un_million_d_euros_se_regarde_avant_de_se_decider(
    regler: Regler, agent: Agent, directrice: Agent, contrat: ContratEngagement, dans_perimetre: Structure
) -> None:
    """The law takes it all off; a month isn't refused for a slip of the keyboard without anybody seeing it."""
    regler(EN_AVRIL)
    declarer(agent, contrat, MARS, RessourceSaisie("salaire", Decimal("1000000.00")))
    raisons = seule(du_mois(directrice, dans_perimetre, MARS, EN_AVRIL), Section.EXCEPTIONS).raisons
    assert "Montant inhabituel, à vérifier : Salaire, 1 000 000,00 €" in [" ".join(r.split()) for r in raisons]
