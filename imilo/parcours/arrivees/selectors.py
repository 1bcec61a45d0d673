"""The list to work on: who may see it, filters, order, and what is mine today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor

from django.db.models import Exists, F, Q, QuerySet

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.doublons import Rapprochement, rapprocher
from imilo.jeunes.doublons.moteur import d_etat_civil
from imilo.jeunes.identite import nettoyer
from imilo.parcours.arrivees.models import Arrivee, Connu, Etat
from imilo.parcours.arrivees.reconnaissance import indices_de
from imilo.parcours.arrivees.services import TRAITER
from imilo.parcours.arrivees.signalements import identite_dite
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.socle.normalisation import normaliser

TRAITANTS = tuple(p for p in Profil if peut(p, TRAITER))
MINEUR = 18
MOTS_MAX = 5
TRIS = {
    "priorite": ("-a_risque", "depuis", "pk"),
    "nom": ("mots", "pk"),
    "age": ("-naissance", "pk"),
    "commune": (F("commune__cle").asc(nulls_last=True), "mots", "pk"),
    "depuis": ("depuis", "pk"),
    "tentative": (F("contactee_le").asc(nulls_first=True), "pk"),
}
INVERSES = {
    "priorite": ("a_risque", "-depuis", "-pk"),
    "nom": ("-mots", "-pk"),
    "age": ("naissance", "-pk"),
    "commune": (F("commune__cle").desc(nulls_last=True), "-mots", "-pk"),
    "depuis": ("-depuis", "-pk"),
    "tentative": (F("contactee_le").desc(nulls_last=True), "-pk"),
}


@dataclass(frozen=True, kw_only=True)
class Filtre:
    """`etat`: a code of `Etat`, "ouvertes" or "toutes". `assignee`: an agent's number; `sans_personne`: nobody's."""

    texte: str = ""
    source: str = ""
    etat: str = "ouvertes"
    assignee: int | None = None
    sans_personne: bool = False
    prioritaires: bool = False
    age: str = ""  # "mineurs" or "majeurs"
    tri: str = "priorite"
    decroissant: bool = False


def arrivees_visibles(*, agent: Agent, structure: Structure, le: date | None = None) -> QuerySet[Arrivee]:
    """Arrivals of `structure` when the agent has a place there, on the day `le`, with a profile that works on them."""
    place = Affectation.objects.en_cours(le=le or aujourd_hui(structure)).filter(
        agent=agent, structure=structure, profil__in=TRAITANTS
    )
    return Arrivee.objects.filter(Exists(place), structure=structure)


def arrivee_visible(*, agent: Agent, structure: Structure, arrivee_id: int) -> Arrivee | None:
    reliees = arrivees_visibles(agent=agent, structure=structure).select_related(
        "structure", "dossier__jeune", "dossier__structure", "commune", "naissance_commune", "assignee"
    )
    return reliees.filter(pk=arrivee_id).first() if arrivee_id < 1 << 62 else None


def il_y_a(annees: int, le: date) -> date:
    """The latest day of birth of who is `annees` years old on the day `le`."""
    if (le.month, le.day) == (2, 29):
        return date(le.year - annees, 2, 28 if (le.year - annees) % 4 else 29)
    jour = le.replace(year=le.year - annees)
    lendemain = jour + timedelta(days=1)
    # Born on 29 February: the year is complete on 28 February when there is no 29th.
    bissextile = (lendemain.month, lendemain.day) == (2, 29) and (le + timedelta(days=1)).month == 3
    return lendemain if bissextile else jour


def liste(*, agent: Agent, structure: Structure, le: date, filtre: Filtre) -> QuerySet[Arrivee]:
    """Arrivals that answer to the filter, in its order, with commune, agent and dossier."""
    lignes = arrivees_visibles(agent=agent, structure=structure, le=le)
    if filtre.etat == "ouvertes":
        lignes = lignes.exclude(etat=Etat.CLOSE)
    elif filtre.etat in Etat.values:
        lignes = lignes.filter(etat=filtre.etat)
    if filtre.source:
        lignes = lignes.filter(source=filtre.source)
    if filtre.sans_personne:
        lignes = lignes.filter(assignee__isnull=True)
    elif filtre.assignee is not None:
        lignes = lignes.filter(assignee_id=filtre.assignee)
    if filtre.prioritaires:
        lignes = lignes.filter(a_risque=True)
    if filtre.age in ("mineurs", "majeurs"):
        limite = il_y_a(MINEUR, le)
        lignes = (
            lignes.filter(naissance__gt=limite) if filtre.age == "mineurs" else lignes.filter(naissance__lte=limite)
        )
    for mot in filtre.texte.split()[:MOTS_MAX]:
        lignes = lignes.filter(_nomme(mot))
    ordre = (INVERSES if filtre.decroissant else TRIS)[filtre.tri]
    return lignes.select_related("commune", "assignee", "dossier").order_by(*ordre)


def _nomme(mot: str) -> Q:
    """A word of the filter: of the names, of the commune, of the establishment, or a telephone's end."""
    cle = normaliser(mot)
    criteres = Q(mots__contains=cle) | Q(commune__cle__contains=cle)
    if mot.isascii() and mot.isdigit() and len(mot) >= 4:
        criteres |= Q(telephone__endswith=mot.removeprefix("0")) | Q(code_postal__startswith=mot)
    return criteres


def a_travailler(*, agent: Agent, structure: Structure, le: date) -> QuerySet[Arrivee]:
    """What *Ma journée* shows: open arrivals that are the agent's or nobody's, those with priority first."""
    ouvertes = liste(agent=agent, structure=structure, le=le, filtre=Filtre())
    return ouvertes.filter(Q(assignee=agent) | Q(assignee__isnull=True))


def rapprochement(arrivee: Arrivee) -> Rapprochement:
    """Who in the country may be this person. Runs in a perimeter."""
    telephones = tuple(t for t in (arrivee.telephone, arrivee.telephone_2) if t)
    return rapprocher(nettoyer(identite_dite(arrivee)), telephones=telephones, indices=indices_de(arrivee))


@dataclass(frozen=True)
class Connue:
    """What a reader may know of who an arrival is: the dossier when they open it, the evidence, the doubt (French)."""

    connu: Connu
    dossier: Dossier | None
    probabilite: str
    preuves: tuple[str, ...]
    doute: str

    @property
    def phrase(self) -> str:
        return " ; ".join(filter(None, (", ".join(self.preuves), self.doute)))


def connues(arrivees: Collection[Arrivee], *, agent: Agent, structure: Structure) -> dict[int, Connue]:
    """What the comparison said of each arrival, by its number. One query.

    Without a dossier that the agent opens (another structure's, or one that is closed to them), names and birth alone.
    """
    reconnues = [a.reconnue for a in arrivees if a.reconnue is not None]
    visibles = dossiers_visibles(agent=agent, structure=structure).filter(jeune__in=reconnues) if reconnues else ()
    siens = {d.jeune_id: d for d in visibles}
    return {a.pk: _connue(a, siens.get(a.reconnue or 0)) for a in arrivees}


def _connue(a: Arrivee, dossier: Dossier | None) -> Connue:
    permis = (lambda _: True) if dossier is not None else d_etat_civil
    return Connue(
        connu=Connu(a.connu),
        dossier=dossier,
        # Rounded down: what is likely is never shown as certain.
        probabilite="" if a.probabilite is None else f"{floor(a.probabilite * 10_000) / 100:.2f} %".replace(".", ","),
        preuves=tuple(p for p in a.preuves if permis(p)),
        doute=a.doute if permis(a.doute) else "",
    )


def signalee_aussi(arrivee: Arrivee) -> Sequence[Arrivee]:
    """Other arrivals of the structure under the same names and date of birth, from other sources or keys."""
    autres = Arrivee.objects.filter(structure_id=arrivee.structure_id, naissance=arrivee.naissance).exclude(
        pk=arrivee.pk
    )
    qui = (normaliser(arrivee.nom), normaliser(arrivee.prenom))
    return [a for a in autres[:50] if (normaliser(a.nom), normaliser(a.prenom)) == qui]
