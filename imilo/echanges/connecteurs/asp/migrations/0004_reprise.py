"""What the lines already sent told: a contract with its days, or an allowance.

The last day told is the one before any prolongation decided since; an earlier end decided since leaves as an amendment.
"""

from django.db import migrations

# The owner reads and writes rows in a session of his own by saying so, for this transaction (imilo.socle.rls).
REPRENDRE = """
SELECT set_config('imilo.annuaire', 'on', true);
UPDATE asp_ligne SET genre = 'allocation' WHERE decision_id IS NOT NULL;
UPDATE asp_ligneevent SET genre = 'allocation' WHERE decision_id IS NOT NULL;
UPDATE asp_ligne l SET genre = 'contrat', du = c.signe_le, au = coalesce(
    (SELECT p.fin_avant FROM contrats_prolongation p
     WHERE p.contrat_id = c.id AND p.cree_le > l.cree_le ORDER BY p.id LIMIT 1),
    c.fin_prevue)
FROM contrats_contratengagement c WHERE c.id = l.contrat_id AND l.decision_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('imilo.annuaire', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("asp", "0003_pacea_et_avenants")]
    operations = [migrations.RunSQL(REPRENDRE, reverse_sql=migrations.RunSQL.noop)]
