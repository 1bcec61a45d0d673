import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="SessionOuverte",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                (
                    "sid",
                    models.CharField(
                        blank=True,
                        db_index=True,
                        max_length=255,
                        verbose_name="session chez ProConnect",
                    ),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Envoi",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("jeton", models.UUIDField(verbose_name="jeton")),
                (
                    "chemin",
                    models.CharField(max_length=500, verbose_name="adresse du formulaire"),
                ),
                (
                    "suite",
                    models.CharField(
                        blank=True,
                        max_length=2000,
                        verbose_name="adresse de la réponse",
                    ),
                ),
                (
                    "recu_le",
                    models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="reçu le"),
                ),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("agent", "jeton"), name="envoi_unique")]},
        ),
        migrations.CreateModel(
            name="JetonDeDeconnexion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "jti",
                    models.CharField(max_length=255, unique=True, verbose_name="identifiant"),
                ),
                (
                    "recu_le",
                    models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="reçu le"),
                ),
            ],
        ),
    ]
