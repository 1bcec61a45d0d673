"""What a sanction withholds of a PACEA allowance: kept with the decision, told to the ceilings of the whole country."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

# What it returns changes. The month counts what was granted, the year what was paid (D. 5131-9).
VERSEMENTS = """
DROP FUNCTION versements_pacea(bigint);
CREATE FUNCTION versements_pacea(p_jeune bigint) RETURNS TABLE (id bigint, mois date, montant numeric, retenu numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id, a.mois, a.montant, a.retenu
    FROM allocations_allocationpacea a JOIN dossiers_dossier du ON du.id = a.dossier_id
    WHERE du.jeune_id = p_jeune AND a.etat = 'accordee'
        AND EXISTS (
            SELECT 1 FROM dossiers_dossier d
            WHERE d.jeune_id = p_jeune AND d.structure_id::text = current_setting('imilo.structure', true))
$$;
REVOKE ALL ON FUNCTION versements_pacea(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION versements_pacea(bigint) TO imilo_app, imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0005_delegation_des_sanctions"),
        ("allocations", "0005_rappels"),
        ("contrats", "0011_rappel_de_signature"),
        ("dossiers", "0003_courrier_de_sanction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="allocationpacea",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="allocationpacea",
            name="avant_suppression_delete",
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="effets",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="effets des sanctions",
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="retenu",
            field=models.DecimalField(
                db_default=models.Value(0), decimal_places=2, max_digits=9, verbose_name="retenu par une sanction (€)"
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
            name="effets",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="effets des sanctions",
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
            name="retenu",
            field=models.DecimalField(
                db_default=models.Value(0), decimal_places=2, max_digits=9, verbose_name="retenu par une sanction (€)"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocationpacea",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."besoin" IS DISTINCT FROM (NEW."besoin") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."decidee_le" IS DISTINCT FROM (NEW."decidee_le") OR OLD."decidee_par_id" IS DISTINCT FROM (NEW."decidee_par_id") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."droit" IS DISTINCT FROM (NEW."droit") OR OLD."effets" IS DISTINCT FROM (NEW."effets") OR OLD."etat" IS DISTINCT FROM (NEW."etat") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mois" IS DISTINCT FROM (NEW."mois") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."notification_moyen" IS DISTINCT FROM (NEW."notification_moyen") OR OLD."notifiee_le" IS DISTINCT FROM (NEW."notifiee_le") OR OLD."pouvoir" IS DISTINCT FROM (NEW."pouvoir") OR OLD."preparee_par_id" IS DISTINCT FROM (NEW."preparee_par_id") OR OLD."raison" IS DISTINCT FROM (NEW."raison") OR OLD."retenu" IS DISTINCT FROM (NEW."retenu") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "allocations_allocationpaceaevent" ("besoin", "contrat_id", "cree_le", "decidee_le", "decidee_par_id", "document_id", "dossier_id", "droit", "effets", "etat", "id", "mois", "montant", "notification_moyen", "notifiee_le", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pouvoir", "preparee_par_id", "raison", "retenu", "structure_id", "version") VALUES (OLD."besoin", OLD."contrat_id", OLD."cree_le", OLD."decidee_le", OLD."decidee_par_id", OLD."document_id", OLD."dossier_id", OLD."droit", OLD."effets", OLD."etat", OLD."id", OLD."mois", OLD."montant", OLD."notification_moyen", OLD."notifiee_le", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."pouvoir", OLD."preparee_par_id", OLD."raison", OLD."retenu", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="de9a9f7651bd6d51262c7e269427f02549cdfed6",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_f1b46",
                    table="allocations_allocationpacea",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocationpacea",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "allocations_allocationpaceaevent" ("besoin", "contrat_id", "cree_le", "decidee_le", "decidee_par_id", "document_id", "dossier_id", "droit", "effets", "etat", "id", "mois", "montant", "notification_moyen", "notifiee_le", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pouvoir", "preparee_par_id", "raison", "retenu", "structure_id", "version") VALUES (OLD."besoin", OLD."contrat_id", OLD."cree_le", OLD."decidee_le", OLD."decidee_par_id", OLD."document_id", OLD."dossier_id", OLD."droit", OLD."effets", OLD."etat", OLD."id", OLD."mois", OLD."montant", OLD."notification_moyen", OLD."notifiee_le", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."pouvoir", OLD."preparee_par_id", OLD."raison", OLD."retenu", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="8a248806aaf2c6c19b0c7a1bf22f1a467ee25dbc",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_b9193",
                    table="allocations_allocationpacea",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpacea",
            constraint=models.CheckConstraint(
                condition=models.Q(("retenu__gte", 0), ("retenu__lte", models.F("montant"))),
                name="allocation_pacea_retenu",
                violation_error_message="Une sanction retient de zéro au montant de l'allocation.",
            ),
        ),
        migrations.RunSQL(VERSEMENTS, reverse_sql=migrations.RunSQL.noop),
    ]
