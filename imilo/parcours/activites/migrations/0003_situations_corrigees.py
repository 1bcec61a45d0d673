"""What an operator sent may be corrected: its history, who corrected it and why, the print of what was sent."""

import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0005_delegation_des_sanctions"),
        ("activites", "0002_securite"),
        ("dossiers", "0003_courrier_de_sanction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SituationNonProfessionnelleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("debut", models.DateField(verbose_name="du")),
                ("fin", models.DateField(verbose_name="au")),
                (
                    "mesure",
                    models.CharField(
                        choices=[
                            ("EMPLOI", "Emploi"),
                            ("FORMATION", "Formation"),
                            ("PROJET_PROFESSIONNEL", "Projet professionnel"),
                            ("CULTURE_SPORT_LOISIRS", "Culture, sport, loisirs"),
                            ("CITOYENNETE", "Citoyenneté"),
                            ("LOGEMENT", "Logement"),
                            ("SANTE", "Santé"),
                        ],
                        max_length=25,
                        verbose_name="mesure",
                    ),
                ),
                ("commentaire", models.CharField(blank=True, max_length=255, verbose_name="commentaire")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="durée (minutes)")),
                ("par_jour", models.BooleanField(default=False, verbose_name="chaque jour")),
                (
                    "empreinte",
                    models.CharField(
                        blank=True, db_default="", editable=False, max_length=64, verbose_name="empreinte de l'envoi"
                    ),
                ),
                (
                    "raison",
                    models.CharField(
                        blank=True, db_default="", max_length=300, verbose_name="pourquoi elle est corrigée"
                    ),
                ),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelle",
            name="corrigee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="corrigée par",
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelle",
            name="empreinte",
            field=models.CharField(
                blank=True, db_default="", editable=False, max_length=64, verbose_name="empreinte de l'envoi"
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelle",
            name="raison",
            field=models.CharField(
                blank=True, db_default="", max_length=300, verbose_name="pourquoi elle est corrigée"
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelle",
            name="version",
            field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="situationnonprofessionnelle",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."commentaire" IS DISTINCT FROM (NEW."commentaire") OR OLD."corrigee_par_id" IS DISTINCT FROM (NEW."corrigee_par_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."debut" IS DISTINCT FROM (NEW."debut") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."empreinte" IS DISTINCT FROM (NEW."empreinte") OR OLD."fin" IS DISTINCT FROM (NEW."fin") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mesure" IS DISTINCT FROM (NEW."mesure") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."par_jour" IS DISTINCT FROM (NEW."par_jour") OR OLD."raison" IS DISTINCT FROM (NEW."raison") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "activites_situationnonprofessionnelleevent" ("agent_id", "commentaire", "corrigee_par_id", "cree_le", "debut", "dossier_id", "empreinte", "fin", "id", "mesure", "minutes", "par_jour", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raison", "structure_id", "version") VALUES (OLD."agent_id", OLD."commentaire", OLD."corrigee_par_id", OLD."cree_le", OLD."debut", OLD."dossier_id", OLD."empreinte", OLD."fin", OLD."id", OLD."mesure", OLD."minutes", OLD."par_jour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."raison", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="2ccda5fbe446b2d0b94ad0929f5428ec6dbfc9bd",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_ecfeb",
                    table="activites_situationnonprofessionnelle",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="situationnonprofessionnelle",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "activites_situationnonprofessionnelleevent" ("agent_id", "commentaire", "corrigee_par_id", "cree_le", "debut", "dossier_id", "empreinte", "fin", "id", "mesure", "minutes", "par_jour", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raison", "structure_id", "version") VALUES (OLD."agent_id", OLD."commentaire", OLD."corrigee_par_id", OLD."cree_le", OLD."debut", OLD."dossier_id", OLD."empreinte", OLD."fin", OLD."id", OLD."mesure", OLD."minutes", OLD."par_jour", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."raison", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="885c7a776dbcac0eb3a93abbf0ec2479345e771c",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_e2d61",
                    table="activites_situationnonprofessionnelle",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="situationnonprofessionnelle",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__lte", 1440)),
                name="snp_duree",
                violation_error_message="Un jour a vingt-quatre heures.",
            ),
        ),
        migrations.AddConstraint(
            model_name="situationnonprofessionnelle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("corrigee_par__isnull", True), ("raison", "")),
                    models.Q(("corrigee_par__isnull", False), models.Q(("raison", ""), _negated=True)),
                    _connector="OR",
                ),
                name="snp_correction_motivee",
                violation_error_message="Dites pourquoi cette situation est corrigée.",
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelleevent",
            name="agent",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="qualifiée par",
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelleevent",
            name="corrigee_par",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="corrigée par",
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelleevent",
            name="dossier",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="dossiers.dossier",
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelleevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="activites.situationnonprofessionnelle",
            ),
        ),
        migrations.AddField(
            model_name="situationnonprofessionnelleevent",
            name="structure",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="acteurs.structure",
            ),
        ),
    ]
