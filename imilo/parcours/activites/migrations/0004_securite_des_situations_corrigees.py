"""The history of corrections under row-level security; what was received before is known by its print too."""

from django.db import migrations

from imilo.socle.rls import ProtegerHistorique

# As `services.snp` makes it. The owner reads and writes rows in a session of his own by saying so, for this
# transaction (imilo.socle.rls); nobody changed these rows: the history isn't told.
EMPREINTES = """
SELECT set_config('imilo.annuaire', 'on', true);
ALTER TABLE activites_situationnonprofessionnelle DISABLE TRIGGER USER;
UPDATE activites_situationnonprofessionnelle SET empreinte = encode(sha256(convert_to(concat_ws('|',
    to_char(debut, 'YYYY-MM-DD'), to_char(fin, 'YYYY-MM-DD'), mesure, agent_id, commentaire), 'UTF8')), 'hex');
ALTER TABLE activites_situationnonprofessionnelle ENABLE TRIGGER USER;
SELECT set_config('imilo.annuaire', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("activites", "0003_situations_corrigees")]
    operations = [
        ProtegerHistorique("activites_situationnonprofessionnelleevent"),
        migrations.RunSQL(EMPREINTES, reverse_sql=migrations.RunSQL.noop),
    ]
