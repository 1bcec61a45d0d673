"""Reads of the caseload's own tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Acte, Dossier, DossierQuerySet
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.parcours.portefeuilles.models import Affichage, ChangementReferent, Lot, Recherche, Remplacement


def referents_successifs(*, dossier: Dossier) -> QuerySet[ChangementReferent]:
    """The changes of référent of a dossier, the latest first."""
    return ChangementReferent.objects.filter(dossier=dossier).select_related("avant", "apres", "par")


def remplaces_par(agent: Agent, structure: Structure, le: date) -> QuerySet[Remplacement, tuple[int]]:
    """Keys of the agents whom `agent` replaces on that day."""
    en_cours = Remplacement.objects.en_cours(le=le).filter(structure=structure, remplacant=agent)
    return en_cours.order_by().values_list("remplace_id")


def remplacements(*, structure: Structure) -> QuerySet[Remplacement]:
    """Replacements of the structure, the latest to begin first."""
    return Remplacement.objects.filter(structure=structure).select_related("remplace", "remplacant", "par")


def remplacement(*, structure: Structure, remplacement_id: int) -> Remplacement | None:
    return remplacements(structure=structure).filter(pk=remplacement_id).first()


def remplacements_qui_me_touchent(*, agent: Agent, structure: Structure, le: date) -> QuerySet[Remplacement]:
    """Those that run on that day, or begin within a week, where the agent is absent or replaces."""
    bientot = Q(du__lte=le + timedelta(days=7), au__gte=le)
    siens = Q(remplace=agent) | Q(remplacant=agent)
    return remplacements(structure=structure).filter(bientot, siens).order_by("du", "pk")


def remplacement_de(*, agent_id: int, structure_id: int, le: date) -> Remplacement | None:
    """Who replaces an agent on that day."""
    en_cours = Remplacement.objects.en_cours(le=le).filter(structure=structure_id, remplace=agent_id)
    return en_cours.select_related("remplace", "remplacant").first()


def sans_nouvelles(*, agent: Agent, structure: Structure, le: date) -> DossierQuerySet:
    """Active dossiers that the agent answers for, without any act for `SANS_NOUVELLES_JOURS` days, annotated with
    `dernier_contact`: never contacted first, then the longest silence."""
    limite = le - timedelta(days=settings.SANS_NOUVELLES_JOURS)
    recents = Acte.objects.filter(dossier=OuterRef("pk"), le__gt=limite, le__lte=le)
    dernier = Acte.objects.filter(dossier=OuterRef("pk"), le__lte=le).order_by("-le").values("le")[:1]
    siens = dossiers_suivis(agent=agent, structure=structure, le=le).actifs().filter(premier_accueil__lte=limite)
    muets = siens.filter(~Exists(recents)).annotate(dernier_contact=Subquery(dernier))
    ordre = (F("dernier_contact").asc(nulls_first=True), "premier_accueil", "numero")
    return muets.select_related("jeune").order_by(*ordre)


def lots(*, structure: Structure) -> QuerySet[Lot]:
    """Acts on many dossiers of the structure, the latest first."""
    return Lot.objects.filter(structure=structure).select_related("agent", "annule_par", "structure")


def lot(*, structure: Structure, lot_id: int) -> Lot | None:
    return lots(structure=structure).filter(pk=lot_id).first()


def recherches(*, agent: Agent, structure: Structure) -> QuerySet[Recherche]:
    """The agent's own named searches, by name."""
    return Recherche.objects.filter(agent=agent, structure=structure)


def recherche(*, agent: Agent, structure: Structure, recherche_id: int) -> Recherche | None:
    return recherches(agent=agent, structure=structure).filter(pk=recherche_id).first()


def colonnes_choisies(*, agent: Agent, structure: Structure) -> list[str]:
    """Codes of the columns that the agent asked for; [] when they asked for nothing."""
    choisies = Affichage.objects.filter(agent=agent, structure=structure).values_list("colonnes", flat=True).first()
    return [str(c) for c in choisies] if choisies else []


@dataclass(frozen=True)
class Preparation:
    """What the page of the caseload needs besides its rows.

    `remplaces`: keys of the colleagues whom the agent replaces; `accompagne`: an active dossier is theirs, or one of
    those colleagues'; `orphelins`: active dossiers of the structure without a référent; `colonnes`: codes chosen;
    `recherches`: (name, parameters).
    """

    remplaces: tuple[int, ...]
    accompagne: bool
    orphelins: int
    colonnes: tuple[str, ...]
    recherches: tuple[tuple[str, dict[str, str]], ...]


def preparation(*, agent: Agent, structure: Structure, le: date) -> Preparation:
    """One query."""
    absents = Remplacement.objects.en_cours(le=le).filter(structure=structure, remplacant=agent).order_by()
    actifs = Dossier.objects.actifs().filter(structure=OuterRef("pk")).order_by()
    siens = actifs.filter(Q(referent=agent) | Q(referent__in=absents.values("remplace")))
    nombre = actifs.filter(referent__isnull=True).values("structure").annotate(n=Count("*")).values("n")
    choisies = Affichage.objects.filter(agent=agent, structure=structure).values("colonnes")
    gardees = recherches(agent=agent, structure=structure).values(en_un=JSONObject(nom="nom", parametres="parametres"))
    remplaces, accompagne, orphelins, colonnes, lues = (
        Structure.objects.filter(pk=structure.pk)
        .values_list(
            ArraySubquery(absents.values("remplace")),
            Exists(siens),
            Coalesce(Subquery(nombre), 0),
            Subquery(choisies),
            ArraySubquery(gardees),
        )
        .get()
    )
    return Preparation(
        remplaces=tuple(remplaces),
        accompagne=accompagne,
        orphelins=orphelins,
        colonnes=tuple(colonnes or ()),
        recherches=tuple((r["nom"], r["parametres"]) for r in lues),
    )
