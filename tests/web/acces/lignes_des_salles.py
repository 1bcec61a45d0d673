"""The rows of a contract's life, activities, sanctions, allowances, payments and messages in the full dossier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from django.db.models import Value
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.faits import montant
from imilo.echanges.connecteurs.asp.models import Envoi, EtatLigne, GenreEnvoi, Ligne
from imilo.parcours.activites.models import Absence, ActiviteDeclaree, SituationNonProfessionnelle, SuiviAction
from imilo.parcours.activites.services import CollectifSaisi, PersonneSaisie, saisir_collectif
from imilo.parcours.allocations.models import (
    CauseTropPercu,
    DecisionAllocation,
    LigneLotAllocations,
    LotAllocations,
    Suite,
    TropPercu,
)
from imilo.parcours.allocations.services.pacea import DemandePacea, decider_pacea, preparer_pacea
from imilo.parcours.allocations.services.pieces import PiecesSaisies, decider_conservatoire, demander_pieces
from imilo.parcours.contrats.models import ActionPrevue, ContratEngagement, PhasePacea, Prolongation, Suspension
from imilo.parcours.contrats.services import (
    ActualisationSaisie,
    RecoursSaisi,
    preparer_actualisation,
    recevoir_recours,
    repondre_recours,
)
from imilo.parcours.diagnostics.models import (
    Appreciation,
    Commentaire,
    Contrainte,
    Diagnostic,
    ElementDeContrainte,
    MetierDuDiagnostic,
)
from imilo.parcours.dossiers import decisions
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.models import Destinataire, LienPersonnel
from imilo.parcours.messagerie.models import MessageSortant
from imilo.parcours.sanctions.models import ControleAleatoire, MessagePartenaire, Procedure
from imilo.parcours.sanctions.services import ExamenSaisi, examiner_manquement, tirer_controles
from tests.parcours import parcours_cej, parcours_sanction


def remplir_les_salles(contrat: ContratEngagement, agent: Agent, directrice: Agent) -> None:
    """A row of each of their tables, about a contract signed some weeks ago that has a month to decide."""
    dossier = contrat.dossier
    _suites(contrat, agent, directrice)
    _activites(dossier, agent)
    _allocations(contrat, agent, directrice)
    _paiement(contrat)
    _diagnostic(dossier, agent)
    _envois(dossier, agent)
    _sanctions(contrat, agent, directrice)


def _lie(dossier: Dossier) -> dict[str, Any]:
    return {"dossier": dossier, "structure": dossier.structure}


def _suites(contrat: ContratEngagement, agent: Agent, directrice: Agent) -> None:
    """What follows a signature: an update to sign, an appeal answered and another waiting, a pause, phases."""
    dossier, le = contrat.dossier, aujourd_hui(contrat.structure)
    commun = {**_lie(dossier), "contrat": contrat}
    termes = parcours_cej.saisi(agent, debut=contrat.debut, fin_prevue=contrat.fin_prevue)
    preparer_actualisation(
        agent, contrat, version=contrat.version, saisie=ActualisationSaisie("situation", "Le projet change", termes)
    )
    gardee = next(iter(decisions.decisions(dossier, permises=lambda _: True)))
    saisi = RecoursSaisi("gracieux", "courrier", le, "Ce n'est pas juste")
    recours = recevoir_recours(agent, dossier, contre=gardee, saisi=saisi)
    repondre_recours(directrice, recours, version=1, repondu_le=le, issue="rejete", reponse="Le texte le veut")
    recevoir_recours(agent, dossier, contre=gardee, saisi=saisi)
    Suspension.objects.create(
        **commun, motif="autre", precision="Un voyage", debut=le + timedelta(days=30), agent=agent
    )
    Prolongation.objects.create(
        **commun, cause="exceptionnelle", motif="Un emploi commence", parcours="", decision=contrat.eligibilite, le=le,
        agent=agent, fin_avant=Value(contrat.fin_prevue - timedelta(days=9)), fin_apres=Value(contrat.fin_prevue),
    )  # fmt: skip
    pacea = ContratEngagement.objects.get(pk=contrat.pk)
    pacea.pk, pacea.cadre = None, "pacea"
    pacea.etat, pacea.fin_le, pacea.fin_motif = "rompu", contrat.debut, "emploi"
    pacea.save(force_insert=True)
    commun["contrat"] = pacea
    for n, evaluee in enumerate(({}, {"evaluee_le": le, "evaluation": "Tenus", "atteints": True})):
        jour = le + timedelta(days=60 * (1 - n))
        PhasePacea.objects.create(
            **commun, debut=jour, fin=jour + timedelta(days=20), objectifs="Un stage", engagements_jeune="Venir",
            engagements_structure="Proposer", evaluee_par=agent, **evaluee,
        )  # fmt: skip


def _activites(dossier: Dossier, agent: Agent) -> None:
    """What was declared: one to examine, one accepted, one refused; an absence, a rest, an action done."""
    commun, jour = _lie(dossier), aujourd_hui(dossier.structure)
    declaree = {"jour": jour, "minutes": 90, "categorie": "recherche", "intitule": "Candidatures", "agent": agent}
    examen = {"examine_par": agent, "examine_le": timezone.now()}
    ActiviteDeclaree.objects.create(**commun, **declaree)
    ActiviteDeclaree.objects.create(**commun, **declaree, **examen, etat="acceptee")
    ActiviteDeclaree.objects.create(**commun, **declaree, **examen, etat="refusee", motif_refus="Déjà comptée")
    Absence.objects.create(**commun, du=jour, au=jour, motif="maladie", precision="Grippe", agent=agent)
    for intitule in ("Atelier CV", "Atelier mobilité"):
        saisi = CollectifSaisi(intitule, jour, time(9), 60, "INFORMATION", "ATELIER", "EMPLOI", agent)
        venu = PersonneSaisie(dossier.numero, present=intitule == "Atelier CV", motif="transport", mot="Un mot")
        saisir_collectif(agent, structure=dossier.structure, saisi=saisi, personnes=[venu])
    SituationNonProfessionnelle.objects.create(
        **commun, debut=jour, fin=jour, mesure="SANTE", commentaire="Bilan", minutes=60, agent=agent
    )
    action = ActionPrevue.objects.filter(dossier=dossier).order_by("pk")[0]
    SuiviAction.objects.create(
        **commun, action=action, etat="faite", le=jour, par="jeune", preuve="Un CV imprimé", agent=agent
    )


def _allocations(contrat: ContratEngagement, agent: Agent, directrice: Agent) -> None:
    """Missing documents with a provisional decision, a batch that refused the month, a claim, two asks of the PACEA."""
    commun, le = _lie(contrat.dossier), aujourd_hui(contrat.dossier.structure)
    pieces = demander_pieces(agent, contrat, saisies=PiecesSaisies("Un relevé", True), version=None)
    decider_conservatoire(directrice, pieces, version=pieces.version)
    decision = DecisionAllocation.objects.get(contrat=contrat)
    lot = LotAllocations.objects.create(
        structure=contrat.structure, agent=directrice, mois=decision.mois, fini_le=timezone.now()
    )
    LigneLotAllocations.objects.create(
        **commun, lot=lot, decision=decision, vue=decision.version, etat="refusee", refus="À revoir"
    )
    TropPercu.objects.create(
        **commun, decision=decision, montant=montant("montant", Decimal(40)), suite=Suite.A_REMBOURSER,
        cause=CauseTropPercu.RESSOURCE,
    )  # fmt: skip
    demande = DemandePacea(mois=le.replace(day=1), montant=Decimal(150), besoin="Un abonnement")
    allocation = preparer_pacea(agent, contrat.dossier, demande=demande)
    decider_pacea(directrice, allocation, version=allocation.version, accorder=False, raison="Un contrat est en cours")
    preparer_pacea(agent, contrat.dossier, demande=demande)


def _paiement(contrat: ContratEngagement) -> None:
    """A line that the agency rejected, in a file that it answered."""
    envoi = Envoi.objects.create(
        structure=contrat.structure, genre=GenreEnvoi.CONTRATS, nom=f"essai-{contrat.pk}.xml", contenu="x",
        sha256="0" * 64, taille=1, nombre=1, etat="repondu", depose_le=timezone.now(), repondu_le=timezone.now(),
    )  # fmt: skip
    Ligne.objects.create(
        **_lie(contrat.dossier), envoi=envoi, numero=1, genre="contrat", contrat=contrat, reference="C-1",
        du=contrat.debut, au=contrat.fin_prevue, etat=EtatLigne.REJETEE, code="R101", repondue_le=timezone.now(),
    )  # fmt: skip


def _diagnostic(dossier: Dossier, agent: Agent) -> None:
    diagnostic = Diagnostic.objects.filter(dossier=dossier)[0]
    commun = _lie(dossier) | {"constate_le": diagnostic.etabli_le, "constate_par": agent}
    contrainte = Contrainte.objects.create(
        **commun, diagnostic=diagnostic, code="mobilite", valeur="oui", impact="fort", prioritaire=True, texte="Loin"
    )
    ElementDeContrainte.objects.create(
        **commun, contrainte=contrainte, genre="situation", code="permis_absent", valeur="oui"
    )
    Appreciation.objects.create(
        **commun, diagnostic=diagnostic, sujet="numerique_demarches", valeur="aide", texte="Avec son frère"
    )
    MetierDuDiagnostic.objects.create(**commun, diagnostic=diagnostic, rome="G1602", rang=1)
    Commentaire.objects.create(
        **_lie(dossier), diagnostic=diagnostic, accord="en_partie", texte="Pas tout", representant="Jeanne"
    )


def _envois(dossier: Dossier, agent: Agent) -> None:
    MessageSortant.objects.create(
        **_lie(dossier), canal="sms", genre="lien.activite", destinataire="+33612345678", objet="Votre semaine",
        corps="Bonjour", secret="", etat="echec", raison="Numéro refusé", reference="r1", agent=agent,
    )  # fmt: skip
    LienPersonnel.objects.create(
        **_lie(dossier), genre="diagnostic", objet_id=Diagnostic.objects.filter(dossier=dossier)[0].pk,
        empreinte=uuid4().bytes * 2, destinataire=Destinataire.REPRESENTANT, destinataire_nom="Jeanne", canal="sms",
        adresse="+33612345678", fait_par=agent, expire_le=timezone.now() + timedelta(days=5),
    )  # fmt: skip


@contextmanager
def horloge() -> Iterator[parcours_sanction.Regler]:
    """A clock that each step of a procedure moves on; time is ours again afterwards."""
    instants = [timezone.now()]

    def regler(jour: date) -> None:
        instants[0] = datetime.combine(jour, time(12), tzinfo=UTC)

    with patch.object(timezone, "now", lambda: instants[0]):
        yield regler


def _sanctions(contrat: ContratEngagement, agent: Agent, directrice: Agent) -> None:
    """A procedure at each step that has its own forms, a message to the partners, a control of the month to decide."""
    dossier, jour, signe_le = contrat.dossier, aujourd_hui(contrat.structure), contrat.signe_le
    assert signe_le is not None
    tirage = tirer_controles(directrice, structure=dossier.structure, mois=signe_le.replace(day=1), part=Decimal(1))
    with horloge() as regler:
        jours = [signe_le + timedelta(days=n) for n in range(1, 7)]
        regler(jours[0])
        parcours_sanction.constatee(agent, dossier, le=jours[0])
        regler(jours[1])
        ecartee = parcours_sanction.constatee(agent, dossier, le=jours[1])
        examiner_manquement(
            agent, ecartee, version=ecartee.version,
            examen=ExamenSaisi(
                motif_legitime=True, motif_texte="Malade", allocation=True, revenu_remplacement=False, rsa=False
            ),
        )  # fmt: skip
        regler(jours[2])
        parcours_sanction.examinee(agent, dossier, le=jours[2])
        parcours_sanction.envisagee(regler, agent, directrice, dossier, le=jours[3])
        notifiee = parcours_sanction.notifiee(regler, agent, directrice, dossier, le=jours[4])
        suite = jours[4] + timedelta(days=5)  # two days after the letter came
        Procedure.objects.filter(pk=notifiee.pk).update(
            observations_le=suite, observations="Je n'ai pas pu", audition_demandee_le=suite,
            audition_le=suite, audition_assistance="Sa mère", audition_compte_rendu="Entendue",
            retard_assume_le=suite, retard_assume_par=directrice, retard_raison="Un congé",
        )  # fmt: skip
        parcours_sanction.executoire(regler, agent, directrice, dossier, le=jours[5])
    partis = MessagePartenaire.objects.filter(dossier=dossier)
    partis.update(etat="transmis", transmis_le=jour, transmis_par=agent, transmis_moyen="Courriel")
    ControleAleatoire.objects.filter(tirage=tirage, dossier=dossier).update(
        resultat="justifie", constat="Vu", controle_le=jour, controle_par=agent
    )
