"""Row-level security of what follows a contract; what no state may become, and what never changes once signed."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

DU_DOSSIER = ("phasepacea", "prolongation", "suspension", "actualisation", "decisioncontrat", "recours")

# The table of transitions, written out: a migration never follows the code. A test compares the two.
TRANSITIONS = """
CREATE FUNCTION contrats_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.etat <> OLD.etat AND NOT (OLD.etat || '>' || NEW.etat = ANY (ARRAY[
        'prepare>signe', 'prepare>annule', 'prepare>refuse', 'signe>termine', 'signe>rompu'])) THEN
        RAISE EXCEPTION 'contrats: % never becomes %', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.cadre <> OLD.cadre THEN
        RAISE EXCEPTION 'contrats: the frame of a contract never changes' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contrats_transition BEFORE UPDATE OF etat, cadre ON contrats_contratengagement
    FOR EACH ROW EXECUTE FUNCTION contrats_transition();

CREATE FUNCTION contrats_phase() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM contrats_contratengagement c WHERE c.id = NEW.contrat_id AND c.cadre = 'pacea') THEN
        RAISE EXCEPTION 'contrats: phases belong to a PACEA' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contrats_phase BEFORE INSERT OR UPDATE OF contrat_id ON contrats_phasepacea
    FOR EACH ROW EXECUTE FUNCTION contrats_phase();

CREATE FUNCTION contrats_actualisation() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.etat <> 'preparee' AND NEW.etat <> OLD.etat THEN
        RAISE EXCEPTION 'contrats: an update that is % stays so', OLD.etat USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contrats_actualisation BEFORE UPDATE OF etat ON contrats_actualisation
    FOR EACH ROW EXECUTE FUNCTION contrats_actualisation();
REVOKE ALL ON FUNCTION contrats_transition(), contrats_phase(), contrats_actualisation() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("contrats", "0006_suites"), ("dossiers", "0002_securite")]
    operations = [
        *(ProtegerTable(f"contrats_{nom}") for nom in DU_DOSSIER),
        ProtegerTable("contrats_reglagecontrats", dossier=False),
        *(ProtegerHistorique(f"contrats_{nom}event") for nom in (*DU_DOSSIER, "reglagecontrats")),
        migrations.RunSQL(TRANSITIONS, reverse_sql=migrations.RunSQL.noop),
    ]
