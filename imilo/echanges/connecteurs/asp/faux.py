"""A paying agency of our own for the demonstration and the tests: it reads `depot`, answers and pays in `retrait`.

It keeps its own ledger (SQLite) beside both folders, as the agency keeps its own, knows nothing of our database, and
misbehaves on request (`Consignes`). No Django. What it refuses is only plausible: the agency's rules aren't public.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from stdnum import iban

from imilo.droit.delais import mois_plus, premier_jour_du_mois_ecrit
from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.codes import ACCEPTE, code
from imilo.echanges.connecteurs.asp.faux_registre import (
    REGISTRE,
    acceptee,
    chevauche,
    deja_verse,
    plafond_de_l_annee,
    tenu,
)
from imilo.echanges.connecteurs.asp.messages import (
    DEPOT,
    EN_COURS,
    RETRAIT,
    Flux,
    Ligne,
    LigneAllocation,
    LigneAvenant,
    LigneContrat,
    Nom,
    Resultat,
    Versement,
)

MONTANT_MAX = Decimal(5000)  # beyond, no month of any allowance
MOIS_AVANT_PAIEMENT, JOUR_DE_PAIEMENT = 2, 5
FERME = ".ferme"
ILLISIBLE = "9002"


@dataclass
class Consignes:
    """How it is to behave, read from `consignes.json` at each pass.

    `rejets`: codes by reference (whole or beginning), each used as often as said, -1 always. `retard`: days before an
    answer. `deux_fois`: each file is published again once we have removed it. `tronquer`: a file is first published
    cut. `fermee`: both folders are out of reach. `aussitot`: pays at once instead of two months later.
    """

    rejets: dict[str, tuple[str, int]] = field(default_factory=dict)
    retard: int = 0
    deux_fois: bool = False
    tronquer: bool = False
    fermee: bool = False
    aussitot: bool = False

    @classmethod
    def lues(cls, chemin: Path) -> Consignes:
        try:
            dites = json.loads(chemin.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        dites["rejets"] = {cle: (str(c), int(n)) for cle, (c, n) in dites.get("rejets", {}).items()}
        return cls(**dites)

    def ecrire(self, chemin: Path) -> None:
        chemin.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")


@dataclass(frozen=True)
class Passage:
    """What one pass did: files read, lines accepted and rejected, lines paid, files published."""

    fichiers: int = 0
    acceptees: int = 0
    rejetees: int = 0
    payees: int = 0
    publies: int = 0


class FausseAsp:
    """One agency, in the folder `base`."""

    def __init__(self, base: Path) -> None:
        self.base, self.depot, self.retrait = base, base / DEPOT, base / RETRAIT
        self.chemin_des_consignes = base / "consignes.json"
        for dossier in (self.depot, self.retrait):
            if not dossier.with_name(dossier.name + FERME).exists():
                dossier.mkdir(parents=True, exist_ok=True)
        with self._registre() as registre:
            registre.executescript(REGISTRE)

    @contextmanager
    def _registre(self) -> Iterator[sqlite3.Connection]:
        """The ledger; one transaction."""
        with closing(sqlite3.connect(self.base / "registre.sqlite", timeout=20)) as registre, registre:
            yield registre

    # --- one pass ---------------------------------------------------------------------------------

    def passer(self, maintenant: datetime | None = None) -> Passage:
        """Read what was deposited, answer, pay what is due. `maintenant` is aware; now by default."""
        maintenant = (maintenant or datetime.now(UTC)).astimezone(UTC)
        consignes = Consignes.lues(self.chemin_des_consignes)
        self._portes(fermees=consignes.fermee)
        if consignes.fermee:
            return Passage()
        fichiers = acceptees = rejetees = 0
        for chemin in sorted(self.depot.glob("*.csv"), key=lambda c: (c.name.startswith(Flux.ALLOCATIONS), c.name)):
            lus = self._recevoir(chemin, maintenant.date(), consignes)
            if lus is not None:
                fichiers += 1
                acceptees += sum(code(r.code).accepte for r in lus)
                rejetees += sum(not code(r.code).accepte for r in lus)
        payees = self._payer(maintenant, consignes)
        return Passage(fichiers, acceptees, rejetees, payees, self._publier(consignes))

    def _portes(self, *, fermees: bool) -> None:
        for dossier in (self.depot, self.retrait):
            a_cote = dossier.with_name(dossier.name + FERME)
            if fermees and dossier.exists():
                dossier.rename(a_cote)
            elif not fermees and a_cote.exists():
                a_cote.rename(dossier)

    # --- receiving --------------------------------------------------------------------------------

    def _recevoir(self, chemin: Path, le: date, consignes: Consignes) -> list[Resultat] | None:
        """Answer one file; None while it waits. The same file once more gets the same answer, and counts once."""
        octets, nom = chemin.read_bytes(), chemin.name
        empreinte = sha256(octets).hexdigest()
        with self._registre() as registre:
            connu = registre.execute("SELECT sha256, recu_le, repondu FROM fichiers WHERE nom = ?", [nom]).fetchone()
            if connu is None:
                registre.execute(
                    "INSERT INTO fichiers (nom, sha256, recu_le) VALUES (?, ?, ?)", [nom, empreinte, le.isoformat()]
                )
                connu = (empreinte, le.isoformat(), 0)
            if date.fromisoformat(connu[1]) + timedelta(days=consignes.retard) > le:
                return None
            if connu[0] != empreinte:
                resultats = [Resultat(nom, 0, "9003")]
            elif connu[2]:
                resultats = self._deja_dits(registre, nom)
            else:
                resultats = self._juger(registre, nom, octets, consignes)
            registre.execute("UPDATE fichiers SET repondu = 1 WHERE nom = ?", [nom])
            self._sortir(registre, messages.nom_de_la_reponse(nom), messages.ecrire_reponse(nom, resultats), consignes)
        if consignes.rejets:
            consignes.ecrire(self.chemin_des_consignes)
        chemin.unlink()
        return resultats

    def _deja_dits(self, registre: sqlite3.Connection, nom: str) -> list[Resultat]:
        lignes = registre.execute("SELECT numero, code FROM lignes WHERE fichier = ? ORDER BY 1", [nom])
        return [Resultat(nom, numero, dit) for numero, dit in lignes] or [Resultat(nom, 0, "9001")]

    def _juger(self, registre: sqlite3.Connection, nom: str, octets: bytes, consignes: Consignes) -> list[Resultat]:
        try:
            lu, lignes = messages.lire_lignes(octets)
        except messages.FichierIllisible:
            return [Resultat(nom, 0, "9001")]
        resultats = []
        for numero, ligne in enumerate(lignes, 1):
            dit = _impose(consignes, ligne.reference) if ligne else ILLISIBLE
            if ligne and not dit:
                dit = self._juger_la_ligne(registre, ligne)
            resultats.append(Resultat(nom, numero, dit))
            self._inscrire(registre, resultats[-1], lu, ligne)
        return resultats

    def _juger_la_ligne(self, registre: sqlite3.Connection, ligne: Ligne) -> str:
        """Its code. A field that isn't what the format says makes this line unreadable, not the others."""
        try:
            if isinstance(ligne, LigneContrat):
                return self._contrat(registre, ligne)
            if isinstance(ligne, LigneAvenant):
                return self._avenant(registre, ligne)
            return self._allocation(registre, ligne)
        except ValueError:
            return ILLISIBLE

    def _contrat(self, registre: sqlite3.Connection, ligne: LigneContrat) -> str:
        if acceptee(registre, ligne.reference):
            return "2001"
        if not ligne.nom or not ligne.naissance:
            return "1101"
        if ligne.nir and len(ligne.nir) != 15:
            return "1102"
        debut, fin = messages.lire_jour(ligne.debut), messages.lire_jour(ligne.fin)
        if not 15 <= debut.year - messages.lire_jour(ligne.naissance).year <= 31:
            return "1103"
        if fin < debut:
            return "2003"
        return "2002" if chevauche(registre, ligne.reference, ligne.nir, ligne.debut, ligne.fin) else ACCEPTE

    def _avenant(self, registre: sqlite3.Connection, ligne: LigneAvenant) -> str:
        if acceptee(registre, ligne.reference):
            return "2101"
        connu = tenu(registre, ligne.contrat)
        if connu is None:
            return "3001"
        if ligne.nature == "F":
            if messages.lire_jour(ligne.au).isoformat() < connu.debut:
                return "2102"
            return "2002" if chevauche(registre, ligne.contrat, connu.nir, connu.debut, ligne.au) else ACCEPTE
        du, au = messages.lire_jour(ligne.du), ligne.au and messages.lire_jour(ligne.au).isoformat()
        if not connu.debut <= du.isoformat() <= connu.fin or (au and au < ligne.du):
            return "2102"
        return ACCEPTE

    def _allocation(self, registre: sqlite3.Connection, ligne: LigneAllocation) -> str:
        premier_jour_du_mois_ecrit(ligne.mois)
        if acceptee(registre, ligne.reference):
            return "3002"
        if not iban.is_valid(ligne.iban):
            return "1001"
        connu = tenu(registre, ligne.contrat)
        if connu is None:
            return "3001"
        if connu.cadre and (ligne.nature == "P") != (connu.cadre == "PACEA"):
            return "3006"
        premiere = registre.execute(
            "SELECT 1 FROM lignes WHERE contrat = ? AND mois = ? AND nature = 'I' AND code = '0000'",
            [ligne.contrat, ligne.mois],
        ).fetchone()
        # A month that it took before it knew the end is still put right.
        if not connu.debut[:7] <= ligne.mois <= connu.fin[:7] and not (ligne.nature == "R" and premiere):
            return "3003"
        if not 0 < abs(ligne.somme) <= MONTANT_MAX:
            return "3004"
        if ligne.nature == "P":
            verse = deja_verse(registre, ligne.contrat, connu.nir, ligne.mois[:4])
            return "3007" if verse + ligne.somme > plafond_de_l_annee(ligne.mois) else ACCEPTE
        return "3005" if ligne.nature == "I" and premiere else ACCEPTE

    def _inscrire(self, registre: sqlite3.Connection, ou: Resultat, nom: Nom, ligne: Ligne | None) -> None:
        valeurs: list[object] = [ou.fichier, ou.ligne, str(nom.flux), nom.structure, ligne.reference if ligne else ""]
        if ligne is None:
            valeurs += [""] * 7
        elif isinstance(ligne, LigneContrat):
            valeurs += [ligne.reference, "", ligne.cadre, "", ligne.nir, ligne.debut, ligne.fin]
        elif isinstance(ligne, LigneAvenant):
            valeurs += [ligne.contrat, "", ligne.nature, "", "", ligne.du, ligne.au]
        else:
            valeurs += [ligne.contrat, ligne.mois, ligne.nature, ligne.montant, "", "", ""]
        registre.execute("INSERT INTO lignes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,NULL)", [*valeurs, ou.code])

    # --- paying -----------------------------------------------------------------------------------

    def _payer(self, maintenant: datetime, consignes: Consignes) -> int:
        """Pay each line accepted whose day has come; how many."""
        le, payees = maintenant.date(), 0
        with self._registre() as registre:
            dues: dict[str, list[Versement]] = {}
            for structure, fichier, numero, reference, montant, mois in registre.execute(
                "SELECT structure, fichier, numero, reference, montant, mois FROM lignes "
                "WHERE flux = 'ALL' AND code = '0000' AND paye_le IS NULL ORDER BY fichier, numero"
            ):
                if consignes.aussitot or _du_le(mois) <= le:
                    versement = Versement(fichier, numero, reference, Decimal(montant), le)
                    dues.setdefault(structure, []).append(versement)
            for structure, versements in dues.items():
                for lot in _lots(versements):
                    nom = self._nom_libre(registre, structure, maintenant)
                    self._sortir(registre, nom, messages.ecrire_paiements(structure, lot), consignes)
                    registre.executemany(
                        "UPDATE lignes SET paye_le = ? WHERE fichier = ? AND numero = ?",
                        [(le.isoformat(), v.fichier, v.ligne) for v in lot],
                    )
                    payees += len(lot)
        return payees

    def _nom_libre(self, registre: sqlite3.Connection, structure: str, maintenant: datetime) -> str:
        for secondes in range(100_000):
            nom = str(Nom.a(Flux.PAIEMENTS, structure, maintenant + timedelta(seconds=secondes)))
            if registre.execute("SELECT 1 FROM sorties WHERE nom = ?", [nom]).fetchone() is None:
                return nom
        raise RuntimeError("no free second for a file of payments")

    # --- publishing -------------------------------------------------------------------------------

    def _sortir(self, registre: sqlite3.Connection, nom: str, octets: bytes, consignes: Consignes) -> None:
        registre.execute(
            "INSERT INTO sorties (nom, octets, publications) VALUES (?, ?, ?) "
            "ON CONFLICT (nom) DO UPDATE SET octets = excluded.octets, publications = sorties.publications + 1",
            [nom, octets, 2 if consignes.deux_fois else 1],
        )

    def _publier(self, consignes: Consignes) -> int:
        """Put in `retrait` what is to be read there, once what bore that name was removed."""
        publies = 0
        with self._registre() as registre:
            for nom, octets, tronquee in registre.execute(
                "SELECT nom, octets, tronquee FROM sorties WHERE publications > 0 ORDER BY nom"
            ).fetchall():
                cible = self.retrait / nom
                couper = consignes.tronquer and not tronquee
                if cible.exists() and not tronquee:
                    continue  # not removed yet
                ecrire(cible, octets[: len(octets) // 2] if couper else octets)
                publies += 1
                registre.execute(
                    "UPDATE sorties SET publications = publications - ?, tronquee = ? WHERE nom = ?",
                    [0 if couper else 1, int(couper), nom],
                )
        return publies

    def contrat(self, reference: str) -> tuple[str, str] | None:
        """(first day, last day) of a contract as it holds it, ISO dates; for the tests."""
        with self._registre() as registre:
            connu = tenu(registre, reference)
        return (connu.debut, connu.fin) if connu else None

    def lignes(self) -> list[tuple[str, str, str, str | None]]:
        """(reference, amount, code, day paid) of every line of the ledger, for the tests."""
        with self._registre() as registre:
            return registre.execute(
                "SELECT reference, montant, code, paye_le FROM lignes ORDER BY 1, fichier"
            ).fetchall()


def ecrire(cible: Path, octets: bytes) -> None:
    """The file appears whole."""
    provisoire = cible.with_name(cible.name + EN_COURS)
    provisoire.write_bytes(octets)
    provisoire.replace(cible)


def _impose(consignes: Consignes, reference: str) -> str:
    """The code that was asked for this reference, if any; one use less."""
    for debut, (dit, fois) in consignes.rejets.items():
        if reference.startswith(debut) and fois:
            consignes.rejets[debut] = (dit, fois - 1 if fois > 0 else fois)
            return dit
    return ""


def _du_le(mois: str) -> date:
    """The day a month is paid: the fifth of the second month after it."""
    return mois_plus(premier_jour_du_mois_ecrit(mois), MOIS_AVANT_PAIEMENT).replace(day=JOUR_DE_PAIEMENT)


def _lots(versements: list[Versement]) -> Iterable[list[Versement]]:
    taille = messages.LIGNES_MAX - messages.ENTETE_ET_FIN
    return (versements[i : i + taille] for i in range(0, len(versements), taille))
