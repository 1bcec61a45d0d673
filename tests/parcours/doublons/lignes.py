"""Rows of every kind in a dossier, and everything that the database holds of it: shared by the tests of merges."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, models

from imilo.acteurs.models import Agent
from imilo.droit.delais import Echeance
from imilo.droit.montants import Montant
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.allocations.models import (
    AllocationPacea,
    CauseTropPercu,
    DecisionAllocation,
    Declaration,
    LigneLotAllocations,
    LotAllocations,
    PiecesAttendues,
    RessourceDeclaree,
    Suite,
    TropPercu,
)
from imilo.parcours.contrats.models import (
    ActionPrevue,
    Actualisation,
    ContratEngagement,
    DecisionContrat,
    ExamenCEJ,
    PhasePacea,
    Prolongation,
    Recours,
    Signature,
    Suspension,
)
from imilo.parcours.diagnostics.models import (
    Appreciation,
    Commentaire,
    Contrainte,
    Diagnostic,
    DiagnosticTheme,
    ElementDeContrainte,
    MetierDuDiagnostic,
    Orientation,
)
from imilo.parcours.dossiers.models import Acte, Document, Dossier, Proposition, Situation
from imilo.parcours.doublons.models import Origine, Paire
from imilo.parcours.doublons.suites import lies_au_dossier
from tests.fabriques import decision_du_droit

JOUR = date(2025, 1, 1)
DECISION = decision_du_droit()
_suite = itertools.count()


def paire(un: Dossier, autre: Dossier, **champs: Any) -> Paire:
    """The pair of two dossiers of one structure, to decide."""
    petit, grand = sorted((un, autre), key=lambda d: d.pk)
    defaut = {
        "dossier": petit,
        "structure_id": petit.structure_id,
        "autre": grand.pk,
        "autre_structure_id": grand.structure_id,
        "verdict": "probable",
        "force": 8,
        "origine": Origine.RECHERCHE,
        "vue_le": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Paire.objects.create(**{**defaut, **champs})


class Remplissage:
    """Adds to dossiers rows of every kind, at random; contracts never overlap between two dossiers."""

    def __init__(self, agent: Agent, hasard: random.Random) -> None:
        self.agent, self.hasard = agent, hasard
        self.genres: dict[str, Callable[[Dossier], None]] = {
            "acte": self.acte,
            "situation": self.situation,
            "rendez_vous": self.rendez_vous,
            "orientation": self.orientation,
            "diagnostic": self.diagnostic,
            "document": self.document,
            "contrat": self.contrat,
            "pacea": self.pacea,
        }

    def quelques(self, dossier: Dossier, genres: list[str]) -> None:
        for genre in genres:
            self.genres[genre](dossier)

    def tout(self, dossier: Dossier) -> None:
        self.quelques(dossier, list(self.genres))

    def _creer(self, modele: type[models.Model], dossier: Dossier, **champs: Any) -> Any:
        return modele._default_manager.create(dossier=dossier, structure_id=dossier.structure_id, **champs)

    def acte(self, dossier: Dossier) -> None:
        acte = self._creer(
            Acte, dossier, le=self._jour(), duree=30, type="ENTRETIEN", modalite="INDIVIDUEL", theme="EMPLOI",
            agent=self.agent, compte_rendu=f"Récit {next(_suite)}",
        )  # fmt: skip
        self._creer(Proposition, dossier, acte=acte, theme="EMPLOI", intitule="Atelier CV", le=acte.le)

    def situation(self, dossier: Dossier) -> None:
        debut = self._jour()
        self._creer(Situation, dossier, categorie="Formation", debut=debut, libelle=f"CFA {next(_suite)}")

    def rendez_vous(self, dossier: Dossier) -> None:
        debut = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=self.hasard.randint(0, 90))
        self._creer(RendezVous, dossier, agent=self.agent, debut=debut, modalite="INDIVIDUEL")

    def orientation(self, dossier: Dossier) -> Orientation:
        orientation: Orientation = self._creer(
            Orientation, dossier, decidee_le=self._jour(), beneficiaire_rsa=False, qualification="NV5",
            situation_emploi="jamais", aspirations="La cuisine", agent=self.agent,
        )  # fmt: skip
        return orientation

    def diagnostic(self, dossier: Dossier) -> Diagnostic:
        diagnostic: Diagnostic = self._creer(
            Diagnostic, dossier, etabli_le=self._jour(), agent=self.agent, objectifs="Un emploi"
        )
        self._creer(DiagnosticTheme, dossier, diagnostic=diagnostic, theme="EMPLOI", valeur="besoin")
        contrainte = self._creer(Contrainte, dossier, diagnostic=diagnostic, code="mobilite", valeur="oui")
        element = {"genre": "situation", "code": "permis_absent", "valeur": "oui"}
        self._creer(ElementDeContrainte, dossier, contrainte=contrainte, **element)
        self._creer(Appreciation, dossier, diagnostic=diagnostic, sujet="agir_confiance", valeur="oui")
        self._creer(MetierDuDiagnostic, dossier, diagnostic=diagnostic, rome="G1602", rang=1)
        self._creer(Commentaire, dossier, diagnostic=diagnostic, accord="oui")
        return diagnostic

    def document(self, dossier: Dossier) -> Document:
        document: Document = self._creer(
            Document, dossier, genre="justificatif", titre=f"Pièce {next(_suite)}", type_mime="application/pdf",
            taille=4, sha256="0" * 64, contenu=b"%PDF", depose_par=self.agent,
        )  # fmt: skip
        return document

    def contrat(self, dossier: Dossier, *, projet: bool = False) -> None:
        """An ended contract of ten days, never the same days as another, with a declaration and its decision.

        `projet`: it isn't signed yet.
        """
        debut = JOUR + timedelta(days=20 * next(_suite))
        examen = self._creer(ExamenCEJ, dossier, le=debut, agent=self.agent, decision=DECISION)
        contrat = self._creer(
            ContratEngagement, dossier, referent=self.agent, debut=debut, duree=DECISION,
            fin_prevue=Echeance.du(debut + timedelta(days=10)),
            heures_hebdo=Decimal(15), heures=DECISION, objectifs="o", engagements_jeune="e", engagements_structure="e",
            examen=examen, eligibilite=DECISION, logement="hors_foyer_parental", foyer_fiscal="non_imposable",
            forfait=DECISION,
            prepare_par=self.agent, **({} if projet else self._conclu(dossier, debut)),
        )  # fmt: skip
        self._creer(ActionPrevue, dossier, contrat=contrat, categorie="recherche", intitule="Candidatures")
        self._creer(
            Signature, dossier, contrat=contrat, partie="jeune", nom="D", mode="ecran", agent=self.agent,
            a=datetime(2026, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        self.suites(dossier, contrat)
        self.declaration(dossier, contrat)

    def pacea(self, dossier: Dossier) -> None:
        """A project of PACEA given up, with its phase; an allowance given up."""
        debut = JOUR + timedelta(days=20 * next(_suite))
        apres = Echeance.du(debut + timedelta(days=20))
        pacea = self._creer(
            ContratEngagement, dossier, cadre="pacea", etat="annule", referent=self.agent, debut=debut, duree=DECISION,
            fin_prevue=apres, heures_hebdo=Decimal(15), heures=DECISION, objectifs="o", engagements_jeune="e",
            engagements_structure="e", prepare_par=self.agent,
        )  # fmt: skip
        self._creer(
            PhasePacea, dossier, contrat=pacea, debut=debut, fin=debut, objectifs="o", engagements_jeune="e",
            engagements_structure="e",
        )  # fmt: skip
        self._creer(
            AllocationPacea, dossier, mois=debut.replace(day=1), montant=Montant(50), besoin="b", etat="abandonnee",
            droit=DECISION, preparee_par=self.agent,
        )  # fmt: skip

    def suites(self, dossier: Dossier, contrat: ContratEngagement) -> None:
        """What follows a contract."""
        debut, apres = contrat.debut, Echeance.du(contrat.debut + timedelta(days=20))
        self._creer(
            Prolongation, dossier, contrat=contrat, cause="exceptionnelle", motif="m", fin_avant=contrat.fin_prevue,
            fin_apres=apres, decision=DECISION, le=debut, agent=self.agent,
        )  # fmt: skip
        self._creer(Suspension, dossier, contrat=contrat, motif="demande", debut=debut, fin=debut, agent=self.agent)
        self._creer(
            Actualisation, dossier, contrat=contrat, motif="demande", bilan="b", apres={}, decision=DECISION,
            preparee_par=self.agent, etat="abandonnee",
        )  # fmt: skip
        self._creer(
            DecisionContrat, dossier, contrat=contrat, genre="attribution", cadre="cej", objet="o", motifs=[],
            le=debut, agent=self.agent, pouvoir="p", document=self.document(dossier),
        )  # fmt: skip
        self._creer(
            Recours, dossier, source="contrat-duree", objet=contrat.pk, contre="c", nature="gracieux",
            canal="courrier", recu_le=debut, arguments="a", recu_par=self.agent,
        )  # fmt: skip

    def _conclu(self, dossier: Dossier, debut: date) -> dict[str, Any]:
        """What a contract has once it is signed and ended."""
        return {
            "etat": "termine", "orientation": self.orientation(dossier), "diagnostic": self.diagnostic(dossier),
            "fin_le": debut + timedelta(days=5), "fin_motif": "TERME", "signe_le": debut, "mode_signature": "ecran",
            "document": self.document(dossier), "document_sha256": "0" * 64,
        }  # fmt: skip

    def declaration(self, dossier: Dossier, contrat: ContratEngagement) -> None:
        mois = (JOUR + timedelta(days=31 * next(_suite))).replace(day=1)
        declaration = self._creer(
            Declaration, dossier, contrat=contrat, mois=mois, logement="hors_foyer_parental",
            foyer_fiscal="non_imposable", declaree_le=mois, agent=self.agent,
        )  # fmt: skip
        self._creer(RessourceDeclaree, dossier, declaration=declaration, nature="salaire", montant=Montant(100))
        decision = self._creer(
            DecisionAllocation, dossier, contrat=contrat, declaration=declaration, mois=mois, sens="accord",
            montant=Montant(10), forfait=Montant(500), droit=DECISION, calcul=DECISION, preparee_par=self.agent,
        )  # fmt: skip
        self.suites_de_l_allocation(dossier, decision)

    def suites_de_l_allocation(self, dossier: Dossier, decision: DecisionAllocation) -> None:
        """A batch that refused it, a claim, documents awaited."""
        lot = LotAllocations.objects.create(structure_id=dossier.structure_id, mois=decision.mois, agent=self.agent)
        self._creer(LigneLotAllocations, dossier, lot=lot, decision=decision, vue=1, etat="refusee", refus="À revoir")
        self._creer(
            TropPercu, dossier, decision=decision, montant=Montant(40), suite=Suite.A_REMBOURSER,
            cause=CauseTropPercu.RESSOURCE,
        )  # fmt: skip
        if not PiecesAttendues.objects.filter(contrat=decision.contrat_id).exists():  # one for a contract
            self._creer(
                PiecesAttendues, dossier, contrat=decision.contrat, manquantes="m", demandees_le=decision.mois,
                limite=Echeance.du(decision.mois), decision=DECISION, agent=self.agent,
            )  # fmt: skip

    def _jour(self) -> date:
        return JOUR + timedelta(days=self.hasard.randint(0, 400))


def contenu(dossier: Dossier) -> dict[str, list[dict[str, Any]]]:
    """Every row bound to a dossier, column by column; its own row and its person's, but what counts the changes."""
    from imilo.jeunes.models import Jeune

    tout = {
        m._meta.label: _lignes(m._default_manager.filter(dossier_id=dossier.pk).order_by("pk"))
        for m in lies_au_dossier()
        if m._meta.label != "doublons.Fusion"
    }
    (sien,) = _lignes(Dossier.objects.filter(pk=dossier.pk))
    (personne,) = _lignes(Jeune.objects.filter(pk=sien["jeune_id"]))
    tout["dossier"], tout["personne"] = [sien], [personne]
    for ligne in (sien, personne):
        for change in ("version", "modifie_le"):
            del ligne[change]
    return tout


def _lignes(requete: Any) -> list[dict[str, Any]]:
    return [{c: bytes(v) if isinstance(v, memoryview) else v for c, v in ligne.items()} for ligne in requete.values()]


def tables_du_dossier() -> list[str]:
    """The tables of the database with a column `dossier_id`, rows of history aside."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'dossier_id' "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace "
            "AND NOT EXISTS (SELECT 1 FROM pg_attribute e WHERE e.attrelid = c.oid AND e.attname = 'pgh_obj_id') "
            "ORDER BY 1"
        )
        return [ligne[0] for ligne in curseur.fetchall()]
