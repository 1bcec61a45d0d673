"""Working on an arrival: who takes it, what was tried, the appointment, the dossier."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.agenda.services import Creneau, prendre_rendez_vous
from imilo.parcours.arrivees import fiche, suites
from imilo.parcours.arrivees.fiche import coordonnees_dites, rqth_depuis
from imilo.parcours.arrivees.models import (
    ISSUES_DE_LA_NUIT,
    SUITE_ATTENDUE,
    Arrivee,
    Connaissance,
    Etat,
    Issue,
    Moyen,
    Source,
    Tentative,
)
from imilo.parcours.arrivees.reconnaissance import indices_de
from imilo.parcours.arrivees.signalements import identite_dite
from imilo.parcours.dossiers.coordonnees import Arrivee as ArriveeAuGuichet
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.parcours.dossiers.services.referents import changer_referent, peuvent_suivre
from imilo.socle.erreurs import RegleViolee

COMMENTAIRE_MAX = 500
VENUES = {
    Source.APPRENTISSAGE: "ORGANISME_FORMATION",
    Source.DECROCHEURS: "DECROCHAGE",
    Source.OBLIGATION: "DECROCHAGE",
    Source.LISTE: "AUTRE",
}
TRAITER = "arrivee.traiter"


@dataclass(frozen=True, kw_only=True)
class Essai:
    """An attempt as a form says it. `creneau` goes with *rendez-vous pris*, and only with it."""

    moyen: str
    issue: str
    commentaire: str = ""
    connaissance: str = ""
    creneau: Creneau | None = None


def _verifier(arrivee: Arrivee, essai: Essai) -> None:
    if essai.moyen not in Moyen.values:
        raise RegleViolee("Choisissez le moyen.", "moyen")
    if essai.issue not in Issue.values or essai.issue in ISSUES_DE_LA_NUIT:
        raise RegleViolee("Choisissez ce qu'il en est.", "issue")
    if len(essai.commentaire) > COMMENTAIRE_MAX:
        raise RegleViolee(f"Ce texte a {COMMENTAIRE_MAX} caractères au plus.", "commentaire")
    if essai.issue == Issue.RDV_PRIS:
        if essai.creneau is None:
            raise RegleViolee("Indiquez le jour et l'heure du rendez-vous.", "jour")
        if arrivee.dossier_id is None:
            raise RegleViolee("Ouvrez ou rattachez d'abord le dossier : le rendez-vous s'y inscrit.", "issue")


@transaction.atomic
def tenter(agent: Agent, arrivee: Arrivee, *, version: int, essai: Essai) -> Tentative:
    """Note an attempt and its outcome; *rendez-vous pris* takes it in the agenda. Fact `arrivee.tentee`.

    An outcome that ends the work closes the arrival; another one opens it again if it was closed. The source is
    told. Raises `RegleViolee` at the field (those of the appointment too), `VersionPerimee`.
    """
    _verifier(arrivee, essai)
    stockee = reprendre(arrivee, version=version)
    rdv = None
    if essai.issue == Issue.RDV_PRIS and essai.creneau is not None and stockee.dossier is not None:
        dossier = stockee.dossier
        rdv = prendre_rendez_vous(agent, dossier, creneau=essai.creneau)
        _donner_un_referent(agent, dossier, essai.creneau.avec)
    tentative = Tentative(
        arrivee=stockee,
        structure_id=stockee.structure_id,
        agent=agent,
        le=timezone.now(),
        moyen=essai.moyen,
        issue=essai.issue,
        commentaire=" ".join(essai.commentaire.split()),
        rendez_vous=rdv,
    )
    enregistrer(tentative, champs={}, premier=True)
    if essai.connaissance or (essai.issue == Issue.DEJA_ACCOMPAGNE and not stockee.connaissance):
        stockee.connaissance = essai.connaissance or Connaissance.ACTIVEMENT
    if stockee.assignee_id is None:
        stockee.assignee = agent
    stockee.contactee_le = tentative.le
    _noter_l_issue(stockee, Issue(essai.issue))
    consigner(agent, "arrivee.tentee", stockee, issue=essai.issue, tentative=tentative.pk)
    return tentative


def _donner_un_referent(agent: Agent, dossier: Dossier, avec: Agent) -> None:
    """Who receives the person first is their référent, unless they have one, or that agent accompanies nobody."""
    le = aujourd_hui(dossier.structure)
    stocke = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if stocke.referent_id is None and peuvent_suivre([avec.pk], structure_id=stocke.structure_id, le=le):
        changer_referent(agent, stocke, version=stocke.version, referent=avec, le=le)


def _noter_l_issue(arrivee: Arrivee, issue: Issue) -> None:
    arrivee.issue = issue
    arrivee.etat = Etat.EN_COURS if issue in SUITE_ATTENDUE else Etat.CLOSE
    arrivee.version += 1
    enregistrer(arrivee, champs={})
    suites.dire(arrivee)


@transaction.atomic
def retirer(arrivee: Arrivee, *, issue: Issue, fait: str = "arrivee.retiree") -> None:
    """There is nobody to contact any more, and no agent said it: the source did (a new contract), or the night."""
    stockee = Arrivee.objects.select_for_update(of=("self",)).get(pk=arrivee.pk)
    if not stockee.ouverte:
        return
    _noter_l_issue(stockee, issue)
    consigner(None, fait, stockee, issue=issue.value)


@transaction.atomic
def confier(agent: Agent, arrivee: Arrivee, *, version: int, a: Agent | None) -> Arrivee:
    """Give an arrival to an agent of the structure who works on arrivals, or to nobody. Fact `arrivee.confiee`.

    Raises `RegleViolee` at `a`, `VersionPerimee`. Given to who has it already: nothing is written.
    """
    stockee = reprendre(arrivee, version=version)
    if stockee.assignee_id == (a.pk if a else None):
        return stockee
    structure = stockee.structure
    if a is not None and not habilite(agent=a, structure=structure, action=TRAITER, le=aujourd_hui(structure)):
        raise RegleViolee(f"{a} ne traite pas les arrivées de votre structure.", "a")
    stockee.assignee = a
    stockee.version += 1
    enregistrer(stockee, champs={})
    consigner(agent, "arrivee.confiee", stockee, a=a.pk if a else None)
    return stockee


@transaction.atomic
def rattacher(agent: Agent, arrivee: Arrivee, *, version: int, dossier: Dossier, nouveau: bool = False) -> Arrivee:
    """Bind an arrival to a dossier of its structure (`nouveau`: just opened for it). Fact `arrivee.rattachee`.

    What the mission locale knew beforehand follows, unless somebody said it. What the source said goes to the
    sections of the full file that are empty (`fiche.verser`, with its own facts).
    Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre(arrivee, version=version)
    if dossier.structure_id != stockee.structure_id:
        raise RegleViolee("Ce dossier n'est pas de votre structure.", "numero")
    if stockee.dossier_id is not None and stockee.dossier_id != dossier.pk:
        raise RegleViolee("Cette arrivée est déjà rattachée à un autre dossier.", "numero")
    stockee.dossier = dossier
    if not stockee.connaissance:
        connu = Connaissance.ACTIVEMENT if dossier.statut == Statut.ACTIF else Connaissance.CONNU
        stockee.connaissance = Connaissance.NON_CONNU if nouveau else connu
    stockee.version += 1
    enregistrer(stockee, champs={})
    consigner(agent, "arrivee.rattachee", stockee, nouveau="oui" if nouveau else None)
    fiche.verser(stockee, dossier)
    if nouveau:
        fiche.noter_les_origines(stockee, dossier)
    return stockee


def _accompagne(arrivee: Arrivee) -> bool:
    """Whether who has the arrival may be a référent: the reception works on arrivals, and accompanies nobody."""
    if arrivee.assignee_id is None:
        return False
    structure = arrivee.structure
    return bool(peuvent_suivre([arrivee.assignee_id], structure_id=structure.pk, le=aujourd_hui(structure)))


@transaction.atomic
def ouvrir_depuis(agent: Agent, arrivee: Arrivee, *, version: int) -> tuple[Arrivee, Dossier]:
    """Open the dossier of an arrival with all that the source said. Facts `dossier.ouvert`, `arrivee.rattachee`.

    Raises `DoublonProbable` (compare on the form first), `RegleViolee` when something is missing, `VersionPerimee`.
    """
    structure = arrivee.structure
    dossier = ouvrir_dossier(
        agent,
        structure=structure,
        identite=identite_dite(arrivee),
        coordonnees=coordonnees_dites(arrivee),
        arrivee=ArriveeAuGuichet(venue=VENUES[Source(arrivee.source)], rqth_du=rqth_depuis(arrivee)),
        premier_accueil=aujourd_hui(structure),
        referent=arrivee.assignee if _accompagne(arrivee) else None,
        indices=indices_de(arrivee),
    )
    return rattacher(agent, arrivee, version=version, dossier=dossier, nouveau=True), dossier
