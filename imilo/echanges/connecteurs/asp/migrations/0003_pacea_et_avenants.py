"""One-off allowances and amendments have lines too: first the columns, without the triggers that watch them."""

import django.db.models.deletion
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("allocations", "0005_rappels"), ("asp", "0002_securite"), ("contrats", "0007_suites_securite")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="ligne",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="ligne",
            name="avant_suppression_delete",
        ),
        migrations.RemoveConstraint(
            model_name="ligne",
            name="asp_contrat_une_fois",
        ),
        migrations.RemoveConstraint(
            model_name="ligne",
            name="asp_ligne_contrat_ou_decision",
        ),
        migrations.RemoveConstraint(
            model_name="ligne",
            name="asp_ligne_payee_a_son_montant",
        ),
        migrations.AddField(
            model_name="ligne",
            name="au",
            field=models.DateField(blank=True, null=True, verbose_name="dernier jour dit"),
        ),
        migrations.AddField(
            model_name="ligne",
            name="du",
            field=models.DateField(blank=True, null=True, verbose_name="premier jour dit"),
        ),
        migrations.AddField(
            model_name="ligne",
            name="genre",
            field=models.CharField(
                choices=[
                    ("contrat", "Contrat"),
                    ("avenant", "Avenant"),
                    ("allocation", "Allocation"),
                    ("pacea", "Allocation ponctuelle"),
                ],
                default="contrat",
                max_length=10,
                verbose_name="objet",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ligne",
            name="pacea",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="allocations.allocationpacea",
            ),
        ),
        migrations.AddField(
            model_name="ligne",
            name="suspension",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="contrats.suspension",
            ),
        ),
        migrations.AddField(
            model_name="ligneevent",
            name="au",
            field=models.DateField(blank=True, null=True, verbose_name="dernier jour dit"),
        ),
        migrations.AddField(
            model_name="ligneevent",
            name="du",
            field=models.DateField(blank=True, null=True, verbose_name="premier jour dit"),
        ),
        migrations.AddField(
            model_name="ligneevent",
            name="genre",
            field=models.CharField(
                choices=[
                    ("contrat", "Contrat"),
                    ("avenant", "Avenant"),
                    ("allocation", "Allocation"),
                    ("pacea", "Allocation ponctuelle"),
                ],
                default="contrat",
                max_length=10,
                verbose_name="objet",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ligneevent",
            name="pacea",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="allocations.allocationpacea",
            ),
        ),
        migrations.AddField(
            model_name="ligneevent",
            name="suspension",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="contrats.suspension",
            ),
        ),
    ]
