"""Payments of the demonstration: what left for the agency of ours each month, what it rejected, what it paid.

Told after the stories, on the days when it would have happened: contracts and decisions leave on the 12th, payments
come back on the 6th, what was rejected is corrected the next day; the last month keeps two rejections to correct.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pghistory
from django.conf import settings
from django.db.models import F, Q
from stdnum import iban

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.echanges.connecteurs.asp.client import Porte, PorteDossier
from imilo.echanges.connecteurs.asp.corrections import renvoyer
from imilo.echanges.connecteurs.asp.echange import echanger
from imilo.echanges.connecteurs.asp.faux import Consignes, FausseAsp
from imilo.echanges.connecteurs.asp.models import Ligne
from imilo.parcours.allocations.models import (
    CauseTropPercu,
    DecisionAllocation,
    PiecesAttendues,
    Reglement,
    TropPercu,
)
from imilo.parcours.allocations.services import (
    CorrectionSaisie,
    RessourceSaisie,
    SituationDuMois,
    corriger_le_mois,
    decider_allocation,
    regler_trop_percu,
)
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import CompteBancaire
from imilo.parcours.fiche.rubriques import PAR_CODE
from imilo.parcours.fiche.services import donnees
from imilo.socle.perimetre import perimetre

ENVOI, PAIEMENT = 12, 6  # days of the month
SANS_COMPTE = 2  # contracts whose young person hasn't given an account yet, in the first structure


def paiements(gens: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """The months of both structures up to the day before `jour`, and the agency's ledger kept for `imilo serve`."""
    structures = [territoires[d].structure for d in (TOURS, REUNION)]
    gestionnaires = [gens["nora.vauquelint"], gens["ludovic.grondalin"]]
    with tempfile.TemporaryDirectory(prefix="imilo-asp-") as dossier:
        asp = FausseAsp(Path(dossier))
        for rang, (structure, agent) in enumerate(zip(structures, gestionnaires, strict=True)):
            _comptes(structure, rang, sans=0 if rang else SANS_COMPTE)
            _mois_par_mois(asp, structure, agent, jour=jour, avec_rejets=not rang)
        _installer(asp)


def _comptes(structure: Structure, rang: int, *, sans: int) -> None:
    """An account for each young person under contract who has none, but the last `sans`; given on the first day."""
    with perimetre(structure.pk):
        sous_contrat = ContratEngagement.objects.conclus().filter(structure=structure).values("dossier_id")
        connus = CompteBancaire.objects.filter(structure=structure).values("dossier_id")
        dossiers = Dossier.objects.filter(pk__in=sous_contrat).exclude(pk__in=connus)
        choisis = list(dossiers.select_related("jeune", "referent", "structure").order_by("-numero"))[sans:]
        for n, dossier in enumerate(choisis):
            if dossier.referent is None:
                continue
            instant = datetime.combine(dossier.premier_accueil, time(18), tzinfo=structure.zone)
            valeurs = {
                "titulaire": "personne",
                "titulaire_nom": dossier.jeune.nom_complet,
                "iban": fictif(rang * 10_000 + n),
                "rib_vu_le": dossier.premier_accueil,
            }
            with a_l_instant(instant), pghistory.context(agent=dossier.referent_id, structure=structure.pk):
                donnees.ajouter(dossier.referent, dossier, PAR_CODE["compte"], valeurs=valeurs)


def fictif(rang: int) -> str:
    """The `rang`-th IBAN, well formed, of a bank that doesn't exist (code 99999)."""
    banque, guichet, compte = "99999", "00001", f"{rang:011d}"
    cle = 97 - (89 * int(banque) + 15 * int(guichet) + 3 * int(compte)) % 97
    bban = f"{banque}{guichet}{compte}{cle:02d}"
    return f"FR{iban.calc_check_digits(f'FR00{bban}')}{bban}"


# --- month by month -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visite:
    """A day on which both sides work. `envoi`: what was decided leaves; `derniere`: the last such day."""

    instant: datetime
    envoi: bool = False
    derniere: bool = False


def _visites(structure: Structure, jour: date) -> list[Visite]:
    """From the first contract to the evening before `jour`."""
    with perimetre(structure.pk):
        signes = ContratEngagement.objects.conclus().filter(structure=structure).order_by("signe_le")
        premier = signes.values_list("signe_le", flat=True).first()
    veille = jour - timedelta(days=1)
    jours: list[date] = []
    mois = debut_du_mois(premier or veille)
    while mois <= veille:
        jours += [mois.replace(day=j) for j in (PAIEMENT, ENVOI) if mois.replace(day=j) < veille]
        mois = mois_plus(mois, 1)
    dernier = max((j for j in jours if j.day == ENVOI), default=veille)
    return [
        Visite(datetime.combine(j, time(17), tzinfo=structure.zone), j.day == ENVOI or j == veille, j == dernier)
        for j in (*jours, veille)
    ]


def _mois_par_mois(asp: FausseAsp, structure: Structure, agent: Agent, *, jour: date, avec_rejets: bool) -> None:
    visites = _visites(structure, jour)
    dernier = next((v.instant.date() for v in visites if v.derniere), jour)
    if avec_rejets:
        _demander_des_rejets(asp, structure, mois_plus(dernier, -1))
    for visite in visites:
        with a_l_instant(visite.instant), pghistory.context(agent=agent.pk, structure=structure.pk):
            if visite.derniere:
                _regulariser(structure, agent, mois_plus(dernier, -4))
            for _ in range(2 if visite.envoi else 1):
                asp.passer(visite.instant)
                _echanger(asp, structure)
            asp.passer(visite.instant)
            _echanger(asp, structure)
        if not visite.derniere and visite.instant.date() < dernier:
            _corriger_le_lendemain(asp, structure, agent, visite.instant)


def _echanger(asp: FausseAsp, structure: Structure) -> None:
    @contextmanager
    def ouverte() -> Iterator[Porte]:
        yield PorteDossier(asp.base)

    echanger([structure], par=ouverte, malgre_l_attente=True)


def _demander_des_rejets(asp: FausseAsp, structure: Structure, dernier: date) -> None:
    """A contract and a sum of an earlier month, corrected since; two sums of the last one, which wait."""
    with perimetre(structure.pk):
        prises = DecisionAllocation.objects.prises().filter(structure=structure, montant__gt=0).order_by("pk")
        de_chaque = {
            mois: [d.reference for d in prises.filter(mois=mois).select_related("dossier")[:4]]
            for mois in (mois_plus(dernier, -2), mois_plus(dernier, -1), dernier)
        }
        signes = ContratEngagement.objects.conclus().filter(structure=structure, signe_le__lt=dernier)
        contrat = signes.select_related("dossier").order_by("signe_le", "pk").first()
    avant, precedent, attendent = de_chaque.values()
    rejets = {
        reference: (dit, 1) for reference, dit in zip(avant[-1:] + precedent[-1:], ("1001", "1002"), strict=False)
    }
    rejets |= {reference: (dit, 1) for reference, dit in zip(attendent[1:3], ("1001", "1002"), strict=False)}
    if contrat is not None:
        rejets[contrat.reference] = ("1102", 1)
    Consignes(rejets=rejets).ecrire(asp.chemin_des_consignes)


def _corriger_le_lendemain(asp: FausseAsp, structure: Structure, agent: Agent, instant: datetime) -> None:
    demain = instant + timedelta(days=1)
    with perimetre(structure.pk):
        rejetees = list(Ligne.objects.a_corriger().filter(structure=structure).values_list("pk", flat=True))
    if not rejetees:
        return
    with a_l_instant(demain), pghistory.context(agent=agent.pk, structure=structure.pk):
        with perimetre(structure.pk):
            renvoyer(agent, structure=structure, lignes=rejetees)
        for _ in range(2):
            _echanger(asp, structure)
            asp.passer(demain)
        _echanger(asp, structure)


# --- corrections of months already paid -------------------------------------------------------------


def _regulariser(structure: Structure, agent: Agent, mois: date) -> None:
    """A month paid too little is completed; one paid too much by a fraud is withheld by the agency."""
    with perimetre(structure.pk):
        paies = (mois, mois_plus(mois, 1))
        prises = DecisionAllocation.objects.prises().filter(structure=structure, mois__in=paies, corrigee_par=None)
        liees = prises.select_related("contrat__dossier__structure", "declaration").order_by("pk")
        # The story of a contract that ended since, or lacks documents since, can't be told as of that day.
        le = aujourd_hui(structure)
        liees = liees.filter(Q(contrat__fin_le=None) | Q(contrat__fin_le__lte=le))
        liees = liees.exclude(contrat__in=PiecesAttendues.objects.values("contrat"))
        oubli = liees.filter(montant__gt=0, montant__lt=F("forfait")).first()
        if oubli is not None:
            _corriger_le_mois(agent, oubli, CauseTropPercu.ERREUR, "Un salaire d'un autre mois avait été compté.", [])
        connu = liees.filter(montant=F("forfait")).first()
        if connu is not None:
            salaire = [RessourceSaisie("salaire", Decimal("600.00"))]
            raison = "Un salaire de ce mois avait été caché, puis reconnu."  # the law asks that one back
            corrigee = _corriger_le_mois(agent, connu, CauseTropPercu.FRAUDE, raison, salaire)
            trop = TropPercu.objects.filter(decision=corrigee, reglement=Reglement.A_REGLER).first()
            if trop is not None:
                regler_trop_percu(agent, trop, version=trop.version, reglement=Reglement.RETENU, regle_le=le)


def _corriger_le_mois(
    agent: Agent, corrige: DecisionAllocation, cause: str, raison: str, ressources: list[RessourceSaisie]
) -> DecisionAllocation:
    d = corrige.declaration
    situation = SituationDuMois(
        logement=d.logement, foyer_fiscal=d.foyer_fiscal, soutien_parental=d.soutien_parental, rsa=d.rsa
    )
    decision = corriger_le_mois(
        agent,
        corrige.contrat,
        mois=corrige.mois,
        correction=CorrectionSaisie(cause, raison),
        situation=situation,
        ressources=ressources,
        corrige=corrige.pk,
    )
    return decider_allocation(agent, decision, version=decision.version)


def _installer(asp: FausseAsp) -> None:
    """Where `imilo serve` starts the agency of ours: it goes on with what it knows."""
    chez_elle = Path(settings.IMILO_HOME) / "asp"
    if Path(settings.ASP) == chez_elle:
        shutil.rmtree(chez_elle, ignore_errors=True)
        shutil.copytree(asp.base, chez_elle)
