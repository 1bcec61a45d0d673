"""What a source says of people, received as one set: added, updated, or left as they are; each person once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.doublons import rapprocher
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Sexe
from imilo.parcours.arrivees.models import Arrivee, Connu, Etat, Source

VERROU = 0x1D056  # the class of our advisory locks on the arrivals of a structure
LOT = 500


@dataclass(frozen=True, kw_only=True)
class Signalement:
    """One person as a source tells of them: the fields of `Arrivee`, already clean (E.164, INSEE codes that exist).

    Without `depuis`, it is the day of the first time that they are told of.
    """

    cle: str
    nom: str
    prenom: str
    naissance: date
    depuis: date | None
    nom_usage: str = ""
    sexe: str = Sexe.INCONNU
    naissance_commune_id: str | None = None
    ine: str = ""
    telephone: str = ""
    telephone_2: str = ""
    courriel: str = ""
    adresse: str = ""
    code_postal: str = ""
    commune_id: str | None = None
    representants: list[dict[str, str]] = field(default_factory=list)
    rqth: bool = False
    origine: str = ""
    details: dict[str, str] = field(default_factory=dict)
    a_risque: bool = False


@dataclass(frozen=True)
class Effet:
    """What became of a signalement: "creee", "modifiee" or "inchangee"; the version left; former values in `avant`."""

    genre: str
    arrivee_id: int
    version: int
    avant: dict[str, Any] = field(default_factory=dict)


QUI = ("nom", "nom_usage", "prenom", "sexe", "naissance", "telephone", "telephone_2")


@transaction.atomic
def accueillir(
    structure: Structure,
    source: Source,
    signalements: Sequence[Signalement],
    *,
    connus: Collection[str] | None = None,
) -> list[Effet]:
    """Write what `source` says, in the perimeter of `structure`; one effect for each signalement, in their order.

    A key that comes twice updates what it made. Who is told again with a later `depuis` after their arrival was
    closed is to be contacted again. `connus` are the keys of who is perhaps known, when that was looked up for all at
    once; else the directory is asked for each. Two processes that receive the same people at once wait for each
    other. Writes no fact: the caller's act has its own.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VERROU, structure.pk])
    cles = {s.cle for s in signalements}
    connues = {a.cle: a for a in Arrivee.objects.filter(structure=structure, source=source, cle__in=cles)}

    def connu(dit: Signalement) -> Connu:
        if connus is None:
            return _connu(dit)
        return Connu.PROBABLE if dit.cle in connus else Connu.NON

    return [_accueillir(structure, source, s, connues, connu) for s in signalements]


def _accueillir(
    structure: Structure,
    source: Source,
    dit: Signalement,
    connues: dict[str, Arrivee],
    connu: Callable[[Signalement], Connu],
) -> Effet:
    valeurs = asdict(dit)
    if dit.depuis is None:
        del valeurs["depuis"]
    arrivee = connues.get(dit.cle)
    if arrivee is None:
        premiere = {"depuis": aujourd_hui(structure)} | valeurs
        arrivee = Arrivee(structure=structure, source=source, **premiere, connu=connu(dit))
        arrivee.save(force_insert=True)
        connues[dit.cle] = arrivee
        return Effet("creee", arrivee.pk, arrivee.version)
    avant = {nom: getattr(arrivee, nom) for nom, valeur in valeurs.items() if getattr(arrivee, nom) != valeur}
    if not avant:
        return Effet("inchangee", arrivee.pk, arrivee.version)
    if not arrivee.ouverte and dit.depuis is not None and dit.depuis > arrivee.depuis:
        avant |= {"etat": arrivee.etat, "issue": arrivee.issue}
        valeurs |= {"etat": Etat.A_CONTACTER, "issue": ""}
    if any(nom in avant for nom in QUI):
        avant["connu"], valeurs["connu"] = arrivee.connu, connu(dit)
    for nom in avant:
        setattr(arrivee, nom, valeurs[nom])
    arrivee.version += 1
    arrivee.save()
    return Effet("modifiee", arrivee.pk, arrivee.version, avant)


def identite_dite(dit: Signalement | Arrivee) -> Identite:
    """Who the source says that it is."""
    return Identite(
        nom_naissance=dit.nom,
        nom_usage=dit.nom_usage,
        prenom=dit.prenom,
        sexe=dit.sexe,
        naissance=dit.naissance,
        naissance_commune_id=dit.naissance_commune_id,
    )


def _connu(dit: Signalement) -> Connu:
    telephones = tuple(t for t in (dit.telephone, dit.telephone_2) if t)
    trouve = rapprocher(identite_dite(dit), telephones=telephones)
    return Connu.PROBABLE if trouve.candidats else Connu.NON
