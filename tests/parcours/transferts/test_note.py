"""The handover brief: what is open, what ends, what was promised; the months that wait are those of a CEJ."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, PhasePacea
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Demande
from imilo.parcours.fiche.rubriques import PAR_CODE as RUBRIQUES
from imilo.parcours.fiche.services import donnees
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.transferts.contenu import PAR_CODE
from imilo.parcours.transferts.passation import brief
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.contrats.test_cadres import preparer
from tests.parcours.fiche.exemples import EXEMPLES

pytestmark = pytest.mark.django_db
LE = date(2026, 4, 2)


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


def mois_qui_attendent(dossier: Dossier) -> int:
    note = brief(dossier, familles=["decisions_allocation"], le=LE, a=datetime(2026, 4, 2, 12, tzinfo=UTC))
    return sum(ligne.startswith("Allocation") for partie in note for ligne in partie["lignes"])


def test_seul_un_cej_laisse_des_mois_d_allocation_a_decider(
    dossier: Dossier, agent: Agent, directrice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L. 5131-6: January, February and March of a CEJ signed on 12 January; no month of a common contract."""
    regler = ps.calendrier(monkeypatch)
    ps.contrat_signe(regler, directrice, agent, dossier)
    commun = fabriques.dossier(dossier.structure, agent)
    parcours_cej.signer(agent, preparer(agent, commun, Cadre.COMMUN))
    regler(LE)
    assert (mois_qui_attendent(dossier), mois_qui_attendent(commun)) == (3, 0)


def lignes(dossier: Dossier, *familles: str, le: date = LE) -> list[str]:
    note = brief(dossier, familles=familles, le=le, a=datetime(2026, 4, 2, 12, tzinfo=UTC))
    return [ligne for partie in note for ligne in partie["lignes"]]


def test_what_is_asked_and_still_open_is_told(dossier: Dossier, agent: Agent) -> None:
    commun = {"dossier": dossier, "structure": dossier.structure, "agent": agent, "le": LE}
    Demande.objects.create(**commun, theme="LOGEMENT", texte="Un studio à Tours")
    Demande.objects.create(**commun, theme="EMPLOI", texte="Un stage", etat="close", issue="satisfaite", close_le=LE)
    assert lignes(dossier, "fiche_demandes") == ["Logement, le 02/04/2026 : Un studio à Tours (à traiter)"]


def test_what_ends_is_told_with_its_day(dossier: Dossier, agent: Agent) -> None:
    dossier.piece_type, dossier.piece_expire_le = "CNI", date(2026, 3, 1)
    dossier.rqth_du, dossier.rqth_au = date(2024, 1, 1), date(2027, 6, 30)
    sejour = EXEMPLES["sejour"] | {"expire_le": date(2026, 9, 30), "renouvellement_le": date(2026, 3, 20)}
    donnees.ajouter(agent, dossier, RUBRIQUES["sejour"], valeurs=sejour)
    titre, piece = lignes(dossier, "fiche_droits")
    assert titre.endswith(" : valable jusqu'au 30/09/2026, renouvellement demandé le 20/03/2026")
    assert piece == "Carte nationale d'identité : n'est plus valable depuis le 01/03/2026"
    assert lignes(dossier, "sante_travail") == [
        "Reconnaissance de travailleur handicapé depuis le 01/01/2024, valable jusqu'au 30/06/2027"
    ]
    # Health was not agreed to: nothing of it elsewhere.
    assert not any("handicap" in ligne for ligne in lignes(dossier, *(c for c in PAR_CODE if c != "sante_travail")))


@pytest.mark.parametrize(("cadre", "nom"), list(Cadre.choices))
def test_each_contract_is_told_by_its_name_with_what_was_promised(
    dossier: Dossier, agent: Agent, directrice: Agent, cadre: str, nom: str
) -> None:
    pret = parcours_cej.preparer(agent, dossier) if cadre == Cadre.CEJ else preparer(agent, dossier, Cadre(cadre))
    contrat = parcours_cej.signer(directrice, pret)
    ContratEngagement.objects.filter(pk=contrat.pk).update(engagements_structure="Proposer un stage\n\nPayer le bus")
    dites = lignes(dossier, "contrats_cej", le=contrat.debut)
    assert dites[0].startswith(f"{nom} du {contrat.debut:%d/%m/%Y}")
    assert [d for d in dites if d.startswith("Promis")][:2] == [
        "Promis par la mission locale : Proposer un stage",
        "Promis par la mission locale : Payer le bus",
    ]
    phases = [d for d in dites if d.startswith("Phase du PACEA")]
    assert len(phases) == PhasePacea.objects.filter(contrat=contrat).count()
    assert bool(phases) == (cadre == Cadre.PACEA)


def test_sanctions_under_way_are_told_without_what_was_said(
    dossier: Dossier, agent: Agent, directrice: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    regler = ps.calendrier(monkeypatch)
    ps.contrat_signe(regler, directrice, agent, dossier)
    regler(date(2026, 2, 1))
    procedure = ps.constatee(agent, dossier, le=date(2026, 2, 1))
    (dite,) = lignes(dossier, "sanctions")
    assert dite == f"{procedure.get_manquement_display()}, noté le 01/02/2026 : manquement noté"
    assert procedure.faits not in dite
    Procedure.objects.filter(pk=procedure.pk).update(etat="sans_suite", close_le=LE, close_par=agent, close_raison="Vu")
    assert lignes(dossier, "sanctions") == ["Rien d'ouvert."]
