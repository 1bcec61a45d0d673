"""What contracts and orientations tell the dossier page and *Ma journée*."""

from __future__ import annotations

from datetime import timedelta

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats import sources
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import (
    envoyer_a_signer,
    examiner_eligibilite,
    preparer_contrat,
    signer_a_distance,
    terminer_contrat,
)
from imilo.parcours.diagnostics import sources as sources_diagnostics
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Urgence
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.statut import changer_statut
from imilo.socle.erreurs import RegleViolee
from imilo.socle.familles import familles
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import oriente, phases, saisi
from tests.parcours.contrats.test_distance import ouvert

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


def _messages(dossier: Dossier, jours: int = 0) -> list[tuple[str, Urgence]]:
    le = aujourd_hui(dossier.structure) + timedelta(days=jours)
    trouvees = [*sources_diagnostics.alertes_du_dossier(dossier, le), *sources.alertes_du_dossier(dossier, le)]
    return [(a.message, a.urgence) for a in trouvees]


def test_la_prochaine_etape_est_rappelee(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    assert "pas encore décidée" in _messages(dossier)[0][0]
    orientation = cej.orienter(agent, dossier, le=le)
    assert "à notifier" in _messages(dossier)[0][0]
    cej.notifier(agent, orientation, le=le)
    orientation.refresh_from_db()
    delai = ("Délai de signature", f"jusqu'au {orientation.a_signer_avant_le:%d/%m/%Y}")
    bloc = sources.resume(dossier, le)
    assert bloc is not None
    assert bloc.lignes == (delai,)
    assert [u for _, u in _messages(dossier)] == [Urgence.BIENTOT]
    assert _messages(dossier, 40)[0][1] == Urgence.DEPASSEE


def test_une_fois_signe_plus_rien_jusqu_a_la_fin(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    assert _messages(dossier) == []
    for source in (sources, sources_diagnostics):
        bloc = source.resume(dossier, aujourd_hui(dossier.structure))
        assert bloc is not None
        assert "Délai de signature" not in dict(bloc.lignes)
    jours = (contrat.fin_prevue - aujourd_hui(dossier.structure)).days
    assert _messages(dossier, jours - 31) == []
    assert "prend fin" in _messages(dossier, jours - 30)[0][0]
    assert _messages(dossier, jours + 1)[0][1] == Urgence.DEPASSEE


def _echeances(agent: Agent, dossier: Dossier, jours: int = 0) -> list[str]:
    le = aujourd_hui(dossier.structure) + timedelta(days=jours)
    return [e.libelle for e in sources.echeances(agent, dossier.structure, le)]


def test_echeances_de_mes_jeunes_seulement(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    assert _echeances(agent, dossier) == []
    assert _echeances(agent, dossier, 10) == ["Contrat d'engagement : brouillon à reprendre"]
    assert _echeances(directrice, dossier, 10) == []
    signe = cej.signer(directrice, contrat)
    assert _echeances(agent, dossier, 40) == []
    jours = (signe.fin_prevue - aujourd_hui(dossier.structure)).days
    assert _echeances(agent, dossier, jours) == ["Le CEJ prend fin"]
    assert _echeances(agent, dossier, jours + 1) == ["Fin du CEJ à enregistrer"]


def test_echeances_en_six_requetes(agent: Agent, dossier: Dossier, django_assert_num_queries: object) -> None:
    cej.orienter_et_notifier(agent, dossier, le=aujourd_hui(dossier.structure))
    with django_assert_num_queries(6):  # type: ignore[operator]  # pytest-django types its fixtures privately
        _echeances(agent, dossier, 30)


@pytest.mark.parametrize("cadre", list(Cadre))
def test_le_bon_geste_a_chaque_etape(agent: Agent, dossier: Dossier, cadre: Cadre) -> None:
    """Nothing yet, a draft, one that was sent, one that the person signed: each has its own words and its own page."""

    def geste() -> tuple[str, str, str]:
        e = next(iter(sources.echeances(agent, dossier.structure, aujourd_hui(dossier.structure) + timedelta(days=10))))
        assert e.lien is not None
        return e.libelle, e.lien.vue, e.lien.libelle

    Dossier.objects.filter(pk=dossier.pk).update(telephone="+33612345678")
    dossier.refresh_from_db()
    le = oriente(agent, dossier)
    assert geste() == ("Contrat d'engagement à signer", "contrat-nouveau", "Préparer le contrat")
    if cadre == Cadre.CEJ:
        examiner_eligibilite(agent, dossier, reponses=cej.OUI)
        contrat = preparer_contrat(agent, dossier, saisi=cej.saisi(agent, debut=le), actions=cej.ACTIONS)
    else:
        lignes = phases(le) if cadre == Cadre.PACEA else ()
        sien = saisi(agent, dossier, cadre)
        contrat = preparer_contrat(agent, dossier, saisi=sien, actions=cej.ACTIONS, phases=lignes)
    assert geste() == ("Contrat d'engagement : brouillon à reprendre", "contrat", "Reprendre le brouillon")
    envoyer_a_signer(agent, contrat, version=1)
    assert geste() == ("Contrat d'engagement : envoyé, pas encore signé", "contrat", "Voir le contrat envoyé")
    signer_a_distance(ouvert(contrat), nom=dossier.jeune.nom_complet, lu=True)
    dit = "Contrat d'engagement : à signer pour la mission locale"
    assert geste() == (dit, "contrat-conclure", "Signer pour la mission locale")


def test_le_bloc_et_la_chronologie(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    vide = sources.resume(dossier, le)
    assert vide is not None
    assert (vide.etat, vide.liens[0].vue) == ("Aucun", "cej-eligibilite")
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    terminer_contrat(agent, contrat, version=2, fin_le=le, motif="EMPLOI", precision="Hôtel du Port")
    bloc = sources.resume(dossier, le)
    assert bloc is not None
    assert bloc.etat == "Rompu avant son terme"
    assert ("Motif de fin", "Accès à l'emploi") in bloc.lignes
    assert "Nouveau CEJ" in dict(bloc.lignes)
    entrees = chronologie.entrees(dossier, genre="contrat", details=False)
    titres = [e.titre for e in entrees]
    assert len(titres) == 2
    assert entrees[1].lien is not None
    assert (entrees[1].lien.vue, entrees[1].lien.args) == ("document", (str(dossier), contrat.document_id))
    lettres = [e.titre for e in chronologie.entrees(dossier, genre="document")]
    assert lettres == ["Courrier de notification"] * 2  # the award and the end
    assert titres[0] == "Fin du CEJ : Accès à l'emploi"
    assert "signé" in titres[1]
    assert all(e.detail == "" for e in chronologie.entrees(dossier, genre="contrat", details=False))


def test_un_contrat_en_cours_retient_la_fin_d_accompagnement(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    cej.signer(directrice, cej.preparer(agent, dossier))
    le = aujourd_hui(dossier.structure)
    assert alertes.obstacles(dossier, le=le)
    dossier.refresh_from_db()
    with pytest.raises(RegleViolee, match="Un CEJ court jusqu'au"):
        changer_statut(agent, dossier, version=dossier.version, statut="fin_accompagnement", fin_le=le, motif="DEMANDE")


def test_les_familles_s_exportent_et_s_effacent(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    """Erasing in the order of their codes meets no row that another still holds."""
    cej.signer(directrice, cej.preparer(agent, dossier))
    miennes = [f for f in familles() if f.code.startswith(("contrats", "examens", "orientations", "diagnostics"))]
    pleines = {f.code for f in miennes if f.exporter(dossier.jeune_id)}
    assert {"contrats_cej", "contrats_actions", "contrats_signatures", "contrats_decisions", "examens_cej"} <= pleines
    assert "orientations" in pleines
    for famille in miennes:
        famille.effacer(dossier.jeune_id)
    assert not ContratEngagement.objects.exists()
