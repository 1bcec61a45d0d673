"""The last day of a key is a day of the legal time, not of the database's clock (universal time)."""

from django.db import migrations

CREER = """
CREATE OR REPLACE FUNCTION acteurs_cle_presentee(
    p_prefixe text, p_empreinte bytea, p_famille text, OUT cle bigint, OUT structure bigint
) LANGUAGE plpgsql AS $$
DECLARE
    vue timestamptz;
BEGIN
    SELECT c.id, c.structure_id, c.derniere_utilisation INTO cle, structure, vue
    FROM acteurs_cleapi c
    WHERE c.prefixe = p_prefixe AND c.empreinte = p_empreinte AND c.famille = p_famille
        AND c.revoquee_le IS NULL AND (c.expire_le IS NULL OR c.expire_le >= (now() AT TIME ZONE 'Europe/Paris')::date);
    -- At most once a minute, and by one caller: a busy key isn't a row rewritten at each call.
    IF FOUND AND coalesce(vue < now() - interval '1 minute', true) THEN
        UPDATE acteurs_cleapi c SET derniere_utilisation = now()
        WHERE c.id = cle AND c.derniere_utilisation IS NOT DISTINCT FROM vue;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("acteurs", "0005_delegation_des_sanctions")]
    operations = [migrations.RunSQL(CREER, reverse_sql=migrations.RunSQL.noop)]
