"""The month to sign, on the whole history of a dossier: requests, new decisions, contracts signed and ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.parcours.contrats.selectors import contrats_suivants
from imilo.parcours.diagnostics.delai import ContratSuivant, faits
from imilo.parcours.diagnostics.models import Organisme, Orientation
from imilo.parcours.diagnostics.services import demander_nouvelle_orientation
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee
from tests import fabriques
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


def _redemander(agent: Agent, orientation: Orientation, le: date) -> Orientation:
    return demander_nouvelle_orientation(agent, orientation, version=2, le=le, raison="Trop loin")


def test_deux_reorientations_font_une_seule_histoire(agent: Agent, dossier: Dossier) -> None:
    """D. 5411-8-2: each request stops the month, each new decision opens another; the last one tells all."""
    premiere = cej.orienter_et_notifier(agent, dossier, le=date(2026, 3, 2))
    cej.diagnostiquer(agent, dossier, le=date(2026, 3, 4))
    _redemander(agent, premiere, date(2026, 3, 20))
    seconde = cej.orienter_et_notifier(agent, dossier, le=date(2026, 4, 10))
    assert seconde.a_signer_avant_le == date(2026, 5, 10)
    demandee = _redemander(agent, seconde, date(2026, 5, 10))  # on the very last day
    assert demandee.a_signer_avant_le is None
    troisieme = cej.orienter_et_notifier(agent, dossier, le=date(2026, 6, 1))
    assert troisieme.a_signer_avant_le == date(2026, 7, 1)
    assert troisieme.delai is not None
    assert troisieme.delai["version"] == "2"
    assert [(i["du"], i["au"], i["limite"]) for i in troisieme.delai["resultat"]["interruptions"]] == [
        ("2026-03-20", "2026-04-10", "2026-04-02"),
        ("2026-05-10", "2026-06-01", "2026-05-10"),
    ]
    assert rejouer(depuis_json(troisieme.delai)).identique


def test_une_demande_apres_le_dernier_jour_n_arrete_plus_rien(agent: Agent, dossier: Dossier) -> None:
    """D. 5411-8-2 interrupts a delay that runs: to be signed by 2 April, asked on 3 April."""
    orientation = cej.orienter_et_notifier(agent, dossier, le=date(2026, 3, 2))
    cej.diagnostiquer(agent, dossier, le=date(2026, 3, 4))
    demandee = _redemander(agent, orientation, date(2026, 4, 3))
    assert demandee.a_signer_avant_le == date(2026, 4, 2)
    assert demandee.delai is not None
    assert (demandee.delai["resultat"]["etat"], demandee.delai["resultat"]["interrompu"]) == ("echu", False)


def test_une_nouvelle_decision_recue_avant_sa_demande_est_refusee(agent: Agent, dossier: Dossier) -> None:
    premiere = cej.orienter_et_notifier(agent, dossier, le=date(2026, 3, 2))
    cej.diagnostiquer(agent, dossier, le=date(2026, 3, 4))
    _redemander(agent, premiere, date(2026, 3, 20))
    seconde = cej.orienter(agent, dossier, le=date(2026, 3, 10))
    with pytest.raises(RegleViolee, match="avant sa demande") as refus:
        cej.notifier(agent, seconde, le=date(2026, 3, 19))
    assert refus.value.champ == "notifiee_le"
    assert cej.notifier(agent, seconde, le=date(2026, 3, 20)).a_signer_avant_le == date(2026, 4, 20)


def test_le_contrat_signe_demeure_avec_le_meme_organisme(agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    """D. 5411-14-2 asks for a new contract with another organism only: a request stops nothing once it is signed."""
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    le = aujourd_hui(dossier.structure)
    premiere = contrat.orientation
    assert premiere is not None
    assert contrats_suivants(dossier) == {premiere.pk: ContratSuivant(signe_le=le)}
    demandee = _redemander(agent, premiere, le)
    assert demandee.delai is not None
    assert demandee.delai["resultat"]["etat"] == "signe"
    assert demandee.a_signer_avant_le == premiere.a_signer_avant_le
    nouvelle = cej.orienter_et_notifier(agent, dossier, le=le)
    assert nouvelle.delai is not None
    assert nouvelle.delai["resultat"]["etat"] == "signe"


def _decision(pk: int, notifiee_le: date, vers: str = Organisme.MISSION_LOCALE) -> Orientation:
    return Orientation(pk=pk, decidee_le=notifiee_le, notifiee_le=notifiee_le, vers=vers)


def test_un_contrat_fini_clot_l_histoire() -> None:
    """A new orientation after the end of a contract opens its own month; what came before no longer counts."""
    premiere, seconde = _decision(1, date(2025, 3, 3)), _decision(2, date(2026, 3, 2))
    signe = date(2025, 3, 10)
    fini = {1: ContratSuivant(signe_le=signe, fin_le=date(2025, 9, 30))}
    assert faits([premiere, seconde], fini).notifiee_le == date(2026, 3, 2)
    assert faits([premiere, seconde], fini).reorientations == ()
    en_cours = faits([premiere, seconde], {1: ContratSuivant(signe_le=signe)})
    assert (en_cours.notifiee_le, en_cours.signe_le) == (date(2025, 3, 3), signe)
    assert [r.notifiee_le for r in en_cours.reorientations] == [date(2026, 3, 2)]
    assert faits([premiere], fini).signe_le == signe, "the last decision is never left out"


def test_un_contrat_avec_un_autre_organisme_est_nouveau() -> None:
    """D. 5411-14-2, as the rule receives it: whom each decision designates, and the contract that followed it."""
    histoire = faits(
        [_decision(1, date(2026, 1, 5), Organisme.FRANCE_TRAVAIL), _decision(2, date(2026, 3, 2))],
        {2: ContratSuivant(signe_le=date(2026, 3, 2) + timedelta(days=3))},
    )
    assert histoire.vers == "france_travail"
    assert [(r.vers, r.signe_le, r.demandee_le) for r in histoire.reorientations] == [
        ("mission_locale", date(2026, 3, 5), None)
    ]
