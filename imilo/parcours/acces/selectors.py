"""Reads on motivated accesses: the agent's own, those that a structure received, those of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.journal.models import Consultation
from imilo.parcours.acces.models import AccesMotive, MotifAcces
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre


@dataclass(frozen=True)
class Mien:
    """An access of the agent that runs: where, to whose dossier, until when."""

    acces_id: int
    structure_id: int
    structure_nom: str
    numero: int
    nom: str
    prenom: str
    motif: str
    expire_le: datetime

    @property
    def personne(self) -> str:
        return f"{self.prenom} {self.nom}".strip()


def mes_acces() -> list[Mien]:
    """The accesses that still run of the agent of this transaction, in this perimeter; those that end first first.

    Raises when the transaction has no perimeter (`insufficient_privilege`).
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM acces_miens()")
        return [Mien(*ligne) for ligne in curseur.fetchall()]


def acces_ouvert(acces_id: int) -> AccesMotive | None:
    """The access of that number when it is that of the agent of this transaction, from this perimeter, and runs now.

    PostgreSQL says so, by its own clock.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT structure_id FROM acces_entree(%s)", [acces_id])
        trouve = curseur.fetchone()
    if trouve is None:
        return None
    with perimetre(trouve[0]):
        return AccesMotive.objects.select_related("structure", "agent").filter(pk=acces_id).first()


@dataclass(frozen=True)
class Recherche:
    """What a list of received accesses is narrowed to; blank: everything."""

    motif: str = ""
    origine: int | None = None
    en_cours: bool = False
    du: date | None = None
    au: date | None = None
    numero: int | None = None


def acces_recus(*, structure: Structure, recherche: Recherche) -> QuerySet[AccesMotive]:
    """Motivated accesses to the dossiers of a structure, the latest first: `pages` read, `numero` of the dossier.

    The number is null when the dossier is restricted to others: that access is still shown, above all that one.
    """
    lignes = AccesMotive.objects.filter(structure=structure).select_related("agent", "origine")
    numeros = Dossier.objects.filter(pk=OuterRef("dossier_id")).values("numero")
    if recherche.motif in MotifAcces.values:
        lignes = lignes.filter(motif=recherche.motif)
    if recherche.origine:
        lignes = lignes.filter(origine_id=recherche.origine)
    if recherche.en_cours:
        lignes = lignes.filter(expire_le__gt=timezone.now(), clos_le__isnull=True)
    if recherche.numero:
        lignes = lignes.filter(dossier__numero=recherche.numero)
    if recherche.du:
        lignes = lignes.filter(ouvert_le__gte=datetime.combine(recherche.du, time.min, tzinfo=structure.zone))
    if recherche.au:
        fin = datetime.combine(recherche.au + timedelta(days=1), time.min, tzinfo=structure.zone)
        lignes = lignes.filter(ouvert_le__lt=fin)
    lues = (
        Consultation.objects.filter(
            dossier_id=OuterRef("dossier_id"),
            genre="acces_motive",
            objet_type=AccesMotive._meta.label_lower,
            objet_id=OuterRef("pk"),
            le__gte=OuterRef("ouvert_le"),
        )
        .order_by()
        .values("objet_id")
        .annotate(n=Count("id"))
        .values("n")
    )
    lignes = lignes.annotate(numero=Subquery(numeros), pages=Subquery(lues, output_field=IntegerField()))
    return lignes.order_by("-ouvert_le", "-pk")


def origines(*, structure: Structure) -> QuerySet[Structure]:
    """The structures from which dossiers of this one were opened, by name."""
    recus = AccesMotive.objects.filter(structure=structure).values("origine_id")
    return Structure.objects.filter(pk__in=recus).order_by("nom_officiel")


@dataclass(frozen=True)
class AccesDuJeune:
    """What a young person may know of an access: which structure read, at which, why, from when to when.

    Never who: the name of the agent is for the data protection officer of the structure that holds the dossier.
    """

    structure: str
    origine: str
    motif: str
    ouvert_le: datetime
    fin_le: datetime

    @property
    def pourquoi(self) -> str:
        return str(MotifAcces(self.motif).label) if self.motif in MotifAcces.values else self.motif


def acces_motives(*, jeune_id: int) -> list[AccesDuJeune]:
    """Every motivated access to this person's dossiers in the country, the latest first.

    In the perimeter of a structure that holds a dossier of theirs; empty in any other.
    """
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT structure_nom, origine_nom, motif, ouvert_le, fin_le FROM acces_du_jeune(%s)", [jeune_id]
        )
        return [AccesDuJeune(*ligne) for ligne in curseur.fetchall()]
