"""A structure may have its reminders sent without asking for them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("allocations", "0004_suites_securite")]
    operations = [
        migrations.AddField(
            model_name="reglageallocations",
            name="rappels",
            field=models.BooleanField(
                default=False,
                verbose_name="Demander les ressources de soi-même : le mois fini, puis à qui est en retard",
            ),
        ),
    ]
