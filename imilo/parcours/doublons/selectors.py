"""The queue of doubles, one pair side by side, and what a merge would move."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Count, Exists, Func, OuterRef, Q, QuerySet

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.politique import vu
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import affectations_en_cours
from imilo.jeunes.doublons import Jugement, Personne, juger
from imilo.jeunes.identite import identite_de
from imilo.parcours.dossiers.models import Acte, Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.parcours.doublons.models import A_TRAITER, Etat, Fusion, Paire
from imilo.parcours.doublons.suites import lies_au_dossier
from imilo.socle.familles import familles

TRIS = {"force": ("-force", "-pk"), "nom": ("dossier__jeune__nom_naissance", "pk"), "depuis": ("cree_le", "pk")}


@dataclass(frozen=True)
class Filtre:
    """`etat`: "" for what is to be dealt with, "tous", or one of `Etat`; `ou`: "", "ici" or "ailleurs"."""

    etat: str = ""
    ou: str = ""
    verdict: str = ""
    tri: str = "force"


@dataclass(frozen=True)
class Comparaison:
    """A pair with both sides: `dossier` is the structure's, `autre` too when it is there, `voisin` what the
    directory says of the other person, `jugement` what the engine says today."""

    paire: Paire
    dossier: Dossier
    autre: Dossier | None
    voisin: Personne
    jugement: Jugement


@dataclass(frozen=True)
class Contenu:
    """How many rows of a family each of two dossiers has."""

    libelle: str
    ici: int
    autre: int


def paires(*, agent: Agent, structure: Structure, filtre: Filtre | None = None) -> QuerySet[Paire]:
    """The pairs of the structure that the agent may see, filtered and sorted; none for who may not decide."""
    filtre = filtre or Filtre(etat="tous")
    visibles = dossiers_visibles(agent=agent, structure=structure)
    trouvees = Paire.objects.filter(structure=structure, dossier__in=visibles)
    # Of two dossiers of the structure, both are there: neither was merged, neither is closed to the agent.
    trouvees = trouvees.filter(~Q(autre_structure=structure) | Exists(visibles.filter(pk=OuterRef("autre"))))
    # Said of what a dossier was made of by a merge, "two persons" isn't asked again of what it became.
    trouvees = trouvees.exclude(etat=Etat.A_DECIDER, pk__in=_deja_dites(structure))
    if not _decide(agent, structure):
        return trouvees.none()
    if filtre.etat == "":
        trouvees = trouvees.filter(etat__in=A_TRAITER)
    elif filtre.etat in Etat.values:
        trouvees = trouvees.filter(etat=filtre.etat)
    if filtre.ou == "ici":
        trouvees = trouvees.filter(autre_structure=structure)
    elif filtre.ou == "ailleurs":
        trouvees = trouvees.exclude(autre_structure=structure)
    if filtre.verdict:
        trouvees = trouvees.filter(verdict=filtre.verdict)
    relies = trouvees.select_related("dossier__jeune", "dossier__referent", "dossier__structure", "decidee_par")
    return relies.order_by(*TRIS.get(filtre.tri, TRIS["force"]))


class DejaDit(Func):
    """Whether two dossiers were said to be two persons' before a merge (migration 0004)."""

    function = "doublons_deja_dit"
    output_field = BooleanField()


def _deja_dites(structure: Structure) -> QuerySet[Paire, Any]:
    """Pairs to decide of which one dossier took in another: few, since merges are; the function is asked of those."""
    fusions_debout = Fusion.objects.filter(structure=structure, defaite_le__isnull=True)
    touchees = Exists(fusions_debout.filter(dossier=OuterRef("dossier"))) | Exists(
        fusions_debout.filter(dossier=OuterRef("autre"))
    )
    a_decider = Paire.objects.filter(touchees, structure=structure, etat=Etat.A_DECIDER)
    return a_decider.filter(DejaDit("dossier_id", "autre")).values("pk")


def _decide(agent: Agent, structure: Structure) -> bool:
    profils = {a.profil for a in affectations_en_cours(agent=agent) if a.structure_id == structure.pk}
    return any(peut(Profil(p), "doublon.decider") for p in profils)


def comparer(liste: Sequence[Paire], *, agent: Agent, structure: Structure) -> list[Comparaison]:
    """Both sides of each pair, in order. Two queries. A pair whose other dossier has gone is left out."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM doublons_voisins(%s)", [[p.pk for p in liste]])
        voisins = {ligne[0]: Personne(*ligne[1:]) for ligne in curseur.fetchall()}
    ici = [p.autre for p in liste if not p.entre_structures]
    visibles = dossiers_visibles(agent=agent, structure=structure).select_related("jeune", "referent", "structure")
    autres = visibles.in_bulk(ici)
    return [
        Comparaison(p, p.dossier, autres.get(p.autre), voisin, juger(identite_de(p.dossier.jeune), voisin))
        for p in liste
        if (voisin := voisins.get(p.pk)) is not None and (p.entre_structures or p.autre in autres)
    ]


def a_decider(*, agent: Agent, structure: Structure) -> int:
    """How many pairs wait: those of the agent's dossiers for who accompanies, else the structure's."""
    toutes = paires(agent=agent, structure=structure, filtre=Filtre()).order_by()
    comptes = toutes.aggregate(siennes=Count("pk", filter=Q(dossier__referent=agent)), toutes=Count("pk"))
    return int(comptes["siennes"] or comptes["toutes"])


def contenus(dossier: Dossier, autre: Dossier, *, profil: str) -> list[Contenu]:
    """What each of two dossiers holds, of the families that `profil` sees: what a merge moves. One query a table."""
    tables = {champ.rpartition(".")[0]: f for f in familles() for champ in f.champs}
    libelles = {table: f.libelle for table, f in tables.items()}
    trouves: list[Contenu] = []
    for modele in lies_au_dossier():
        famille = tables.get(modele._meta.label)
        if famille is not None and not vu(profil, famille.code):
            continue
        par_dossier = modele._default_manager.filter(dossier_id__in=(dossier.pk, autre.pk)).order_by()
        comptes = dict(par_dossier.values_list("dossier_id").annotate(n=Count("pk")))
        if comptes:
            libelle = libelles.get(modele._meta.label, str(modele._meta.verbose_name))
            trouves.append(Contenu(libelle, comptes.get(dossier.pk, 0), comptes.get(autre.pk, 0)))
    return sorted(trouves, key=lambda c: c.libelle)


def dernier_acte(dossiers: Collection[Dossier]) -> dict[int, date]:
    """The day of the last act of each dossier that has one."""
    actes = Acte.objects.filter(dossier__in=dossiers).order_by("dossier_id", "-le").distinct("dossier_id")
    return dict(actes.values_list("dossier_id", "le"))


def fusions(*, agent: Agent, structure: Structure) -> QuerySet[Fusion]:
    """The merges of the structure that still stand, the latest first."""
    if not _decide(agent, structure):
        return Fusion.objects.none()
    visibles = dossiers_visibles(agent=agent, structure=structure)
    faites = Fusion.objects.filter(structure=structure, dossier__in=visibles, defaite_le__isnull=True)
    return faites.select_related("dossier__jeune", "dossier__structure", "faite_par")
