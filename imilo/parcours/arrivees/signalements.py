"""What a source says of people, received as one set: added, updated, or left as they are; each person once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.doublons import Demande, rapprocher_plusieurs
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Sexe
from imilo.parcours.arrivees.models import Arrivee, Etat, Source
from imilo.parcours.arrivees.reconnaissance import INCONNUE, Reconnaissance, de_l_annuaire, indices_de

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
    pour_la_fiche: dict[str, str] = field(default_factory=dict)
    a_risque: bool = False


@dataclass(frozen=True)
class Effet:
    """What became of a signalement: "creee", "modifiee" or "inchangee"; the version left; former values in `avant`."""

    genre: str
    arrivee_id: int
    version: int
    avant: dict[str, Any] = field(default_factory=dict)


QUI = (
    "nom", "nom_usage", "prenom", "sexe", "naissance", "telephone", "telephone_2", "courriel", "adresse", "code_postal",
    "ine",
)  # fmt: skip
Verdicts = Mapping[str, Reconnaissance]


@transaction.atomic
def accueillir(
    structure: Structure,
    source: Source,
    signalements: Sequence[Signalement],
    *,
    verdicts: Verdicts | None = None,
) -> list[Effet]:
    """Write what `source` says, in the perimeter of `structure`; one effect for each signalement, in their order.

    A key that comes twice updates what it made. Who is told again with a later `depuis` after their arrival was
    closed is to be contacted again. `verdicts` says of each key who it is, when the whole list was linked at once;
    else the directory is asked, in one query. Two processes that receive the same people at once wait for each
    other. Writes no fact: the caller's act has its own.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VERROU, structure.pk])
    cles = {s.cle for s in signalements}
    connues = {a.cle: a for a in Arrivee.objects.filter(structure=structure, source=source, cle__in=cles)}
    ecriture = _Ecriture(structure, source, connues, verdicts)
    ecriture.demander(signalements)
    for dit in signalements:
        ecriture.accueillir(dit)
    return ecriture.finir()


class _Ecriture:
    """One set of signalements on its way to the table: new ones are written together."""

    def __init__(
        self, structure: Structure, source: Source, connues: dict[str, Arrivee], verdicts: Verdicts | None
    ) -> None:
        self.structure, self.source, self.connues, self.verdicts = structure, source, connues, verdicts
        self.le = aujourd_hui(structure)
        self.reponses: dict[int, Reconnaissance] = {}
        self.a_creer: dict[str, Arrivee] = {}
        self.effets: list[Effet | Arrivee] = []  # an arrival that is still to be written stands for its effect

    def demander(self, signalements: Sequence[Signalement]) -> None:
        """Ask the directory at once for all those who are new, or not quite who they were."""
        if self.verdicts is not None:
            return
        a_voir = [dit for dit in signalements if self._a_voir(dit)]
        trouves = rapprocher_plusieurs([_demande(dit) for dit in a_voir])
        for dit, trouve in zip(a_voir, trouves, strict=True):
            self.reponses[id(dit)] = de_l_annuaire(trouve)

    def _a_voir(self, dit: Signalement) -> bool:
        connue = self.connues.get(dit.cle)
        return connue is None or any(getattr(connue, nom) != getattr(dit, nom) for nom in QUI)

    def reconnaissance(self, dit: Signalement) -> dict[str, Any]:
        """What is known of the person, as the arrival's own fields."""
        if self.verdicts is not None:
            return asdict(self.verdicts.get(dit.cle, INCONNUE))
        if id(dit) not in self.reponses:  # the same key said something else in between
            (trouve,) = rapprocher_plusieurs([_demande(dit)])
            self.reponses[id(dit)] = de_l_annuaire(trouve)
        return asdict(self.reponses[id(dit)])

    def accueillir(self, dit: Signalement) -> None:
        if dit.cle in self.a_creer:
            self._creer()
        valeurs = asdict(dit)
        if dit.depuis is None:
            del valeurs["depuis"]
        arrivee = self.connues.get(dit.cle)
        if arrivee is not None:
            self.effets.append(self._mettre_a_jour(arrivee, dit, valeurs))
            return
        premiere = {"depuis": self.le} | valeurs
        arrivee = Arrivee(structure=self.structure, source=self.source, **premiere, **self.reconnaissance(dit))
        self.a_creer[dit.cle] = self.connues[dit.cle] = arrivee
        self.effets.append(arrivee)

    def _mettre_a_jour(self, arrivee: Arrivee, dit: Signalement, valeurs: dict[str, Any]) -> Effet:
        avant = {nom: getattr(arrivee, nom) for nom, valeur in valeurs.items() if getattr(arrivee, nom) != valeur}
        if not avant:
            return Effet("inchangee", arrivee.pk, arrivee.version)
        if not arrivee.ouverte and dit.depuis is not None and dit.depuis > arrivee.depuis:
            avant |= {"etat": arrivee.etat, "issue": arrivee.issue}
            valeurs |= {"etat": Etat.A_CONTACTER, "issue": ""}
        if any(nom in avant for nom in QUI):
            sue = self.reconnaissance(dit)
            avant |= {nom: getattr(arrivee, nom) for nom, valeur in sue.items() if getattr(arrivee, nom) != valeur}
            valeurs |= sue
        for nom in avant:
            setattr(arrivee, nom, valeurs[nom])
        arrivee.version += 1
        arrivee.save()
        return Effet("modifiee", arrivee.pk, arrivee.version, avant)

    def _creer(self) -> None:
        for arrivee in self.a_creer.values():
            arrivee.nommer()
        Arrivee.objects.bulk_create(list(self.a_creer.values()), batch_size=LOT)
        self.a_creer.clear()
        self.effets = [e if isinstance(e, Effet) else Effet("creee", e.pk, e.version) for e in self.effets]

    def finir(self) -> list[Effet]:
        self._creer()
        return [e for e in self.effets if isinstance(e, Effet)]


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


def _demande(dit: Signalement) -> Demande:
    telephones = tuple(t for t in (dit.telephone, dit.telephone_2) if t)
    return Demande(identite_dite(dit), telephones, indices=indices_de(dit))
