"""Row-level security of the dossier, of what is bound to it, and of the person seen through it."""

from django.db import migrations

from imilo.socle.rls import FONCTION_ETROITE, STRUCTURE_COURANTE, ProtegerHistorique, ProtegerTable

# The subquery is itself under the policies of dossiers_dossier: it finds dossiers of the perimeter only.
PERSONNE = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY lecture ON {table} FOR SELECT TO imilo_app, imilo_lots
    USING (EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = {table}.id));
CREATE POLICY creation ON {table} FOR INSERT TO imilo_app, imilo_lots WITH CHECK ({courante} IS NOT NULL);
CREATE POLICY modification ON {table} FOR UPDATE TO imilo_app, imilo_lots
    USING (EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = {table}.id));
CREATE POLICY suppression ON {table} FOR DELETE TO imilo_lots USING ({courante} = '*');
CREATE POLICY proprietaire ON {table} TO CURRENT_USER USING ({etroite}) WITH CHECK ({etroite});
"""


def personne(table: str) -> migrations.RunSQL:
    sql = PERSONNE.format(table=table, courante=STRUCTURE_COURANTE, etroite=FONCTION_ETROITE)
    return migrations.RunSQL(sql, reverse_sql=migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("jeunes", "0002_sequence")]
    operations = [
        migrations.RunSQL(
            # The first numbers stay free for bases of more than nine million dossiers.
            "CREATE SEQUENCE dossiers_numero_seq START 1000000 MINVALUE 1 MAXVALUE 9999999 OWNED BY dossiers_dossier.numero",
            reverse_sql="DROP SEQUENCE dossiers_numero_seq",
        ),
        ProtegerTable("dossiers_dossier", dossier=False),
        ProtegerTable("dossiers_acte"),
        ProtegerTable("dossiers_proposition"),
        ProtegerTable("dossiers_situation"),
        ProtegerTable("dossiers_document"),
        ProtegerHistorique("dossiers_dossierevent"),
        ProtegerHistorique("dossiers_acteevent"),
        ProtegerHistorique("dossiers_situationevent"),
        personne("jeunes_jeune"),
        personne("jeunes_jeuneevent"),
        migrations.RunSQL(
            "REVOKE UPDATE, DELETE ON jeunes_jeuneevent FROM imilo_app; REVOKE DELETE ON jeunes_jeune FROM imilo_app;",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
