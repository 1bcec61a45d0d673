"""What the comparison with the country said of each arrival is kept: who, how likely, why. One more outcome."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acteurs", "0006_dernier_jour_d_une_cle"),
        ("arrivees", "0004_repartition"),
        ("dossiers", "0003_courrier_de_sanction"),
        ("referentiels", "0002_donnees"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="arrivee",
            name="avant_modification_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="arrivee",
            name="avant_suppression_delete",
        ),
        migrations.AddField(
            model_name="arrivee",
            name="doute",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="ce qui en fait douter"),
        ),
        migrations.AddField(
            model_name="arrivee",
            name="preuves",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="ce qui le dit"),
        ),
        migrations.AddField(
            model_name="arrivee",
            name="probabilite",
            field=models.FloatField(blank=True, editable=False, null=True, verbose_name="probabilité"),
        ),
        migrations.AddField(
            model_name="arrivee",
            name="reconnue",
            field=models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="personne reconnue"),
        ),
        migrations.AddField(
            model_name="arriveeevent",
            name="doute",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="ce qui en fait douter"),
        ),
        migrations.AddField(
            model_name="arriveeevent",
            name="preuves",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="ce qui le dit"),
        ),
        migrations.AddField(
            model_name="arriveeevent",
            name="probabilite",
            field=models.FloatField(blank=True, editable=False, null=True, verbose_name="probabilité"),
        ),
        migrations.AddField(
            model_name="arriveeevent",
            name="reconnue",
            field=models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="personne reconnue"),
        ),
        migrations.AlterField(
            model_name="arrivee",
            name="connu",
            field=models.CharField(
                choices=[("non", "Nouveau"), ("probable", "À vérifier"), ("sur", "Déjà connu")],
                default="non",
                max_length=10,
                verbose_name="déjà connu",
            ),
        ),
        migrations.AlterField(
            model_name="arrivee",
            name="issue",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sans_reponse", "Pas de réponse"),
                    ("joint", "Joint, à rappeler"),
                    ("contact_errone", "Coordonnées fausses"),
                    ("rdv_pris", "Rendez-vous pris"),
                    ("deja_accompagne", "Déjà accompagné"),
                    ("ne_souhaite_pas", "Ne souhaite pas être accompagné"),
                    ("plus_contacter", "Ne souhaite plus être contacté"),
                    ("scolarite", "De nouveau scolarisé"),
                    ("emploi", "En emploi"),
                    ("nouveau_contrat", "Nouveau contrat d'apprentissage"),
                    ("formation", "En formation"),
                    ("injoignable", "Injoignable après plusieurs relances"),
                    ("expiree", "Restée sans suite trop longtemps"),
                    ("hors_age", "N'a plus l'âge"),
                    ("autre", "Autre"),
                ],
                max_length=16,
                verbose_name="dernière issue",
            ),
        ),
        migrations.AlterField(
            model_name="arriveeevent",
            name="connu",
            field=models.CharField(
                choices=[("non", "Nouveau"), ("probable", "À vérifier"), ("sur", "Déjà connu")],
                default="non",
                max_length=10,
                verbose_name="déjà connu",
            ),
        ),
        migrations.AlterField(
            model_name="arriveeevent",
            name="issue",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sans_reponse", "Pas de réponse"),
                    ("joint", "Joint, à rappeler"),
                    ("contact_errone", "Coordonnées fausses"),
                    ("rdv_pris", "Rendez-vous pris"),
                    ("deja_accompagne", "Déjà accompagné"),
                    ("ne_souhaite_pas", "Ne souhaite pas être accompagné"),
                    ("plus_contacter", "Ne souhaite plus être contacté"),
                    ("scolarite", "De nouveau scolarisé"),
                    ("emploi", "En emploi"),
                    ("nouveau_contrat", "Nouveau contrat d'apprentissage"),
                    ("formation", "En formation"),
                    ("injoignable", "Injoignable après plusieurs relances"),
                    ("expiree", "Restée sans suite trop longtemps"),
                    ("hors_age", "N'a plus l'âge"),
                    ("autre", "Autre"),
                ],
                max_length=16,
                verbose_name="dernière issue",
            ),
        ),
        migrations.AlterField(
            model_name="tentative",
            name="issue",
            field=models.CharField(
                choices=[
                    ("sans_reponse", "Pas de réponse"),
                    ("joint", "Joint, à rappeler"),
                    ("contact_errone", "Coordonnées fausses"),
                    ("rdv_pris", "Rendez-vous pris"),
                    ("deja_accompagne", "Déjà accompagné"),
                    ("ne_souhaite_pas", "Ne souhaite pas être accompagné"),
                    ("plus_contacter", "Ne souhaite plus être contacté"),
                    ("scolarite", "De nouveau scolarisé"),
                    ("emploi", "En emploi"),
                    ("nouveau_contrat", "Nouveau contrat d'apprentissage"),
                    ("formation", "En formation"),
                    ("injoignable", "Injoignable après plusieurs relances"),
                    ("expiree", "Restée sans suite trop longtemps"),
                    ("hors_age", "N'a plus l'âge"),
                    ("autre", "Autre"),
                ],
                max_length=16,
                verbose_name="issue",
            ),
        ),
        migrations.AddIndex(
            model_name="arrivee",
            index=models.Index(
                condition=models.Q(("reconnue__isnull", False)),
                fields=["structure", "reconnue"],
                name="arrivee_reconnue",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrivee",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_modification_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."a_risque" IS DISTINCT FROM (NEW."a_risque") OR OLD."adresse" IS DISTINCT FROM (NEW."adresse") OR OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."cle" IS DISTINCT FROM (NEW."cle") OR OLD."code_postal" IS DISTINCT FROM (NEW."code_postal") OR OLD."commune_id" IS DISTINCT FROM (NEW."commune_id") OR OLD."connaissance" IS DISTINCT FROM (NEW."connaissance") OR OLD."connu" IS DISTINCT FROM (NEW."connu") OR OLD."contactee_le" IS DISTINCT FROM (NEW."contactee_le") OR OLD."courriel" IS DISTINCT FROM (NEW."courriel") OR OLD."cree_le" IS DISTINCT FROM (NEW."cree_le") OR OLD."depuis" IS DISTINCT FROM (NEW."depuis") OR OLD."details" IS DISTINCT FROM (NEW."details") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."doute" IS DISTINCT FROM (NEW."doute") OR OLD."etat" IS DISTINCT FROM (NEW."etat") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."ine" IS DISTINCT FROM (NEW."ine") OR OLD."issue" IS DISTINCT FROM (NEW."issue") OR OLD."naissance" IS DISTINCT FROM (NEW."naissance") OR OLD."naissance_commune_id" IS DISTINCT FROM (NEW."naissance_commune_id") OR OLD."nom" IS DISTINCT FROM (NEW."nom") OR OLD."nom_usage" IS DISTINCT FROM (NEW."nom_usage") OR OLD."origine" IS DISTINCT FROM (NEW."origine") OR OLD."pour_la_fiche" IS DISTINCT FROM (NEW."pour_la_fiche") OR OLD."prenom" IS DISTINCT FROM (NEW."prenom") OR OLD."preuves" IS DISTINCT FROM (NEW."preuves") OR OLD."probabilite" IS DISTINCT FROM (NEW."probabilite") OR OLD."reconnue" IS DISTINCT FROM (NEW."reconnue") OR OLD."representants" IS DISTINCT FROM (NEW."representants") OR OLD."rqth" IS DISTINCT FROM (NEW."rqth") OR OLD."sexe" IS DISTINCT FROM (NEW."sexe") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."structure_id" IS DISTINCT FROM (NEW."structure_id") OR OLD."telephone" IS DISTINCT FROM (NEW."telephone") OR OLD."telephone_2" IS DISTINCT FROM (NEW."telephone_2") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                    func='INSERT INTO "arrivees_arriveeevent" ("a_risque", "adresse", "assignee_id", "cle", "code_postal", "commune_id", "connaissance", "connu", "contactee_le", "courriel", "cree_le", "depuis", "details", "dossier_id", "doute", "etat", "id", "ine", "issue", "naissance", "naissance_commune_id", "nom", "nom_usage", "origine", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pour_la_fiche", "prenom", "preuves", "probabilite", "reconnue", "representants", "rqth", "sexe", "source", "structure_id", "telephone", "telephone_2", "version") VALUES (OLD."a_risque", OLD."adresse", OLD."assignee_id", OLD."cle", OLD."code_postal", OLD."commune_id", OLD."connaissance", OLD."connu", OLD."contactee_le", OLD."courriel", OLD."cree_le", OLD."depuis", OLD."details", OLD."dossier_id", OLD."doute", OLD."etat", OLD."id", OLD."ine", OLD."issue", OLD."naissance", OLD."naissance_commune_id", OLD."nom", OLD."nom_usage", OLD."origine", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_modification\', OLD."id", OLD."pour_la_fiche", OLD."prenom", OLD."preuves", OLD."probabilite", OLD."reconnue", OLD."representants", OLD."rqth", OLD."sexe", OLD."source", OLD."structure_id", OLD."telephone", OLD."telephone_2", OLD."version"); RETURN NULL;',
                    hash="77195e1cf5eb25afec6dde1fa7c0d4eb64ffbf38",
                    operation="UPDATE",
                    pgid="pgtrigger_avant_modification_update_2322a",
                    table="arrivees_arrivee",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="arrivee",
            trigger=pgtrigger.compiler.Trigger(
                name="avant_suppression_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "arrivees_arriveeevent" ("a_risque", "adresse", "assignee_id", "cle", "code_postal", "commune_id", "connaissance", "connu", "contactee_le", "courriel", "cree_le", "depuis", "details", "dossier_id", "doute", "etat", "id", "ine", "issue", "naissance", "naissance_commune_id", "nom", "nom_usage", "origine", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pour_la_fiche", "prenom", "preuves", "probabilite", "reconnue", "representants", "rqth", "sexe", "source", "structure_id", "telephone", "telephone_2", "version") VALUES (OLD."a_risque", OLD."adresse", OLD."assignee_id", OLD."cle", OLD."code_postal", OLD."commune_id", OLD."connaissance", OLD."connu", OLD."contactee_le", OLD."courriel", OLD."cree_le", OLD."depuis", OLD."details", OLD."dossier_id", OLD."doute", OLD."etat", OLD."id", OLD."ine", OLD."issue", OLD."naissance", OLD."naissance_commune_id", OLD."nom", OLD."nom_usage", OLD."origine", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'avant_suppression\', OLD."id", OLD."pour_la_fiche", OLD."prenom", OLD."preuves", OLD."probabilite", OLD."reconnue", OLD."representants", OLD."rqth", OLD."sexe", OLD."source", OLD."structure_id", OLD."telephone", OLD."telephone_2", OLD."version"); RETURN NULL;',
                    hash="c8f88919b4e5c15e3fab1cb64fbdcbca13339019",
                    operation="DELETE",
                    pgid="pgtrigger_avant_suppression_delete_42bd2",
                    table="arrivees_arrivee",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="arrivee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("connu", "sur"), _negated=True), ("reconnue__isnull", False), _connector="OR"
                ),
                name="arrivee_sure_de_quelqu_un",
                violation_error_message="Une arrivée déjà connue l'est de quelqu'un.",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrivee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("probabilite__isnull", True),
                    models.Q(("probabilite__gte", 0), ("probabilite__lte", 1)),
                    _connector="OR",
                ),
                name="arrivee_probabilite",
                violation_error_message="Une probabilité va de 0 à 1.",
            ),
        ),
    ]
