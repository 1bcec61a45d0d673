"""The dossier of the operator contract, written by PostgreSQL under the policies of the perimeter that the door opened.

A function of its own, called once the door is open: it is planned under a real perimeter. Planned with none, the
reading would seem to find one row in any index on the structure, and read the whole structure at each call.
"""

from django.db import migrations

# Days are `yyyy-MM-dd`; the day of the structure decides what runs. What is missing is told as the contract says: null
# where it allows it, an absent `adresse`, else an empty string. The client shows `nomUsage`: without a used name it is
# the birth name. Situations go by the contract's priority: the current one is then the first EN_COURS.
CREER = """
CREATE FUNCTION api_dossier_operateur(p_dossier bigint) RETURNS jsonb LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE
    priorites constant text[] := ARRAY[
        'Emploi', 'Contrat en Alternance', 'Formation', 'Immersion en entreprise', 'Pmsmp',
        'Contrat de volontariat - bénévolat', 'Scolarité', 'Demandeur d''emploi'];
BEGIN
    RETURN (
    SELECT jsonb_build_object(
        'idDossier', d.numero,
        'idJeune', d.jeune_id::text,
        'numeroDE', d.numero_ft,
        'nomNaissance', j.nom_naissance,
        'nomUsage', coalesce(nullif(j.nom_usage, ''), j.nom_naissance),
        'prenom', j.prenom,
        'dateNaissance', j.naissance,
        'mail', nullif(d.courriel, ''),
        'structureRattachement', jsonb_build_object(
            'nomUsuel', coalesce(nullif(site.nom, ''), nullif(s.nom_usuel, ''), s.nom_officiel),
            'nomOfficiel', s.nom_officiel,
            'codeStructure', s.code),
        'accompagnementCEJ', (
            SELECT jsonb_build_object(
                'accompagnementCEJ', coalesce(jour.le BETWEEN c.debut AND coalesce(c.fin_le, c.fin_prevue), false),
                'dateDebut', c.debut,
                'dateFinPrevue', c.fin_prevue,
                'dateFinReelle', c.fin_le,
                'premierAccompagnement', min(c.debut) OVER ())
            FROM (VALUES (d.id)) seul (id)
            LEFT JOIN contrats_contratcej c ON c.dossier_id = seul.id AND c.signe_le IS NOT NULL
            ORDER BY c.debut DESC LIMIT 1),
        'situations', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
                    'etat', CASE WHEN jour.le < t.debut THEN 'PREVU' WHEN t.fin < jour.le THEN 'TERMINE'
                                 ELSE 'EN_COURS' END,
                    'dateFin', coalesce(t.fin, t.fin_prevue),
                    'categorieSituation', t.categorie,
                    'codeRomeMetierPrepare', nullif(t.rome_prepare, ''),
                    'codeRomePremierMetier', t.rome_premier,
                    'codeRomeMetierExerce', nullif(t.rome_exerce, ''))
                ORDER BY array_position(priorites, t.categorie::text), t.debut DESC, t.id DESC)
            FROM dossiers_situation t WHERE t.dossier_id = d.id), '[]')
    ) || CASE WHEN d.adresse_voie <> '' OR commune.nom <> '' THEN jsonb_build_object('adresse', jsonb_build_object(
        'numero', d.adresse_numero,
        'libelleVoie', d.adresse_voie,
        'complement', d.adresse_complement,
        'codePostal', d.adresse_code_postal,
        'commune', coalesce(commune.nom, ''))) ELSE '{}' END
    FROM dossiers_dossier d
    JOIN jeunes_jeune j ON j.id = d.jeune_id
    JOIN acteurs_structure s ON s.id = d.structure_id
    CROSS JOIN LATERAL (SELECT (now() AT TIME ZONE s.fuseau)::date AS le) jour
    LEFT JOIN acteurs_site site ON site.id = d.site_id
    LEFT JOIN referentiels_commune commune ON commune.code = d.adresse_commune_id
    WHERE d.id = p_dossier);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_porte_du_dossier"),
        ("contrats", "0002_securite"),
        ("dossiers", "0002_securite"),
        ("referentiels", "0001_initial"),
    ]
    operations = [migrations.RunSQL(CREER, reverse_sql="DROP FUNCTION api_dossier_operateur(bigint)")]
