"""What withholds the allowance of a person, asked of the whole country: the measure follows them (L. 5412-1 I).

It answers for persons who have a dossier in the caller's perimeter only: not where, by whom, nor for what facts.
"""

from django.db import migrations

NATIONALES = """
CREATE FUNCTION retenues_nationales(p_jeunes bigint[])
RETURNS TABLE (id bigint, jeune_id bigint, etat varchar, manquement varchar, nature varchar, part numeric,
    mois smallint, premier_mois date, terme date, levee_le date, decidee_le date, decision_notifiee_le date,
    decision_representants_le date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id, d.jeune_id, p.etat, p.manquement, p.nature, p.part, p.mois, p.premier_mois, p.terme, p.levee_le,
        p.decidee_le, p.decision_notifiee_le, p.decision_representants_le
    FROM dossiers_dossier d JOIN sanctions_procedure p ON p.dossier_id = d.id
    WHERE d.jeune_id = ANY (p_jeunes) AND p.nature IN ('suspension', 'suppression')
        AND p.etat IN ('executoire', 'levee', 'retiree')
        AND EXISTS (
            SELECT 1 FROM dossiers_dossier ici
            WHERE ici.jeune_id = d.jeune_id AND ici.structure_id::text = current_setting('imilo.structure', true))
$$;
REVOKE ALL ON FUNCTION retenues_nationales(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION retenues_nationales(bigint[]) TO imilo_app;
"""


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0004_tirage_du_mois")]
    operations = [migrations.RunSQL(NATIONALES, reverse_sql=migrations.RunSQL.noop)]
