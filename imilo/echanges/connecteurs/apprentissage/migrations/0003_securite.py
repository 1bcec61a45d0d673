"""Who reads what of the apprentices: an establishment its own, a structure those handed over to it, nobody else."""

from django.db import migrations

from imilo.socle.rls import DANS_LE_PERIMETRE, LOTS_DANS_LE_PERIMETRE, STRUCTURE_COURANTE, politiques

# NULLIF: no establishment is no row, never an error.
SIENS = """organisme_id IN (
    SELECT o.id FROM apprentissage_organisme o
    WHERE NULLIF(current_setting('imilo.organisme', true), '')::bigint IN (o.id, o.responsable_id))"""


def proteger(table: str, *, app: str, lots: str) -> migrations.RunSQL:
    return migrations.RunSQL(politiques(table, app=app, lots=lots), reverse_sql=migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("apprentissage", "0002_liens"), ("arrivees", "0002_securite")]
    operations = [
        # A structure never reads the apprentices: what it needs of those handed over is in its arrivals.
        proteger("apprentissage_dossierapprenant", app=SIENS, lots=f"({STRUCTURE_COURANTE} = '*' OR {SIENS})"),
        *(
            proteger(table, app=f"({DANS_LE_PERIMETRE} OR {SIENS})", lots=f"({LOTS_DANS_LE_PERIMETRE} OR {SIENS})")
            for table in ("apprentissage_transmission", "apprentissage_suite")
        ),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON apprentissage_suite FROM imilo_app;", reverse_sql=migrations.RunSQL.noop
        ),
    ]
