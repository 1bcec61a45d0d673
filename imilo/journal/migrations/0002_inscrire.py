"""What writes one row of a register: for the services, and for the functions of the database that write one too."""

from django.db import migrations

REGISTRES = ("fait", "consultation")
# Run with the rights of who calls it: policies and column grants hold, so that only imilo_lots gives an instant.
INSCRIRE = """
CREATE FUNCTION journal_inscrire_{registre}(
    p_structure bigint, p_agent bigint, p_acteur text, p_genre text, p_objet_type text DEFAULT '',
    p_objet bigint DEFAULT NULL, p_dossier bigint DEFAULT NULL, p_identifiants jsonb DEFAULT '{{}}',
    p_le timestamptz DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    -- Without a structure said, the row is of the current perimeter's; '*' and '' are of none.
    chez bigint := coalesce(p_structure, substring(current_setting('imilo.structure', true) FROM '^[0-9]+$')::bigint);
BEGIN
    IF p_le IS NULL THEN
        INSERT INTO journal_{registre}
            (structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
        VALUES (chez, p_agent, p_acteur, p_genre, p_objet_type, p_objet, p_dossier, p_identifiants);
    ELSE
        INSERT INTO journal_{registre}
            (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
        VALUES (p_le, chez, p_agent, p_acteur, p_genre, p_objet_type, p_objet, p_dossier, p_identifiants);
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [
        migrations.RunSQL(
            INSCRIRE.format(registre=registre),
            reverse_sql=f"DROP FUNCTION journal_inscrire_{registre}",
        )
        for registre in REGISTRES
    ]
