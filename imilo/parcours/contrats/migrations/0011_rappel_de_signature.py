"""After how many days without a signature a reminder leaves: a setting of the structure."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0005_delegation_des_sanctions"),
        ("contrats", "0010_actualisation_a_distance"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="reglagecontrats",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="reglagecontrats",
            name="avant_suppression_delete",
        ),
        migrations.AddField(
            model_name="reglagecontrats",
            name="rappel_signature_jours",
            field=models.PositiveSmallIntegerField(
                db_default=3, default=3, verbose_name="jours sans signature avant un rappel"
            ),
        ),
        migrations.AddField(
            model_name="reglagecontratsevent",
            name="rappel_signature_jours",
            field=models.PositiveSmallIntegerField(
                db_default=3, default=3, verbose_name="jours sans signature avant un rappel"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reglagecontrats",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "contrats_reglagecontratsevent" ("cej_par_conseiller", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rappel_signature_jours", "structure_id") VALUES (OLD."cej_par_conseiller", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."rappel_signature_jours", OLD."structure_id"); RETURN NULL;',
                    hash="725251637b9b921f2a8e0f475b9923bb72c85a8f",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_90742",
                    table="contrats_reglagecontrats",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reglagecontrats",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "contrats_reglagecontratsevent" ("cej_par_conseiller", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rappel_signature_jours", "structure_id") VALUES (OLD."cej_par_conseiller", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."rappel_signature_jours", OLD."structure_id"); RETURN NULL;',
                    hash="07245210f4f181af35225cd9e163c0f0fb684725",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_28f38",
                    table="contrats_reglagecontrats",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="reglagecontrats",
            constraint=models.CheckConstraint(
                condition=models.Q(("rappel_signature_jours__range", (1, 60))),
                name="reglage_contrats_rappel",
                violation_error_message="Un rappel part de 1 à 60 jours après l'envoi.",
            ),
        ),
    ]
