"""Migration operations of row-level security: what each role may read and write, in the database itself.

Policies repeat what selectors do in Python, so that a forgotten filter shows nothing instead of everything.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.migrations.operations import RunSQL

# NULLIF: no perimeter is no row, never an error.
STRUCTURE_COURANTE = "NULLIF(current_setting('imilo.structure', true), '')"
DANS_LE_PERIMETRE = f"structure_id = {STRUCTURE_COURANTE}::bigint"
LOTS_DANS_LE_PERIMETRE = f"({STRUCTURE_COURANTE} = '*' OR structure_id::text = {STRUCTURE_COURANTE})"
# The owner reads through SECURITY DEFINER functions only: there, and nowhere else, who runs isn't who signed in,
# which nobody can pretend. In a session of its own (a migration that changes rows), it says so by the setting,
# which opens nothing to another role: this policy is the owner's.
FONCTION_ETROITE = "(session_user <> current_user OR current_setting('imilo.annuaire', true) = 'on')"


def _restreindre(table: str) -> str:
    """Restrictions to named people and to one dossier close this table too, once their applications are there."""
    return f"""
    DO $restreindre$ BEGIN
        IF to_regprocedure('acces_restreindre(regclass)') IS NOT NULL THEN
            PERFORM acces_restreindre('{table}'::regclass);
        END IF;
        IF to_regprocedure('liens_restreindre(regclass)') IS NOT NULL THEN
            PERFORM liens_restreindre('{table}'::regclass);
        END IF;
    END $restreindre$;
    """


def _forcer(table: str) -> str:
    return f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"


def politiques(table: str, *, app: str, lots: str) -> str:
    """SQL of the three policies of `table`: conditions in SQL for imilo_app and imilo_lots."""
    return f"""
    {_forcer(table)}
    CREATE POLICY app ON {table} TO imilo_app USING ({app}) WITH CHECK ({app});
    CREATE POLICY lots ON {table} TO imilo_lots USING ({lots}) WITH CHECK ({lots});
    CREATE POLICY proprietaire ON {table} TO CURRENT_USER USING ({FONCTION_ETROITE}) WITH CHECK ({FONCTION_ETROITE});
    {_restreindre(table)}
    """


class ProtegerTable(RunSQL):
    """Put a table bound to a dossier (columns `structure_id`, `dossier_id`) under forced row-level security.

    With `dossier=True` the pair (dossier, structure) must exist in `dossiers_dossier`: a row can't claim
    another structure than its dossier's.
    """

    def __init__(self, table: str, *, dossier: bool = True) -> None:
        self.table, self.dossier = table, dossier
        sql = politiques(table, app=DANS_LE_PERIMETRE, lots=LOTS_DANS_LE_PERIMETRE)
        if dossier:
            sql += f"""
            ALTER TABLE {table} ADD CONSTRAINT {table}_structure_du_dossier
                FOREIGN KEY (dossier_id, structure_id) REFERENCES dossiers_dossier (id, structure_id)
                ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
            """
        super().__init__(sql, reverse_sql=RunSQL.noop)

    def deconstruct(self) -> tuple[str, Sequence[object], dict[str, object]]:
        return (self.__class__.__name__, [self.table], {"dossier": self.dossier})


class ProtegerHistorique(RunSQL):
    """The same for a table of events: rows can be added and read in the perimeter, never changed."""

    def __init__(self, table: str, *, app: str = DANS_LE_PERIMETRE, lots: str = LOTS_DANS_LE_PERIMETRE) -> None:
        sql = politiques(table, app=app, lots=lots)
        sql += f"REVOKE UPDATE, DELETE ON {table} FROM imilo_app;"
        super().__init__(sql, reverse_sql=RunSQL.noop)


class LectureSeule(RunSQL):
    """A national table that nobody but the owner and batches writes: code lists, communes."""

    def __init__(self, *tables: str) -> None:
        sql = "".join(f"REVOKE INSERT, UPDATE, DELETE ON {t} FROM imilo_app;" for t in tables)
        super().__init__(sql, reverse_sql=RunSQL.noop)
