"""The number of a merged dossier opens the one it was merged into: same key, same perimeter, same journal.

Only a number that no dossier bears is looked for among the former ones: the hot path reads nothing more.
"""

from django.db import migrations

CREER = """
CREATE OR REPLACE FUNCTION api_ouvrir_dossier(
    p_prefixe text, p_empreinte bytea, p_famille text, p_numero integer, p_genre text,
    OUT verdict text, OUT dossier bigint
) LANGUAGE plpgsql AS $$
DECLARE
    presentee record;
    acteur text;
    chez bigint;
    lu record;
BEGIN
    presentee := acteurs_cle_presentee(p_prefixe, p_empreinte, p_famille);
    IF presentee.cle IS NULL THEN verdict := 'cle_refusee'; RETURN; END IF;
    IF p_numero IS NULL THEN verdict := 'numero_incorrect'; RETURN; END IF;
    verdict := 'inconnu';
    chez := api_structure_du_dossier(p_numero);
    IF chez IS NULL THEN
        p_numero := doublons_numero_actuel(p_numero);
        chez := api_structure_du_dossier(p_numero);
    END IF;
    IF chez IS NULL THEN RETURN; END IF;

    acteur := 'cle_api:' || presentee.cle;
    PERFORM set_config('imilo.structure', chez::text, true);
    IF presentee.structure <> chez THEN
        PERFORM journal_inscrire_fait(chez, NULL, acteur, 'dossier.refuse');
        RETURN;
    END IF;
    SELECT d.id, d.completude INTO lu FROM dossiers_dossier d WHERE d.numero = p_numero;
    IF lu.completude <> 'justifie' THEN
        verdict := 'non_justifie';
        PERFORM journal_inscrire_fait(chez, NULL, acteur, 'dossier.refuse', p_dossier => lu.id);
    ELSIF FOUND THEN
        verdict := 'ouvert';
        dossier := lu.id;
        PERFORM journal_inscrire_consultation(chez, NULL, acteur, p_genre, 'dossiers.dossier', dossier, dossier);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("api", "0003_dossier_operateur"), ("doublons", "0002_securite")]
    operations = [migrations.RunSQL(CREER, reverse_sql=migrations.RunSQL.noop)]
