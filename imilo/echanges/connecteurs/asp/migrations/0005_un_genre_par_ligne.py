"""Each line is of one kind, with what that kind has: once what was sent before says its own."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("asp", "0004_reprise")]

    operations = [
        migrations.AlterField(
            model_name="envoi",
            name="genre",
            field=models.CharField(
                choices=[("CTR", "Contrats"), ("AVE", "Avenants"), ("ALL", "Allocations")],
                max_length=3,
                verbose_name="contenu",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ligne",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."au" IS DISTINCT FROM (NEW."au") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."corrigee_le" IS DISTINCT FROM (NEW."corrigee_le") OR OLD."corrigee_par_id" IS DISTINCT FROM (NEW."corrigee_par_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."decision_id" IS DISTINCT FROM (NEW."decision_id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."du" IS DISTINCT FROM (NEW."du") OR OLD."envoi_id" IS DISTINCT FROM (NEW."envoi_id") OR OLD."etat" IS DISTINCT FROM (NEW."etat") OR OLD."genre" IS DISTINCT FROM (NEW."genre") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mois" IS DISTINCT FROM (NEW."mois") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."numero" IS DISTINCT FROM (NEW."numero") OR OLD."pacea_id" IS DISTINCT FROM (NEW."pacea_id") OR OLD."paye" IS DISTINCT FROM (NEW."paye") OR OLD."paye_le" IS DISTINCT FROM (NEW."paye_le") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."repondue_le" IS DISTINCT FROM (NEW."repondue_le") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."suspension_id" IS DISTINCT FROM (NEW."suspension_id"))',
                    func='INSERT INTO "asp_ligneevent" ("au", "code", "contrat_id", "corrigee_le", "corrigee_par_id", "cree_le", "decision_id", "dossier_id", "du", "envoi_id", "etat", "genre", "id", "mois", "montant", "numero", "pacea_id", "paye", "paye_le", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "repondue_le", "structure_id", "suspension_id") VALUES (OLD."au", OLD."code", OLD."contrat_id", OLD."corrigee_le", OLD."corrigee_par_id", OLD."cree_le", OLD."decision_id", OLD."dossier_id", OLD."du", OLD."envoi_id", OLD."etat", OLD."genre", OLD."id", OLD."mois", OLD."montant", OLD."numero", OLD."pacea_id", OLD."paye", OLD."paye_le", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."reference", OLD."repondue_le", OLD."structure_id", OLD."suspension_id"); RETURN NULL;',
                    hash="f711d19867427fbf16b832d7341097ede3cd9aa5",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_662ac",
                    table="asp_ligne",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ligne",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "asp_ligneevent" ("au", "code", "contrat_id", "corrigee_le", "corrigee_par_id", "cree_le", "decision_id", "dossier_id", "du", "envoi_id", "etat", "genre", "id", "mois", "montant", "numero", "pacea_id", "paye", "paye_le", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "repondue_le", "structure_id", "suspension_id") VALUES (OLD."au", OLD."code", OLD."contrat_id", OLD."corrigee_le", OLD."corrigee_par_id", OLD."cree_le", OLD."decision_id", OLD."dossier_id", OLD."du", OLD."envoi_id", OLD."etat", OLD."genre", OLD."id", OLD."mois", OLD."montant", OLD."numero", OLD."pacea_id", OLD."paye", OLD."paye_le", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."reference", OLD."repondue_le", OLD."structure_id", OLD."suspension_id"); RETURN NULL;',
                    hash="9d1a9aa4cad9aa4521e1769d13fdc206f459dfde",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_de0a9",
                    table="asp_ligne",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="ligne",
            constraint=models.UniqueConstraint(
                condition=models.Q(("genre", "contrat"), models.Q(("etat", "rejetee"), _negated=True)),
                fields=("contrat",),
                name="asp_contrat_une_fois",
                violation_error_message="Ce contrat est déjà parti.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ligne",
            constraint=models.UniqueConstraint(
                condition=models.Q(("etat", "envoyee"), ("genre", "avenant")),
                fields=("contrat", "suspension"),
                name="asp_avenant_un_a_la_fois",
                nulls_distinct=False,
                violation_error_message="Un avenant de ce contrat attend déjà sa réponse.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ligne",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pacea__isnull", False), models.Q(("etat", "rejetee"), _negated=True)),
                fields=("pacea",),
                name="asp_pacea_une_fois",
                violation_error_message="Cette allocation ponctuelle est déjà partie.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ligne",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("au__isnull", False),
                        ("du__isnull", False),
                        ("genre", "contrat"),
                        ("decision__isnull", True),
                        ("mois__isnull", True),
                        ("montant__isnull", True),
                        ("pacea__isnull", True),
                        ("suspension__isnull", True),
                    ),
                    models.Q(
                        ("du__isnull", False),
                        ("genre", "avenant"),
                        ("decision__isnull", True),
                        ("mois__isnull", True),
                        ("montant__isnull", True),
                        ("pacea__isnull", True),
                        models.Q(("suspension__isnull", False), ("au__isnull", False), _connector="OR"),
                    ),
                    models.Q(
                        ("decision__isnull", False),
                        ("genre", "allocation"),
                        ("mois__isnull", False),
                        ("montant__isnull", False),
                        ("pacea__isnull", True),
                        ("au__isnull", True),
                        ("du__isnull", True),
                        ("suspension__isnull", True),
                    ),
                    models.Q(
                        ("genre", "pacea"),
                        ("mois__isnull", False),
                        ("montant__isnull", False),
                        ("pacea__isnull", False),
                        ("decision__isnull", True),
                        ("au__isnull", True),
                        ("du__isnull", True),
                        ("suspension__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="asp_ligne_de_son_genre",
            ),
        ),
        migrations.AddConstraint(
            model_name="ligne",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("etat", "payee"),
                        ("montant__isnull", False),
                        ("paye__isnull", False),
                        ("paye_le__isnull", False),
                    ),
                    models.Q(
                        models.Q(("etat", "payee"), _negated=True), ("paye__isnull", True), ("paye_le__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="asp_ligne_payee_a_son_montant",
            ),
        ),
    ]
