"""What isn't claimed by choice is told apart from what an article says to be kept."""

from django.conf import settings
from django.db import migrations, models

# The owner writes rows in a session of his own by saying so, for this transaction (imilo.socle.rls).
REPRENDRE = """
SELECT set_config('imilo.annuaire', 'on', true);
UPDATE allocations_troppercu SET reglement = 'non_reclame' WHERE suite = 'non_reclame' AND reglement = 'acquis';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('imilo.annuaire', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0005_delegation_des_sanctions"),
        ("allocations", "0006_retenue_du_pacea"),
        ("dossiers", "0003_courrier_de_sanction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="troppercu",
            name="trop_percu_reglement_permis",
        ),
        migrations.RemoveConstraint(
            model_name="troppercu",
            name="trop_percu_regle_complet",
        ),
        migrations.AlterField(
            model_name="troppercu",
            name="reglement",
            field=models.CharField(
                choices=[
                    ("a_regler", "À régler"),
                    ("retenu", "Retenu par l'ASP sur les versements"),
                    ("rembourse", "Remboursé par la personne"),
                    ("remis", "Remise accordée : rien n'est repris"),
                    ("acquis", "Rien à reprendre : la somme est acquise"),
                    ("non_reclame", "Non réclamé, par choix"),
                ],
                default="a_regler",
                max_length=12,
                verbose_name="règlement",
            ),
        ),
        migrations.AlterField(
            model_name="troppercu",
            name="suite",
            field=models.CharField(
                choices=[
                    ("a_rembourser", "À rembourser"),
                    ("acquis", "Acquis : un article le dit"),
                    ("non_reclame", "Non réclamé : un choix, qu'aucun article n'impose"),
                ],
                max_length=20,
                verbose_name="ce qu'il devient",
            ),
        ),
        migrations.AlterField(
            model_name="troppercuevent",
            name="reglement",
            field=models.CharField(
                choices=[
                    ("a_regler", "À régler"),
                    ("retenu", "Retenu par l'ASP sur les versements"),
                    ("rembourse", "Remboursé par la personne"),
                    ("remis", "Remise accordée : rien n'est repris"),
                    ("acquis", "Rien à reprendre : la somme est acquise"),
                    ("non_reclame", "Non réclamé, par choix"),
                ],
                default="a_regler",
                max_length=12,
                verbose_name="règlement",
            ),
        ),
        migrations.AlterField(
            model_name="troppercuevent",
            name="suite",
            field=models.CharField(
                choices=[
                    ("a_rembourser", "À rembourser"),
                    ("acquis", "Acquis : un article le dit"),
                    ("non_reclame", "Non réclamé : un choix, qu'aucun article n'impose"),
                ],
                max_length=20,
                verbose_name="ce qu'il devient",
            ),
        ),
        migrations.RunSQL(REPRENDRE, reverse_sql=migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("suite", "a_rembourser"), models.Q(("reglement__in", ["acquis", "non_reclame"]), _negated=True)
                    ),
                    models.Q(("reglement", "acquis"), ("suite", "acquis")),
                    models.Q(("reglement", "non_reclame"), ("suite", "non_reclame")),
                    _connector="OR",
                ),
                name="trop_percu_reglement_permis",
                violation_error_message="Une somme acquise, ou non réclamée, ne se reprend pas.",
            ),
        ),
        migrations.AddConstraint(
            model_name="troppercu",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("regle_le__isnull", True), ("reglement__in", ["a_regler", "acquis", "non_reclame"])),
                    models.Q(("regle_le__isnull", False), ("regle_par__isnull", False)),
                    _connector="OR",
                ),
                name="trop_percu_regle_complet",
                violation_error_message="Un règlement a sa date et son auteur.",
            ),
        ),
    ]
