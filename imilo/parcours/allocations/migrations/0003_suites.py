"""Corrections, awaited documents, claims, batches, the PACEA allowance. Decisions wait no longer for their letters."""

import django.core.validators
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0001_initial"),
        ("allocations", "0002_securite"),
        ("contrats", "0005_cadre"),
        ("dossiers", "0002_securite"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AllocationPacea",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("mois", models.DateField(verbose_name="mois")),
                ("montant", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="montant (€)")),
                ("besoin", models.CharField(max_length=1000, verbose_name="situation et besoin")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("preparee", "À décider"),
                            ("accordee", "Accordée"),
                            ("refusee", "Refusée"),
                            ("abandonnee", "Demande abandonnée"),
                        ],
                        default="preparee",
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("droit", models.JSONField(verbose_name="décision sur l'allocation")),
                ("decidee_le", models.DateField(blank=True, null=True, verbose_name="décidée le")),
                ("pouvoir", models.CharField(blank=True, max_length=400, verbose_name="au titre de")),
                ("raison", models.CharField(blank=True, max_length=1000, verbose_name="raison du refus")),
                ("notifiee_le", models.DateField(blank=True, null=True, verbose_name="notifiée le")),
                (
                    "notification_moyen",
                    models.CharField(blank=True, max_length=40, verbose_name="moyen de notification"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "allocation du PACEA",
                "ordering": ("-mois", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="AllocationPaceaEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("mois", models.DateField(verbose_name="mois")),
                ("montant", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="montant (€)")),
                ("besoin", models.CharField(max_length=1000, verbose_name="situation et besoin")),
                (
                    "etat",
                    models.CharField(
                        choices=[
                            ("preparee", "À décider"),
                            ("accordee", "Accordée"),
                            ("refusee", "Refusée"),
                            ("abandonnee", "Demande abandonnée"),
                        ],
                        default="preparee",
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("droit", models.JSONField(verbose_name="décision sur l'allocation")),
                ("decidee_le", models.DateField(blank=True, null=True, verbose_name="décidée le")),
                ("pouvoir", models.CharField(blank=True, max_length=400, verbose_name="au titre de")),
                ("raison", models.CharField(blank=True, max_length=1000, verbose_name="raison du refus")),
                ("notifiee_le", models.DateField(blank=True, null=True, verbose_name="notifiée le")),
                (
                    "notification_moyen",
                    models.CharField(blank=True, max_length=40, verbose_name="moyen de notification"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LigneLotAllocations",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("vue", models.PositiveIntegerField(verbose_name="version vue")),
                (
                    "etat",
                    models.CharField(
                        choices=[("a_faire", "En attente"), ("faite", "Décidée"), ("refusee", "Pas décidée")],
                        default="a_faire",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("refus", models.CharField(blank=True, max_length=300, verbose_name="pourquoi")),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="LotAllocations",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("mois", models.DateField(verbose_name="mois")),
                ("fini_le", models.DateTimeField(blank=True, null=True, verbose_name="fini le")),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="PiecesAttendues",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("manquantes", models.CharField(max_length=500, verbose_name="ce qui manque")),
                ("demandees_le", models.DateField(verbose_name="demandées le")),
                ("completes_le", models.DateField(blank=True, null=True, verbose_name="toutes reçues le")),
                (
                    "eligibilite_demontree",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="la personne montre, sans toutes les pièces, qu'elle a droit à l'allocation",
                    ),
                ),
                (
                    "conservatoire_le",
                    models.DateField(blank=True, null=True, verbose_name="versement conservatoire décidé le"),
                ),
                ("pouvoir", models.CharField(blank=True, max_length=400, verbose_name="au titre de")),
                ("limite", models.DateField(verbose_name="dernier jour pour les donner")),
                ("decision", models.JSONField(verbose_name="décision sur les pièces")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "pièces attendues",
            },
        ),
        migrations.CreateModel(
            name="PiecesAttenduesEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("manquantes", models.CharField(max_length=500, verbose_name="ce qui manque")),
                ("demandees_le", models.DateField(verbose_name="demandées le")),
                ("completes_le", models.DateField(blank=True, null=True, verbose_name="toutes reçues le")),
                (
                    "eligibilite_demontree",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="la personne montre, sans toutes les pièces, qu'elle a droit à l'allocation",
                    ),
                ),
                (
                    "conservatoire_le",
                    models.DateField(blank=True, null=True, verbose_name="versement conservatoire décidé le"),
                ),
                ("pouvoir", models.CharField(blank=True, max_length=400, verbose_name="au titre de")),
                ("limite", models.DateField(verbose_name="dernier jour pour les donner")),
                ("decision", models.JSONField(verbose_name="décision sur les pièces")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReglageAllocations",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "deux_regards",
                    models.BooleanField(
                        default=False,
                        verbose_name="Qui a préparé une décision ne la prend pas : deux regards sur chacune",
                    ),
                ),
                (
                    "jour_limite",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(28),
                        ],
                        verbose_name="Jour du mois suivant jusqu'auquel les ressources sont attendues",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TropPercu",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("montant", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="versé en trop (€)")),
                (
                    "suite",
                    models.CharField(
                        choices=[
                            ("a_rembourser", "À rembourser"),
                            ("acquis", "Acquis pour de bon"),
                            ("non_reclame", "Non réclamé"),
                        ],
                        max_length=20,
                        verbose_name="ce qu'en dit la loi",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("ressource_connue_apres", "Une ressource connue après la décision"),
                            ("changement_de_situation", "Un changement de situation"),
                            ("pieces_recues_apres", "Des pièces reçues après la décision"),
                            ("erreur_de_la_structure", "Une erreur de la mission locale"),
                            ("erreur_du_payeur", "Une erreur de l'ASP"),
                            (
                                "autonomie_fiscale_non_confirmee",
                                "Une autonomie fiscale que la déclaration n'a pas confirmée",
                            ),
                            ("fraude_ou_fausse_declaration", "Une fraude ou une fausse déclaration"),
                        ],
                        max_length=40,
                        verbose_name="cause",
                    ),
                ),
                (
                    "reglement",
                    models.CharField(
                        choices=[
                            ("a_regler", "À régler"),
                            ("retenu", "Retenu par l'ASP sur les versements"),
                            ("rembourse", "Remboursé par la personne"),
                            ("remis", "Remise accordée : rien n'est repris"),
                            ("acquis", "Rien à reprendre : la somme est acquise"),
                        ],
                        default="a_regler",
                        max_length=10,
                        verbose_name="règlement",
                    ),
                ),
                ("regle_le", models.DateField(blank=True, null=True, verbose_name="réglé le")),
                ("precision", models.CharField(blank=True, max_length=500, verbose_name="précision")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "trop-perçu",
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="TropPercuEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("montant", models.DecimalField(decimal_places=2, max_digits=9, verbose_name="versé en trop (€)")),
                (
                    "suite",
                    models.CharField(
                        choices=[
                            ("a_rembourser", "À rembourser"),
                            ("acquis", "Acquis pour de bon"),
                            ("non_reclame", "Non réclamé"),
                        ],
                        max_length=20,
                        verbose_name="ce qu'en dit la loi",
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("ressource_connue_apres", "Une ressource connue après la décision"),
                            ("changement_de_situation", "Un changement de situation"),
                            ("pieces_recues_apres", "Des pièces reçues après la décision"),
                            ("erreur_de_la_structure", "Une erreur de la mission locale"),
                            ("erreur_du_payeur", "Une erreur de l'ASP"),
                            (
                                "autonomie_fiscale_non_confirmee",
                                "Une autonomie fiscale que la déclaration n'a pas confirmée",
                            ),
                            ("fraude_ou_fausse_declaration", "Une fraude ou une fausse déclaration"),
                        ],
                        max_length=40,
                        verbose_name="cause",
                    ),
                ),
                (
                    "reglement",
                    models.CharField(
                        choices=[
                            ("a_regler", "À régler"),
                            ("retenu", "Retenu par l'ASP sur les versements"),
                            ("rembourse", "Remboursé par la personne"),
                            ("remis", "Remise accordée : rien n'est repris"),
                            ("acquis", "Rien à reprendre : la somme est acquise"),
                        ],
                        default="a_regler",
                        max_length=10,
                        verbose_name="règlement",
                    ),
                ),
                ("regle_le", models.DateField(blank=True, null=True, verbose_name="réglé le")),
                ("precision", models.CharField(blank=True, max_length=500, verbose_name="précision")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="decisionallocation",
            options={"ordering": ("-mois", "-rang"), "verbose_name": "décision d'allocation"},
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="decisionallocation",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="decisionallocation",
            name="avant_suppression_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="declaration",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="declaration",
            name="avant_suppression_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ressourcedeclaree",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ressourcedeclaree",
            name="avant_suppression_delete",
        ),
        migrations.RemoveConstraint(
            model_name="decisionallocation",
            name="decision_allocation_unique",
        ),
        migrations.RemoveConstraint(
            model_name="decisionallocation",
            name="decision_allocation_decidee_complete",
        ),
        migrations.RemoveConstraint(
            model_name="decisionallocation",
            name="decision_allocation_notifiee_complete",
        ),
        migrations.RemoveConstraint(
            model_name="declaration",
            name="declaration_unique",
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ressource_connue_apres", "Une ressource connue après la décision"),
                    ("changement_de_situation", "Un changement de situation"),
                    ("pieces_recues_apres", "Des pièces reçues après la décision"),
                    ("erreur_de_la_structure", "Une erreur de la mission locale"),
                    ("erreur_du_payeur", "Une erreur de l'ASP"),
                    ("autonomie_fiscale_non_confirmee", "Une autonomie fiscale que la déclaration n'a pas confirmée"),
                    ("fraude_ou_fausse_declaration", "Une fraude ou une fausse déclaration"),
                ],
                db_default="",
                default="",
                max_length=40,
                verbose_name="cause de la correction",
            ),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="conservatoire",
            field=models.BooleanField(db_default=False, default=False, verbose_name="versée à titre conservatoire"),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="correction",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="raison de la correction"
            ),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="corrige",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrigee_par",
                to="allocations.decisionallocation",
                verbose_name="corrige",
            ),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="effets",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="effets des sanctions",
            ),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="pieces",
            field=models.JSONField(blank=True, null=True, verbose_name="décision sur les pièces"),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="rang",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="rang"),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="regularisation",
            field=models.JSONField(blank=True, null=True, verbose_name="décision sur l'écart"),
        ),
        migrations.AddField(
            model_name="decisionallocation",
            name="reste_a_verser",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="reste à verser (€)"
            ),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ressource_connue_apres", "Une ressource connue après la décision"),
                    ("changement_de_situation", "Un changement de situation"),
                    ("pieces_recues_apres", "Des pièces reçues après la décision"),
                    ("erreur_de_la_structure", "Une erreur de la mission locale"),
                    ("erreur_du_payeur", "Une erreur de l'ASP"),
                    ("autonomie_fiscale_non_confirmee", "Une autonomie fiscale que la déclaration n'a pas confirmée"),
                    ("fraude_ou_fausse_declaration", "Une fraude ou une fausse déclaration"),
                ],
                db_default="",
                default="",
                max_length=40,
                verbose_name="cause de la correction",
            ),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="conservatoire",
            field=models.BooleanField(db_default=False, default=False, verbose_name="versée à titre conservatoire"),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="correction",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=1000, verbose_name="raison de la correction"
            ),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="corrige",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="allocations.decisionallocation",
                verbose_name="corrige",
            ),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="effets",
            field=models.JSONField(
                blank=True,
                db_default=models.Value([], models.JSONField()),
                default=list,
                verbose_name="effets des sanctions",
            ),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="pieces",
            field=models.JSONField(blank=True, null=True, verbose_name="décision sur les pièces"),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="rang",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="rang"),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="regularisation",
            field=models.JSONField(blank=True, null=True, verbose_name="décision sur l'écart"),
        ),
        migrations.AddField(
            model_name="decisionallocationevent",
            name="reste_a_verser",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=9, null=True, verbose_name="reste à verser (€)"
            ),
        ),
        migrations.AddField(
            model_name="declaration",
            name="rang",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="rang"),
        ),
        migrations.AddField(
            model_name="declaration",
            name="verifiee_le",
            field=models.DateField(blank=True, null=True, verbose_name="vérifiée le"),
        ),
        migrations.AddField(
            model_name="declarationevent",
            name="rang",
            field=models.PositiveSmallIntegerField(db_default=1, default=1, verbose_name="rang"),
        ),
        migrations.AddField(
            model_name="declarationevent",
            name="verifiee_le",
            field=models.DateField(blank=True, null=True, verbose_name="vérifiée le"),
        ),
        migrations.AddField(
            model_name="ressourcedeclaree",
            name="justificatif",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dossiers.document",
            ),
        ),
        migrations.AddField(
            model_name="ressourcedeclareeevent",
            name="justificatif",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="dossiers.document",
            ),
        ),
        migrations.AlterField(
            model_name="decisionallocation",
            name="preparee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="decisionallocationevent",
            name="preparee_par",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="declaration",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="declarationevent",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="decisionallocation",
            index=models.Index(
                condition=models.Q(("decidee_le__isnull", False), ("document__isnull", True)),
                fields=["structure"],
                name="decision_sans_courrier",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decisionallocation",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."calcul" IS DISTINCT FROM (NEW."calcul") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."conservatoire" IS DISTINCT FROM (NEW."conservatoire") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."correction" IS DISTINCT FROM (NEW."correction") OR OLD."corrige_id" IS DISTINCT FROM (NEW."corrige_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."decidee_le" IS DISTINCT FROM (NEW."decidee_le") OR OLD."decidee_par_id" IS DISTINCT FROM (NEW."decidee_par_id") OR OLD."declaration_id" IS DISTINCT FROM (NEW."declaration_id") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."droit" IS DISTINCT FROM (NEW."droit") OR OLD."effets" IS DISTINCT FROM (NEW."effets") OR OLD."etat" IS DISTINCT FROM (NEW."etat") OR OLD."forfait" IS DISTINCT FROM (NEW."forfait") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mois" IS DISTINCT FROM (NEW."mois") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."notification_moyen" IS DISTINCT FROM (NEW."notification_moyen") OR OLD."notifiee_le" IS DISTINCT FROM (NEW."notifiee_le") OR OLD."notifiee_par_id" IS DISTINCT FROM (NEW."notifiee_par_id") OR OLD."pieces" IS DISTINCT FROM (NEW."pieces") OR OLD."pouvoir" IS DISTINCT FROM (NEW."pouvoir") OR OLD."preparee_par_id" IS DISTINCT FROM (NEW."preparee_par_id") OR OLD."rang" IS DISTINCT FROM (NEW."rang") OR OLD."regularisation" IS DISTINCT FROM (NEW."regularisation") OR OLD."reste_a_verser" IS DISTINCT FROM (NEW."reste_a_verser") OR OLD."sens" IS DISTINCT FROM (NEW."sens") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "allocations_decisionallocationevent" ("calcul", "cause", "conservatoire", "contrat_id", "correction", "corrige_id", "cree_le", "decidee_le", "decidee_par_id", "declaration_id", "document_id", "dossier_id", "droit", "effets", "etat", "forfait", "id", "mois", "montant", "notification_moyen", "notifiee_le", "notifiee_par_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pieces", "pouvoir", "preparee_par_id", "rang", "regularisation", "reste_a_verser", "sens", "structure_id", "version") VALUES (OLD."calcul", OLD."cause", OLD."conservatoire", OLD."contrat_id", OLD."correction", OLD."corrige_id", OLD."cree_le", OLD."decidee_le", OLD."decidee_par_id", OLD."declaration_id", OLD."document_id", OLD."dossier_id", OLD."droit", OLD."effets", OLD."etat", OLD."forfait", OLD."id", OLD."mois", OLD."montant", OLD."notification_moyen", OLD."notifiee_le", OLD."notifiee_par_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."pieces", OLD."pouvoir", OLD."preparee_par_id", OLD."rang", OLD."regularisation", OLD."reste_a_verser", OLD."sens", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="0d37f86083c02ecb8371d84ba31adf374e907eb2",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_0bdc8",
                    table="allocations_decisionallocation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decisionallocation",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "allocations_decisionallocationevent" ("calcul", "cause", "conservatoire", "contrat_id", "correction", "corrige_id", "cree_le", "decidee_le", "decidee_par_id", "declaration_id", "document_id", "dossier_id", "droit", "effets", "etat", "forfait", "id", "mois", "montant", "notification_moyen", "notifiee_le", "notifiee_par_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pieces", "pouvoir", "preparee_par_id", "rang", "regularisation", "reste_a_verser", "sens", "structure_id", "version") VALUES (OLD."calcul", OLD."cause", OLD."conservatoire", OLD."contrat_id", OLD."correction", OLD."corrige_id", OLD."cree_le", OLD."decidee_le", OLD."decidee_par_id", OLD."declaration_id", OLD."document_id", OLD."dossier_id", OLD."droit", OLD."effets", OLD."etat", OLD."forfait", OLD."id", OLD."mois", OLD."montant", OLD."notification_moyen", OLD."notifiee_le", OLD."notifiee_par_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."pieces", OLD."pouvoir", OLD."preparee_par_id", OLD."rang", OLD."regularisation", OLD."reste_a_verser", OLD."sens", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="09d5d1d0204297b26ddde881d43d2db1788fecd4",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_e2e63",
                    table="allocations_decisionallocation",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."autonomie_fiscale" IS DISTINCT FROM (NEW."autonomie_fiscale") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."declaree_le" IS DISTINCT FROM (NEW."declaree_le") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."foyer_fiscal" IS DISTINCT FROM (NEW."foyer_fiscal") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."logement" IS DISTINCT FROM (NEW."logement") OR OLD."mois" IS DISTINCT FROM (NEW."mois") OR OLD."prime_activite" IS DISTINCT FROM (NEW."prime_activite") OR OLD."rang" IS DISTINCT FROM (NEW."rang") OR OLD."rsa" IS DISTINCT FROM (NEW."rsa") OR OLD."soutien_parental" IS DISTINCT FROM (NEW."soutien_parental") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."suspensif" IS DISTINCT FROM (NEW."suspensif") OR OLD."verifiee_le" IS DISTINCT FROM (NEW."verifiee_le") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "allocations_declarationevent" ("agent_id", "autonomie_fiscale", "contrat_id", "cree_le", "declaree_le", "dossier_id", "foyer_fiscal", "id", "logement", "mois", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prime_activite", "rang", "rsa", "soutien_parental", "structure_id", "suspensif", "verifiee_le", "version") VALUES (OLD."agent_id", OLD."autonomie_fiscale", OLD."contrat_id", OLD."cree_le", OLD."declaree_le", OLD."dossier_id", OLD."foyer_fiscal", OLD."id", OLD."logement", OLD."mois", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."prime_activite", OLD."rang", OLD."rsa", OLD."soutien_parental", OLD."structure_id", OLD."suspensif", OLD."verifiee_le", OLD."version"); RETURN NULL;',
                    hash="d38810c65d357abfb0f8c5be371b0ec4f5c27aac",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_90e16",
                    table="allocations_declaration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="declaration",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "allocations_declarationevent" ("agent_id", "autonomie_fiscale", "contrat_id", "cree_le", "declaree_le", "dossier_id", "foyer_fiscal", "id", "logement", "mois", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prime_activite", "rang", "rsa", "soutien_parental", "structure_id", "suspensif", "verifiee_le", "version") VALUES (OLD."agent_id", OLD."autonomie_fiscale", OLD."contrat_id", OLD."cree_le", OLD."declaree_le", OLD."dossier_id", OLD."foyer_fiscal", OLD."id", OLD."logement", OLD."mois", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."prime_activite", OLD."rang", OLD."rsa", OLD."soutien_parental", OLD."structure_id", OLD."suspensif", OLD."verifiee_le", OLD."version"); RETURN NULL;',
                    hash="2ff142588304d0b159569a7f0ca4d79c058bcc18",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_1fe71",
                    table="allocations_declaration",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ressourcedeclaree",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."declaration_id" IS DISTINCT FROM (NEW."declaration_id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."justificatif_id" IS DISTINCT FROM (NEW."justificatif_id") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."nature" IS DISTINCT FROM (NEW."nature") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id"))',
                    func='INSERT INTO "allocations_ressourcedeclareeevent" ("cree_le", "declaration_id", "dossier_id", "id", "justificatif_id", "montant", "nature", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id") VALUES (OLD."cree_le", OLD."declaration_id", OLD."dossier_id", OLD."id", OLD."justificatif_id", OLD."montant", OLD."nature", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."structure_id"); RETURN NULL;',
                    hash="9bd7543cf7d73862e1f8e0533bcc01b896ad3d99",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_c9b7b",
                    table="allocations_ressourcedeclaree",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ressourcedeclaree",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "allocations_ressourcedeclareeevent" ("cree_le", "declaration_id", "dossier_id", "id", "justificatif_id", "montant", "nature", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "structure_id") VALUES (OLD."cree_le", OLD."declaration_id", OLD."dossier_id", OLD."id", OLD."justificatif_id", OLD."montant", OLD."nature", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."structure_id"); RETURN NULL;',
                    hash="0a19144ed843328cb345a6cb3029dab52682a681",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_03cc6",
                    table="allocations_ressourcedeclaree",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionallocation",
            constraint=models.UniqueConstraint(
                fields=("contrat", "mois", "rang"),
                name="decision_allocation_unique",
                violation_error_message="Ce mois a déjà sa décision.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decidee_le__isnull", True), ("document__isnull", True), ("etat", "preparee")),
                    models.Q(
                        ("decidee_le__isnull", False),
                        ("decidee_par__isnull", False),
                        ("etat__in", ("decidee", "notifiee")),
                        models.Q(("pouvoir", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_allocation_decidee_complete",
                violation_error_message="Une décision prise a sa date, son auteur et son pouvoir.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("etat", "notifiee"),
                        ("notifiee_le__gte", models.F("decidee_le")),
                        ("notifiee_par__isnull", False),
                        ("document__isnull", False),
                        models.Q(("notification_moyen", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("etat", "notifiee"), _negated=True),
                        ("notification_moyen", ""),
                        ("notifiee_le__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="decision_allocation_notifiee_complete",
                violation_error_message="Une notification a son courrier, sa date, qui suit la décision, et son moyen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionallocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cause", ""),
                        ("correction", ""),
                        ("corrige__isnull", True),
                        ("rang", 1),
                        ("reste_a_verser__isnull", True),
                    ),
                    models.Q(
                        ("corrige__isnull", False),
                        ("rang__gt", 1),
                        ("reste_a_verser__gte", 0),
                        models.Q(("cause", ""), _negated=True),
                        models.Q(("correction", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="decision_allocation_correction_complete",
                violation_error_message="Une correction dit la décision qu'elle corrige, sa cause et sa raison.",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                fields=("contrat", "mois", "rang"),
                name="declaration_unique",
                violation_error_message="Ce mois est déjà déclaré pour ce contrat.",
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="contrat",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contrats.contratengagement",
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="decidee_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dossiers.document",
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="preparee_par",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="allocationpacea",
            name="structure",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acteurs.structure"
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
            name="contrat",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="contrats.contratengagement",
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
            name="decidee_par",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
            name="document",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="dossiers.document",
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
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
            model_name="allocationpaceaevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="allocations.allocationpacea",
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
            name="preparee_par",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="allocationpaceaevent",
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
        migrations.AddField(
            model_name="lignelotallocations",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="allocations.decisionallocation"
            ),
        ),
        migrations.AddField(
            model_name="lignelotallocations",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="lignelotallocations",
            name="structure",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acteurs.structure"
            ),
        ),
        migrations.AddField(
            model_name="lotallocations",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="lotallocations",
            name="structure",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acteurs.structure"
            ),
        ),
        migrations.AddField(
            model_name="lignelotallocations",
            name="lot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lignes", to="allocations.lotallocations"
            ),
        ),
        migrations.AddField(
            model_name="piecesattendues",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="piecesattendues",
            name="conservatoire_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="piecesattendues",
            name="contrat",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contrats.contratengagement"
            ),
        ),
        migrations.AddField(
            model_name="piecesattendues",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="piecesattendues",
            name="structure",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acteurs.structure"
            ),
        ),
        migrations.AddField(
            model_name="piecesattenduesevent",
            name="agent",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="piecesattenduesevent",
            name="conservatoire_par",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="piecesattenduesevent",
            name="contrat",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="contrats.contratengagement",
            ),
        ),
        migrations.AddField(
            model_name="piecesattenduesevent",
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
            model_name="piecesattenduesevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="allocations.piecesattendues",
            ),
        ),
        migrations.AddField(
            model_name="piecesattenduesevent",
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
        migrations.AddField(
            model_name="reglageallocations",
            name="structure",
            field=models.OneToOneField(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acteurs.structure"
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="trop_percu",
                to="allocations.decisionallocation",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dossiers.document",
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="dossier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="dossiers.dossier"
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="regle_par",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="troppercu",
            name="structure",
            field=models.ForeignKey(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="acteurs.structure"
            ),
        ),
        migrations.AddField(
            model_name="troppercuevent",
            name="decision",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="allocations.decisionallocation",
            ),
        ),
        migrations.AddField(
            model_name="troppercuevent",
            name="document",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="dossiers.document",
            ),
        ),
        migrations.AddField(
            model_name="troppercuevent",
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
            model_name="troppercuevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="allocations.troppercu",
            ),
        ),
        migrations.AddField(
            model_name="troppercuevent",
            name="regle_par",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="troppercuevent",
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
        migrations.AddIndex(
            model_name="allocationpacea",
            index=models.Index(fields=["structure", "etat", "mois"], name="allocation_pacea_etat"),
        ),
        migrations.AddIndex(
            model_name="allocationpacea",
            index=models.Index(fields=["dossier", "mois"], name="allocation_pacea_dossier"),
        ),
        migrations.AddConstraint(
            model_name="allocationpacea",
            constraint=models.CheckConstraint(
                condition=models.Q(("mois__day", 1)), name="allocation_pacea_premier_du_mois"
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpacea",
            constraint=models.CheckConstraint(
                condition=models.Q(("montant__gt", 0)),
                name="allocation_pacea_montant",
                violation_error_message="Indiquez un montant au-dessus de zéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpacea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("etat__in", ("accordee", "refusee")), _negated=True),
                        ("decidee_le__isnull", True),
                        ("document__isnull", True),
                    ),
                    models.Q(
                        ("decidee_le__isnull", False),
                        ("decidee_par__isnull", False),
                        ("document__isnull", False),
                        ("etat__in", ("accordee", "refusee")),
                        models.Q(("pouvoir", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="allocation_pacea_decidee_complete",
                violation_error_message="Une décision prise a sa date, son auteur, son pouvoir et son courrier.",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpacea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("notification_moyen", ""), ("notifiee_le__isnull", True)),
                    models.Q(
                        ("notifiee_le__gte", models.F("decidee_le")),
                        models.Q(("notification_moyen", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="allocation_pacea_notifiee_complete",
                violation_error_message="La notification suit la décision, et dit par quel moyen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="allocationpacea",
            constraint=models.UniqueConstraint(
                condition=models.Q(("etat", "preparee")),
                fields=("dossier", "mois"),
                name="allocation_pacea_une_demande",
                violation_error_message="Une demande attend déjà pour ce mois : décidez-la ou abandonnez-la.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="allocationpacea",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."besoin" IS DISTINCT FROM (NEW."besoin") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."decidee_le" IS DISTINCT FROM (NEW."decidee_le") OR OLD."decidee_par_id" IS DISTINCT FROM (NEW."decidee_par_id") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."droit" IS DISTINCT FROM (NEW."droit") OR OLD."etat" IS DISTINCT FROM (NEW."etat") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mois" IS DISTINCT FROM (NEW."mois") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."notification_moyen" IS DISTINCT FROM (NEW."notification_moyen") OR OLD."notifiee_le" IS DISTINCT FROM (NEW."notifiee_le") OR OLD."pouvoir" IS DISTINCT FROM (NEW."pouvoir") OR OLD."preparee_par_id" IS DISTINCT FROM (NEW."preparee_par_id") OR OLD."raison" IS DISTINCT FROM (NEW."raison") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "allocations_allocationpaceaevent" ("besoin", "contrat_id", "cree_le", "decidee_le", "decidee_par_id", "document_id", "dossier_id", "droit", "etat", "id", "mois", "montant", "notification_moyen", "notifiee_le", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pouvoir", "preparee_par_id", "raison", "structure_id", "version") VALUES (OLD."besoin", OLD."contrat_id", OLD."cree_le", OLD."decidee_le", OLD."decidee_par_id", OLD."document_id", OLD."dossier_id", OLD."droit", OLD."etat", OLD."id", OLD."mois", OLD."montant", OLD."notification_moyen", OLD."notifiee_le", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."pouvoir", OLD."preparee_par_id", OLD."raison", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="b1689458b3d4b52f0714ecca64527e1c3e0e9219",
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
                    func='INSERT INTO "allocations_allocationpaceaevent" ("besoin", "contrat_id", "cree_le", "decidee_le", "decidee_par_id", "document_id", "dossier_id", "droit", "etat", "id", "mois", "montant", "notification_moyen", "notifiee_le", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pouvoir", "preparee_par_id", "raison", "structure_id", "version") VALUES (OLD."besoin", OLD."contrat_id", OLD."cree_le", OLD."decidee_le", OLD."decidee_par_id", OLD."document_id", OLD."dossier_id", OLD."droit", OLD."etat", OLD."id", OLD."mois", OLD."montant", OLD."notification_moyen", OLD."notifiee_le", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."pouvoir", OLD."preparee_par_id", OLD."raison", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="abd83d142d1c5eecbbe86a5591beff4f32303837",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_b9193",
                    table="allocations_allocationpacea",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="lotallocations",
            index=models.Index(fields=["structure", "-id"], name="lot_allocations_structure"),
        ),
        migrations.AddConstraint(
            model_name="lotallocations",
            constraint=models.UniqueConstraint(fields=("id", "structure"), name="lot_allocations_id_structure"),
        ),
        migrations.AddIndex(
            model_name="lignelotallocations",
            index=models.Index(fields=["lot", "etat", "id"], name="ligne_lot_allocations_etat"),
        ),
        migrations.AddConstraint(
            model_name="lignelotallocations",
            constraint=models.UniqueConstraint(fields=("lot", "decision"), name="ligne_lot_allocations_unique"),
        ),
        migrations.AddConstraint(
            model_name="lignelotallocations",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("etat", "refusee"), models.Q(("refus", ""), _negated=True)),
                    models.Q(models.Q(("etat", "refusee"), _negated=True), ("refus", "")),
                    _connector="OR",
                ),
                name="ligne_lot_allocations_refus",
            ),
        ),
        migrations.AddConstraint(
            model_name="piecesattendues",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("conservatoire_le__isnull", True), ("conservatoire_par__isnull", True), ("pouvoir", "")),
                    models.Q(
                        ("conservatoire_le__isnull", False),
                        ("conservatoire_par__isnull", False),
                        ("eligibilite_demontree", True),
                        models.Q(("pouvoir", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="pieces_conservatoire_complet",
                violation_error_message="Un versement conservatoire a sa date, son auteur et son pouvoir, et une personne qui montre qu'elle a droit à l'allocation.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="piecesattendues",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."agent_id" IS DISTINCT FROM (NEW."agent_id") OR OLD."completes_le" IS DISTINCT FROM (NEW."completes_le") OR OLD."conservatoire_le" IS DISTINCT FROM (NEW."conservatoire_le") OR OLD."conservatoire_par_id" IS DISTINCT FROM (NEW."conservatoire_par_id") OR OLD."contrat_id" IS DISTINCT FROM (NEW."contrat_id") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."decision" IS DISTINCT FROM (NEW."decision") OR OLD."demandees_le" IS DISTINCT FROM (NEW."demandees_le") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."eligibilite_demontree" IS DISTINCT FROM (NEW."eligibilite_demontree") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."limite" IS DISTINCT FROM (NEW."limite") OR OLD."manquantes" IS DISTINCT FROM (NEW."manquantes") OR OLD."pouvoir" IS DISTINCT FROM (NEW."pouvoir") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "allocations_piecesattenduesevent" ("agent_id", "completes_le", "conservatoire_le", "conservatoire_par_id", "contrat_id", "cree_le", "decision", "demandees_le", "dossier_id", "eligibilite_demontree", "id", "limite", "manquantes", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pouvoir", "structure_id", "version") VALUES (OLD."agent_id", OLD."completes_le", OLD."conservatoire_le", OLD."conservatoire_par_id", OLD."contrat_id", OLD."cree_le", OLD."decision", OLD."demandees_le", OLD."dossier_id", OLD."eligibilite_demontree", OLD."id", OLD."limite", OLD."manquantes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."pouvoir", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="2a62b8e62d30a2b0717fc3d44ea499dd5ddb2916",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_58420",
                    table="allocations_piecesattendues",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="piecesattendues",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "allocations_piecesattenduesevent" ("agent_id", "completes_le", "conservatoire_le", "conservatoire_par_id", "contrat_id", "cree_le", "decision", "demandees_le", "dossier_id", "eligibilite_demontree", "id", "limite", "manquantes", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pouvoir", "structure_id", "version") VALUES (OLD."agent_id", OLD."completes_le", OLD."conservatoire_le", OLD."conservatoire_par_id", OLD."contrat_id", OLD."cree_le", OLD."decision", OLD."demandees_le", OLD."dossier_id", OLD."eligibilite_demontree", OLD."id", OLD."limite", OLD."manquantes", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."pouvoir", OLD."structure_id", OLD."version"); RETURN NULL;',
                    hash="2962ed24d05eabc07dd12cf354381683834ed57f",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_082bc",
                    table="allocations_piecesattendues",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="troppercu",
            index=models.Index(fields=["structure", "reglement"], name="trop_percu_a_regler"),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(("montant__gt", 0)),
                name="trop_percu_montant",
                violation_error_message="Un trop-perçu est au-dessus de zéro.",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("suite", "a_rembourser"), models.Q(("reglement", "acquis"), _negated=True)),
                    models.Q(models.Q(("suite", "a_rembourser"), _negated=True), ("reglement", "acquis")),
                    _connector="OR",
                ),
                name="trop_percu_reglement_permis",
                violation_error_message="La loi laisse cette somme à la personne : elle ne se reprend pas.",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("regle_le__isnull", True), ("reglement__in", ["a_regler", "acquis"])),
                    models.Q(("regle_le__isnull", False), ("regle_par__isnull", False)),
                    _connector="OR",
                ),
                name="trop_percu_regle_complet",
                violation_error_message="Un règlement a sa date et son auteur.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="troppercu",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."decision_id" IS DISTINCT FROM (NEW."decision_id") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."montant" IS DISTINCT FROM (NEW."montant") OR OLD."precision" IS DISTINCT FROM (NEW."precision") OR OLD."regle_le" IS DISTINCT FROM (NEW."regle_le") OR OLD."regle_par_id" IS DISTINCT FROM (NEW."regle_par_id") OR OLD."reglement" IS DISTINCT FROM (NEW."reglement") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."suite" IS DISTINCT FROM (NEW."suite") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "allocations_troppercuevent" ("cause", "cree_le", "decision_id", "document_id", "dossier_id", "id", "montant", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "regle_le", "regle_par_id", "reglement", "structure_id", "suite", "version") VALUES (OLD."cause", OLD."cree_le", OLD."decision_id", OLD."document_id", OLD."dossier_id", OLD."id", OLD."montant", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."precision", OLD."regle_le", OLD."regle_par_id", OLD."reglement", OLD."structure_id", OLD."suite", OLD."version"); RETURN NULL;',
                    hash="8d04f07e348e87c6be736907d49b412feaaa6e33",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_04572",
                    table="allocations_troppercu",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="troppercu",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "allocations_troppercuevent" ("cause", "cree_le", "decision_id", "document_id", "dossier_id", "id", "montant", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "regle_le", "regle_par_id", "reglement", "structure_id", "suite", "version") VALUES (OLD."cause", OLD."cree_le", OLD."decision_id", OLD."document_id", OLD."dossier_id", OLD."id", OLD."montant", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."precision", OLD."regle_le", OLD."regle_par_id", OLD."reglement", OLD."structure_id", OLD."suite", OLD."version"); RETURN NULL;',
                    hash="2e402ee2023905f993e588cfa1bce7f0119b68fa",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_40cff",
                    table="allocations_troppercu",
                    when="AFTER",
                ),
            ),
        ),
    ]
