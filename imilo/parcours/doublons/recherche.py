"""Looking for likely doubles: the whole country each night, or one structure on demand.

PostgreSQL brings together, by keys and in sets, those who share enough; the engine of the counter judges each pair;
what was decided stays decided, and what isn't likely any more leaves the queue.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.jeunes.doublons import Personne, Verdict, juger
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Sexe
from imilo.journal.services import consigner
from imilo.parcours.doublons.models import Paire
from imilo.socle.chiffrement import dechiffrer
from imilo.socle.perimetre import TOUTES, perimetre

VERROU = 0x1D056
LOT = 5_000
TABLE = """
CREATE TEMPORARY TABLE doublons_trouves (
    a bigint, b bigint, verdict text, force int, PRIMARY KEY (a, b)
) ON COMMIT DROP
"""
GARDER = """
INSERT INTO doublons_trouves SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::int[])
ON CONFLICT (a, b) DO UPDATE SET verdict = EXCLUDED.verdict, force = EXCLUDED.force
    WHERE doublons_trouves.force < EXCLUDED.force
"""
# Two persons with a dossier each in one structure are first for that structure to merge.
ECRIRE = """
WITH p AS (
    SELECT t.*, x.id AS dossier_a, x.structure_id AS chez_a, y.id AS dossier_b, y.structure_id AS chez_b,
        bool_or(x.structure_id = y.structure_id) OVER (PARTITION BY t.a, t.b) AS ensemble
    FROM doublons_trouves t
    JOIN dossiers_dossier x ON x.jeune_id = t.a
    JOIN dossiers_dossier y ON y.jeune_id = t.b
), lignes AS (
    SELECT least(dossier_a, dossier_b) AS dossier, chez_a AS chez, greatest(dossier_a, dossier_b) AS autre,
        chez_b AS ailleurs, verdict, force FROM p WHERE chez_a = chez_b
    UNION ALL
    SELECT dossier_a, chez_a, dossier_b, chez_b, verdict, force FROM p WHERE NOT ensemble
    UNION ALL
    SELECT dossier_b, chez_b, dossier_a, chez_a, verdict, force FROM p WHERE NOT ensemble
)
INSERT INTO doublons_paire (cree_le, modifie_le, dossier_id, structure_id, autre, autre_structure_id, verdict, force,
    origine, etat, vue_le, mot, mot_recu)
SELECT %(le)s, %(le)s, dossier, chez, autre, ailleurs, verdict, force, 'recherche', 'a_decider', %(le)s, '', ''
FROM lignes WHERE NOT doublons_deja_dit(dossier, autre)
ON CONFLICT (dossier_id, autre) DO UPDATE
    SET verdict = EXCLUDED.verdict, force = EXCLUDED.force, vue_le = EXCLUDED.vue_le
    WHERE doublons_paire.etat = 'a_decider'
"""


class Occupe(Exception):
    """Another search is under way."""


@dataclass(frozen=True)
class Bilan:
    """`candidats`: pairs that share enough to be judged; `probables`: those that may be one person; `file`: rows to
    decide in the queues afterwards; `retirees`: rows that left them."""

    candidats: int
    probables: int
    retirees: int
    file: int
    secondes: float

    def donnees(self) -> dict[str, Any]:
        return asdict(self)


def chercher(structure: Structure | None = None, *, avancer: Callable[[str], None] = lambda _: None) -> Bilan:
    """Fill the queues of doubles (of one structure, or of the country). Runs as imilo_lots. Fact `doublons.cherches`.

    Raises `Occupe` when another search is under way.
    """
    debut, le = time.monotonic(), timezone.now()
    with transaction.atomic(), perimetre(TOUTES), connection.cursor() as curseur:
        curseur.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [VERROU])
        if not curseur.fetchone()[0]:
            raise Occupe
        curseur.execute(TABLE)
        candidats = _juger_tout(structure.pk if structure else None, avancer)
        avancer("Mise à jour des files")
        curseur.execute("SELECT count(*) FROM doublons_trouves")
        probables = int(curseur.fetchone()[0])
        curseur.execute(ECRIRE, {"le": le})
        a_decider = Paire.objects.filter(etat="a_decider")
        perimees = a_decider.filter(origine="recherche", vue_le__lt=le)
        retirees = (perimees.filter(structure=structure) if structure else perimees).delete()[0]
        file = (a_decider.filter(structure=structure) if structure else a_decider).count()
        consigner(None, "doublons.cherches", structure=structure, probables=probables, file=file)
    return Bilan(candidats, probables, retirees, file, round(time.monotonic() - debut, 1))


def _juger_tout(structure_id: int | None, avancer: Callable[[str], None]) -> int:
    """Judge what PostgreSQL brings together, by years of birth then by numbers. Returns how many pairs."""
    avancer("Numéros de sécurité sociale et téléphones")
    total = _juger("SELECT * FROM doublons_candidats_par_numero(%s)", [structure_id])
    for annee in _annees():
        avancer(f"Nés en {annee}")
        total += _juger("SELECT * FROM doublons_candidats_nes_en(%s, %s)", [annee, structure_id])
    return total


def _annees() -> list[int]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT DISTINCT extract(year FROM naissance)::int FROM jeunes_jeune ORDER BY 1")
        return [ligne[0] for ligne in curseur.fetchall()]


def _juger(requete: str, parametres: list[int | None]) -> int:
    total = 0
    with connection.chunked_cursor() as lecture, connection.cursor() as ecriture:
        lecture.execute(requete, parametres)
        while lot := lecture.fetchmany(LOT):
            total += len(lot)
            if gardes := list(_probables(lot)):
                ecriture.execute(GARDER, [list(colonne) for colonne in zip(*gardes, strict=True)])
    return total


def _probables(lignes: list[tuple[Any, ...]]) -> Iterator[tuple[int, int, str, int]]:
    for a, nom, usage, prenom, autres, sexe, ne_le, precision, nir, b, *autre, meme, differe, telephone in lignes:
        identite = Identite(
            nom_naissance=nom,
            nom_usage=usage,
            prenom=prenom,
            autres_prenoms=autres,
            sexe=sexe,
            naissance=ne_le,
            naissance_precision=precision,
            nir="" if nir is None else dechiffrer(bytes(nir), "jeunes_jeune.nir"),
        )
        jugement = juger(identite, _personne(b, autre, sexe, meme, differe, telephone))
        if jugement.verdict != Verdict.AUTRE:
            yield a, b, jugement.verdict.value, jugement.force


def _personne(  # noqa: PLR0917  # the columns of a candidate, in their order
    jeune_id: int, colonnes: list[Any], sexe: str, meme_nir: bool, autre_nir: bool, meme_telephone: bool
) -> Personne:
    nom, usage, prenom, autres, son_sexe, ne_le, precision = colonnes
    naissance: date = ne_le
    return Personne(
        jeune_id=jeune_id,
        dossier_id=None,
        ici=False,
        structure_id=0,
        structure_nom="",
        structure_telephone="",
        nom_naissance=nom,
        nom_usage=usage,
        prenom=prenom,
        autres_prenoms=autres,
        naissance=naissance,
        precision=precision,
        meme_sexe=sexe == son_sexe,
        meme_nir=meme_nir,
        meme_telephone=meme_telephone,
        autre_nir=autre_nir,
        autre_sexe={sexe, son_sexe} == {Sexe.FEMME, Sexe.HOMME},
    )
