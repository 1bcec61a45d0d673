"""A line that changed nothing is kept in the report too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listes", "0003_etat_a_preparer"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ligneimport",
            name="effet",
            field=models.CharField(
                choices=[
                    ("creee", "Ajoutée"),
                    ("modifiee", "Mise à jour"),
                    ("inchangee", "Sans changement"),
                    ("rejetee", "Laissée de côté"),
                ],
                max_length=10,
                verbose_name="effet",
            ),
        ),
    ]
