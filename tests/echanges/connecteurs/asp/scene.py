"""A structure with contracts signed in the past and months decided, an agency of ours in a folder, and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.test import override_settings
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.droit.delais import mois_plus
from imilo.droit.faits import montant as montant_du_droit
from imilo.droit.montants import Montant
from imilo.echanges.connecteurs.asp.echange import Bilan, echanger
from imilo.echanges.connecteurs.asp.faux import Consignes, FausseAsp
from imilo.echanges.connecteurs.asp.models import Ligne
from imilo.parcours.allocations.models import (
    AllocationPacea,
    CauseTropPercu,
    DecisionAllocation,
    Declaration,
    EtatDecision,
    Reglement,
    Sens,
    Suite,
    TropPercu,
)
from imilo.parcours.allocations.services.pacea import DemandePacea, decider_pacea, preparer_pacea
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.services import ProlongationSaisie, prolonger_contrat, terminer_contrat
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Dossier, GenreDocument
from imilo.parcours.fiche.models import CompteBancaire
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours.contrats import test_cadres

PARIS = ZoneInfo("Europe/Paris")
IBANS = ("FR7630006000011234567890189", "FR1420041010050500013M02606", "FR7610107001011234567890129")


@contextmanager
def il_est(jour: date, heure: int = 9) -> Iterator[datetime]:
    """Services believe that it is this day."""
    instant = datetime(jour.year, jour.month, jour.day, heure, tzinfo=PARIS)
    with patch.object(timezone, "now", lambda: instant):
        yield instant


@dataclass
class Scene:
    """One structure, who signs, and the agency."""

    structure: Structure
    conseillere: Agent
    directrice: Agent
    asp: FausseAsp

    def contrat(
        self, signe_le: date, *, iban: str | None = IBANS[0], cadre: Cadre = Cadre.CEJ, **champs: Any
    ) -> ContratEngagement:
        """A contract signed on that day, a CEJ unless `cadre` says so, with an account unless `iban` is None."""
        with il_est(signe_le), perimetre(self.structure.pk):
            dossier = fabriques.dossier(self.structure, self.conseillere, **champs)
            if iban:
                self.compte(dossier, iban)
            return self.signe(dossier, signe_le, cadre=cadre)

    def signe(self, dossier: Dossier, le: date, *, cadre: Cadre = Cadre.CEJ) -> ContratEngagement:
        """A contract of this dossier, prepared and signed on that day."""
        with il_est(le), perimetre(self.structure.pk):
            prepare = (
                parcours_cej.preparer(self.conseillere, dossier)
                if cadre == Cadre.CEJ
                else test_cadres.preparer(self.conseillere, dossier, cadre)
            )
            return parcours_cej.signer(self.directrice, prepare)

    def pacea(self, contrat: ContratEngagement, le: date, montant: str = "150.00") -> AllocationPacea:
        """A one-off allowance for the month of that day, asked and granted on it."""
        demande = DemandePacea(le.replace(day=1), Decimal(montant), besoin="Un abonnement de train.")
        with il_est(le), perimetre(self.structure.pk):
            demandee = preparer_pacea(self.conseillere, contrat.dossier, demande=demande)
            return decider_pacea(self.directrice, demandee, version=demandee.version, accorder=True)

    def finir(self, contrat: ContratEngagement, fin_le: date) -> None:
        """Ended on that day, which is the last one."""
        with il_est(fin_le), perimetre(self.structure.pk):
            terminer_contrat(
                self.conseillere, contrat, version=parcours_cej.relire(contrat).version, fin_le=fin_le, motif="EMPLOI"
            )

    def prolonger(self, contrat: ContratEngagement, le: date, fin: date) -> None:
        """Prolonged on the day `le`, to the day `fin`."""
        saisie = ProlongationSaisie("exceptionnelle", fin, "Un emploi commence bientôt.")
        with il_est(le), perimetre(self.structure.pk):
            prolonger_contrat(self.directrice, contrat, version=parcours_cej.relire(contrat).version, saisie=saisie)

    def compte(self, dossier: Dossier, iban: str) -> CompteBancaire:
        return CompteBancaire.objects.create(
            dossier=dossier,
            structure=self.structure,
            iban=iban,
            titulaire_nom=dossier.jeune.nom_complet,
            confirme_le=date(2026, 1, 5),
            confirme_par=self.conseillere,
        )

    def decision(
        self, contrat: ContratEngagement, mois: date, montant: str = "552.29", **champs: Any
    ) -> DecisionAllocation:
        """A month decided in the first days of the next one."""
        with il_est(mois_plus(mois, 1).replace(day=6)), perimetre(self.structure.pk):
            commun: dict[str, Any] = {"contrat": contrat, "dossier": contrat.dossier, "structure": self.structure}
            declaration = Declaration.objects.create(
                **commun,
                mois=mois,
                rang=champs.get("rang", 1),
                logement="hors_foyer_parental",
                foyer_fiscal="non_imposable",
                declaree_le=timezone.now().date(),
                agent=self.conseillere,
            )
            document = enregistrer_document(
                self.directrice,
                dossier=contrat.dossier,
                genre=GenreDocument.NOTIFICATION,
                titre="Décision",
                contenu=b"%PDF-1.7 essai",
                type_mime=PDF,
            )
            return DecisionAllocation.objects.create(
                **commun,
                declaration=declaration,
                mois=mois,
                etat=EtatDecision.DECIDEE,
                sens=Sens.ACCORD,
                montant=Montant(montant),
                forfait=Montant("600.00"),
                droit=fabriques.decision_du_droit(),
                calcul=fabriques.decision_du_droit(),
                preparee_par=self.conseillere,
                decidee_le=timezone.now().date(),
                decidee_par=self.directrice,
                pouvoir="représentante légale",
                document=document,
                **champs,
            )

    def correction(self, corrige: DecisionAllocation, montant: str, **champs: Any) -> DecisionAllocation:
        """Another decision on the same month: what it adds is to be paid, what it takes back is a claim."""
        ecart = Decimal(montant) - corrige.montant
        corrigee = self.decision(
            corrige.contrat,
            corrige.mois,
            montant,
            rang=corrige.rang + 1,
            corrige=corrige,
            cause=CauseTropPercu.RESSOURCE,
            correction="Un salaire connu après coup",
            reste_a_verser=montant_du_droit("montant", max(ecart, Decimal("0.00"))),
            **champs,
        )
        if ecart < 0:
            with perimetre(self.structure.pk):
                TropPercu.objects.create(
                    decision=corrigee,
                    dossier=corrigee.dossier,
                    structure=self.structure,
                    montant=montant_du_droit("montant", -ecart),
                    suite=Suite.A_REMBOURSER,
                    cause=CauseTropPercu.RESSOURCE,
                )
        return corrigee

    def regler(self, corrigee: DecisionAllocation, reglement: Reglement) -> None:
        """A claim is settled: withheld by the agency, or otherwise."""
        with perimetre(self.structure.pk):
            TropPercu.objects.filter(decision=corrigee).update(
                reglement=reglement, regle_le=corrigee.decidee_le, regle_par=self.directrice
            )

    def echanger(self, le: date, *, heure: int = 9, **options: Any) -> Bilan:
        """Our side, on that day."""
        with il_est(le, heure), override_settings(ASP=str(self.asp.base)):
            return echanger([self.structure], **options)

    def asp_passe(self, le: date) -> None:
        with il_est(le) as instant:
            self.asp.passer(instant)

    def aller_retour(self, le: date) -> None:
        """Send, have it answered, read the answer and send what that lets go, have it answered and read it."""
        for _ in range(2):
            self.echanger(le)
            self.asp_passe(le)
        self.echanger(le)

    def consigne(self, **dites: Any) -> None:
        Consignes(**dites).ecrire(self.asp.chemin_des_consignes)

    def lignes(self) -> list[Ligne]:
        with perimetre(self.structure.pk):
            return list(Ligne.objects.select_related("envoi", "dossier__jeune").order_by("pk"))


def ouvrir_la_scene(base: Path) -> Scene:
    structure = fabriques.structure()
    directrice = fabriques.agent(structure, "direction", representant_legal=True)  # type: ignore[arg-type]  # its value
    return Scene(structure, fabriques.agent(structure), directrice, FausseAsp(base))
