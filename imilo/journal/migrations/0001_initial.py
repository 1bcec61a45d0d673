"""The registers, partitioned by month and append-only, and what chains and seals them."""

from typing import ClassVar

from django.db import migrations, models

REGISTRES = ("fait", "consultation")
COURANTE = "NULLIF(current_setting('imilo.structure', true), '')"
# A row without structure (a sign-in, a batch) is written by anyone and read by whoever reads all.
APP_LIT = f"structure_id = {COURANTE}::bigint"
LOTS_LIT = f"({COURANTE} = '*' OR structure_id::text = {COURANTE})"
PROPRIETAIRE = "current_setting('imilo.annuaire', true) = 'on'"


def table(registre: str) -> str:
    nom = f"journal_{registre}"
    return f"""
    CREATE SEQUENCE {nom}_id_seq;
    CREATE TABLE {nom} (
        id bigint NOT NULL DEFAULT nextval('{nom}_id_seq'),
        le timestamptz NOT NULL DEFAULT clock_timestamp(),
        structure_id bigint,
        agent_id bigint,
        acteur text NOT NULL,
        genre text NOT NULL,
        objet_type text NOT NULL DEFAULT '',
        objet_id bigint,
        dossier_id bigint,
        identifiants jsonb NOT NULL DEFAULT '{{}}'
            CONSTRAINT {nom}_identifiants_objet CHECK (jsonb_typeof(identifiants) = 'object'),
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        PRIMARY KEY (id, le)
    ) PARTITION BY RANGE (le);
    ALTER SEQUENCE {nom}_id_seq OWNED BY {nom}.id;
    CREATE INDEX {nom}_ordre ON {nom} (xid, id);
    CREATE INDEX {nom}_structure ON {nom} (structure_id, le, id);
    CREATE INDEX {nom}_dossier ON {nom} (dossier_id, le, id) WHERE dossier_id IS NOT NULL;

    ALTER TABLE {nom} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {nom} FORCE ROW LEVEL SECURITY;
    CREATE POLICY app_lit ON {nom} FOR SELECT TO imilo_app USING ({APP_LIT});
    CREATE POLICY app_ecrit ON {nom} FOR INSERT TO imilo_app WITH CHECK (structure_id IS NULL OR {APP_LIT});
    CREATE POLICY lots_lit ON {nom} FOR SELECT TO imilo_lots USING ({LOTS_LIT});
    CREATE POLICY lots_ecrit ON {nom} FOR INSERT TO imilo_lots WITH CHECK (structure_id IS NULL OR {LOTS_LIT});
    CREATE POLICY proprietaire ON {nom} TO CURRENT_USER USING ({PROPRIETAIRE}) WITH CHECK ({PROPRIETAIRE});

    -- Nobody but the owner changes or removes a row; who writes chooses neither its number, nor its instant,
    -- nor its transaction. Batches give the instant of the demonstration's past acts.
    REVOKE ALL ON {nom} FROM PUBLIC, imilo_app, imilo_lots;
    GRANT SELECT ON {nom} TO imilo_app, imilo_lots;
    GRANT INSERT (structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
        ON {nom} TO imilo_app;
    GRANT INSERT (le, structure_id, agent_id, acteur, genre, objet_type, objet_id, dossier_id, identifiants)
        ON {nom} TO imilo_lots;

    CREATE TABLE {nom}_defaut PARTITION OF {nom} DEFAULT;
    SELECT journal_fermer_partition('{nom}_defaut');
    """  # noqa: S608  # names of our own tables


# Row-level security of the parent isn't applied to who reads a partition by its own name: nobody may.
FERMER = f"""
CREATE FUNCTION journal_fermer_partition(nom text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, imilo_app, imilo_lots', nom);
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', nom);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', nom);
    EXECUTE format('CREATE POLICY proprietaire ON %I TO CURRENT_USER USING (%s) WITH CHECK (%s)',
        nom, $p${PROPRIETAIRE}$p$, $p${PROPRIETAIRE}$p$);
END $$;
REVOKE ALL ON FUNCTION journal_fermer_partition(text) FROM PUBLIC, imilo_app, imilo_lots;
"""

# Made apart, filled with what the default partition caught, then attached: writers of other months don't wait.
PARTITIONS = """
CREATE FUNCTION journal_preparer_partitions(du date, au date, OUT creees integer, OUT deplaces bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '5s'
AS $$
DECLARE
    parent text; nom text; mois date; debut timestamptz; fin timestamptz; bouges bigint;
    avant text := coalesce(current_setting('imilo.annuaire', true), '');
BEGIN
    IF au < du OR au > du + interval '40 years' THEN
        RAISE EXCEPTION 'journal_preparer_partitions : période impossible du % au %', du, au;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('journal_preparer_partitions'));
    PERFORM set_config('imilo.annuaire', 'on', true);  -- the owner's own policy; given back below
    creees := 0; deplaces := 0;
    FOREACH parent IN ARRAY ARRAY['journal_fait', 'journal_consultation'] LOOP
        FOR mois IN SELECT generate_series(date_trunc('month', du::timestamp), au::timestamp, '1 month')::date LOOP
            nom := parent || to_char(mois, '_YYYY_MM');
            CONTINUE WHEN to_regclass('public.' || nom) IS NOT NULL;
            debut := mois::timestamp AT TIME ZONE 'UTC';
            fin := (mois + interval '1 month') AT TIME ZONE 'UTC';
            EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', nom, parent);
            PERFORM public.journal_fermer_partition(nom);
            EXECUTE format('WITH pris AS (DELETE FROM public.%I WHERE le >= %L AND le < %L RETURNING *) '
                'INSERT INTO public.%I SELECT * FROM pris', parent || '_defaut', debut, fin, nom);
            GET DIAGNOSTICS bouges = ROW_COUNT;
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                parent, nom, debut, fin);
            creees := creees + 1; deplaces := deplaces + bouges;
        END LOOP;
    END LOOP;
    PERFORM set_config('imilo.annuaire', avant, true);
END $$;
REVOKE ALL ON FUNCTION journal_preparer_partitions(date, date) FROM PUBLIC, imilo_app;
GRANT EXECUTE ON FUNCTION journal_preparer_partitions(date, date) TO imilo_lots;
"""

# Links hold hashes and numbers only, and the web has no business with them.
CHAINE = """
CREATE TABLE journal_maillon (
    registre text NOT NULL CONSTRAINT journal_maillon_registre CHECK (registre IN ('fait', 'consultation')),
    structure_id bigint NOT NULL,
    rang bigint NOT NULL CONSTRAINT journal_maillon_rang CHECK (rang > 0),
    fait_id bigint NOT NULL,
    fait_le timestamptz NOT NULL,
    empreinte bytea NOT NULL CONSTRAINT journal_maillon_empreinte CHECK (octet_length(empreinte) = 32),
    PRIMARY KEY (registre, structure_id, rang),
    CONSTRAINT journal_maillon_une_fois UNIQUE (registre, fait_id)
);
-- How far the sealer has come: every fact at or before (xid, fait_id) is chained.
CREATE TABLE journal_filigrane (
    registre text PRIMARY KEY,
    xid xid8 NOT NULL,
    fait_id bigint NOT NULL,
    systeme bigint NOT NULL
);
-- The lines written to the second place, so that each place tells when the other is cut.
CREATE TABLE journal_sceau (
    n bigint PRIMARY KEY CONSTRAINT journal_sceau_n CHECK (n > 0),
    le timestamptz NOT NULL DEFAULT clock_timestamp(),
    fichier text NOT NULL,
    empreinte bytea NOT NULL CONSTRAINT journal_sceau_empreinte CHECK (octet_length(empreinte) = 32),
    filigranes jsonb NOT NULL
);
-- Which database the second place seals.
CREATE TABLE journal_base (
    unique_ligne boolean PRIMARY KEY DEFAULT true CONSTRAINT journal_base_une_ligne CHECK (unique_ligne),
    identite uuid NOT NULL DEFAULT gen_random_uuid()
);
INSERT INTO journal_base DEFAULT VALUES;
REVOKE ALL ON journal_maillon, journal_filigrane, journal_sceau, journal_base FROM PUBLIC, imilo_app, imilo_lots;
GRANT SELECT, INSERT ON journal_maillon, journal_sceau TO imilo_lots;
GRANT SELECT, INSERT, UPDATE ON journal_filigrane TO imilo_lots;
GRANT SELECT ON journal_base TO imilo_lots;
"""

PREPARER = """
SELECT journal_preparer_partitions((current_date - interval '1 month')::date, (current_date + interval '3 months')::date);
"""
DEFAIRE = """
DROP TABLE IF EXISTS journal_fait, journal_consultation, journal_maillon, journal_filigrane, journal_sceau, journal_base;
DROP FUNCTION IF EXISTS journal_preparer_partitions(date, date);
DROP FUNCTION IF EXISTS journal_fermer_partition(text);
"""


def modele(nom: str, registre: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=nom,
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("le", models.DateTimeField(verbose_name="le")),
            (
                "structure_id",
                models.BigIntegerField(null=True, verbose_name="structure"),
            ),
            ("agent_id", models.BigIntegerField(null=True, verbose_name="agent")),
            ("acteur", models.TextField(verbose_name="acteur")),
            ("genre", models.TextField(verbose_name="genre")),
            ("objet_type", models.TextField(verbose_name="type d'objet")),
            (
                "objet_id",
                models.BigIntegerField(null=True, verbose_name="numéro de l'objet"),
            ),
            ("dossier_id", models.BigIntegerField(null=True, verbose_name="dossier")),
            ("identifiants", models.JSONField(verbose_name="identifiants")),
        ],
        options={"db_table": f"journal_{registre}", "managed": False},
    )


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = [("socle", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(
            FERMER + "".join(table(r) for r in REGISTRES) + PARTITIONS + CHAINE + PREPARER,
            reverse_sql=DEFAIRE,
        ),
        modele("Fait", "fait"),
        modele("Consultation", "consultation"),
    ]
