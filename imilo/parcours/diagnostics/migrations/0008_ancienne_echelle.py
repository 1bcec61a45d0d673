"""Constraints that the former scale said under a theme of need: now constraints, with their words, author and day.

A theme without a constraint of its own (employment, leisure…) becomes a need. Former rows stay in the history.
"""

from django.db import migrations

CORRESPONDANCES = """(VALUES ('MOBILITE', 'mobilite'), ('LOGEMENT', 'logement'), ('SANTE', 'sante'),
    ('RESSOURCES', 'finances'), ('CITOYENNETE', 'administratif')) AS c(theme, code)"""

# The owner reads and writes rows in a session of his own by saying so, for this transaction (imilo.socle.rls).
REPRENDRE = f"""
SELECT set_config('imilo.annuaire', 'on', true);
INSERT INTO diagnostics_contrainte (cree_le, modifie_le, dossier_id, structure_id, diagnostic_id, code, valeur, impact,
    prioritaire, texte, constate_le, constate_par_id)
SELECT t.cree_le, t.modifie_le, t.dossier_id, t.structure_id, t.diagnostic_id, c.code, 'oui', 'non_renseigne', false,
    t.texte, d.etabli_le, d.agent_id
FROM diagnostics_diagnostictheme t JOIN diagnostics_diagnostic d ON d.id = t.diagnostic_id
    JOIN {CORRESPONDANCES} ON c.theme = t.theme
WHERE t.valeur = 'contrainte' ORDER BY t.id;
UPDATE diagnostics_diagnostictheme t SET valeur = 'non_explore', texte = ''
FROM {CORRESPONDANCES} WHERE t.valeur = 'contrainte' AND t.theme = c.theme;
UPDATE diagnostics_diagnostictheme SET valeur = 'besoin' WHERE valeur = 'contrainte';
SET CONSTRAINTS ALL IMMEDIATE;
SELECT set_config('imilo.annuaire', '', true);
"""  # noqa: S608  # our own names


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0007_securite_du_diagnostic")]
    operations = [migrations.RunSQL(REPRENDRE, reverse_sql=migrations.RunSQL.noop)]
