"""The two questions that a rank asks of the whole country: a failing is repeated by the person (R. 5412-3-4).

They answer for persons who have a dossier in the caller's perimeter only: not where, by whom, nor for what facts.
"""

from django.db import migrations

NATIONALES = """
CREATE FUNCTION sanctions_nationales(p_jeune bigint)
RETURNS TABLE (id bigint, manquement varchar, constate_le date, recue_le date, fin_le date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT p.id, p.manquement, p.constate_le, COALESCE(p.decision_notifiee_le, p.decision_representants_le),
        COALESCE(p.levee_le, p.terme, p.fin_le)
    FROM sanctions_procedure p JOIN dossiers_dossier d ON d.id = p.dossier_id
    WHERE d.jeune_id = p_jeune AND p.etat IN ('executoire', 'levee')
        AND EXISTS (
            SELECT 1 FROM dossiers_dossier ici
            WHERE ici.jeune_id = p_jeune AND ici.structure_id::text = current_setting('imilo.structure', true))
$$;
CREATE FUNCTION orientations_nationales(p_jeune bigint, p_le date) RETURNS TABLE (decidee_le date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.decidee_le FROM diagnostics_orientation o JOIN dossiers_dossier d ON d.id = o.dossier_id
    WHERE d.jeune_id = p_jeune AND o.decidee_le <= p_le
        AND EXISTS (
            SELECT 1 FROM dossiers_dossier ici
            WHERE ici.jeune_id = p_jeune AND ici.structure_id::text = current_setting('imilo.structure', true))
$$;
REVOKE ALL ON FUNCTION sanctions_nationales(bigint), orientations_nationales(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sanctions_nationales(bigint), orientations_nationales(bigint, date) TO imilo_app;
"""


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0005_reorientation"), ("sanctions", "0002_securite")]
    operations = [migrations.RunSQL(NATIONALES, reverse_sql=migrations.RunSQL.noop)]
