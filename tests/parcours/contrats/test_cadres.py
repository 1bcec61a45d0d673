"""One model, three frames: what each asks, which follows which, and what the database refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.etats import TRANSITIONS, Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement, DecisionContrat, ModeSignature, PhasePacea, Projet
from imilo.parcours.contrats.pdf import pdf_du_contrat
from imilo.parcours.contrats.pdf_actualisation import pdf_de_l_actualisation
from imilo.parcours.contrats.selectors import droits_nationaux, pacea_en_cours
from imilo.parcours.contrats.services import (
    ActualisationSaisie,
    PhaseSaisie,
    SignatureSaisie,
    examiner_eligibilite,
    preparer_actualisation,
    preparer_contrat,
    signer_actualisation,
)
from imilo.parcours.contrats.services.cadres import exiger_pacea, jours
from imilo.parcours.contrats.services.preparation import droit_au_jour, exiger_eligible
from imilo.parcours.diagnostics.models import Organisme, SituationEmploi
from imilo.parcours.diagnostics.services import OrientationSaisie, decider_orientation
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.dossiers.test_documents import texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="Diop")


def phases(debut: date, *, decalage: int = 0, jours: int = 60) -> list[PhaseSaisie]:
    premier = debut + timedelta(days=decalage)
    return [PhaseSaisie(premier, premier + timedelta(days=jours), "Découvrir des métiers", "Venir", "Accompagner")]


def saisi(agent: Agent, dossier: Dossier, cadre: Cadre, **champs: Any) -> Any:
    le = aujourd_hui(dossier.structure)
    base = cej.saisi(agent, debut=le, cadre=cadre, logement="", foyer_fiscal="")
    if cadre == Cadre.PACEA:
        base = replace(base, en_difficulte=True, risque_exclusion=True)
    return replace(base, **champs)


def oriente(agent: Agent, dossier: Dossier) -> date:
    le = aujourd_hui(dossier.structure)
    cej.orienter_et_notifier(agent, dossier, le=le - timedelta(days=10))
    cej.diagnostiquer(agent, dossier, le=le - timedelta(days=9))
    return le


def preparer(agent: Agent, dossier: Dossier, cadre: Cadre, **champs: Any) -> ContratEngagement:
    """A contract of a frame, ready to sign."""
    le = oriente(agent, dossier)
    lignes = champs.pop("phases", phases(le) if cadre == Cadre.PACEA else ())
    return preparer_contrat(
        agent, dossier, saisi=saisi(agent, dossier, cadre, **champs), actions=cej.ACTIONS, phases=lignes
    )


@pytest.mark.parametrize("cadre", [Cadre.COMMUN, Cadre.PACEA])
def test_un_conseiller_signe_seul_un_contrat_qui_n_est_pas_un_cej(agent: Agent, dossier: Dossier, cadre: Cadre) -> None:
    """R. 5131-12: a representative of the mission locale; R. 5131-15 reserves the CEJ."""
    contrat = cej.signer(agent, preparer(agent, dossier, cadre))
    assert (contrat.etat, contrat.allocation_maximum, contrat.forfait) == (Etat.SIGNE, None, None)
    assert contrat.reference.startswith({"commun": "CE-", "pacea": "PACEA-"}[cadre])
    lu = texte(bytes(Document.objects.get(pk=contrat.document_id).contenu))
    assert cadre.label in lu
    assert ("Découvrir des métiers" in lu) == (cadre == Cadre.PACEA)
    assert "allocation mensuelle est attribuée" not in lu


def test_le_contrat_d_un_pacea_mentionne_son_allocation(agent: Agent, dossier: Dossier) -> None:
    """R. 5131-12 3°: where there is one, its amount; D. 5131-9: no more than the flat amount of a month."""
    with pytest.raises(RegleViolee, match=r"D\. 5131-9") as refus:
        preparer(agent, dossier, Cadre.PACEA, allocation_maximum=Decimal("5000.00"))
    assert refus.value.champ == "allocation_maximum"
    le = aujourd_hui(dossier.structure)
    avec = saisi(agent, dossier, Cadre.PACEA, allocation_maximum=Decimal("150.00"))
    contrat = preparer_contrat(agent, dossier, saisi=avec, actions=cej.ACTIONS, phases=phases(le))
    assert "150,00 € au plus pour un mois (R. 5131-12)" in texte(pdf_du_contrat(contrat, a=timezone.now()))
    signe = cej.signer(agent, contrat)
    assert signe.allocation_maximum == Decimal("150.00")
    assert "allocation" in {m["code"] for m in signe.contenu["motifs"] if m["satisfait"]}

    revu = replace(avec, allocation_maximum=Decimal("200.00"))
    saisie = ActualisationSaisie("demande", "Le besoin a changé.", revu)
    objet = preparer_actualisation(agent, signe, version=signe.version, saisie=saisie)
    assert "200,00 €" in texte(pdf_de_l_actualisation(objet, a=timezone.now()))
    ecran = SignatureSaisie(mode=ModeSignature.ECRAN, signe_le=le, acceptation_jeune="Zoé Diop")
    signer_actualisation(agent, objet, version=1, saisie=ecran)
    signe.refresh_from_db()
    assert signe.allocation_maximum == Decimal("200.00")


def test_un_conseiller_sans_delegation_ne_signe_pas_un_cej(agent: Agent, dossier: Dossier) -> None:
    with pytest.raises(NonHabilite):
        cej.signer(agent, cej.preparer(agent, dossier))


def test_la_premiere_phase_commence_dans_le_mois(agent: Agent, dossier: Dossier) -> None:
    """R. 5131-12: a month after the signature at the latest."""
    le = aujourd_hui(dossier.structure)
    with pytest.raises(RegleViolee, match=r"R\. 5131-12") as refus:
        preparer(agent, dossier, Cadre.PACEA, phases=phases(le, decalage=40))
    assert refus.value.champ == "phases.1.debut"
    with pytest.raises(RegleViolee, match="première phase"):
        preparer_contrat(agent, dossier, saisi=saisi(agent, dossier, Cadre.PACEA), actions=cej.ACTIONS)
    contrat = preparer_contrat(
        agent, dossier, saisi=saisi(agent, dossier, Cadre.PACEA), actions=cej.ACTIONS, phases=phases(le, decalage=20)
    )
    signe = cej.signer(agent, contrat)
    assert signe.premiere_phase_limite is not None
    assert signe.premiere_phase_limite >= le + timedelta(days=28)


@pytest.mark.parametrize(
    ("du", "au", "champ"),
    [(70, 65, "phases.2.fin"), (30, 120, "phases.2.debut"), (90, 900, "phases.2.fin")],
    ids=["finit avant de commencer", "chevauche la première", "dépasse la fin"],
)
def test_chaque_erreur_de_phase_est_a_son_champ(agent: Agent, dossier: Dossier, du: int, au: int, champ: str) -> None:
    le = aujourd_hui(dossier.structure)
    deuxieme = PhaseSaisie(le + timedelta(days=du), le + timedelta(days=au), "Postuler", "Venir", "Accompagner")
    with pytest.raises(RegleViolee, match="phase 2") as refus:
        preparer(agent, dossier, Cadre.PACEA, phases=[*phases(le), deuxieme])
    assert refus.value.champ == champ


def test_pas_de_contrat_avant_seize_ans(dans_perimetre: Structure, agent: Agent) -> None:
    """L. 5131-3, L. 5314-2: born on 24 November 2010, one may sign from 24 November 2026 on; the orientation waits."""
    le = aujourd_hui(dans_perimetre)
    demain = fabriques.dossier(
        dans_perimetre, agent, jeune_naissance=(le + timedelta(days=1)).replace(year=le.year - 16)
    )
    phrase = rf"Vous aurez 16 ans le .*{le.year}.*L\. 5131-3"
    saisie = OrientationSaisie(
        le, False, "NV5", SituationEmploi.PLUS_UN_AN, "La cuisine", decidee_par=Organisme.FRANCE_TRAVAIL
    )
    with pytest.raises(RegleViolee, match=phrase) as refus:
        decider_orientation(agent, demain, saisie=saisie)
    assert refus.value.champ == "decidee_le"
    with pytest.raises(RegleViolee, match=phrase) as refus:
        jours(demain, saisi(agent, demain, Cadre.COMMUN), ())
    assert refus.value.champ == "debut"
    assert jours(demain, saisi(agent, demain, Cadre.COMMUN, debut=le + timedelta(days=1)), ()).fin
    with pytest.raises(RegleViolee, match=phrase):
        droit_au_jour(ContratEngagement(dossier=demain, cadre=Cadre.COMMUN), le=le)


def test_le_pacea_ne_depasse_pas_vingt_quatre_mois(agent: Agent, dossier: Dossier) -> None:
    """R. 5131-13."""
    le = aujourd_hui(dossier.structure)
    with pytest.raises(RegleViolee, match=r"R\. 5131-13") as refus:
        preparer(agent, dossier, Cadre.PACEA, fin_prevue=le + timedelta(days=800))
    assert refus.value.champ == "fin_prevue"


def test_le_pacea_finit_avant_vingt_six_ans(dans_perimetre: Structure, agent: Agent) -> None:
    """R. 5131-13 2°: somebody of 25 years and a half doesn't sign for a year."""
    le = aujourd_hui(dans_perimetre)
    age = fabriques.dossier(dans_perimetre, agent, jeune_naissance=le.replace(year=le.year - 26) + timedelta(days=100))
    with pytest.raises(RegleViolee, match="26 ans"):
        preparer(agent, age, Cadre.PACEA)


def test_entrer_en_pacea_suppose_une_difficulte(agent: Agent, dossier: Dossier) -> None:
    """L. 5131-3."""
    with pytest.raises(RegleViolee, match=r"L\. 5131-3"):
        preparer(agent, dossier, Cadre.PACEA, risque_exclusion=False)


def test_un_cej_fait_suite_au_pacea(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    """R. 5131-13: the accompaniment goes on as a CEJ; the PACEA gives way on its day."""
    pacea = cej.signer(agent, preparer(agent, dossier, Cadre.PACEA))
    assert pacea_en_cours(dossier=dossier, le=aujourd_hui(dossier.structure))
    examiner_eligibilite(agent, dossier, reponses=cej.OUI)
    le = aujourd_hui(dossier.structure)
    contrat = preparer_contrat(agent, dossier, saisi=cej.saisi(agent, debut=le), actions=cej.ACTIONS)
    signe = cej.signer(directrice, contrat)
    pacea.refresh_from_db()
    assert (pacea.etat, pacea.fin_motif, signe.precedent_id) == (Etat.ROMPU, "AUTRE_PARCOURS", pacea.pk)
    assert droits_nationaux(dossier=dossier, le=le).en_cours
    assert not pacea_en_cours(dossier=dossier, le=le)


def test_rien_ne_suit_un_cej_qui_court(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    cej.signer(directrice, cej.preparer(agent, dossier))
    commun = preparer_contrat(agent, dossier, saisi=saisi(agent, dossier, Cadre.COMMUN), actions=cej.ACTIONS)
    with pytest.raises(RegleViolee, match="Un CEJ court"):
        cej.signer(agent, commun)
    with pytest.raises(RegleViolee, match=r"L\. 5131-4"):
        exiger_pacea(dossier, en_difficulte=True, risque_exclusion=True, le=aujourd_hui(dossier.structure))


def test_un_pacea_d_ailleurs_se_voit(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    """Two PACEA of one person never overlap, in whatever structures; the question says nothing more."""
    autre = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(autre_structure, autre, jeune=dossier.jeune)
        cej.signer(autre, preparer(autre, ailleurs, Cadre.PACEA))
    with pytest.raises(RegleViolee, match=r"L\. 5131-4"):
        preparer(agent, dossier, Cadre.PACEA)


def test_deux_contrats_communs_du_meme_dossier_ne_se_recouvrent_pas(agent: Agent, dossier: Dossier) -> None:
    cej.signer(agent, preparer(agent, dossier, Cadre.COMMUN))
    second = preparer_contrat(agent, dossier, saisi=saisi(agent, dossier, Cadre.COMMUN), actions=cej.ACTIONS)
    with pytest.raises(RegleViolee, match="couvre déjà"):
        cej.signer(agent, second)


def test_un_projet_etabli_dit_l_offre_raisonnable(agent: Agent, dossier: Dossier) -> None:
    """L. 5411-6-1 I, R. 5411-15-1: defined at once nothing is awaited, else six months run."""
    le = oriente(agent, dossier)
    projet = {"projet": Projet.ETABLI, "projet_etabli_le": le}
    sans_jour = saisi(agent, dossier, Cadre.COMMUN, projet=Projet.ETABLI)
    with pytest.raises(RegleViolee) as refus:
        preparer_contrat(agent, dossier, saisi=sans_jour, actions=cej.ACTIONS)
    assert refus.value.champ == "projet_etabli_le"
    offre = {"offre_emplois": "Cuisinier", "offre_zone": "Tours", "offre_salaire": Decimal(1900)}
    entier = saisi(agent, dossier, Cadre.COMMUN, **projet, **offre, actes_recherche="Deux candidatures par semaine")
    contrat = preparer_contrat(agent, dossier, saisi=entier, actions=cej.ACTIONS)
    assert "Deux candidatures par semaine" in texte(pdf_du_contrat(contrat, a=timezone.now()))
    assert cej.signer(agent, contrat).offre_avant_le is None


def etabli(dossier: Dossier) -> dict[str, Any]:
    """A settled project, whose offer isn't defined yet."""
    return {"projet": Projet.ETABLI, "projet_etabli_le": aujourd_hui(dossier.structure)}


def test_sans_offre_definie_six_mois_courent(agent: Agent, dossier: Dossier) -> None:
    """R. 5411-15-1, and R. 5411-14 for the frequency agreed."""
    contrat = cej.signer(agent, preparer(agent, dossier, Cadre.COMMUN, **etabli(dossier), periodicite=3))
    le = aujourd_hui(dossier.structure)
    assert contrat.offre_avant_le is not None
    assert contrat.actualiser_avant_le is not None
    assert le + timedelta(days=180) <= contrat.offre_avant_le <= le + timedelta(days=184)
    assert le + timedelta(days=89) <= contrat.actualiser_avant_le <= le + timedelta(days=92)


def test_l_attribution_fait_une_lettre(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    decision = DecisionContrat.objects.get()
    assert (decision.contrat_id, decision.genre) == (contrat.pk, "attribution")
    lu = texte(bytes(decision.document.contenu))
    assert "Un CEJ vous est accordé" in lu
    assert "tribunal administratif" in lu
    assert str(directrice) in lu


# What the database refuses by itself


def _changer(contrat: ContratEngagement, sql: str) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE contrats_contratengagement SET {sql} WHERE id = %s", [contrat.pk])  # ours


def test_la_base_refuse_les_transitions_impossibles(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    for etat in ("prepare", "annule", "refuse"):
        with pytest.raises(IntegrityError, match="never becomes"):
            _changer(contrat, f"etat = '{etat}'")
    with pytest.raises(IntegrityError, match="frame"):
        _changer(contrat, "cadre = 'pacea'")


def test_la_table_des_transitions_est_celle_de_la_base() -> None:
    """The migration writes the table out; here it is compared with the code's."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT prosrc FROM pg_proc WHERE proname = 'contrats_transition'")
        source = curseur.fetchone()[0]
    ecrites = {(a, b) for a in Etat for b in Etat if f"'{a.value}>{b.value}'" in source}
    assert ecrites == {(a, b) for a, suites in TRANSITIONS.items() for b in suites}


def test_une_phase_est_d_un_pacea(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = cej.signer(directrice, cej.preparer(agent, dossier))
    with pytest.raises(IntegrityError, match="PACEA"), transaction.atomic():
        PhasePacea.objects.create(
            contrat=contrat,
            dossier=dossier,
            structure_id=dossier.structure_id,
            debut=contrat.debut,
            fin=contrat.debut,
            objectifs="x",
            engagements_jeune="x",
            engagements_structure="x",
        )


def test_la_base_refuse_un_refus_sans_personne(agent: Agent, dossier: Dossier) -> None:
    contrat = cej.preparer(agent, dossier)
    with pytest.raises(IntegrityError, match="contrat_refus_dit"):
        _changer(contrat, "etat = 'refuse'")


# Wrong input that the trade knows


def test_la_veille_des_seize_ans(dans_perimetre: Structure, agent: Agent) -> None:
    """L. 5131-3, L. 5131-6: the right opens on the birthday, not on its eve."""
    le = aujourd_hui(dans_perimetre)
    demain = le + timedelta(days=1)
    naissance = demain.replace(year=demain.year - 16)
    jeune = fabriques.dossier(dans_perimetre, agent, jeune_naissance=naissance)
    with pytest.raises(RegleViolee, match="de 16 à 25 ans"):
        preparer(agent, jeune, Cadre.PACEA)  # the orientation itself is refused
    cej.diagnostiquer(agent, jeune, le=le)
    with pytest.raises(RegleViolee, match="16 ans"):
        exiger_pacea(jeune, en_difficulte=True, risque_exclusion=True, le=le)
    examiner_eligibilite(agent, jeune, reponses=cej.OUI)
    with pytest.raises(RegleViolee, match="16 ans"):
        exiger_eligible(jeune, le=le)
    assert exiger_eligible(jeune, le=demain)[1].resultat["eligible"] is True


@pytest.mark.parametrize("cadre", list(Cadre))
def test_une_fin_avant_son_debut(agent: Agent, dossier: Dossier, cadre: Cadre) -> None:
    le = oriente(agent, dossier)
    examiner_eligibilite(agent, dossier, reponses=cej.OUI)
    champs = {"logement": "hors_foyer_parental", "foyer_fiscal": "non_imposable"} if cadre == Cadre.CEJ else {}
    with pytest.raises(RegleViolee, match="La fin du contrat précède son début") as refus:
        preparer_contrat(
            agent,
            dossier,
            saisi=saisi(agent, dossier, cadre, fin_prevue=le - timedelta(days=1), **champs),
            actions=cej.ACTIONS,
            phases=phases(le),
        )
    assert refus.value.champ == "fin_prevue"


def test_un_contrat_antidate_ne_se_signe_pas(agent: Agent, dossier: Dossier) -> None:
    contrat = preparer(agent, dossier, Cadre.COMMUN)
    ContratEngagement.objects.filter(pk=contrat.pk).update(debut=contrat.debut - timedelta(days=3))
    contrat.refresh_from_db()
    with pytest.raises(RegleViolee, match="avant sa signature"):
        cej.signer(agent, contrat)


def test_un_cej_qui_commence_un_29_fevrier(agent: Agent, dossier: Dossier) -> None:
    """R. 5131-16: twelve whole months from 29 February 2028, its first day counted, end on 28 February 2029."""
    debut, dernier = date(2028, 2, 29), date(2029, 2, 28)
    assert jours(dossier, cej.saisi(agent, debut=debut, fin_prevue=dernier), ()).fin == dernier
    with pytest.raises(RegleViolee, match=r"R\. 5131-16"):
        jours(dossier, cej.saisi(agent, debut=debut, fin_prevue=date(2029, 3, 1)), ())
