"""The verifier: walks every chain, compares it with the facts, then both with the second place.

Streams: a batch of links at a time, whatever the size of the journal. Runs as imilo_lots while the sealer
and the writers work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from imilo.journal import requetes
from imilo.journal.anomalies import Anomalie, Genre
from imilo.journal.chainage import lire_filigrane
from imilo.journal.chaine import SANS_STRUCTURE, Ligne, cle
from imilo.journal.genres import Registre
from imilo.journal.verification_chaine import Maillon, VerificateurDeChaine
from imilo.journal.verification_sceaux import verifier_les_sceaux
from imilo.socle.perimetre import TOUTES, perimetre

LOT = 2000
ATTENTE_NORMALE = timedelta(minutes=15)  # the sealer passes each minute


@dataclass
class Comptes:
    """What was looked at."""

    faits: int = 0
    consultations: int = 0
    chaines: int = 0
    en_attente: int = 0
    sceaux: int = 0
    points: int = 0
    dernier_sceau: datetime | None = None

    def donnees(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "dernier_sceau": self.dernier_sceau.isoformat() if self.dernier_sceau else None}


@dataclass
class Verification:
    """One verification: iterate over `anomalies()`, then read `comptes`.

    `structure` limits it to the chains of one structure (0: of none). `suivi(n)` is called as links are
    verified.
    """

    structure: int | None = None
    suivi: Callable[[int], None] = lambda _: None
    comptes: Comptes = field(default_factory=Comptes)

    def anomalies(self) -> Iterator[Anomalie]:
        """Every anomaly, as it is found. Reads only, in the perimeter of the batches."""
        with perimetre(TOUTES), connection.cursor() as curseur:
            for registre in Registre:
                yield from self._chaines(curseur, registre)
                yield from self._hors_chaine(curseur, registre)
            yield from verifier_les_sceaux(curseur, cle(), settings.SCEAUX, self.structure, self.comptes)

    def _chaines(self, curseur: Any, registre: Registre) -> Iterator[Anomalie]:
        secret = cle()
        chaine: VerificateurDeChaine | None = None
        for lot in self._lots(curseur, registre):
            for maillon in lot:
                if chaine is None or chaine.structure != maillon.structure:
                    if chaine is not None:
                        yield from chaine.finir()
                    chaine = VerificateurDeChaine(secret, registre, maillon.structure)
                    self.comptes.chaines += 1
                yield from chaine.suivre(maillon)
            self._compter(registre, len(lot))
        if chaine is not None:
            yield from chaine.finir()

    def _compter(self, registre: Registre, nombre: int) -> None:
        if registre is Registre.FAIT:
            self.comptes.faits += nombre
        else:
            self.comptes.consultations += nombre
        self.suivi(nombre)

    def _lots(self, curseur: Any, registre: Registre) -> Iterator[list[Maillon]]:
        requete, apres = requetes.pour(registre, requetes.MAILLONS), (-1, 0)
        while True:
            curseur.execute(requete, [*apres, self.structure, self.structure, LOT])
            lot = curseur.fetchall()
            if not lot:
                return
            apres = (lot[-1][0], lot[-1][1])
            lignes = _lire_lignes(curseur, registre, [(m[2], m[3]) for m in lot])
            yield [Maillon(m[0], m[1], m[2], m[3], bytes(m[4]), lignes.get((m[2], m[3]))) for m in lot]

    def _hors_chaine(self, curseur: Any, registre: Registre) -> Iterator[Anomalie]:
        """Facts that the sealer left behind it without a link, then those that wait their turn."""
        filigrane, systeme = lire_filigrane(curseur, registre)
        curseur.execute(requetes.SYSTEME)
        present = int(curseur.fetchone()[0])
        if systeme is not None and systeme != present:
            yield Anomalie(Genre.RESTAURATION, registre)
        else:
            yield from self._ajoutes(curseur, registre, [str(filigrane.xid), filigrane.fait_id])
        yield from self._en_attente(curseur, registre, [str(filigrane.xid), filigrane.fait_id])

    def _ajoutes(self, curseur: Any, registre: Registre, filigrane: list[Any]) -> Iterator[Anomalie]:
        requete = requetes.pour(registre, requetes.AJOUTES)
        apres: tuple[int, datetime] = (0, datetime.min.replace(tzinfo=UTC))
        while True:
            curseur.execute(requete, [*filigrane, *apres, self.structure, self.structure, LOT])
            lignes = curseur.fetchall()
            curseur.execute(requetes.pour(registre, requetes.REDATES), [[ligne[0] for ligne in lignes]])
            redates = {numero for (numero,) in curseur.fetchall()}
            for fait_id, structure, le in lignes:
                if fait_id in redates:
                    continue
                detail = f"daté du {le.astimezone(UTC):%d/%m/%Y à %H:%M} UTC"
                yield Anomalie(Genre.FAIT_AJOUTE, registre, structure or SANS_STRUCTURE, fait_id=fait_id, detail=detail)
            if len(lignes) < LOT:
                return
            apres = (lignes[-1][0], lignes[-1][2])

    def _en_attente(self, curseur: Any, registre: Registre, filigrane: list[Any]) -> Iterator[Anomalie]:
        requete = requetes.pour(registre, requetes.EN_ATTENTE)
        curseur.execute(requete, [*filigrane, self.structure, self.structure])
        nombre, depuis = curseur.fetchone()
        self.comptes.en_attente += nombre
        if nombre and datetime.now(UTC) - depuis > ATTENTE_NORMALE:
            detail = f"{nombre} dans {registre.table}, la plus ancienne du {depuis.astimezone(UTC):%d/%m/%Y, %H:%M} UTC"
            yield Anomalie(Genre.ATTENTE, registre, detail=detail)


def _lire_lignes(
    curseur: Any, registre: Registre, cles: list[tuple[int, datetime]]
) -> dict[tuple[int, datetime], Ligne]:
    """The facts of these links, by (number, instant of the link); found by number alone when the instant moved."""
    instants = [le for _, le in cles]
    numeros = [numero for numero, _ in cles]
    curseur.execute(requetes.pour(registre, requetes.LIGNES), [numeros, min(instants), max(instants)])
    trouvees = {(ligne[0], ligne[1]): Ligne(*ligne) for ligne in curseur.fetchall()}
    manquent = {numero: le for numero, le in cles if (numero, le) not in trouvees}
    if manquent:
        curseur.execute(requetes.pour(registre, requetes.LIGNES_PAR_NUMERO), [list(manquent)])
        trouvees |= {(ligne[0], manquent[ligne[0]]): Ligne(*ligne) for ligne in curseur.fetchall()}
    return trouvees
