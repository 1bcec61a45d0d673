"""What young people under contract did each week, told by the services: workshops, what they declared and the answer,
what the Application CEJ sent, absences and their reasons, how the plan went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

import pghistory

from imilo.acteurs.models import Structure
from imilo.config.demonstration.collectifs import information_collective
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.parcours.activites import selectors, services
from imilo.parcours.activites.models import Absence, SituationNonProfessionnelle
from imilo.parcours.activites.semaines import lundi_de
from imilo.parcours.activites.services import (
    AbsenceSaisie,
    ActiviteSaisie,
    SituationCorrigee,
    SituationRecue,
    SuiviSaisi,
)
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.services.suivi import saisir_acte
from imilo.socle.perimetre import perimetre

SEMAINE = timedelta(days=7)
RECENTES = 6  # weeks told in whole; those before, by what a counsellor wrote of them
CHANTIERS = ("Chantier découverte avec une association", "Stage d'observation", "Préparation d'un forum de l'emploi")
FAITS = (
    ("recherche", "Candidatures en ligne et par courrier", 180),
    ("recherche", "Préparation d'un entretien d'embauche", 120),
    ("mise_en_situation", "Visite d'une entreprise du quartier", 150),
    ("formation", "Révision du code de la route", 120),
    ("droits", "Dossier de logement à la mairie", 90),
    ("accompagnement", "Bénévolat à l'épicerie solidaire", 210),
    ("accompagnement", "Séance de sport encadrée", 120),
    ("recherche", "Recherche d'offres à la médiathèque", 150),
)
ATELIERS = (
    "Atelier CV",
    "Atelier Simulation d'entretien",
    "Atelier Connaître ses droits",
    "Atelier Découverte des métiers",
)
MESURES = ("EMPLOI", "CITOYENNETE", "SANTE", "CULTURE_SPORT_LOISIRS")
REFUS = "Déjà compté : c'était pendant l'atelier du mardi."


def activites(territoires: dict[str, Territoire], *, jour: date) -> None:
    """Fill the weeks of every contract of both structures, up to the day before the demonstration."""
    for code in (TOURS, REUNION):
        _structure(territoires[code].structure, jour)


def _structure(structure: Structure, jour: date) -> None:
    with perimetre(structure.pk):
        conclus = ContratEngagement.objects.conclus().filter(structure=structure)
        relies = conclus.select_related("dossier__jeune", "dossier__structure", "referent").order_by("dossier__numero")
        for rang, contrat in enumerate(relies):
            contexte = {"agent": contrat.referent_id, "structure": structure.pk}
            with pghistory.context(**contexte):
                _contrat(contrat, rang, jour)
        _corriger_une_situation(structure, jour - timedelta(days=1))
        information_collective(structure, jour)


def _corriger_une_situation(structure: Structure, hier: date) -> None:
    """The first action that the Application CEJ sent took less time than its `mesure` is worth."""
    recue = (
        SituationNonProfessionnelle.objects.filter(structure=structure)
        .select_related("agent")
        .order_by("fin", "pk")
        .first()
    )
    if recue is None:
        return
    saisie = SituationCorrigee(recue.debut, recue.fin, recue.mesure, 60, "La personne est partie au bout d'une heure.")
    with a_l_instant(_a(hier, time(19), structure)), pghistory.context(agent=recue.agent_id, structure=structure.pk):
        services.corriger_situation(recue.agent, recue, version=recue.version, saisie=saisie)


def _a(jour: date, heure: time, structure: Structure) -> datetime:
    return datetime.combine(jour, heure, tzinfo=structure.zone)


def _lundis(contrat: ContratEngagement, hier: date) -> Iterator[date]:
    """The Mondays of the weeks of the contract that have begun."""
    lundi = lundi_de(contrat.debut)
    while lundi <= min(contrat.fin, hier):
        yield lundi
        lundi += SEMAINE


def _contrat(contrat: ContratEngagement, rang: int, jour: date) -> None:
    h = Random(f"activites/{contrat.reference}")  # noqa: S311  # invented data, the same each time
    hier = jour - timedelta(days=1)
    bornes = (contrat.debut, min(contrat.fin, hier))
    for lundi in _lundis(contrat, hier):
        if lundi < lundi_de(jour) - RECENTES * SEMAINE:
            _ancienne(contrat, lundi, bornes, h)
        else:
            # One in four gives up three weeks before the day of the demonstration.
            decroche = rang % 4 == 2 and lundi >= lundi_de(jour) - 3 * SEMAINE
            _recente(contrat, lundi, bornes, h, decroche=decroche, attend=lundi >= lundi_de(hier) - SEMAINE)
    if bornes[1] == hier:
        _suivre_le_plan(contrat, hier)
        _absences(contrat, hier, rang)


def _ancienne(contrat: ContratEngagement, lundi: date, bornes: tuple[date, date], h: Random) -> None:
    """Two days that a counsellor wrote."""
    for decalage in (1, 3):
        le = lundi + timedelta(days=decalage)
        if bornes[0] <= le <= bornes[1]:
            minutes = h.choice((300, 420, 480, 480))
            saisie = ActiviteSaisie(
                jour=le, minutes=minutes, categorie="mise_en_situation", intitule=h.choice(CHANTIERS)
            )
            with a_l_instant(_a(le, time(18), contrat.dossier.structure)):
                services.declarer_activite(contrat.referent, contrat.dossier, saisie=saisie)


def _recente(
    contrat: ContratEngagement, lundi: date, bornes: tuple[date, date], h: Random, *, decroche: bool, attend: bool
) -> None:
    """A workshop on Tuesday, what the young person declares on Friday, an answer on Monday."""
    dossier, structure, agent = contrat.dossier, contrat.dossier.structure, contrat.referent
    mardi, vendredi = lundi + timedelta(days=1), lundi + timedelta(days=4)
    if bornes[0] <= mardi <= bornes[1] and not decroche:
        with a_l_instant(_a(mardi, time(13), structure)):
            saisir_acte(
                agent, dossier, le=mardi, heure=time(9), duree=210, type="ACCOMPAGNEMENT", modalite="ATELIER",
                theme="EMPLOI", compte_rendu=f"{h.choice(ATELIERS)} : participation active.",
            )  # fmt: skip
    faits = h.sample(FAITS, 1 if decroche else 5)
    with a_l_instant(_a(min(vendredi, bornes[1]), time(20), structure)):
        ecrites = [
            services.declarer_activite(None, dossier, saisie=_saisie(lundi, n, fait))
            for n, fait in enumerate(faits)
            if bornes[0] <= lundi + timedelta(days=n) <= bornes[1]
        ]
        if lundi + timedelta(days=2) <= bornes[1] and bornes[0] <= lundi and h.random() < 0.4:
            fin = min(vendredi, bornes[1])
            recue = SituationRecue(lundi, fin, h.choice(MESURES), agent.courriel, "Action faite dans l'application")
            services.recevoir_situation("systeme", dossier, recue=recue)
    if attend or not ecrites:
        return  # they wait for the counsellor
    with a_l_instant(_a(min(lundi + SEMAINE, bornes[1] + timedelta(days=1)), time(8), structure)):
        refuses = {ecrites[-1].pk: 1} if len(ecrites) > 3 and h.random() < 0.25 else {}
        acceptees = {a.pk: 1 for a in ecrites if a.pk not in refuses}
        services.examiner(agent, structure=structure, versions=acceptees, accepter=True)
        if refuses:
            services.examiner(agent, structure=structure, versions=refuses, accepter=False, motif=REFUS)


def _saisie(lundi: date, rang: int, fait: tuple[str, str, int]) -> ActiviteSaisie:
    categorie, intitule, minutes = fait
    heure = time(14) if rang % 2 else None
    return ActiviteSaisie(
        jour=lundi + timedelta(days=rang), minutes=minutes, categorie=categorie, intitule=intitule, heure=heure
    )


def _suivre_le_plan(contrat: ContratEngagement, hier: date) -> None:
    """The first action was said not to be done, then it was."""
    _, plan = selectors.plan_suivi(dossier=contrat.dossier)
    if not plan or plan[0].action.contrat_id != contrat.pk or contrat.debut > hier - SEMAINE:
        return
    with a_l_instant(_a(hier, time(17), contrat.dossier.structure)):
        saisie = SuiviSaisi(etat="pas_faite", le=hier, par="jeune")
        services.suivre_action(contrat.referent, contrat.dossier, plan[0].action, version=0, saisie=saisie)
        faite = SuiviSaisi(etat="faite", le=hier, par="jeune", preuve="Compte rendu de l'organisme, lu ensemble")
        services.suivre_action(contrat.referent, contrat.dossier, plan[0].action, version=1, saisie=faite)


def _absences(contrat: ContratEngagement, hier: date, rang: int) -> None:
    """An illness that was recognised afterwards; half of the missed appointments have their reason."""
    dossier, agent = contrat.dossier, contrat.referent
    manques = RendezVous.objects.filter(dossier=dossier, statut=StatutRendezVous.ABSENT)
    notes = Absence.objects.filter(dossier=dossier, rendez_vous__isnull=False).values("rendez_vous")
    with a_l_instant(_a(hier, time(17, 30), dossier.structure)):
        if rang % 2 == 0:
            for rdv in manques.exclude(pk__in=notes):
                le = rdv.debut.astimezone(dossier.structure.zone).date()
                saisie = AbsenceSaisie(du=le, au=le, motif="transport", rendez_vous=rdv)
                services.noter_absence(agent, dossier, saisie=saisie)
        if rang % 3 == 0 and contrat.debut <= hier - 2 * SEMAINE:
            du = lundi_de(hier) - SEMAINE
            maladie = AbsenceSaisie(du=du, au=du + timedelta(days=1), motif="maladie")
            absence = services.noter_absence(agent, dossier, saisie=maladie)
            absence.dossier = dossier
            jugee = AbsenceSaisie(
                du=du, au=du + timedelta(days=1), motif="maladie", reconnue=True, precision="Certificat vu"
            )
            services.modifier_absence(agent, absence, version=absence.version, saisie=jugee)
