"""What the full file gets with the dossier of an arrival; and who becomes its référent."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.agenda.services import Creneau
from imilo.parcours.arrivees.models import Arrivee, Issue, Moyen, Source
from imilo.parcours.arrivees.services import Essai, ouvrir_depuis, rattacher, tenter
from imilo.parcours.arrivees.signalements import Signalement, accueillir
from imilo.parcours.fiche.models import Confirmation, Experience, Prescripteur, Representant, Scolarite
from imilo.socle.erreurs import RegleViolee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

ECOLE = {"etablissement": "Lycée Balzac", "uai": "0370001A", "classe": "2nde pro", "sortie": "2026-06-30"}
PARENTS = [
    {"nom": "Nadia Belkacem", "lien": "Mère", "telephone": "+33247000000"},
    {"courriel": "p@exemple.fr", "lien": "beau-père"},
]


def arriver(structure: Structure, source: Source = Source.DECROCHEURS, **champs: Any) -> Arrivee:
    commun: dict[str, Any] = {
        "cle": "E1", "nom": "Belkacem", "prenom": "Inès", "sexe": "F", "naissance": date(2008, 3, 12),
        "depuis": date(2026, 6, 30), "ine": "0123456789A", "origine": "Lycée Balzac 0370001A",
        "representants": PARENTS, "pour_la_fiche": ECOLE,
    }  # fmt: skip
    (effet,) = accueillir(structure, source, [Signalement(**(commun | champs))])
    return Arrivee.objects.select_related("structure").get(pk=effet.arrivee_id)


def test_l_ecole_l_ine_et_les_representants_vont_a_la_fiche(structure: Structure, agent: Agent) -> None:
    _, dossier = ouvrir_depuis(agent, arriver(structure), version=1)
    s = Scolarite.objects.get(dossier=dossier)
    assert (s.classe, s.etablissement, s.uai, s.sortie_le, s.ine) == (
        "2nde pro", "Lycée Balzac", "0370001A", date(2026, 6, 30), "0123456789A",
    )  # fmt: skip
    assert (s.origine, s.origine_precision, s.confirme_par) == ("liste", "Lycée Balzac 0370001A", None)
    dits = Representant.objects.filter(dossier=dossier).values_list("nom", "qualite", "telephone", "courriel")
    assert list(dits) == [
        ("Nadia Belkacem", "mere", "+33247000000", ""),
        ("Nom non communiqué", "autre_parent", "", "p@exemple.fr"),
    ]
    assert Prescripteur.objects.get(dossier=dossier).organisme == "Lycée Balzac 0370001A"
    assert Fait.objects.filter(genre="fiche.completee").count() == 4


def test_ce_que_la_fiche_refuse_ne_retient_pas_le_reste(structure: Structure, agent: Agent) -> None:
    fiche = ECOLE | {"uai": "LYCEE", "sortie": "2001-01-01"}  # before the birth
    _, dossier = ouvrir_depuis(agent, arriver(structure, ine="12", pour_la_fiche=fiche), version=1)
    s = Scolarite.objects.get(dossier=dossier)
    assert (s.classe, s.uai, s.sortie_le, s.ine) == ("2nde pro", "", None, "")


def test_l_apprenti_apporte_sa_formation_et_son_contrat(structure: Structure, agent: Agent) -> None:
    dit = {
        "etablissement": "CFA de Touraine", "uai": "0370001A", "classe": "CAP Cuisine", "contrat_debut": "2025-09-01",
        "contrat_fin": "2026-10-01", "employeur": "99900000100015", "rqth_du": "2024-01-01",
    }  # fmt: skip
    arrivee = arriver(structure, Source.APPRENTISSAGE, origine="CFA de Touraine", pour_la_fiche=dit, rqth=True)
    _, dossier = ouvrir_depuis(agent, arrivee, version=1)
    e = Experience.objects.get(dossier=dossier)
    assert (e.intitule, e.employeur, e.type) == ("Apprentissage : CAP Cuisine", "SIRET 99900000100015", "alternance")
    assert (e.debut, e.fin, e.origine) == (date(2025, 9, 1), date(2026, 10, 1), "partenaire")
    assert (Scolarite.objects.get(dossier=dossier).classe, dossier.rqth_du) == ("CAP Cuisine", date(2024, 1, 1))


def test_ce_que_la_source_a_dit_du_dossier_porte_son_nom(structure: Structure, agent: Agent) -> None:
    """Coordinates and identity opened as they were told; not the RQTH, of which the list says nothing."""
    _, dossier = ouvrir_depuis(agent, arriver(structure, telephone="+33612345678"), version=1)
    dites = Confirmation.objects.filter(dossier=dossier)
    assert {c.rubrique for c in dites} == {"identite", "coordonnees"}
    assert {(c.origine, c.origine_precision, c.confirme_par) for c in dites} == {
        ("liste", "Lycée Balzac 0370001A", None)
    }
    autre = fabriques.dossier(structure, jeune_naissance=date(2007, 3, 12), telephone="+33612345679")
    arrivee = arriver(structure, cle="E2", nom="Autre", telephone="+33612345678")
    rattacher(agent, arrivee, version=1, dossier=autre, nouveau=True)  # the form was corrected before it was sent
    assert not Confirmation.objects.filter(dossier=autre).exists()


def test_une_rubrique_deja_remplie_est_laissee(structure: Structure, agent: Agent) -> None:
    dossier = fabriques.dossier(structure, jeune_naissance=date(2008, 3, 12))
    commun = {"dossier": dossier, "structure": structure, "confirme_le": date(2026, 1, 5), "origine": "partenaire"}
    Scolarite.objects.create(classe="Terminale", **commun)
    rattacher(agent, arriver(structure), version=1, dossier=dossier)
    assert Scolarite.objects.get(dossier=dossier).classe == "Terminale"
    assert Representant.objects.filter(dossier=dossier).count() == 2


def _rendez_vous(avec: Agent) -> Essai:
    jour = timezone.localdate() + timedelta(days=3)
    creneau = Creneau(avec=avec, jour=jour, heure=time(10), modalite="INDIVIDUEL")
    return Essai(moyen=Moyen.TELEPHONE, issue=Issue.RDV_PRIS, creneau=creneau)


def test_qui_recoit_devient_referent(structure: Structure, agent: Agent) -> None:
    collegue = fabriques.agent(structure)
    arrivee, dossier = ouvrir_depuis(agent, arriver(structure), version=1)
    assert dossier.referent is None
    tenter(agent, arrivee, version=arrivee.version, essai=_rendez_vous(collegue))
    dossier.refresh_from_db()
    assert dossier.referent == collegue
    assert Fait.objects.filter(genre="dossier.referent_change").count() == 1


def test_un_referent_reste_et_l_accueil_ne_le_devient_pas(structure: Structure, agent: Agent) -> None:
    accueil = fabriques.agent(structure, Profil.ACCUEIL)
    arrivee = arriver(structure)
    Arrivee.objects.update(assignee=accueil)
    arrivee.refresh_from_db()
    arrivee, dossier = ouvrir_depuis(accueil, arrivee, version=1)
    assert dossier.referent is None
    deja = fabriques.dossier(structure, referent=agent, jeune_naissance=date(2007, 1, 1))
    autre = rattacher(agent, arriver(structure, cle="E2", nom="Autre"), version=1, dossier=deja)
    tenter(agent, autre, version=autre.version, essai=_rendez_vous(fabriques.agent(structure)))
    deja.refresh_from_db()
    assert deja.referent == agent


def test_la_nuit_seule_note_ses_issues(structure: Structure, agent: Agent) -> None:
    with pytest.raises(RegleViolee, match="Choisissez"):
        tenter(agent, arriver(structure), version=1, essai=Essai(moyen=Moyen.SMS, issue=Issue.EXPIREE))
