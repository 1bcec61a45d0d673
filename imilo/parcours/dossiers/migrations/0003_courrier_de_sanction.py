"""Letters of sanctions are a kind of their own: only those who follow the procedure read them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_securite")]
    operations = [
        migrations.AlterField(
            model_name="document",
            name="genre",
            field=models.CharField(
                choices=[
                    ("contrat", "Contrat"),
                    ("contrat_signe", "Contrat signé"),
                    ("notification", "Courrier de notification"),
                    ("sanction", "Courrier de sanction"),
                    ("justificatif", "Justificatif"),
                ],
                max_length=20,
                verbose_name="genre",
            ),
        ),
    ]
