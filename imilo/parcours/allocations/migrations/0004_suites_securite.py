"""Row-level security of what follows the decisions, and what was granted to a person in the whole country."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique, ProtegerTable

# A line can't claim another structure than its batch's.
LIEN = """
ALTER TABLE allocations_lignelotallocations ADD CONSTRAINT allocations_lignelot_structure_du_lot
    FOREIGN KEY (lot_id, structure_id) REFERENCES allocations_lotallocations (id, structure_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
# The yearly ceiling of D. 5131-9 is the person's: what any structure granted counts here, and nothing else of it.
# It answers for persons who have a dossier in the caller's perimeter only.
VERSEMENTS = """
CREATE FUNCTION versements_pacea(p_jeune bigint) RETURNS TABLE (id bigint, mois date, montant numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.id, a.mois, a.montant
    FROM allocations_allocationpacea a JOIN dossiers_dossier du ON du.id = a.dossier_id
    WHERE du.jeune_id = p_jeune AND a.etat = 'accordee'
        AND EXISTS (
            SELECT 1 FROM dossiers_dossier d
            WHERE d.jeune_id = p_jeune AND d.structure_id::text = current_setting('imilo.structure', true))
$$;
REVOKE ALL ON FUNCTION versements_pacea(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION versements_pacea(bigint) TO imilo_app, imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [("allocations", "0003_suites")]
    operations = [
        ProtegerTable("allocations_piecesattendues"),
        ProtegerTable("allocations_troppercu"),
        ProtegerTable("allocations_lignelotallocations"),
        ProtegerTable("allocations_allocationpacea"),
        ProtegerTable("allocations_lotallocations", dossier=False),
        ProtegerTable("allocations_reglageallocations", dossier=False),
        ProtegerHistorique("allocations_piecesattenduesevent"),
        ProtegerHistorique("allocations_troppercuevent"),
        ProtegerHistorique("allocations_allocationpaceaevent"),
        migrations.RunSQL([LIEN, VERSEMENTS], reverse_sql=migrations.RunSQL.noop),
    ]
