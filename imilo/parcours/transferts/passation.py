"""The handover brief: what is open, what falls due, what was promised. Made by the program, kept with the transfer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime
from typing import TypedDict

from imilo.droit import francais
from imilo.droit.delais import debut_du_mois, veille
from imilo.parcours.agenda.selectors import a_venir
from imilo.parcours.allocations.models import DecisionAllocation, EtatDecision
from imilo.parcours.allocations.selectors import mois_couverts
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.contrats.selectors import contrats, orientation_a_signer
from imilo.parcours.diagnostics.selectors import orientation_actuelle
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.fiche.models import Demande, TitreSejour
from imilo.parcours.fiche.models.suivi import EtatDemande
from imilo.parcours.sanctions.etats import EN_VIGUEUR, OUVERTES
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.pdf import en_mots
from imilo.parcours.sanctions.selectors import procedures
from imilo.parcours.sanctions.suite import suite
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.socle import mots


class Partie(TypedDict):
    """One section of the brief: a title and its lines, in French."""

    titre: str
    lignes: list[str]


def _propositions(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    for p in suivi.propositions_ouvertes(dossier=dossier):
        yield f"{p.intitule} : {p.get_etat_display().lower()}, le {p.le:%d/%m/%Y}"


def _demandes(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    ouvertes = Demande.objects.filter(dossier=dossier).exclude(etat=EtatDemande.CLOSE)
    for d in ouvertes:
        theme, etat = libelle(Liste.THEME_DEMANDE, d.theme), d.get_etat_display().lower()
        yield f"{theme}, le {d.le:%d/%m/%Y} : {d.texte} ({etat})"


def _titres(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    """Until when the residence permit that counts and the identity document hold, over or not."""
    titre = TitreSejour.objects.filter(dossier=dossier).first()
    if titre is not None:
        suite = f", renouvellement demandé le {titre.renouvellement_le:%d/%m/%Y}" if titre.renouvellement_le else ""
        yield f"{titre.get_type_display()} : {_fin(titre.expire_le, le)}{suite}"
    if dossier.piece_expire_le is not None:
        piece = libelle(Liste.PIECE_IDENTITE, dossier.piece_type) if dossier.piece_type else "Pièce d'identité"
        yield f"{piece} : {_fin(dossier.piece_expire_le, le)}"


def _rqth(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    if dossier.rqth_du is not None:
        fin = f", {_fin(dossier.rqth_au, le)}" if dossier.rqth_au else ", sans date de fin connue"
        yield f"Reconnaissance de travailleur handicapé depuis le {dossier.rqth_du:%d/%m/%Y}{fin}"


def _fin(jour: date, le: date) -> str:
    return f"n'est plus valable depuis le {jour:%d/%m/%Y}" if jour < le else f"valable jusqu'au {jour:%d/%m/%Y}"


def _rendez_vous(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    for rdv in a_venir(dossier=dossier, depuis=a):
        ici = rdv.debut.astimezone(dossier.structure.zone)
        yield f"Le {ici:%d/%m/%Y à %H:%M} avec {rdv.agent} : annulé par le transfert, à reprendre avec la personne"


def _orientation(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    actuelle = orientation_actuelle(dossier=dossier)
    if actuelle is not None:
        etat = "notifiée" if actuelle.notifiee else "à notifier"
        yield f"Orientation vers {actuelle.get_vers_display()}, décidée le {actuelle.decidee_le:%d/%m/%Y}, {etat}"
    a_signer = orientation_a_signer(dossier=dossier)
    if a_signer is not None and a_signer.a_signer_avant_le is not None:
        yield f"Contrat d'engagement à signer au plus tard le {mots.echeance(a_signer.a_signer_avant_le)}"


def _contrats(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    for c in contrats(dossier=dossier).exclude(etat__in=["annule", "refuse"]):
        yield f"{c.get_cadre_display()} du {c.debut:%d/%m/%Y} au {c.fin:%d/%m/%Y} : {c.situation(le=le).lower()}"
        if c.fin_le is not None:
            continue
        yield from _promesses(c.engagements_structure)
        for phase in c.phases.filter(evaluee_le=None):
            yield f"Phase du PACEA du {phase.debut:%d/%m/%Y} au {phase.fin:%d/%m/%Y}, à évaluer à sa fin"
            yield from _promesses(phase.engagements_structure)
        for action in c.actions.all():
            quand = f", avant le {action.echeance:%d/%m/%Y}" if action.echeance else ""
            yield f"Prévu au contrat : {action.intitule}{quand}"


def _promesses(engagements: str) -> Iterator[str]:
    """What the mission locale committed to, a line each."""
    for ligne in engagements.splitlines():
        if ligne.strip():
            yield f"Promis par la mission locale : {ligne.strip()}"


def _sanctions(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    """Procedures that wait for somebody, and measures that still run. What was said stays where it was said."""
    for p in procedures(dossier=dossier):
        courante = p.etat in EN_VIGUEUR and (p.terme is None or p.terme >= le)
        if p.etat not in OUVERTES and not courante:
            continue
        ou = suite(p, le=le)
        mesure = f" : {en_mots(Mesure.decidee(p))}" if p.nature else ""
        limite = f", {ou.quoi} au plus tard le {mots.echeance(ou.limite)}" if ou.limite is not None else ""
        yield f"{p.get_manquement_display()}, noté le {p.constate_le:%d/%m/%Y} : {ou.etat.lower()}{mesure}{limite}"


def _allocations(dossier: Dossier, le: date, a: datetime) -> Iterator[str]:
    """The months that are over and that nobody has decided yet."""
    decides = set(
        DecisionAllocation.objects.filter(dossier=dossier)
        .exclude(etat=EtatDecision.PREPAREE)
        .values_list("contrat_id", "mois")
    )
    for c in ContratEngagement.objects.conclus().filter(dossier=dossier, cadre=Cadre.CEJ):  # L. 5131-6
        for mois in mois_couverts(c, le=veille(debut_du_mois(le))):
            if (c.pk, mois) not in decides:
                yield f"Allocation {francais.du_mois(mois)} : à déclarer ou à décider, par la structure du contrat"


Section = Callable[[Dossier, date, datetime], Iterator[str]]
SECTIONS: tuple[tuple[str, str, Section], ...] = (
    ("fiche_demandes", "Ce que la personne demande et qui reste ouvert", _demandes),
    ("propositions", "Ce qui a été proposé et reste ouvert", _propositions),
    ("rendez_vous", "Rendez-vous à venir", _rendez_vous),
    ("orientations", "Orientation", _orientation),
    ("contrats_cej", "Contrat d'engagement", _contrats),
    ("decisions_allocation", "Allocations en attente", _allocations),
    ("sanctions", "Sanctions en cours", _sanctions),
    ("fiche_droits", "Titre de séjour et pièce d'identité", _titres),
    ("sante_travail", "Reconnaissance de travailleur handicapé", _rqth),
)


def brief(dossier: Dossier, *, familles: Collection[str], le: date, a: datetime) -> list[Partie]:
    """What the new référent must know, of the families that were agreed to. In the former structure's perimeter.

    `le` is the day there, `a` the instant. A family with nothing open says so: silence isn't an answer.
    """
    return [
        Partie(titre=titre, lignes=list(section(dossier, le, a)) or ["Rien d'ouvert."])
        for famille, titre, section in SECTIONS
        if famille in familles
    ]
