"""The CEJ becomes one of the three frames of the contrat d'engagement: same rows, a name that fits them all."""

import pgtrigger.migrations
from django.db import migrations

# Functions written in other applications name the table: each is written again with its new name.
NOMS = """
ALTER SEQUENCE IF EXISTS contrats_contratcej_id_seq RENAME TO contrats_contratengagement_id_seq;
ALTER SEQUENCE IF EXISTS contrats_contratcejevent_pgh_id_seq RENAME TO contrats_contratengagementevent_pgh_id_seq;
ALTER TABLE contrats_contratengagement
    RENAME CONSTRAINT contrats_contratcej_structure_du_dossier TO contrats_contratengagement_structure_du_dossier;
DO $noms$
DECLARE texte text;
BEGIN
    FOR texte IN
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.prosrc LIKE '%contrats_contratcej%'
    LOOP
        EXECUTE replace(texte, 'contrats_contratcej', 'contrats_contratengagement');
    END LOOP;
END $noms$;
"""


class Migration(migrations.Migration):
    # After every migration that knows the former name.
    dependencies = [
        ("contrats", "0003_contenu"),
        ("allocations", "0002_securite"),
        ("api", "0003_dossier_operateur"),
    ]
    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="contratcej", name="avant_modification_update"),
        pgtrigger.migrations.RemoveTrigger(model_name="contratcej", name="avant_suppression_delete"),
        migrations.RenameModel("ContratCEJ", "ContratEngagement"),
        migrations.RenameModel("ContratCEJEvent", "ContratEngagementEvent"),
        migrations.RunSQL(NOMS, reverse_sql=migrations.RunSQL.noop),
    ]
