"""Reads of contracts, and the one question asked of the whole country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Prefetch, Q

from imilo.acteurs.models import Agent, Portee, Structure
from imilo.acteurs.selectors import Pouvoir, agents_de, pouvoir_de_signer
from imilo.parcours.contrats.etats import CONCLUS, Cadre, Etat
from imilo.parcours.contrats.models import (
    Actualisation,
    CauseProlongation,
    ContratEngagement,
    ContratQuerySet,
    DecisionContrat,
    ExamenCEJ,
    ModeSignature,
    PhasePacea,
    Prolongation,
    Signature,
    Suspension,
)
from imilo.parcours.diagnostics.delai import ContratSuivant
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.diagnostics.selectors import orientation_actuelle
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.socle import lectures

_SIGNEES = Prefetch("signatures", queryset=Signature.objects.valables())
# What a `Pouvoir.qualite` says when it isn't the State's: by the mission locale, or given to the référent by the law.
REPRESENTANT, REFERENT = "représentant de la mission locale", "conseiller référent"


@dataclass(frozen=True)
class DroitsNationaux:
    """What contracts signed in any structure change here: one that runs, and the last day of the last one."""

    en_cours: bool
    derniere_fin: date | None


def droits_nationaux(*, dossier: Dossier, le: date) -> DroitsNationaux:
    """CEJ of this person in the whole country, by the narrow function `droits_cej` (not where, nor why)."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT en_cours, derniere_fin FROM droits_cej(%s, %s)", [dossier.jeune_id, le])
        return DroitsNationaux(*curseur.fetchone())


def pacea_en_cours(*, dossier: Dossier, le: date) -> bool:
    """Whether a PACEA of this person runs, in whatever structure: the narrow function `droits_pacea`."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT droits_pacea(%s, %s)", [dossier.jeune_id, le])
        return bool(curseur.fetchone()[0])


def contrats(*, dossier: Dossier) -> ContratQuerySet:
    """Contracts of a dossier, newest first."""
    relies = ContratEngagement.objects.filter(dossier=dossier).select_related(
        "referent", "prepare_par", "termine_par", "document", "examen", "orientation", "diagnostic"
    )
    return relies.defer("document__contenu")


def contrats_lus(*, dossier: Dossier) -> list[ContratEngagement]:
    """The same, each with this dossier; read once by a page that keeps its reads."""

    def lire() -> list[ContratEngagement]:
        siens = list(contrats(dossier=dossier))
        for c in siens:
            c.dossier = dossier
        return siens

    return lectures.une_fois(dossier, "contrats", lire)


def signatures_a_distance(*, dossier: Dossier) -> list[Signature]:
    """What was signed on a telephone in this dossier, whether it still counts or not, oldest first."""
    siennes = Signature.objects.filter(dossier=dossier, mode=ModeSignature.TELEPHONE)
    return list(siennes.select_related("retiree_par"))


def contrat(*, dossier: Dossier, contrat_id: int) -> ContratEngagement | None:
    """One contract of this dossier; None when it isn't one of its contracts."""
    trouve = contrats(dossier=dossier).filter(pk=contrat_id).first()
    if trouve is not None:
        trouve.dossier = dossier  # with its person and structure loaded
    return trouve


def contrat_ouvert(*, dossier: Dossier) -> ContratEngagement | None:
    """The contract to be signed or to be ended, if any: the one to be signed first."""
    ouverts = (c for c in contrats_lus(dossier=dossier) if c.etat in (Etat.PREPARE, Etat.SIGNE))
    return min(ouverts, key=lambda c: c.etat != Etat.PREPARE, default=None)


def contrats_ouverts(*, dossier: Dossier) -> ContratQuerySet:
    """The contracts to be signed or to be ended: at most one of each frame, and one to be signed."""
    return contrats(dossier=dossier).ouverts().order_by("etat", "-debut", "-id")


@dataclass(frozen=True)
class Suites:
    """What happened to a contract since it was prepared; all in the contract's own dossier."""

    phases: list[PhasePacea]
    prolongations: list[Prolongation]
    suspensions: list[Suspension]
    actualisations: list[Actualisation]
    decisions: list[DecisionContrat]
    suspendu: bool
    a_distance: list[Signature]


def suites_du_contrat(*, contrat: ContratEngagement, le: date) -> Suites:
    """Phases, prolongations, suspensions, updates, decisions and the signatures already given at a distance."""
    suspensions = list(contrat.suspensions.all())
    return Suites(
        phases=list(contrat.phases.select_related("evaluee_par")),
        prolongations=list(contrat.prolongations.select_related("agent")),
        suspensions=suspensions,
        actualisations=list(contrat.actualisations.select_related("preparee_par").prefetch_related(_SIGNEES)),
        decisions=list(contrat.decisions.select_related("agent")),
        suspendu=any(s.debut <= le and (s.fin is None or le <= s.fin) for s in suspensions),
        a_distance=list(contrat.signatures.valables().filter(mode=ModeSignature.TELEPHONE, actualisation__isnull=True)),
    )


def suspendu(*, contrat: ContratEngagement, le: date) -> bool:
    """Whether the activities of the contract are suspended on the day `le`: no hours are expected then."""
    ouvertes = contrat.suspensions.filter(debut__lte=le).filter(Q(fin__isnull=True) | Q(fin__gte=le))
    return ouvertes.exists()


def orientation_a_signer(*, dossier: Dossier) -> Orientation | None:
    """The notified orientation, not superseded, whose contract isn't signed yet: its time to sign runs."""
    derniere = orientation_actuelle(dossier=dossier)
    if derniere is None or derniere.a_signer_avant_le is None:
        return None
    conclus = (c for c in contrats_lus(dossier=dossier) if c.etat in CONCLUS)
    signe = any(c.etat == Etat.SIGNE or c.orientation_id == derniere.pk for c in conclus)
    return None if signe else derniere


def contrats_suivants(dossier: Dossier) -> dict[int, ContratSuivant]:
    """The last contract concluded after each orientation of a dossier."""
    conclus = ContratEngagement.objects.conclus().filter(dossier=dossier).order_by("signe_le", "pk")
    lus = conclus.values_list("orientation_id", "signe_le", "fin_le")
    return {pk: ContratSuivant(signe_le, fin_le) for pk, signe_le, fin_le in lus if pk is not None}


def dernier_examen(*, dossier: Dossier) -> ExamenCEJ | None:
    return ExamenCEJ.objects.filter(dossier=dossier).select_related("agent").first()


def signataires(*, structure: Structure, le: date, cadre: str = Cadre.CEJ) -> list[Pouvoir]:
    """Who could sign a contract of this frame on that day, by name."""
    pouvoirs = (
        pouvoir_du_contrat(agent=agent, structure=structure, le=le, cadre=cadre)
        for agent in agents_de(structure=structure, le=le)
    )
    return [p for p in pouvoirs if p is not None]


def pouvoir_du_contrat(*, agent: Agent, structure: Structure, le: date, cadre: str = Cadre.CEJ) -> Pouvoir | None:
    """The power of an agent to sign a contract of this frame on that day; None when they have none.

    A CEJ is opened by the legal representative, or under their delegation (R. 5131-15). A common contract and a
    PACEA are signed by a representative of the mission locale (R. 5131-12, L. 5411-6): whoever accompanies there.
    """
    delegue = pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.CONTRATS, le=le)
    if delegue is not None or cadre == Cadre.CEJ:
        return delegue
    if not agents_de(structure=structure, le=le, profils=REFERENTS).filter(pk=agent.pk).exists():
        return None
    return _au_nom_de_la_structure(agent, structure)


def _au_nom_de_la_structure(agent: Agent, structure: Structure) -> Pouvoir:
    return Pouvoir(agent.pk, str(agent), REPRESENTANT, f"{agent}, pour {structure.nom_officiel}")


def pouvoir_de_prolonger(
    *, agent: Agent, contrat: ContratEngagement, cause: str, structure: Structure, le: date
) -> Pouvoir | None:
    """The power of an agent to prolong this contract on that day; None when they have none.

    R. 5131-16 gives the exceptional prolongation of a CEJ to the conseiller référent, who writes why; whoever may open
    one may prolong it in their place. A parcours relais prolongs by itself: whoever accompanies only writes it down.
    """
    pouvoir = pouvoir_du_contrat(agent=agent, structure=structure, le=le, cadre=contrat.cadre)
    if pouvoir is not None or contrat.cadre != Cadre.CEJ:
        return pouvoir
    if agent.pk == (contrat.dossier.referent_id or contrat.referent_id):
        return Pouvoir(agent.pk, str(agent), REFERENT, f"{agent}, conseiller référent (R. 5131-16)")
    accompagne = agents_de(structure=structure, le=le, profils=REFERENTS).filter(pk=agent.pk)
    if cause == CauseProlongation.RELAIS and accompagne.exists():
        return _au_nom_de_la_structure(agent, structure)
    return None


def pouvoir_de_suivre(*, agent: Agent, structure: Structure, le: date, cadre: str) -> Pouvoir:
    """Under what an agent tells a suspension, a resumption or an end: no text keeps these for the State's delegates.

    The power to sign this frame when they have it, else as a representative of the mission locale.
    """
    pouvoir = pouvoir_du_contrat(agent=agent, structure=structure, le=le, cadre=cadre)
    return pouvoir or _au_nom_de_la_structure(agent, structure)


def pouvoir_de_repondre(*, agent: Agent, structure: Structure, le: date) -> Pouvoir | None:
    """The power to answer an appeal: of whoever decides contracts or allowances in the State's name."""
    pouvoirs = (
        pouvoir_de_signer(agent=agent, structure=structure, portee=portee, le=le)
        for portee in (Portee.CONTRATS, Portee.ALLOCATIONS)
    )
    return next((p for p in pouvoirs if p is not None), None)
