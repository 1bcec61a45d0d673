"""Arrivals given together: the history of it, under row-level security."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from imilo.socle.rls import ProtegerTable


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0005_delegation_des_sanctions"),
        ("arrivees", "0003_fiche_et_nuit"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Repartition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("nombre", models.PositiveIntegerField(verbose_name="arrivées confiées")),
                ("memoire", models.JSONField(default=list, verbose_name="ce que chacune avait")),
                ("annulee_le", models.DateTimeField(null=True, verbose_name="annulée le")),
                ("rendues", models.PositiveIntegerField(null=True, verbose_name="arrivées rendues")),
                (
                    "a",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confiées à",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "annulee_par",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="acteurs.structure",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [models.Index(fields=["structure", "-id"], name="repartition_structure")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("annulee_le__isnull", True), ("annulee_par__isnull", True), ("rendues__isnull", True)
                            ),
                            models.Q(
                                ("annulee_le__isnull", False),
                                ("annulee_par__isnull", False),
                                ("rendues__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="repartition_annulee_par_quelqu_un",
                    )
                ],
            },
        ),
        ProtegerTable("arrivees_repartition", dossier=False),
    ]
