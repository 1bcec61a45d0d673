"""Row-level security of transfers, and the narrow function by which the structure asked reads its requests."""

from django.db import migrations

from imilo.socle.rls import ProtegerTable

RECUS = """
-- The requests addressed to the structure of this perimeter: what its reception desk may know of the person, who
-- asks and why. Nothing of the dossier.
CREATE FUNCTION transferts_recus() RETURNS TABLE (
    transfert_id bigint, origine_id bigint, origine_nom text, origine_telephone text, nom text, prenom text,
    naissance date, naissance_precision text, motif text, "precision" text, familles text[], accord_le date,
    accord_forme text, demande_par text, demande_le timestamptz, deja_ici boolean
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE moi bigint := annuaire_structure();
BEGIN
    RETURN QUERY
    SELECT t.id, t.structure_id, COALESCE(NULLIF(s.nom_usuel, ''), s.nom_officiel)::text, s.telephone::text,
        COALESCE(NULLIF(j.nom_usage, ''), j.nom_naissance)::text, j.prenom::text, j.naissance,
        j.naissance_precision::text, t.motif::text, t.precision::text, t.familles::text[], t.accord_le,
        t.accord_forme::text, trim(a.prenom || ' ' || a.nom)::text, t.demande_le,
        EXISTS (SELECT 1 FROM dossiers_dossier ici WHERE ici.jeune_id = d.jeune_id AND ici.structure_id = moi)
    FROM transferts_transfert t
    JOIN dossiers_dossier d ON d.id = t.dossier_id
    JOIN jeunes_jeune j ON j.id = d.jeune_id
    JOIN acteurs_structure s ON s.id = t.structure_id
    JOIN acteurs_agent a ON a.id = t.demande_par_id
    WHERE t.cible_id = moi AND t.etat = 'demande'
    ORDER BY t.demande_le, t.id LIMIT 200;
END $$;
REVOKE ALL ON FUNCTION transferts_recus() FROM PUBLIC, imilo_lots;
GRANT EXECUTE ON FUNCTION transferts_recus() TO imilo_app;
"""


class Migration(migrations.Migration):
    dependencies = [("transferts", "0001_initial"), ("acces", "0002_securite"), ("jeunes", "0003_annuaire")]
    operations = [
        ProtegerTable("transferts_transfert"),
        ProtegerTable("transferts_passation"),
        migrations.RunSQL(RECUS, reverse_sql="DROP FUNCTION transferts_recus()"),
    ]
