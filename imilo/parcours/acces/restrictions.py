"""Dossiers restricted to named agents: those of an agent, of somebody close to one, of somebody to protect."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.acces.models import MotifRestriction, Restriction
from imilo.parcours.acces.reglages import reglage
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import LECTEURS
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import NonHabilite, RegleViolee

CHAMPS = {
    "restriction_fin_apres_debut": "au",
    "restriction_quelqu_un": "agents",
    "restriction_une_par_dossier": "agents",
}


def en_cours(*, structure: Structure, le: date) -> QuerySet[Restriction]:
    """Restrictions of a structure that run on a day."""
    return Restriction.objects.filter(structure=structure, levee_le__isnull=True, du__lte=le, au__gte=le)


def fermes_a(agent: Agent, structure: Structure, le: date) -> Exists:
    """The condition, on a dossier, that it is closed to the agent on that day. See `dossiers_visibles`."""
    restreints = en_cours(structure=structure, le=le).exclude(agents__contains=[agent.pk])
    return Exists(restreints.filter(dossier_id=OuterRef("pk")))


def est_restreint(dossier: Dossier) -> bool:
    """Whether only named people may open it today."""
    return en_cours(structure=dossier.structure, le=aujourd_hui(dossier.structure)).filter(dossier=dossier).exists()


def restrictions(*, structure: Structure) -> QuerySet[Restriction]:
    """All that were decided and not lifted, those that end first first: the direction's list."""
    liste = Restriction.objects.filter(structure=structure, levee_le__isnull=True)
    return liste.select_related("decidee_par").order_by("au", "pk")


def a_qui_demander(*, structure: Structure, dossiers: Collection[int], le: date) -> dict[int, str]:
    """Whom to ask for each of these dossiers that is restricted: the name of who decided it."""
    lignes = en_cours(structure=structure, le=le).filter(dossier_id__in=dossiers).select_related("decidee_par")
    return {r.dossier_id: str(r.decidee_par) for r in lignes}


def _verifier(agent: Agent, structure: Structure, *, agents: Collection[int], motif: str, au: date) -> None:
    le = aujourd_hui(structure)
    if not habilite(agent=agent, structure=structure, action="restriction.gerer", le=le):
        raise NonHabilite("Seule la direction restreint un dossier.")
    if motif not in MotifRestriction.values:
        raise RegleViolee("Choisissez pourquoi ce dossier est restreint.", "motif")
    if not agents:
        raise RegleViolee("Nommez au moins une personne qui pourra ouvrir ce dossier.", "agents")
    places = Affectation.objects.en_cours(le=le).filter(structure=structure, profil__in=LECTEURS)
    if places.filter(agent_id__in=agents).values("agent_id").distinct().count() != len(set(agents)):
        raise RegleViolee("Une des personnes nommées ne lit pas les dossiers de votre structure.", "agents")
    limite = le + timedelta(days=reglage("restriction_jours_au_plus", le=le))
    if au < le:
        raise RegleViolee("Le dernier jour est déjà passé.", "au")
    if au > limite:
        raise RegleViolee(f"Une restriction se décide jusqu'au {limite:%d/%m/%Y} au plus : elle se prolonge.", "au")


@transaction.atomic
def restreindre(
    agent: Agent, dossier: Dossier, *, agents: Collection[int], motif: str, au: date, precision: str = ""
) -> Restriction:
    """Let only `agents` (their numbers) open this dossier, from today to `au` included. Fact `restriction.posee`.

    By the direction: it answers for who reads what in the structure; the RGC gives profiles and opens no dossier.
    Raises `NonHabilite`, `RegleViolee` at its field. Who decides isn't named by that alone: the list suffices to
    change or lift it.
    """
    _verifier(agent, dossier.structure, agents=agents, motif=motif, au=au)
    restriction = Restriction(
        dossier=dossier,
        structure_id=dossier.structure_id,
        agents=sorted(set(agents)),
        motif=motif,
        precision=precision.strip(),
        du=aujourd_hui(dossier.structure),
        au=au,
        decidee_par=agent,
    )
    # One that has run its time gives way to this one.
    Restriction.objects.filter(dossier=dossier, levee_le__isnull=True, au__lt=restriction.du).update(
        levee_le=timezone.now()
    )
    enregistrer(restriction, champs=CHAMPS, premier=True)
    consigner(agent, "restriction.posee", restriction, motif=motif, au=au.isoformat(), agents=len(restriction.agents))
    return restriction


@transaction.atomic
def modifier_restriction(
    agent: Agent, restriction: Restriction, *, agents: Collection[int], motif: str, au: date, precision: str = ""
) -> Restriction:
    """Change who is named, why, until when. Fact `restriction.modifiee`. Raises as `restreindre`."""
    stockee = Restriction.objects.select_for_update(of=("self",)).select_related("structure").get(pk=restriction.pk)
    if stockee.levee_le is not None:
        raise RegleViolee("Cette restriction a été levée entre-temps.")
    _verifier(agent, stockee.structure, agents=agents, motif=motif, au=au)
    stockee.agents, stockee.motif = sorted(set(agents)), motif
    stockee.au, stockee.precision = au, precision.strip()
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "restriction.modifiee", stockee, motif=motif, au=au.isoformat(), agents=len(stockee.agents))
    return stockee


@transaction.atomic
def lever(agent: Agent, restriction: Restriction) -> Restriction:
    """End it now. Fact `restriction.levee`. Raises `NonHabilite`. Lifting twice changes nothing."""
    stockee = Restriction.objects.select_for_update(of=("self",)).select_related("structure").get(pk=restriction.pk)
    le = aujourd_hui(stockee.structure)
    if not habilite(agent=agent, structure=stockee.structure, action="restriction.gerer", le=le):
        raise NonHabilite("Seule la direction lève une restriction.")
    if stockee.levee_le is None:
        stockee.levee_le, stockee.levee_par = timezone.now(), agent
        stockee.save(update_fields=["levee_le", "levee_par", "modifie_le"])
        consigner(agent, "restriction.levee", stockee)
    return stockee
