"""Writes: decide an orientation, notify it, ask for another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from imilo.acteurs.models import Agent
from imilo.droit.decision import Decision, vers_json
from imilo.droit.erreurs import HorsPeriode
from imilo.droit.orientation import ResultatReorientation
from imilo.journal.services import consigner
from imilo.parcours.diagnostics import delai, reorientation
from imilo.parcours.diagnostics.competence import Competence, exiger_competence
from imilo.parcours.diagnostics.models import Difficulte, Organisme, Orientation
from imilo.parcours.diagnostics.selectors import orientation_actuelle
from imilo.parcours.diagnostics.services.commun import dossier_ouvert, exiger_passe
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee

CHAMPS = {
    "orientation_rsa_par_le_departement": "beneficiaire_rsa",
    "orientation_notifiee_apres_decision": "notifiee_le",
    "orientation_delai_de_signature": "notifiee_le",
    "orientation_redemandee_apres_notification": "le",
}
LONGUEUR_NUMERO_FT = 11


@dataclass(frozen=True)
class OrientationSaisie:
    """What the form says. `numero_ft` and `inscrit_ft_le` note the registration with France Travail
    (L. 5411-1 3°) on the dossier, where they are read."""

    decidee_le: date
    beneficiaire_rsa: bool
    qualification: str
    situation_emploi: str
    aspirations: str
    difficultes: tuple[str, ...] = ()
    insertion_sociale: bool = False
    decidee_par: str = Organisme.MISSION_LOCALE
    vers: str = Organisme.MISSION_LOCALE
    numero_ft: str = ""
    inscrit_ft_le: date | None = None


def _verifier_orientation(dossier: Dossier, saisie: OrientationSaisie) -> Competence:
    """The decision of the law on who decides. Raises `RegleViolee` at the field."""
    exiger_passe(dossier, saisie.decidee_le, "decidee_le", "Une décision")
    competence = exiger_competence(
        dossier,
        decidee_par=saisie.decidee_par,
        beneficiaire_rsa=saisie.beneficiaire_rsa,
        inscrite=bool(saisie.numero_ft) or saisie.inscrit_ft_le is not None,
        le=saisie.decidee_le,
        vers=saisie.vers,
    )
    if saisie.qualification not in dict(codes(Liste.NIVEAU_DIPLOME, saisie.decidee_le)):
        raise RegleViolee("Choisissez un niveau dans la liste.", "qualification")
    if set(saisie.difficultes) - set(Difficulte.values):
        raise RegleViolee("Choisissez dans la liste.", "difficultes")
    _verifier_inscription(dossier, saisie)
    return competence


def _verifier_inscription(dossier: Dossier, saisie: OrientationSaisie) -> None:
    numero = saisie.numero_ft
    if numero and not (numero.isascii() and numero.isalnum() and len(numero) <= LONGUEUR_NUMERO_FT):
        raise RegleViolee("Un numéro France Travail a des chiffres et des lettres, onze signes au plus.", "numero_ft")
    if saisie.inscrit_ft_le is not None:
        exiger_passe(dossier, saisie.inscrit_ft_le, "inscrit_ft_le", "Une inscription")


@transaction.atomic
def decider_orientation(agent: Agent, dossier: Dossier, *, saisie: OrientationSaisie) -> Orientation:
    """Record who accompanies, and the registration with France Travail. Fact `orientation.decidee`.

    A new decision replaces the last one from the day it is notified; why this organism decides is kept with it.
    Raises `RegleViolee`: another one decides (L. 5411-5-1 II), or the last decision still waits for its notification.
    """
    dossier = dossier_ouvert(dossier)
    competence = _verifier_orientation(dossier, saisie)
    derniere = orientation_actuelle(dossier=dossier)
    if derniere is not None and not derniere.notifiee:
        raise RegleViolee(
            f"La décision du {derniere.decidee_le:%d/%m/%Y} n'est pas encore notifiée : notifiez-la d'abord."
        )
    if derniere is not None and saisie.decidee_le < derniere.decidee_le:
        raise RegleViolee(
            f"Une décision plus récente existe, du {derniere.decidee_le:%d/%m/%Y} : celle-ci ne peut pas la précéder.",
            "decidee_le",
        )
    orientation = Orientation(
        dossier=dossier,
        structure_id=dossier.structure_id,
        agent=agent,
        decidee_le=saisie.decidee_le,
        decidee_par=saisie.decidee_par,
        vers=saisie.vers,
        beneficiaire_rsa=saisie.beneficiaire_rsa,
        qualification=saisie.qualification,
        situation_emploi=saisie.situation_emploi,
        aspirations=saisie.aspirations,
        difficultes=[d for d in Difficulte.values if d in saisie.difficultes],
        insertion_sociale=saisie.insertion_sociale,
        competence=vers_json(competence),
    )
    enregistrer(orientation, champs=CHAMPS, premier=True)
    _noter_inscription(dossier, saisie)
    consigner(agent, "orientation.decidee", orientation, vers=saisie.vers)
    return orientation


def _noter_inscription(dossier: Dossier, saisie: OrientationSaisie) -> None:
    """Keep on the dossier what the form says of it, when it says something new."""
    nouveau = {
        "numero_ft": saisie.numero_ft.upper() or dossier.numero_ft,
        "inscrit_ft_le": saisie.inscrit_ft_le or dossier.inscrit_ft_le,
        "niveau_diplome": dossier.niveau_diplome or saisie.qualification,
    }
    if any(getattr(dossier, champ) != valeur for champ, valeur in nouveau.items()):
        Dossier.objects.filter(pk=dossier.pk).update(version=F("version") + 1, **nouveau)


@transaction.atomic
def notifier_orientation(
    agent: Agent, orientation: Orientation, *, version: int, notifiee_le: date, moyen: str, reference: str = ""
) -> Orientation:
    """Record the day the person received the decision, by a means with date certain (R. 5411-8-1).

    When the mission locale accompanies, the month to sign starts that day (D. 5411-14-1); the decision of
    the law is kept with its steps. Fact `orientation.notifiee`. Raises `RegleViolee`, `VersionPerimee`.
    """
    dossier = dossier_ouvert(orientation.dossier)
    stockee = reprendre(orientation, version=version)
    if stockee.notifiee:
        raise RegleViolee("Cette décision est déjà notifiée.")
    exiger_passe(dossier, notifiee_le, "notifiee_le", "Une notification")
    if notifiee_le < stockee.decidee_le:
        raise RegleViolee("La notification ne peut pas précéder la décision.", "notifiee_le")
    if moyen not in dict(codes(Liste.NOTIFICATION, notifiee_le)):
        raise RegleViolee("Choisissez un moyen qui donne une date certaine (R. 5411-8-1).", "moyen")
    stockee.notifiee_le, stockee.notifiee_par = notifiee_le, agent
    stockee.notification_moyen, stockee.notification_reference = moyen, reference
    if stockee.vers == Organisme.MISSION_LOCALE:
        decision = delai.examiner(stockee, le=notifiee_le, champ="notifiee_le")
        stockee.a_signer_avant_le, stockee.delai = decision.resultat["limite"], vers_json(decision)
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "orientation.notifiee", stockee, moyen=moyen.lower())
    return stockee


def _saisine(orientation: Orientation, le: date) -> Decision[ResultatReorientation]:
    """Whom to ask, and what it changes. Raises `RegleViolee` when nothing is to be asked yet."""
    try:
        decision = reorientation.examiner(orientation, le=le)
    except HorsPeriode as erreur:
        raise RegleViolee(erreur.message, "le") from erreur
    if decision.resultat["a_demander"] is not True:
        refus = next(m for m in decision.motifs if m.satisfait is not True)
        raise RegleViolee(f"{refus.phrase} ({refus.article})", "le")
    return decision


@transaction.atomic
def demander_nouvelle_orientation(
    agent: Agent, orientation: Orientation, *, version: int, le: date, raison: str
) -> Orientation:
    """Record that, after the assessment, another referent organism would serve the person better
    (L. 5411-5-2 II). A month that runs stops, and another starts with the next notification (D. 5411-8-2). Whom
    to ask is kept with it. Fact `orientation.redemandee`. Raises `RegleViolee`, `VersionPerimee`.
    """
    dossier = dossier_ouvert(orientation.dossier)
    stockee = reprendre(orientation, version=version)
    derniere = orientation_actuelle(dossier=dossier)
    if stockee.notifiee_le is None or derniere != stockee:
        raise RegleViolee("Une nouvelle orientation se demande sur la dernière décision, une fois notifiée.")
    if stockee.interrompue:
        raise RegleViolee("Une nouvelle orientation est déjà demandée.")
    exiger_passe(dossier, le, "le", "Une demande")
    if le < stockee.notifiee_le:
        raise RegleViolee("La demande ne peut pas précéder la notification.", "le")
    stockee.dossier = dossier
    saisine = _saisine(stockee, le)
    if not raison.strip():
        raise RegleViolee("Écrivez en quelques mots pourquoi.", "raison")
    stockee.nouvelle_demandee_le, stockee.nouvelle_raison = le, raison
    stockee.reorientation = vers_json(saisine)
    if stockee.delai is not None:
        decision = delai.examiner(stockee, le=le, champ="le")
        stockee.a_signer_avant_le, stockee.delai = decision.resultat["limite"], vers_json(decision)
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "orientation.redemandee", stockee)
    return stockee
