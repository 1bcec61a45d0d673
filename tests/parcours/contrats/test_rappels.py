"""Reminders of contracts: each deadline once, on its day before, to who can be reached."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.parcours.contrats.echeancier import PREAVIS, GenreEcheance
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, PhasePacea
from imilo.parcours.contrats.rappels import TEXTES, rappeler
from imilo.parcours.contrats.services import evaluer_phase, terminer_contrat
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.models import MessageSortant
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import preparer

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(
        dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="Diop", telephone="+33612345678"
    )


@pytest.fixture
def contrat(directrice: Agent, agent: Agent, dossier: Dossier) -> ContratEngagement:
    return cej.signer(directrice, cej.preparer(agent, dossier))


@pytest.fixture
def pacea(agent: Agent, dossier: Dossier) -> ContratEngagement:
    return cej.signer(agent, preparer(agent, dossier, Cadre.PACEA))


def dits(genre: str) -> list[str]:
    return [m.corps for m in MessageSortant.objects.filter(genre=f"rappel.contrat.{genre}").order_by("pk")]


def une_fois(structure: Structure, genre: str, *, jour: date) -> str:
    """Nothing the day before the notice, one message on it, none the day after; the message, which says the day."""
    debut = jour - PREAVIS[GenreEcheance(genre)]
    rappeler(structure, le=debut - timedelta(days=1))
    assert dits(genre) == []
    rappeler(structure, le=debut)
    rappeler(structure, le=debut + timedelta(days=1))
    (dit,) = dits(genre)
    assert francais.jour(jour) in dit
    assert str(structure) in dit
    return dit


def test_chaque_echeance_a_son_rappel() -> None:
    assert set(TEXTES) == set(GenreEcheance)
    assert set(PREAVIS) == set(GenreEcheance)


@pytest.mark.parametrize("genre", list(GenreEcheance))
def test_un_rappel_tient_dans_un_sms(genre: GenreEcheance) -> None:
    """Two parts at most, under the longest name of a mission locale that the referential has."""
    assert len(TEXTES[genre].format(jour="30 septembre 2026")) + 80 < 306


def test_le_mois_pour_signer(agent: Agent, dossier: Dossier) -> None:
    """D. 5411-14-1: the orientation is notified, and no contract was sent."""
    le = aujourd_hui(dossier.structure)
    orientation = cej.orienter_et_notifier(agent, dossier, le=le - timedelta(days=10))
    assert orientation.a_signer_avant_le is not None
    assert "à signer ensemble" in une_fois(dossier.structure, "signature", jour=orientation.a_signer_avant_le)


def test_un_contrat_deja_sur_le_telephone_a_son_propre_rappel(agent: Agent, dossier: Dossier) -> None:
    prepare = cej.preparer(agent, dossier)
    ContratEngagement.objects.filter(pk=prepare.pk).update(envoye_le=timezone.now())
    rappeler(dossier.structure, le=aujourd_hui(dossier.structure) + timedelta(days=15))
    assert dits("signature") == []


def test_un_contrat_signe_n_est_plus_a_signer(contrat: ContratEngagement) -> None:
    rappeler(contrat.dossier.structure, le=aujourd_hui(contrat.dossier.structure) + timedelta(days=15))
    assert dits("signature") == []


def test_la_premiere_phase(pacea: ContratEngagement) -> None:
    """R. 5131-12: within a month of the signature; said while no phase has begun."""
    assert pacea.premiere_phase_limite is not None
    PhasePacea.objects.filter(contrat=pacea).update(debut=pacea.premiere_phase_limite)
    assert "première phase" in une_fois(pacea.dossier.structure, "premiere_phase", jour=pacea.premiere_phase_limite)


def test_une_phase_commencee_ne_se_rappelle_pas(pacea: ContratEngagement) -> None:
    assert pacea.premiere_phase_limite is not None
    rappeler(pacea.dossier.structure, le=pacea.premiere_phase_limite)
    assert dits("premiere_phase") == []


def test_le_bilan_de_chaque_phase(agent: Agent, pacea: ContratEngagement) -> None:
    """R. 5131-11: at the end of each phase; the next one, a week later, has its own."""
    phase, structure = pacea.phases.get(), pacea.dossier.structure
    assert "bilan" in une_fois(structure, "evaluation", jour=phase.fin)
    suivante = PhasePacea.objects.get(pk=phase.pk)
    suivante.pk, suivante.debut = None, phase.fin + timedelta(days=1)
    suivante.fin = phase.fin + timedelta(days=7)
    suivante.save()
    rappeler(structure, le=phase.fin - timedelta(days=6))
    assert len(dits("evaluation")) == 2
    evaluer_phase(agent, phase, version=1, evaluee_le=aujourd_hui(structure), evaluation="Fait", atteints=True)
    MessageSortant.objects.all().delete()
    rappeler(structure, le=phase.fin - timedelta(days=6))
    assert len(dits("evaluation")) == 1  # the one that isn't assessed


def test_l_offre_raisonnable(contrat: ContratEngagement) -> None:
    """R. 5411-15-1."""
    jour = aujourd_hui(contrat.dossier.structure) + timedelta(days=60)
    ContratEngagement.objects.filter(pk=contrat.pk).update(offre_avant_le=jour)
    assert "l'emploi que vous cherchez" in une_fois(contrat.dossier.structure, "offre", jour=jour)


def test_le_contrat_a_revoir(contrat: ContratEngagement) -> None:
    jour = aujourd_hui(contrat.dossier.structure) + timedelta(days=60)
    ContratEngagement.objects.filter(pk=contrat.pk).update(actualiser_avant_le=jour)
    assert "à revoir ensemble" in une_fois(contrat.dossier.structure, "actualisation", jour=jour)


def test_la_fin_de_l_attente(agent: Agent, contrat: ContratEngagement) -> None:
    """R. 5131-16: six months after the end, another CEJ may follow: the young person is told, once."""
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    terminer_contrat(agent, contrat, version=contrat.version, fin_le=le, motif="EMPLOI")
    for n in range(160, 200):
        rappeler(structure, le=le + timedelta(days=n))
    (dit,) = dits("attente")
    assert "redevient possible à partir du" in dit


def test_la_fin_du_contrat_et_celle_d_apres(contrat: ContratEngagement) -> None:
    """A contract that goes on has another end, told in its turn."""
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    proche = le + timedelta(days=40)
    ContratEngagement.objects.filter(pk=contrat.pk).update(fin_prevue=proche)
    assert "prend fin le" in une_fois(structure, "fin", jour=proche)
    ContratEngagement.objects.filter(pk=contrat.pk).update(fin_prevue=proche + timedelta(days=5))
    rappeler(structure, le=proche - timedelta(days=20))
    assert len(dits("fin")) == 2


def test_personne_a_joindre_se_compte(contrat: ContratEngagement) -> None:
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    ContratEngagement.objects.filter(pk=contrat.pk).update(fin_prevue=le + timedelta(days=20))
    Dossier.objects.filter(pk=contrat.dossier_id).update(telephone="", courriel="")
    assert rappeler(structure, le=le).injoignables == 1


def test_un_dossier_clos_n_est_pas_rappele(contrat: ContratEngagement) -> None:
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    ContratEngagement.objects.filter(pk=contrat.pk).update(fin_prevue=le + timedelta(days=20))
    Dossier.objects.filter(pk=contrat.dossier_id).update(statut="en_veille")
    assert rappeler(structure, le=le).ecrits == 0
