"""A programme is that of somebody who pays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contrats", "0012_signature_retiree")]

    operations = [
        migrations.AddConstraint(
            model_name="actionprevue",
            constraint=models.CheckConstraint(
                condition=models.Q(("programme", ""), models.Q(("financement", ""), _negated=True), _connector="OR"),
                name="action_programme_finance",
                violation_error_message="Un programme a son financeur : choisissez qui finance l'action.",
            ),
        ),
    ]
