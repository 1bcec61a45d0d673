"""The sealer: chains what is behind the writers, then seals the heads of the chains to the second place.

The database commits first, the file follows. A crash in between leaves a database ahead of its file: the
next pass sees it (the last seal doesn't tell where the chains started from) and writes every head.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from imilo.journal import requetes, second_lieu
from imilo.journal.chainage import LOT, Filigrane, Passe, chainer, lire_filigrane, prendre_le_verrou
from imilo.journal.chaine import ORIGINE, Tete, cle
from imilo.journal.genres import Registre
from imilo.journal.second_lieu import Sceau, SecondLieuInattendu
from imilo.socle.perimetre import TOUTES, perimetre

journal = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bilan:
    """What a pass did: facts chained, heads written, number of the seal (None: nothing to tell)."""

    chaines: int
    tetes: int
    sceau: int | None


@dataclass(frozen=True)
class Depose:
    """The last line that the database knows of."""

    n: int
    empreinte: bytes
    filigranes: dict[str, list[int]]


RIEN = Depose(0, ORIGINE, {})


def sceller(lot: int = LOT) -> Bilan:
    """One pass: chain, then seal. Raises `Occupe` (another is at work) and `SecondLieuInattendu`."""
    passe = chainer(lot)
    sceau = deposer(passe)
    return Bilan(passe.chaines, len(sceau.tetes) if sceau else 0, sceau.n if sceau else None)


def deposer(passe: Passe, *, maintenant: datetime | None = None) -> Sceau | None:
    """Write the line of this pass to the second place; None when the last one tells everything already."""
    secret, dossier = cle(), settings.SCEAUX
    with perimetre(TOUTES), connection.cursor() as curseur:
        prendre_le_verrou(curseur)
        base = lire_base(curseur)
        en_base = _dernier_depose(curseur)
        au_loin = second_lieu.derniere(secret, dossier)
        en_base = _rapprocher(curseur, en_base, au_loin, base)
        le = maintenant or datetime.now(UTC)
        if au_loin is not None:
            le = max(le, au_loin.le)  # a clock set back must not put a line in a file already followed
        filigranes = {r.value: list(lire_filigrane(curseur, r)[0]) for r in Registre}
        nouveau_jour = not (dossier / second_lieu.nom_du_jour(le)).exists()
        if en_base.filigranes == filigranes and not nouveau_jour and _suit(en_base, au_loin):
            return None
        toutes = nouveau_jour or not _suit(en_base, au_loin) or not _continue(passe, en_base.filigranes, filigranes)
        n, precedente = _suite(en_base, au_loin)
        sceau, octets = second_lieu.composer(
            secret,
            n=n,
            le=le,
            base=base,
            toutes=toutes,
            filigranes=filigranes,
            tetes=toutes_les_tetes(curseur) if toutes else passe.tetes,
            precedente=precedente,
        )
        second_lieu.ajouter(dossier, sceau.fichier, octets)
        _noter(curseur, sceau)
        return sceau


def lire_base(curseur: Any) -> str:
    """The identity of this database, which each line of the second place bears."""
    curseur.execute(requetes.BASE)
    return str(curseur.fetchone()[0])


def _dernier_depose(curseur: Any) -> Depose:
    curseur.execute(requetes.DERNIER_SCEAU)
    ligne = curseur.fetchone()
    if ligne is None:
        return RIEN
    return Depose(ligne[0], bytes(ligne[1]), json.loads(ligne[2]))


def _noter(curseur: Any, sceau: Sceau) -> None:
    valeurs = [sceau.n, sceau.le, sceau.fichier, sceau.empreinte, json.dumps(sceau.filigranes)]
    curseur.execute(requetes.NOTER, valeurs)


def _rapprocher(curseur: Any, en_base: Depose, au_loin: Sceau | None, base: str) -> Depose:
    """Take in a line that was written just before a crash; complain when the two places part."""
    if au_loin is not None and au_loin.base != base:
        raise SecondLieuInattendu(
            f"Le dossier {settings.SCEAUX} scelle une autre base de données. Si celle-ci a été recréée exprès, "
            "déplacez ce dossier et gardez-le ; sinon, rétablissez la bonne base."
        )
    if au_loin is not None and au_loin.n == en_base.n + 1 and au_loin.precedente == en_base.empreinte:
        _noter(curseur, au_loin)
        return Depose(au_loin.n, au_loin.empreinte, au_loin.filigranes)
    if not _suit(en_base, au_loin):
        journal.error(
            "Le second lieu (%s) s'arrête au sceau %s et la base au sceau %s : lancez « imilo journal verifier ».",
            settings.SCEAUX,
            au_loin.n if au_loin else 0,
            en_base.n,
        )
    return en_base


def _suit(en_base: Depose, au_loin: Sceau | None) -> bool:
    """Whether both places end with the same line."""
    if au_loin is None:
        return en_base.n == 0
    return au_loin.n == en_base.n and au_loin.empreinte == en_base.empreinte


def _suite(en_base: Depose, au_loin: Sceau | None) -> tuple[int, bytes]:
    """The number of the next line and what it follows: the place that went furthest."""
    if au_loin is not None and au_loin.n > en_base.n:
        return au_loin.n + 1, au_loin.empreinte
    return en_base.n + 1, en_base.empreinte


def _continue(passe: Passe, scelles: dict[str, list[int]], atteints: dict[str, list[int]]) -> bool:
    """Whether the heads of this pass are all that changed since the last seal."""

    def en_texte(filigranes: dict[Registre, Filigrane]) -> dict[str, list[int]]:
        return {r.value: list(f) for r, f in filigranes.items()}

    return passe.seule and en_texte(passe.depart) == scelles and en_texte(passe.arrivee) == atteints


def toutes_les_tetes(curseur: Any) -> dict[tuple[Registre, int], Tete]:
    """The last link of every chain."""
    curseur.execute(requetes.TOUTES_LES_TETES)
    return {(Registre(r), s): Tete(rang, bytes(e)) for r, s, rang, e in curseur.fetchall()}
