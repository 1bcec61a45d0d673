"""The door of every call about one dossier: the key, the structure of the number, its perimeter, the line in the journal.

It runs with the rights of who calls it. The perimeter that it opens lasts as long as the transaction, which is the
statement's own: what the same statement reads of `dossier`, it reads under the policies of that structure. A door that
stays shut gives no `dossier` to read.
"""

from django.db import migrations

CREER = """
CREATE FUNCTION api_ouvrir_dossier(
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
    dependencies = [
        ("api", "0001_perimetre_du_dossier"),
        ("acteurs", "0003_cle_presentee"),
        ("journal", "0002_inscrire"),
    ]
    operations = [
        migrations.RunSQL(CREER, reverse_sql="DROP FUNCTION api_ouvrir_dossier(text, bytea, text, integer, text)")
    ]
