"""Row-level security of sanctions; what no state may become, what never changes, which draw a control belongs to."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

# The table of transitions, written out: a migration never follows the code. A test compares the two.
TRANSITIONS = """
CREATE FUNCTION sanctions_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.etat <> OLD.etat AND NOT (OLD.etat || '>' || NEW.etat = ANY (ARRAY[
        'constate>sans_suite', 'constate>proposee', 'constate>envisagee',
        'envisagee>notifiee', 'envisagee>abandonnee',
        'notifiee>decidee', 'notifiee>abandonnee',
        'decidee>executoire', 'decidee>retiree',
        'executoire>levee', 'executoire>retiree',
        'levee>retiree'])) THEN
        RAISE EXCEPTION 'sanctions: % never becomes %', OLD.etat, NEW.etat USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sanctions_transition BEFORE UPDATE OF etat ON sanctions_procedure
    FOR EACH ROW EXECUTE FUNCTION sanctions_transition();

CREATE FUNCTION sanctions_charge_fixe() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.charge <> OLD.charge OR NEW.sha256 <> OLD.sha256 THEN
        RAISE EXCEPTION 'sanctions: a message never changes once written' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sanctions_charge_fixe BEFORE UPDATE ON sanctions_messagepartenaire
    FOR EACH ROW EXECUTE FUNCTION sanctions_charge_fixe();
REVOKE ALL ON FUNCTION sanctions_transition(), sanctions_charge_fixe() FROM PUBLIC;
"""
# A draw is never made again: it replays.
TIRAGE = """
REVOKE UPDATE, DELETE ON sanctions_tiragecontrole FROM imilo_app;
ALTER TABLE sanctions_controlealeatoire ADD CONSTRAINT sanctions_controle_structure_du_tirage
    FOREIGN KEY (tirage_id, structure_id) REFERENCES sanctions_tiragecontrole (id, structure_id)
    DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("sanctions", "0001_initial"), ("dossiers", "0002_securite")]
    operations = [
        ProtegerTable("sanctions_procedure"),
        ProtegerTable("sanctions_messagepartenaire"),
        ProtegerTable("sanctions_tiragecontrole", dossier=False),
        ProtegerTable("sanctions_controlealeatoire"),
        ProtegerHistorique("sanctions_procedureevent"),
        ProtegerHistorique("sanctions_messagepartenaireevent"),
        ProtegerHistorique("sanctions_controlealeatoireevent"),
        migrations.RunSQL([TRANSITIONS, TIRAGE], reverse_sql=migrations.RunSQL.noop),
    ]
