"""What is exchanged with the paying agency: files of ours, version 1.1, described in docs/formats/asp.md (no Django).

Three kinds: what we deposit (contracts, their amendments, allowances), what is answered line by line, what was paid.
Each file says in its first line what it is and in its last how many lines it holds, so that one cut short is known for
what it is. The official format can take their place here without touching the rest.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, astuple, dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from io import StringIO

VERSION = "1.1"
LISIBLES = re.compile(r"\A1(\.[0-9]{1,2})?\Z")  # a minor version only adds: fields at the end of a line, kinds of lines
DEPOT, RETRAIT = "depot", "retrait"
EN_COURS = ".part"  # of a file that is being written: nobody reads it
LIGNES_MAX = 700  # of the whole file, its first and its last included
OCTETS_MAX = 2_000_000
ENTETE_ET_FIN = 2
MARGE = 200  # bytes of the first and the last line
NOM = re.compile(r"\A(CTR|AVE|ALL|PAI)_([0-9A-Z]{1,8})_([0-9]{14})(_RET)?\.csv\Z")


class FichierIllisible(ValueError):
    """The file isn't of this format; the message says where, in French."""


class FichierIncomplet(FichierIllisible):
    """The file stops before its end: still being written, or cut."""


class Flux(StrEnum):
    CONTRATS = "CTR"
    AVENANTS = "AVE"
    ALLOCATIONS = "ALL"
    PAIEMENTS = "PAI"


@dataclass(frozen=True)
class Nom:
    """What the name of a file says. `reponse`: it answers the file of the same name without its suffix."""

    flux: Flux
    structure: str
    horodatage: str
    reponse: bool = False

    @classmethod
    def lu(cls, nom: str) -> Nom | None:
        """None for a name that isn't one of ours."""
        trouve = NOM.match(nom)
        if trouve is None:
            return None
        return cls(Flux(trouve[1]), trouve[2], trouve[3], bool(trouve[4]))

    @classmethod
    def a(cls, flux: Flux, structure: str, instant: datetime) -> Nom:
        """The name of a file made at `instant` (UTC), to the second."""
        return cls(flux, structure, f"{instant:%Y%m%d%H%M%S}")

    def __str__(self) -> str:
        return f"{self.flux}_{self.structure}_{self.horodatage}{'_RET' if self.reponse else ''}.csv"


def nom_de_la_reponse(nom: str) -> str:
    return nom.removesuffix(".csv") + "_RET.csv"


def nom_du_depot(nom: str) -> str:
    """The name of the file that an answer of this name answers."""
    return nom.removesuffix("_RET.csv") + ".csv"


@dataclass(frozen=True)
class LigneContrat:
    """A contract that opens the right to an allowance. Days are ISO dates, blanks are unknown.

    `cadre`: CEJ or PACEA; blank in version 1, which knew of CEJ alone.
    """

    reference: str
    nir: str
    nom: str
    prenom: str
    naissance: str
    sexe: str
    adresse: str
    code_postal: str
    commune: str
    debut: str
    fin: str
    cadre: str = ""


@dataclass(frozen=True)
class LigneAvenant:
    """What changes in a contract that the agency holds. Days only: no motive leaves.

    `nature`: F, the contract ends on `au`, earlier or later than was said; S, it is suspended from `du` to `au`, and
    until further notice when `au` is blank.
    """

    reference: str
    contrat: str
    nature: str
    du: str
    au: str


@dataclass(frozen=True)
class LigneAllocation:
    """A sum for a month. `nature`: I, the first decision of the month; R, what a later one adds or takes back; P, the
    one-off allowance of a PACEA, of which a month may have several.

    `montant` is signed, in euros, two decimals after a point.
    """

    reference: str
    contrat: str
    mois: str
    nature: str
    montant: str
    iban: str
    titulaire: str

    @property
    def somme(self) -> Decimal:
        return lire_somme(self.montant)


Ligne = LigneContrat | LigneAvenant | LigneAllocation
LIGNES: dict[Flux, type[LigneContrat] | type[LigneAvenant] | type[LigneAllocation]] = {
    Flux.CONTRATS: LigneContrat,
    Flux.AVENANTS: LigneAvenant,
    Flux.ALLOCATIONS: LigneAllocation,
}


@dataclass(frozen=True)
class Depot:
    """A file that we deposit. Lines are numbered from 1."""

    nom: Nom
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True)
class Resultat:
    """What is answered to one line: (file, line) is the key."""

    fichier: str
    ligne: int
    code: str


@dataclass(frozen=True)
class Versement:
    """What was paid for one line."""

    fichier: str
    ligne: int
    reference: str
    montant: Decimal
    paye_le: date


def lire_somme(texte: str) -> Decimal:
    """A signed amount to the cent. Raises `FichierIllisible`."""
    if not re.fullmatch(r"-?[0-9]{1,7}\.[0-9]{2}", texte, re.ASCII):
        raise FichierIllisible(f"« {texte} » n'est pas un montant (attendu : 123.45).")
    try:
        return Decimal(texte)
    except InvalidOperation as erreur:  # pragma: no cover  # the expression above lets nothing else through
        raise FichierIllisible(texte) from erreur


def lire_jour(texte: str) -> date:
    """AAAA-MM-JJ. Raises `FichierIllisible`."""
    try:
        return date.fromisoformat(texte)
    except ValueError as erreur:
        raise FichierIllisible(f"« {texte} » n'est pas une date (attendu : 2026-11-22).") from erreur


# --- the table ------------------------------------------------------------------------------------


def _ecrire(entete: Sequence[object], lignes: Sequence[Sequence[object]]) -> bytes:
    tampon = StringIO()
    table = csv.writer(tampon, delimiter=";", lineterminator="\n")
    table.writerow(entete)
    table.writerows(lignes)
    table.writerow(["FIN", len(lignes)])
    return tampon.getvalue().encode()


def _lire(octets: bytes, genre: str) -> tuple[list[str], list[list[str]]]:
    """First line and lines of a whole file of this kind. Raises `FichierIncomplet`, `FichierIllisible`."""
    try:
        texte = octets.decode()
    except UnicodeDecodeError as erreur:
        raise FichierIllisible("Le fichier n'est pas du texte UTF-8.") from erreur
    if "\0" in texte:
        raise FichierIllisible("Le fichier contient un caractère interdit (nul).")
    try:
        table: list[list[str]] = [lue for lue in csv.reader(StringIO(texte, newline=""), delimiter=";") if lue]
    except csv.Error as erreur:
        raise FichierIllisible("Le fichier n'est pas un tableau lisible : un guillemet n'est pas fermé ?") from erreur
    if not table or not texte.endswith("\n"):
        raise FichierIncomplet("Le fichier s'arrête avant sa fin.")
    entete, *reste = table
    if entete[:1] != [genre]:
        raise FichierIllisible(f"La première ligne ne commence pas par {genre}.")
    if not LISIBLES.match("".join(entete[1:2])):
        raise FichierIllisible(f"La version « {''.join(entete[1:2])} » du format n'est pas connue.")
    if not reste or reste[-1][0] != "FIN":
        raise FichierIncomplet("Le fichier s'arrête avant sa fin : sa dernière ligne manque.")
    fin, lignes = reste[-1], reste[:-1]
    if fin != ["FIN", str(len(lignes))]:
        raise FichierIncomplet(f"La dernière ligne annonce {''.join(fin[1:2])} lignes, le fichier en a {len(lignes)}.")
    return entete, lignes


def _numero(texte: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", texte, re.ASCII):
        raise FichierIllisible(f"« {texte} » n'est pas un numéro de ligne.")
    return int(texte)


# --- what we deposit ------------------------------------------------------------------------------


def ecrire_depot(depot: Depot) -> bytes:
    """The bytes of a file to deposit: the same each time for the same lines."""
    entete = ("DEPOT", VERSION, depot.nom.flux, depot.nom.structure, depot.nom.horodatage)
    return _ecrire(entete, [(rang, *astuple(ligne)) for rang, ligne in enumerate(depot.lignes, 1)])


def lire_depot(octets: bytes) -> Depot:
    """Raises `FichierIncomplet`, `FichierIllisible`."""
    nom, lignes = lire_lignes(octets)
    lues = []
    for rang, ligne in enumerate(lignes, 1):
        if ligne is None:
            raise FichierIllisible(f"La ligne {rang} n'a pas la forme attendue.")
        lues.append(ligne)
    return Depot(nom, tuple(lues))


def lire_lignes(octets: bytes) -> tuple[Nom, list[Ligne | None]]:
    """What a deposit says of itself and its lines, None for one that isn't of the format.

    Raises `FichierIncomplet`, `FichierIllisible` for the whole file.
    """
    entete, lignes = _lire(octets, "DEPOT")
    if len(entete) != 5 or entete[2] not in LIGNES:
        raise FichierIllisible("La première ligne n'a pas la forme attendue.")
    forme = LIGNES[Flux(entete[2])]
    minimum = sum(champ.default is MISSING for champ in fields(forme))
    bonnes = range(minimum + 1, len(fields(forme)) + 2)
    lues: list[Ligne | None] = [
        forme(*ligne[1:]) if len(ligne) in bonnes and ligne[0] == str(rang) else None
        for rang, ligne in enumerate(lignes, 1)
    ]
    return Nom(Flux(entete[2]), entete[3], entete[4]), lues


def en_fichiers(lignes: Sequence[Ligne]) -> Iterator[list[Ligne]]:
    """Lines by files that keep within both limits, in their order."""
    lot: list[Ligne] = []
    taille = MARGE
    for ligne in lignes:
        octets = len(_ecrire(("",), [(LIGNES_MAX, *astuple(ligne))]))
        if lot and (len(lot) >= LIGNES_MAX - ENTETE_ET_FIN or taille + octets > OCTETS_MAX):
            yield lot
            lot, taille = [], MARGE
        lot.append(ligne)
        taille += octets
    if lot:
        yield lot


# --- what comes back ------------------------------------------------------------------------------


def ecrire_reponse(nom: str, resultats: Sequence[Resultat]) -> bytes:
    """The answer to the file `nom`."""
    return _ecrire(("REPONSE", VERSION, nom), [(r.fichier, r.ligne, r.code) for r in resultats])


def lire_reponse(octets: bytes) -> list[Resultat]:
    """Raises `FichierIncomplet`, `FichierIllisible`."""
    _, lignes = _lire(octets, "REPONSE")
    resultats = []
    for rang, ligne in enumerate(lignes, 1):
        if len(ligne) != 3 or not re.fullmatch(r"[0-9]{4}", ligne[2], re.ASCII):
            raise FichierIllisible(f"La ligne {rang} n'a pas la forme attendue.")
        resultats.append(Resultat(ligne[0], _numero(ligne[1]), ligne[2]))
    return resultats


def ecrire_paiements(structure: str, versements: Sequence[Versement]) -> bytes:
    """What was paid for lines of one structure."""
    lignes = [(v.fichier, v.ligne, v.reference, v.montant, v.paye_le.isoformat()) for v in versements]
    return _ecrire(("PAIEMENTS", VERSION, structure), lignes)


def lire_paiements(octets: bytes) -> list[Versement]:
    """Raises `FichierIncomplet`, `FichierIllisible`."""
    _, lignes = _lire(octets, "PAIEMENTS")
    versements = []
    for rang, ligne in enumerate(lignes, 1):
        if len(ligne) != 5:
            raise FichierIllisible(f"La ligne {rang} n'a pas la forme attendue.")
        fichier, numero, reference, montant, jour = ligne
        versements.append(Versement(fichier, _numero(numero), reference, lire_somme(montant), lire_jour(jour)))
    return versements
