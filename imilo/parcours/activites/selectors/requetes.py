"""SQL of the ledger of hours: one query over what happened, whatever the number of young people.

Parameters: `dossiers` (bigint[]), `du` and `au` (days, both included), `maintenant` (instant), `modalites`, `types`,
`situations` (text[], see reglages.yaml).

How hours are counted once (docs/decisions/0012):
- what has an hour is a range of instants: ranges of a same person and day are merged, done ones first, then those to
  confirm, then those planned; a range is cut at midnight on the structure's clock, so that each part is of its own day;
- an act without its hour is the account of the appointment kept that day with the same agent: only what exceeds it
  counts;
- situations of life that run together (an immersion in a training) don't add up: the longest of the day counts;
- what was declared, or sent by the operator, without its hour, adds up: somebody looked at it;
- a day has twenty-four hours.
"""

from __future__ import annotations

_QUI = """
qui AS (
    SELECT d.id, s.fuseau, (%(maintenant)s::timestamptz AT TIME ZONE s.fuseau)::date AS aujourd_hui
    FROM dossiers_dossier d JOIN acteurs_structure s ON s.id = d.structure_id
    WHERE d.id = ANY(%(dossiers)s)
),
jours AS (
    SELECT z.fuseau, j::date AS jour,
        tstzrange(j AT TIME ZONE z.fuseau, (j + interval '1 day') AT TIME ZONE z.fuseau) AS plage
    FROM (SELECT DISTINCT fuseau FROM qui) z,
        generate_series(%(du)s::date::timestamp, %(au)s::date::timestamp, interval '1 day') j
),
"""
_HORAIRES = """
moments AS (
    SELECT 'rendez_vous' AS source, r.id, q.id AS dossier_id, q.fuseau, r.agent_id, r.objet AS libelle,
        CASE WHEN r.statut = 'present' THEN 'fait'
            WHEN r.debut <= %(maintenant)s THEN 'a_confirmer' ELSE 'prevu' END AS etat,
        tstzrange(r.debut, r.debut + make_interval(mins => r.duree)) AS plage
    FROM qui q JOIN agenda_rendezvous r ON r.dossier_id = q.id
        AND r.debut >= %(du)s::date - 2 AND r.debut < %(au)s::date + 2
    WHERE r.statut IN ('present', 'planifie')
    UNION ALL
    SELECT 'acte', a.id, q.id, q.fuseau, a.agent_id, a.type, 'fait',
        tstzrange((a.le + a.heure) AT TIME ZONE q.fuseau,
            (a.le + a.heure) AT TIME ZONE q.fuseau + make_interval(mins => a.duree))
    FROM qui q JOIN dossiers_acte a ON a.dossier_id = q.id AND a.le BETWEEN %(du)s::date - 1 AND %(au)s
    WHERE a.heure IS NOT NULL AND a.modalite = ANY(%(modalites)s) AND a.type <> ALL(%(types)s)
    UNION ALL
    SELECT 'declaration', c.id, q.id, q.fuseau, c.agent_id, c.intitule,
        CASE c.etat WHEN 'acceptee' THEN 'fait' ELSE 'a_confirmer' END,
        tstzrange((c.jour + c.heure) AT TIME ZONE q.fuseau,
            (c.jour + c.heure) AT TIME ZONE q.fuseau + make_interval(mins => c.minutes))
    FROM qui q JOIN activites_activitedeclaree c ON c.dossier_id = q.id AND c.jour BETWEEN %(du)s::date - 1 AND %(au)s
    WHERE c.heure IS NOT NULL AND c.etat <> 'refusee'
),
horaires AS (
    SELECT m.source, m.id, m.dossier_id, m.agent_id, m.libelle, m.etat, j.jour, m.plage * j.plage AS part
    FROM moments m JOIN jours j ON j.fuseau = m.fuseau AND j.plage && m.plage
),
"""
_SANS_HEURE = """
sans_heure AS (
    SELECT 'acte' AS source, a.id, q.id AS dossier_id, a.agent_id, a.type::text AS libelle, 'fait' AS etat,
        a.le AS jour, a.duree::numeric AS minutes
    FROM qui q JOIN dossiers_acte a ON a.dossier_id = q.id AND a.le BETWEEN %(du)s AND %(au)s
    WHERE a.heure IS NULL AND a.modalite = ANY(%(modalites)s) AND a.type <> ALL(%(types)s)
    UNION ALL
    SELECT 'situation', s.id, q.id, NULL, concat_ws(' : ', s.categorie, NULLIF(s.libelle, '')),
        CASE WHEN j.jour > q.aujourd_hui THEN 'prevu'
            WHEN s.fin IS NULL AND s.fin_prevue < j.jour THEN 'a_confirmer' ELSE 'fait' END,
        j.jour, s.heures_hebdo * 60 / 5
    FROM qui q JOIN dossiers_situation s ON s.dossier_id = q.id
        AND s.debut <= %(au)s AND (s.fin IS NULL OR s.fin >= %(du)s)
    JOIN jours j ON j.fuseau = q.fuseau AND j.jour >= s.debut AND (s.fin IS NULL OR j.jour <= s.fin)
        AND extract(isodow FROM j.jour) < 6
    WHERE s.categorie = ANY(%(situations)s) AND s.heures_hebdo > 0
        AND NOT (j.jour > q.aujourd_hui AND coalesce(s.fin_prevue < j.jour, false))
    UNION ALL
    SELECT 'declaration', c.id, q.id, c.agent_id, c.intitule,
        CASE c.etat WHEN 'acceptee' THEN 'fait' ELSE 'a_confirmer' END, c.jour, c.minutes
    FROM qui q JOIN activites_activitedeclaree c ON c.dossier_id = q.id AND c.jour BETWEEN %(du)s AND %(au)s
    WHERE c.heure IS NULL AND c.etat <> 'refusee'
    UNION ALL
    SELECT 'snp', n.id, q.id, n.agent_id, n.mesure, 'fait', j.jour, n.minutes
    FROM qui q JOIN activites_situationnonprofessionnelle n ON n.dossier_id = q.id
        AND n.debut <= %(au)s AND n.fin >= %(du)s
    JOIN jours j ON j.fuseau = q.fuseau AND j.jour <= n.fin
        AND j.jour >= CASE WHEN n.par_jour THEN n.debut ELSE n.fin END
)
"""
_SOURCES = "WITH " + _QUI + _HORAIRES + _SANS_HEURE

# Both begin with SELECT: before any other word, the history would write its context first.
# Each line with its source, whose key it carries: what is counted exists once, where it was written.
LIGNES = f"""SELECT * FROM ({_SOURCES}
SELECT h.source, h.id, h.dossier_id, h.jour, lower(h.part), extract(epoch FROM upper(h.part) - lower(h.part)) / 60,
    h.etat, h.libelle
FROM horaires h
UNION ALL
SELECT s.source, s.id, s.dossier_id, s.jour, NULL, s.minutes, s.etat, s.libelle FROM sans_heure s
) lignes
ORDER BY 3, 4, 5 NULLS LAST, 1, 2
"""  # noqa: S608  # made of constants of this module


def _duree(plages: str) -> str:
    """Minutes of a multirange."""
    return f"(SELECT coalesce(sum(extract(epoch FROM upper(p) - lower(p))), 0) / 60 FROM unnest({plages}) p)"  # noqa: S608  # as below


_VIDE = "'{}'::tstzmultirange"
# Hours a week, by dossier: minutes done, to confirm and planned, each moment counted once.
SEMAINES = f"""SELECT * FROM ({_SOURCES},
plages AS (
    SELECT dossier_id, jour,
        coalesce(range_agg(part) FILTER (WHERE etat = 'fait'), {_VIDE}) AS fait,
        coalesce(range_agg(part) FILTER (WHERE etat = 'a_confirmer'), {_VIDE}) AS a_confirmer,
        coalesce(range_agg(part) FILTER (WHERE etat = 'prevu'), {_VIDE}) AS prevu
    FROM horaires GROUP BY 1, 2
),
rencontres AS (
    SELECT dossier_id, jour, agent_id, sum(acte) AS acte, sum(rendez_vous) AS rendez_vous FROM (
        SELECT dossier_id, jour, agent_id, minutes AS acte, 0 AS rendez_vous FROM sans_heure WHERE source = 'acte'
        UNION ALL
        SELECT dossier_id, jour, agent_id, 0, extract(epoch FROM upper(part) - lower(part)) / 60 FROM horaires
        WHERE source = 'rendez_vous' AND etat = 'fait'
    ) r GROUP BY 1, 2, 3
),
parts AS (
    SELECT dossier_id, jour, {_duree("fait")} AS fait, {_duree("a_confirmer - fait")} AS a_confirmer,
        {_duree("prevu - fait - a_confirmer")} AS prevu
    FROM plages
    UNION ALL
    SELECT dossier_id, jour, greatest(acte - rendez_vous, 0), 0, 0 FROM rencontres
    UNION ALL
    SELECT dossier_id, jour, coalesce(max(minutes) FILTER (WHERE etat = 'fait'), 0),
        greatest(coalesce(max(minutes) FILTER (WHERE etat = 'a_confirmer'), 0)
            - coalesce(max(minutes) FILTER (WHERE etat = 'fait'), 0), 0),
        coalesce(max(minutes) FILTER (WHERE etat = 'prevu'), 0)
    FROM sans_heure WHERE source = 'situation' GROUP BY 1, 2
    UNION ALL
    SELECT dossier_id, jour, coalesce(sum(minutes) FILTER (WHERE etat = 'fait'), 0),
        coalesce(sum(minutes) FILTER (WHERE etat = 'a_confirmer'), 0), 0
    FROM sans_heure WHERE source IN ('declaration', 'snp') GROUP BY 1, 2
),
journees AS (
    SELECT dossier_id, jour, least(sum(fait), 1440) AS fait, sum(a_confirmer) AS a_confirmer, sum(prevu) AS prevu
    FROM parts GROUP BY 1, 2
)
SELECT dossier_id, jour - extract(isodow FROM jour)::int + 1 AS lundi,
    round(sum(fait))::int, round(sum(a_confirmer))::int, round(sum(prevu))::int
FROM journees GROUP BY 1, 2) semaines ORDER BY 1, 2
"""  # noqa: S608  # made of constants of this module
