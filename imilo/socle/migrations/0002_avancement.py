"""How far long batches have come: imilo_lots writes it, the web has no business with it."""

from django.db import migrations, models

DROITS = "REVOKE ALL ON socle_avancement FROM imilo_app; REVOKE ALL ON socle_avancement_id_seq FROM imilo_app;"


class Migration(migrations.Migration):
    dependencies = [("socle", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Avancement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cree_le", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("modifie_le", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("nom", models.CharField(max_length=60, verbose_name="traitement")),
                ("parametres", models.JSONField(verbose_name="demandé")),
                ("pas", models.PositiveIntegerField(default=0, verbose_name="étapes faites")),
                ("fini_le", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
            ],
            options={
                "verbose_name": "avancement d'un traitement",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("fini_le__isnull", True)),
                        fields=("nom",),
                        name="avancement_un_seul_en_cours",
                        violation_error_message="Ce traitement est déjà en cours, ou s'est arrêté avant sa fin.",
                    )
                ],
            },
        ),
        migrations.RunSQL(DROITS, reverse_sql=migrations.RunSQL.noop),
    ]
