"""What the linkage of a list reads of the whole country, page after page: the batch role alone may ask."""

from django.db import migrations

LECTURE = """
CREATE FUNCTION rapprochement_dossiers(p_apres bigint, p_limite int) RETURNS TABLE (
    personne bigint, numeros text, nom text, nom_usage text, prenom text, autres_prenoms text, sexe text,
    naissance text, lieu_naissance text, adresse text, complement text, code_postal text, commune text,
    telephone text, telephone_2 text, courriel text, nir text
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH page AS (
        SELECT j.* FROM jeunes_jeune j
        WHERE j.id > p_apres AND EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = j.id)
        ORDER BY j.id LIMIT p_limite
    )
    SELECT p.id, n.numeros, p.nom_naissance, p.nom_usage, p.prenom, p.autres_prenoms, p.sexe,
        to_char(p.naissance, CASE p.naissance_precision
            WHEN 'jour' THEN 'YYYY-MM-DD' WHEN 'mois' THEN 'MM/YYYY' ELSE 'YYYY' END),
        COALESCE(nc.nom, NULLIF(p.naissance_lieu, '')), concat_ws(' ', d.adresse_numero, d.adresse_voie),
        d.adresse_complement, d.adresse_code_postal, c.nom, d.telephone, d.telephone_2, d.courriel,
        encode(p.nir_empreinte, 'hex')
    FROM page p
    JOIN LATERAL (
        SELECT string_agg(lpad(x.numero::text, 7, '0'), ' ' ORDER BY x.numero) AS numeros
        FROM dossiers_dossier x WHERE x.jeune_id = p.id
    ) n ON true
    JOIN LATERAL (
        -- The dossier that was touched last has the newest telephone and address.
        SELECT x.* FROM dossiers_dossier x WHERE x.jeune_id = p.id ORDER BY x.modifie_le DESC, x.id DESC LIMIT 1
    ) d ON true
    LEFT JOIN referentiels_commune c ON c.code = d.adresse_commune_id
    LEFT JOIN referentiels_commune nc ON nc.code = p.naissance_commune_id
    ORDER BY p.id
$$;
REVOKE ALL ON FUNCTION rapprochement_dossiers(bigint, int) FROM PUBLIC, imilo_app;
GRANT EXECUTE ON FUNCTION rapprochement_dossiers(bigint, int) TO imilo_lots;
"""


class Migration(migrations.Migration):
    dependencies = [("jeunes", "0006_recherche"), ("dossiers", "0002_securite")]
    operations = [migrations.RunSQL(LECTURE, reverse_sql=migrations.RunSQL.noop)]
