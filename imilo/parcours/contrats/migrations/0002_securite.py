"""Row-level security of contracts, the person they follow, and the one question asked of the whole country."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

# The person of a contract is its dossier's, always: the exclusion constraint rests on it.
PERSONNE = """
CREATE FUNCTION contrats_personne() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    SELECT d.jeune_id INTO NEW.jeune_id FROM dossiers_dossier d WHERE d.id = NEW.dossier_id;
    RETURN NEW;
END $$;
CREATE TRIGGER contrats_personne BEFORE INSERT OR UPDATE OF dossier_id, jeune_id ON contrats_contratcej
    FOR EACH ROW EXECUTE FUNCTION contrats_personne();

CREATE FUNCTION contrats_personne_du_dossier() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE contrats_contratcej SET jeune_id = NEW.jeune_id WHERE dossier_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER contrats_personne AFTER UPDATE OF jeune_id ON dossiers_dossier
    FOR EACH ROW WHEN (OLD.jeune_id IS DISTINCT FROM NEW.jeune_id) EXECUTE FUNCTION contrats_personne_du_dossier();
REVOKE ALL ON FUNCTION contrats_personne(), contrats_personne_du_dossier() FROM PUBLIC, imilo_app, imilo_lots;
"""

# National rights: what contracts signed in any structure change here, and nothing else (not where, nor why).
# It answers for persons who have a dossier in the caller's perimeter only.
DROITS = """
CREATE FUNCTION droits_cej(p_jeune bigint, p_le date) RETURNS TABLE (en_cours boolean, derniere_fin date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(bool_or(c.etat = 'signe' AND c.fin_prevue >= p_le), false),
        max(COALESCE(c.fin_le, c.fin_prevue)) FILTER (WHERE NOT (c.etat = 'signe' AND c.fin_prevue >= p_le))
    FROM contrats_contratcej c
    WHERE c.jeune_id = p_jeune AND c.etat IN ('signe', 'termine', 'rompu')
        AND EXISTS (
            SELECT 1 FROM dossiers_dossier d
            WHERE d.jeune_id = p_jeune AND d.structure_id::text = current_setting('imilo.structure', true))
$$;
REVOKE ALL ON FUNCTION droits_cej(bigint, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION droits_cej(bigint, date) TO imilo_app, imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [("contrats", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("contrats_examencej"),
        ProtegerTable("contrats_contratcej"),
        ProtegerTable("contrats_actionprevue"),
        ProtegerTable("contrats_signature"),
        ProtegerHistorique("contrats_examencejevent"),
        ProtegerHistorique("contrats_contratcejevent"),
        ProtegerHistorique("contrats_actionprevueevent"),
        ProtegerHistorique("contrats_signatureevent"),
        migrations.RunSQL(PERSONNE, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(DROITS, reverse_sql=migrations.RunSQL.noop),
    ]
