"""Extensions, and what the two running roles may do by default on tables that the owner makes."""

from django.db import migrations

DROITS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
GRANT USAGE ON SCHEMA public TO imilo_app, imilo_lots;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO imilo_app, imilo_lots;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO imilo_app, imilo_lots;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO imilo_app, imilo_lots;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO imilo_app, imilo_lots;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO imilo_app, imilo_lots;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO imilo_app, imilo_lots;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM imilo_app, imilo_lots;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    run_before = [("contenttypes", "0001_initial")]
    operations = [migrations.RunSQL(DROITS, reverse_sql=migrations.RunSQL.noop)]
