"""Which structure holds a dossier number: all that a call needs to know before it has a perimeter."""

from django.db import migrations

CREER = """
CREATE FUNCTION api_structure_du_dossier(numero_demande integer) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$ SELECT structure_id FROM public.dossiers_dossier WHERE numero = numero_demande $$;
REVOKE ALL ON FUNCTION api_structure_du_dossier(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_structure_du_dossier(integer) TO imilo_app, imilo_lots;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("dossiers", "0002_securite")]
    operations = [migrations.RunSQL(CREER, reverse_sql="DROP FUNCTION api_structure_du_dossier(integer)")]
