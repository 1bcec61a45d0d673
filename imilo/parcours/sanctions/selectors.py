"""Reads of sanctions: those of a dossier, of a month, of the structure; the outbox; the draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, F, Q, QuerySet, When

from imilo.acteurs.models import Agent, Portee, Structure
from imilo.acteurs.selectors import Pouvoir, pouvoir_de_signer
from imilo.droit.delais import debut_du_mois
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.parcours.sanctions.etats import EN_VIGUEUR, OUVERTES, Etat
from imilo.parcours.sanctions.models import (
    ControleAleatoire,
    EtatMessage,
    MessagePartenaire,
    Procedure,
    ProcedureQuerySet,
    ReglageControles,
    TirageControle,
)

AVEC = ("contrat", "constate_par", "examine_par", "envisagee_par", "retard_assume_par", "decidee_par", "levee_par")
DECISIONS = ("quantum", "quantum_decide", "deroulement", "levee")  # heavy, read by the page of one procedure
DOCUMENTS = ("intention_document", "decision_document", "levee_document")


def pouvoir_de_sanctionner(*, agent: Agent, structure: Structure, le: date) -> Pouvoir | None:
    """The power of R. 5412-4: legal representative of the mission locale, or a person entitled by delegation."""
    return pouvoir_de_signer(agent=agent, structure=structure, portee=Portee.SANCTIONS, le=le)


def retenues(*, jeunes: Collection[int]) -> dict[int, list[Procedure]]:
    """The measures on the allowance of these persons (keys), wherever they were pronounced, the oldest first.

    L. 5412-1 I suspends or withdraws the allowance of the person, which the mission locale grants in the State's name
    (R. 5131-25 I). R. 5412-4 says who pronounces it: the one that accompanies. No article ends the measure, or keeps it
    to that structure, when another one accompanies and decides the months: it runs to its term. R. 5412-6, which puts
    the rest of a withdrawal off, is for the unemployment benefit alone.

    One query; the narrow function `retenues_nationales` answers for persons who have a dossier here. Those withdrawn
    are given too, their state says so. Only what an effect is computed from is read: the rest (facts, structure) stays
    where it was written, and asking a row for it raises `DoesNotExist`.
    """
    trouvees: dict[int, list[Procedure]] = defaultdict(list)
    question = "SELECT * FROM retenues_nationales(%s) ORDER BY decidee_le, id"
    for procedure in Procedure.objects.raw(question, [list(jeunes)]) if jeunes else ():
        trouvees[procedure.jeune_id].append(procedure)  # type: ignore[attr-defined]  # a column of the function
    return trouvees


def du_mois(mesures: Iterable[Procedure], mois: date) -> list[Procedure]:
    """Those of these measures in force that withhold the allowance of a month (any of its days), in their order."""
    premier = debut_du_mois(mois)
    return [
        p
        for p in mesures
        if p.etat in EN_VIGUEUR
        and p.premier_mois is not None
        and p.premier_mois <= premier
        and (p.terme is None or p.terme >= premier)
    ]


def sanctions_du_mois(contrat: ContratEngagement, mois: date) -> list[Procedure]:
    """The sanctions in force that withhold the allowance of a month (any of its days), the oldest first.

    They follow the person from one contract to the next: the measure is on the allowance, not on the contract.
    """
    jeune = contrat.dossier.jeune_id
    return du_mois(retenues(jeunes=[jeune])[jeune], mois)


def procedures(*, dossier: Dossier) -> list[Procedure]:
    """Procedures of a dossier, the latest failing first."""
    trouvees = list(
        Procedure.objects.filter(dossier=dossier)
        .select_related(*AVEC, *DOCUMENTS, "close_par")
        .defer(*(f"{d}__contenu" for d in DOCUMENTS))
    )
    for procedure in trouvees:
        procedure.dossier = dossier
    return trouvees


def procedure(*, dossier: Dossier, procedure_id: int) -> Procedure | None:
    """One procedure of this dossier; None when it isn't one of its procedures."""
    return next((p for p in procedures(dossier=dossier) if p.pk == procedure_id), None)


@dataclass(frozen=True)
class Recherche:
    """What the list of the structure is narrowed to; empty: what is open."""

    etat: str = "ouvertes"
    manquement: str = ""
    referent: int | None = None
    tri: str = "echeance"


TRIS = (("echeance", "Échéance"), ("constat", "Date du constat"), ("nom", "Nom"))


def procedures_de_la_structure(*, structure: Structure, recherche: Recherche) -> ProcedureQuerySet:
    """The procedures of a structure, filtered and sorted; rows of restricted dossiers are closed by the database."""
    lignes = (
        Procedure.objects.filter(structure=structure)
        .select_related("dossier", "dossier__jeune", "dossier__referent")
        .defer(*DECISIONS)
    )
    if recherche.etat == "ouvertes":
        lignes = lignes.filter(etat__in=OUVERTES)
    elif recherche.etat:
        lignes = lignes.filter(etat=recherche.etat)
    if recherche.manquement:
        lignes = lignes.filter(manquement=recherche.manquement)
    if recherche.referent is not None:
        lignes = lignes.filter(dossier__referent_id=recherche.referent)
    encore = Case(When(etat__in=OUVERTES, then=0), default=1)  # what is over has no deadline left
    tri = {
        "echeance": (encore, F("limite_decision").asc(nulls_last=True), "constate_le"),
        "constat": ("-constate_le",),
        "nom": ("dossier__jeune__nom_naissance", "dossier__jeune__prenom"),
    }[recherche.tri]
    return lignes.order_by(*tri, "pk")


def procedures_suivies(*, agent: Agent, structure: Structure, le: date) -> ProcedureQuerySet:
    """Procedures whose delays run and that this agent follows: their caseload's, all of them for who may decide."""
    courent = Procedure.objects.filter(structure=structure, etat=Etat.NOTIFIEE)
    if pouvoir_de_sanctionner(agent=agent, structure=structure, le=le) is None:
        courent = courent.filter(dossier__in=dossiers_suivis(agent=agent, structure=structure, le=le))
    relies = courent.select_related("dossier", "dossier__jeune").defer("rang", *DECISIONS)
    return relies.order_by("limite_decision", "pk")


def messages(*, structure: Structure, etat: str = "") -> QuerySet[MessagePartenaire]:
    """The outbox of a structure, newest first."""
    lignes = MessagePartenaire.objects.filter(structure=structure).select_related(
        "procedure", "procedure__dossier", "dossier", "dossier__jeune", "transmis_par"
    )
    return lignes.filter(etat=etat) if etat else lignes


def messages_a_transmettre(*, structure: Structure) -> int:
    return MessagePartenaire.objects.filter(structure=structure, etat=EtatMessage.A_TRANSMETTRE).count()


def tirages(*, structure: Structure) -> QuerySet[TirageControle]:
    """The draws of a structure, newest month first, with how many controls they made and how many are done."""
    faits = Count("controles", filter=~Q(controles__resultat=""))
    tires = TirageControle.objects.filter(structure=structure).annotate(nombre=Count("controles"), faits=faits)
    return tires.order_by("-mois")  # grouped rows forget the order of the model


def tirage(*, structure: Structure, mois: date) -> TirageControle | None:
    return tirages(structure=structure).filter(mois=debut_du_mois(mois)).select_related("tire_par").first()


def part_a_tirer(*, structure: Structure) -> Decimal:
    """The share that this structure draws each month."""
    reglage = ReglageControles.objects.filter(structure=structure).first() or ReglageControles()
    return reglage.part


def controles(*, tirage: TirageControle) -> list[ControleAleatoire]:
    """The dossiers drawn, first drawn first."""
    return list(
        ControleAleatoire.objects.filter(tirage=tirage)
        .select_related("dossier", "dossier__jeune", "dossier__referent", "controle_par", "procedure")
        .order_by("rang")
    )


def controlables(*, structure: Structure, le: date) -> list[Dossier]:
    """Dossiers that may be drawn: those of the young people who have a contract running on the day `le`."""
    en_cours = ContratEngagement.objects.en_cours(le=le).filter(structure=structure)
    return list(Dossier.objects.filter(structure=structure, pk__in=en_cours.values("dossier_id")).order_by("numero"))


def a_montrer(procedures: list[Procedure]) -> Procedure | None:
    """What the dossier page speaks of first: the procedure that runs, else the last sanction."""
    ouvertes = (p for p in procedures if p.etat in OUVERTES)
    return next(ouvertes, None) or next((p for p in procedures if p.etat != Etat.SANS_SUITE), None)
