"""The SQL of the sealer and the verifier, per register. Only names of our own tables are put in the text."""

from __future__ import annotations

from imilo.journal.chaine import COLONNES
from imilo.journal.genres import Registre

_COLONNES = ", ".join("f.xid::text" if c == "xid" else f"f.{c}" for c in COLONNES)


def pour(registre: Registre, modele: str) -> str:
    """`modele` with its {table}, {registre}, {colonnes} and {sans_maillon}."""
    sans_maillon = _SANS_MAILLON.format(registre=registre.value)
    return modele.format(table=registre.table, registre=registre.value, colonnes=_COLONNES, sans_maillon=sans_maillon)


# The number and the instant: a row added under a number already taken has no link.
_SANS_MAILLON = """NOT EXISTS (
    SELECT 1 FROM journal_maillon m WHERE m.registre = '{registre}' AND m.fait_id = f.id AND m.fait_le = f.le)"""

SYSTEME = "SELECT system_identifier FROM pg_control_system()"

# --- sealer

# What the second place is told must be on the disk of the database first, even where commits don't wait for it.
VERROU = """
SELECT pg_try_advisory_xact_lock(%s),
       set_config('synchronous_commit', coalesce(nullif(current_setting('synchronous_commit'), 'off'), 'on'), true)
"""
FILIGRANE = "SELECT xid::text, fait_id, systeme FROM journal_filigrane WHERE registre = %s"
AVANCER = """
INSERT INTO journal_filigrane (registre, xid, fait_id, systeme) VALUES (%s, %s::text::xid8, %s, %s)
ON CONFLICT (registre) DO UPDATE SET xid = excluded.xid, fait_id = excluded.fait_id, systeme = excluded.systeme
"""
# Every transaction of this database under this number has ended. One that its locks show in another database of the
# server can write nothing here: it makes nobody wait.
HORIZON = """
SELECT coalesce((
    SELECT min(ouverte) FROM pg_snapshot_xip(photo) ouverte WHERE NOT EXISTS (
        SELECT 1 FROM pg_locks verrou JOIN pg_stat_activity qui USING (pid)
        WHERE verrou.locktype = 'transactionid' AND verrou.transactionid = ouverte::xid AND verrou.granted
        AND verrou.mode = 'ExclusiveLock' AND qui.datname <> current_database())
), pg_snapshot_xmax(photo))::text FROM pg_current_snapshot() photo
"""
A_CHAINER = """
SELECT {colonnes} FROM {table} f
WHERE (f.xid, f.id) > (%s::text::xid8, %s) AND f.xid < %s::text::xid8 AND {sans_maillon}
ORDER BY f.xid, f.id LIMIT %s
"""
# Row-level security hides from the planner how many rows there are: it would sort them all for each batch.
SUIVRE_L_INDEX = """
SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
       set_config('enable_sort', 'off', true)
"""
APRES_RESTAURATION = """
SELECT {colonnes} FROM {table} f
WHERE (f.xid < %s::text::xid8 OR f.xid >= %s::text::xid8) AND {sans_maillon}
ORDER BY f.xid, f.id
"""
TETES = """
SELECT s, m.rang, m.empreinte FROM unnest(%s::bigint[]) s LEFT JOIN LATERAL (
    SELECT rang, empreinte FROM journal_maillon
    WHERE registre = '{registre}' AND structure_id = s ORDER BY rang DESC LIMIT 1) m ON true
"""
COPIE = "COPY journal_maillon (registre, structure_id, rang, fait_id, fait_le, empreinte) FROM STDIN (FORMAT BINARY)"
TYPES_DE_LA_COPIE = ["text", "int8", "int8", "int8", "timestamptz", "bytea"]
# One index probe per chain, however long the chains are.
TOUTES_LES_TETES = """
WITH RECURSIVE chaines AS (
    (SELECT registre, structure_id FROM journal_maillon ORDER BY registre, structure_id LIMIT 1)
    UNION ALL
    SELECT s.registre, s.structure_id FROM chaines c CROSS JOIN LATERAL (
        SELECT registre, structure_id FROM journal_maillon m
        WHERE (m.registre, m.structure_id) > (c.registre, c.structure_id)
        ORDER BY registre, structure_id LIMIT 1) s
)
SELECT c.registre, c.structure_id, t.rang, t.empreinte FROM chaines c CROSS JOIN LATERAL (
    SELECT rang, empreinte FROM journal_maillon m
    WHERE m.registre = c.registre AND m.structure_id = c.structure_id ORDER BY rang DESC LIMIT 1) t
"""
BASE = "SELECT identite::text FROM journal_base"
DERNIER_SCEAU = "SELECT n, empreinte, filigranes::text FROM journal_sceau ORDER BY n DESC LIMIT 1"
NOTER = "INSERT INTO journal_sceau (n, le, fichier, empreinte, filigranes) VALUES (%s, %s, %s, %s, %s::jsonb)"

# --- verifier (a structure of NULL: all of them)

MAILLONS = """
SELECT structure_id, rang, fait_id, fait_le, empreinte FROM journal_maillon
WHERE registre = '{registre}' AND (structure_id, rang) > (%s, %s) AND (%s::bigint IS NULL OR structure_id = %s)
ORDER BY structure_id, rang LIMIT %s
"""
LIGNES = "SELECT {colonnes} FROM {table} f WHERE f.id = ANY(%s) AND f.le BETWEEN %s AND %s"
LIGNES_PAR_NUMERO = "SELECT {colonnes} FROM {table} f WHERE f.id = ANY(%s)"
AJOUTES = """
SELECT f.id, f.structure_id, f.le FROM {table} f
WHERE (f.xid, f.id) <= (%s::text::xid8, %s) AND (f.id, f.le) > (%s, %s)
AND (%s::bigint IS NULL OR coalesce(f.structure_id, 0) = %s) AND {sans_maillon}
ORDER BY f.id, f.le LIMIT %s
"""
# A fact whose instant was changed still has a link by its number, and was told as changed: that isn't one added.
REDATES = """
SELECT m.fait_id FROM journal_maillon m
WHERE m.registre = '{registre}' AND m.fait_id = ANY(%s)
AND NOT EXISTS (SELECT 1 FROM {table} f WHERE f.id = m.fait_id AND f.le = m.fait_le)
"""
EN_ATTENTE = """
SELECT count(*), min(f.le) FROM {table} f
WHERE (f.xid, f.id) > (%s::text::xid8, %s) AND (%s::bigint IS NULL OR coalesce(f.structure_id, 0) = %s)
"""
SCEAU_ET_DERNIER = """
SELECT (SELECT empreinte FROM journal_sceau WHERE n = %s), (SELECT coalesce(max(n), 0) FROM journal_sceau)
"""
FICHIER_DU_SCEAU = "SELECT fichier FROM journal_sceau WHERE n = %s"
DERNIER_N = "SELECT coalesce(max(n), 0) FROM journal_sceau"
POINTS = """
SELECT m.empreinte
FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY p (registre, structure_id, rang, ordre)
LEFT JOIN journal_maillon m USING (registre, structure_id, rang) ORDER BY p.ordre
"""
