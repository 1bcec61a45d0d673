"""After the signature: phases, prolongations, suspensions, updates, letters, appeals, the mark of a structure."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.contrats.echeancier import GenreEcheance, echeancier
from imilo.parcours.contrats.eligibilite import Reponses
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement, DecisionContrat, Financement, Suspension
from imilo.parcours.contrats.selectors import suspendu
from imilo.parcours.contrats.services import (
    ActionSaisie,
    ActualisationSaisie,
    PhaseSaisie,
    ProlongationSaisie,
    RecoursSaisi,
    ajouter_phase,
    evaluer_phase,
    examiner_eligibilite,
    noter_remise,
    preparer_actualisation,
    prolonger_contrat,
    recevoir_recours,
    refuser_cej,
    regler_contrats,
    repondre_recours,
    reprendre_les_activites,
    signer_actualisation,
    suspendre_contrat,
    terminer_contrat,
)
from imilo.parcours.contrats.structure import charges
from imilo.parcours.dossiers import decisions
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import preparer, saisi
from tests.parcours.dossiers.test_documents import texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="Diop")


@pytest.fixture
def contrat(directrice: Agent, agent: Agent, dossier: Dossier) -> ContratEngagement:
    return cej.signer(directrice, cej.preparer(agent, dossier))


@pytest.fixture
def pacea(agent: Agent, dossier: Dossier) -> ContratEngagement:
    return cej.signer(agent, preparer(agent, dossier, Cadre.PACEA))


def au_terme(contrat: ContratEngagement, le: date) -> ContratEngagement:
    """The same contract, as if it had been signed nearly a year ago and ended today."""
    debut = le - timedelta(days=350)
    ContratEngagement.objects.filter(pk=contrat.pk).update(signe_le=debut, debut=debut, fin_prevue=le)
    contrat.refresh_from_db()
    return contrat


# Prolongation (R. 5131-16, R. 5131-13)


def test_prolonger_a_titre_exceptionnel(directrice: Agent, contrat: ContratEngagement) -> None:
    le = aujourd_hui(contrat.dossier.structure)
    au_terme(contrat, le)
    saisie = ProlongationSaisie("exceptionnelle", le + timedelta(days=60), "Un emploi commence bientôt.")
    with pytest.raises(RegleViolee, match=r"R\. 5131-16"):
        prolonger_contrat(
            directrice, contrat, version=contrat.version, saisie=ProlongationSaisie("exceptionnelle", saisie.fin)
        )
    ligne = prolonger_contrat(directrice, contrat, version=contrat.version, saisie=saisie)
    avant = ligne.fin_avant
    contrat.refresh_from_db()
    assert (contrat.fin_prevue, avant, contrat.etat) == (saisie.fin, le, Etat.SIGNE)
    lettre = DecisionContrat.objects.get(genre="modification")
    assert "Un emploi commence bientôt." in texte(bytes(lettre.document.contenu))


def test_une_prolongation_a_sa_limite(directrice: Agent, contrat: ContratEngagement) -> None:
    """Eighteen months in all at most."""
    le = aujourd_hui(contrat.dossier.structure)
    au_terme(contrat, le)
    saisie = ProlongationSaisie("exceptionnelle", le + timedelta(days=400), "Un emploi commence bientôt.")
    with pytest.raises(RegleViolee, match=r"R\. 5131-16") as refus:
        prolonger_contrat(directrice, contrat, version=contrat.version, saisie=saisie)
    assert refus.value.champ == "fin"


def test_un_parcours_relais_prolonge_de_droit(directrice: Agent, contrat: ContratEngagement) -> None:
    """To the last day of the second month after the end of the path."""
    le = aujourd_hui(contrat.dossier.structure)
    au_terme(contrat, le)
    saisie = ProlongationSaisie(
        "parcours_relais",
        parcours="Formation cuisine",
        parcours_debut=le - timedelta(days=20),
        parcours_fin=le + timedelta(days=40),
        sur_la_liste=True,
    )
    ligne = prolonger_contrat(directrice, contrat, version=contrat.version, saisie=saisie)
    fin = ligne.fin_apres
    assert (fin + timedelta(days=1)).day == 1
    assert le + timedelta(days=90) < fin < le + timedelta(days=135)


EXCEPTION = "La formation commence en juin."


def test_le_conseiller_referent_prolonge_et_dit_pourquoi(agent: Agent, contrat: ContratEngagement) -> None:
    """R. 5131-16: the conseiller référent may, as an exception; they have no delegation, and write why."""
    le = aujourd_hui(contrat.dossier.structure)
    au_terme(contrat, le)
    assert agent.pk == contrat.dossier.referent_id
    with pytest.raises(RegleViolee, match=r"R\. 5131-16"):
        prolonger_contrat(
            agent,
            contrat,
            version=contrat.version,
            saisie=ProlongationSaisie("exceptionnelle", le + timedelta(days=60)),
        )
    saisie = ProlongationSaisie("exceptionnelle", le + timedelta(days=60), EXCEPTION)
    ligne = prolonger_contrat(agent, contrat, version=contrat.version, saisie=saisie)
    assert (ligne.motif, ligne.agent) == (EXCEPTION, agent)
    lettre = DecisionContrat.objects.get(genre="modification")
    lu = texte(bytes(lettre.document.contenu))
    assert lettre.pouvoir == f"{agent}, conseiller référent (R. 5131-16)"
    assert EXCEPTION in lu
    assert "au nom de l’État" not in lu.replace("'", "’")  # the letter's own apostrophe


def test_un_autre_conseiller_ne_prolonge_pas(agent: Agent, contrat: ContratEngagement) -> None:
    """Neither a colleague, nor the référent whom another one has replaced."""
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    au_terme(contrat, le)
    collegue = fabriques.agent(structure)
    saisie = ProlongationSaisie("exceptionnelle", le + timedelta(days=60), EXCEPTION)
    with pytest.raises(NonHabilite, match="conseiller référent"):
        prolonger_contrat(collegue, contrat, version=contrat.version, saisie=saisie)
    Dossier.objects.filter(pk=contrat.dossier_id).update(referent=collegue)
    with pytest.raises(NonHabilite):
        prolonger_contrat(agent, contrat, version=contrat.version, saisie=saisie)
    assert prolonger_contrat(collegue, contrat, version=contrat.version, saisie=saisie).agent == collegue


@pytest.mark.parametrize("profil", [Profil.CONSEILLER, Profil.ACCUEIL])
def test_un_parcours_relais_s_ecrit_par_qui_accompagne(contrat: ContratEngagement, profil: Profil) -> None:
    """R. 5131-16: it prolongs by itself; nobody decides it."""
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    au_terme(contrat, le)
    saisie = ProlongationSaisie(
        "parcours_relais",
        parcours="Formation cuisine",
        parcours_debut=le - timedelta(days=20),
        parcours_fin=le + timedelta(days=40),
        sur_la_liste=True,
    )
    collegue = fabriques.agent(structure, profil)
    if profil == Profil.ACCUEIL:
        with pytest.raises(NonHabilite):
            prolonger_contrat(collegue, contrat, version=contrat.version, saisie=saisie)
    else:
        ligne = prolonger_contrat(collegue, contrat, version=contrat.version, saisie=saisie)
        assert ligne.parcours == "Formation cuisine"


def test_prolonger_un_pacea(agent: Agent, pacea: ContratEngagement) -> None:
    trop = ProlongationSaisie("pacea", pacea.debut + timedelta(days=800))
    with pytest.raises(RegleViolee, match=r"R\. 5131-13"):
        prolonger_contrat(agent, pacea, version=pacea.version, saisie=trop)
    saisie = ProlongationSaisie("pacea", pacea.debut + timedelta(days=500))
    prolonger_contrat(agent, pacea, version=pacea.version, saisie=saisie)
    pacea.refresh_from_db()
    assert pacea.fin_prevue == saisie.fin


# Phases


def test_une_phase_s_evalue(agent: Agent, pacea: ContratEngagement) -> None:
    """R. 5131-11: on a day of the phase or after, with words."""
    phase = pacea.phases.get()
    le = aujourd_hui(pacea.dossier.structure)
    for champs, champ in (
        ({"evaluee_le": le + timedelta(days=1), "evaluation": "x", "atteints": True}, "evaluee_le"),
        ({"evaluee_le": le, "evaluation": " ", "atteints": True}, "evaluation"),
        ({"evaluee_le": le, "evaluation": "x", "atteints": None}, "atteints"),
        ({"evaluee_le": le - timedelta(days=5), "evaluation": "x", "atteints": True}, "evaluee_le"),
    ):
        with pytest.raises(RegleViolee) as refus:
            evaluer_phase(agent, phase, version=1, **champs)  # type: ignore[arg-type]  # of a table
        assert refus.value.champ == champ
    evaluee = evaluer_phase(agent, phase, version=1, evaluee_le=le, evaluation="Deux métiers vus", atteints=False)
    assert evaluee.evaluee_par_id == agent.pk


def test_la_phase_suivante_ne_recouvre_pas(agent: Agent, pacea: ContratEngagement) -> None:
    premiere = pacea.phases.get()
    for debut, champ in ((premiere.fin, "debut"), (pacea.fin_prevue, "fin")):
        phase = PhaseSaisie(debut, debut + timedelta(days=30), "Travailler", "Venir", "Aider")
        with pytest.raises(RegleViolee) as refus:
            ajouter_phase(agent, pacea, version=pacea.version, phase=phase)
        assert refus.value.champ == champ
    lendemain = premiere.fin + timedelta(days=1)
    suite = PhaseSaisie(lendemain, lendemain + timedelta(days=30), "Travailler", "Venir", "Aider")
    ajouter_phase(agent, pacea, version=pacea.version, phase=suite)
    assert pacea.phases.count() == 2


# Suspension


def test_suspendre_et_reprendre(agent: Agent, contrat: ContratEngagement) -> None:
    le = aujourd_hui(contrat.dossier.structure)
    fin_avant = contrat.fin_prevue
    suspension = suspendre_contrat(agent, contrat, version=contrat.version, debut=le, motif="naissance")
    assert suspendu(contrat=contrat, le=le)
    with pytest.raises(RegleViolee, match="couvre déjà"):
        suspendre_contrat(agent, contrat, version=contrat.version, debut=le + timedelta(days=2), motif="demande")
    with pytest.raises(RegleViolee, match="avant de commencer"):
        reprendre_les_activites(agent, suspension, version=1, fin=le - timedelta(days=1))
    reprendre_les_activites(agent, suspension, version=1, fin=le)
    contrat.refresh_from_db()
    assert not suspendu(contrat=contrat, le=le + timedelta(days=1))
    assert contrat.fin_prevue == fin_avant


def test_une_suspension_est_dans_le_contrat(agent: Agent, contrat: ContratEngagement) -> None:
    hors = contrat.fin_prevue + timedelta(days=1)
    with pytest.raises(RegleViolee) as refus:
        suspendre_contrat(agent, contrat, version=contrat.version, debut=hors, motif="demande")
    assert refus.value.champ == "debut"
    with pytest.raises(IntegrityError, match="suspension_autre_precisee"), transaction.atomic():
        Suspension.objects.create(
            contrat=contrat,
            dossier=contrat.dossier,
            structure_id=contrat.structure_id,
            motif="autre",
            debut=contrat.debut,
            agent=agent,
        )


# Update (L. 5411-6 I, R. 5411-14)


def test_actualiser_dans_les_formes(directrice: Agent, agent: Agent, contrat: ContratEngagement) -> None:
    le = aujourd_hui(contrat.dossier.structure)
    termes = saisi(agent, contrat.dossier, Cadre.CEJ, heures_hebdo=Decimal(20), periodicite=2, objectifs="Serveur")
    actions = (ActionSaisie("formation", "Hygiène alimentaire", "AFPA", le, Financement.FSE),)
    saisie = ActualisationSaisie("situation", "Le projet a changé.", termes, actions)
    actualisation = preparer_actualisation(agent, contrat, version=contrat.version, saisie=saisie)
    contrat.refresh_from_db()
    assert contrat.objectifs == "Trouver un emploi de cuisinier"  # nothing before it is signed
    with pytest.raises(RegleViolee, match="attend déjà"):
        preparer_actualisation(agent, contrat, version=contrat.version, saisie=saisie)
    signee = signer_actualisation(directrice, actualisation, version=1, saisie=cej.ecran(contrat.dossier))
    contrat.refresh_from_db()
    assert (contrat.objectifs, contrat.heures_hebdo, contrat.periodicite) == ("Serveur", Decimal(20), 2)
    assert contrat.actions.get(intitule="Hygiène alimentaire").financement == Financement.FSE
    assert signee.document is not None
    assert signee.document_sha256 == hashlib.sha256(bytes(signee.document.contenu)).hexdigest()
    assert "Le projet a changé." in texte(bytes(signee.document.contenu))
    assert signee.signatures.count() == 2
    assert contrat.actualiser_avant_le is not None
    assert "contrat.actualise" in set(Fait.objects.values_list("genre", flat=True))


# Letters and appeals


def test_refuser_un_cej_fait_une_lettre(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    with pytest.raises(RegleViolee, match="examinez"):
        refuser_cej(directrice, dossier)
    reponses = Reponses(etudiant=True, en_formation=False, difficulte_emploi_durable=False)
    examiner_eligibilite(agent, dossier, reponses=reponses)
    with pytest.raises(NonHabilite):
        refuser_cej(agent, dossier)
    decision = refuser_cej(directrice, dossier, precision="Vos cours finissent en juin.")
    lu = texte(bytes(decision.document.contenu))
    assert "étudiant" in lu
    assert "Vos cours finissent en juin." in lu
    assert "deux mois" in lu
    le = aujourd_hui(dossier.structure)
    with pytest.raises(RegleViolee, match="remise"):
        noter_remise(agent, decision, version=1, remise_le=le - timedelta(days=1), moyen="MAIN_PROPRE")
    assert noter_remise(agent, decision, version=1, remise_le=le, moyen="MAIN_PROPRE").remise_le == le


def test_un_recours_recu_date_et_repondu(directrice: Agent, agent: Agent, contrat: ContratEngagement) -> None:
    dossier, le = contrat.dossier, aujourd_hui(contrat.dossier.structure)
    gardee = next(iter(decisions.decisions(dossier, permises=lambda _: True)))
    avant = RecoursSaisi("gracieux", "courrier", gardee.jour - timedelta(days=1), "Non")
    with pytest.raises(RegleViolee, match="vient après"):
        recevoir_recours(agent, dossier, contre=gardee, saisi=avant)
    recours = recevoir_recours(
        agent, dossier, contre=gardee, saisi=RecoursSaisi("gracieux", "courrier", le, "Ce n'est pas juste")
    )
    with pytest.raises(NonHabilite):
        repondre_recours(agent, recours, version=1, repondu_le=le, issue="rejete", reponse="Motif")
    fini = repondre_recours(directrice, recours, version=1, repondu_le=le, issue="admis", reponse="Vous avez raison")
    assert fini.document is not None
    assert "Vous avez raison" in texte(bytes(fini.document.contenu))
    with pytest.raises(RegleViolee, match="déjà sa réponse"):
        repondre_recours(directrice, fini, version=2, repondu_le=le, issue="rejete", reponse="x")


# Deadlines and the mark


def test_les_echeances_d_un_pacea(agent: Agent, pacea: ContratEngagement) -> None:
    le = aujourd_hui(pacea.dossier.structure)
    tous = Dossier.objects.filter(pk=pacea.dossier_id)
    assert {e.genre for e in echeancier(tous, le=le)} == set()
    phase = pacea.phases.get()
    a_la_fin = {e.genre for e in echeancier(tous, le=phase.fin + timedelta(days=1))}
    assert GenreEcheance.EVALUATION in a_la_fin
    ContratEngagement.objects.filter(pk=pacea.pk).update(offre_avant_le=pacea.fin_prevue)
    assert GenreEcheance.OFFRE in {e.genre for e in echeancier(tous, le=le, jusqu_au=pacea.fin_prevue)}
    evaluer_phase(agent, phase, version=1, evaluee_le=le, evaluation="Fait", atteints=True)
    plus_tard = echeancier(tous, le=phase.fin + timedelta(days=1))
    assert GenreEcheance.EVALUATION not in {e.genre for e in plus_tard}


def test_le_jour_ou_un_nouveau_cej_est_possible(agent: Agent, contrat: ContratEngagement) -> None:
    """R. 5131-16: six months after the end."""
    le = aujourd_hui(contrat.dossier.structure)
    terminer_contrat(agent, contrat, version=contrat.version, fin_le=le, motif="EMPLOI")
    tous = Dossier.objects.filter(pk=contrat.dossier_id)
    assert echeancier(tous, le=le, genres=["attente"]) == []
    (attente,) = echeancier(tous, le=le + timedelta(days=178), genres=["attente"])
    assert le + timedelta(days=180) <= attente.le <= le + timedelta(days=186)


def test_le_repere_previent_sans_bloquer(directrice: Agent, agent: Agent, contrat: ContratEngagement) -> None:
    structure, le = contrat.dossier.structure, aujourd_hui(contrat.dossier.structure)
    (charge,) = charges(structure=structure, le=le)
    assert (charge.cej, charge.repere, charge.au_dela) == (1, 30, False)
    with pytest.raises(RegleViolee):
        regler_contrats(directrice, structure_id=structure.pk, cej_par_conseiller=0)
    regler_contrats(directrice, structure_id=structure.pk, cej_par_conseiller=1)
    autre = fabriques.dossier(structure, agent)
    cej.signer(directrice, cej.preparer(agent, autre))
    (charge,) = charges(structure=structure, le=le)
    assert (charge.cej, charge.au_dela) == (2, True)
