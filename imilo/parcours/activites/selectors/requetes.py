"""SQL of the ledger of hours: one query over what happened, whatever the number of young people.

Parameters: `dossiers` (bigint[]), `du` and `au` (days, both included), `maintenant` (instant), and those of
reglages.yaml: `modalites`, `types`, `situations` (text[]), `codes` and their `categories` (text[], in pairs),
`ouverture`, `fermeture` (time) and `pleine` (minutes).

How hours are counted once (docs/decisions/0012):
- what has an hour is a range of instants: ranges of a same person and day are merged, done ones first, then those to
  confirm, then those planned; a range is cut at midnight on the structure's clock, so that each part is of its own day;
- an act without its hour is the account of the appointment kept that day with the same agent: only what exceeds it
  counts;
- situations of life that run together (an immersion in a training), and what was declared of the same nature, don't add
  up: the longest of the day counts. They are the `bloc` of the day;
- what has no hour, or has one within the working day, may have taken place during the bloc: both count up to a full
  day, and never less than the longer of the two. What has its hour outside the working day adds up;
- a day has twenty-four hours.
"""

from __future__ import annotations

from collections.abc import Callable

_QUI = """
qui AS (
    SELECT d.id, s.fuseau, (%(maintenant)s::timestamptz AT TIME ZONE s.fuseau)::date AS aujourd_hui
    FROM dossiers_dossier d JOIN acteurs_structure s ON s.id = d.structure_id
    WHERE d.id = ANY(%(dossiers)s)
),
jours AS (
    SELECT z.fuseau, j::date AS jour,
        tstzrange(j AT TIME ZONE z.fuseau, (j + interval '1 day') AT TIME ZONE z.fuseau) AS plage,
        (j + %(ouverture)s) AT TIME ZONE z.fuseau AS ouvre, (j + %(fermeture)s) AT TIME ZONE z.fuseau AS ferme
    FROM (SELECT DISTINCT fuseau FROM qui) z,
        generate_series(%(du)s::date::timestamp, %(au)s::date::timestamp, interval '1 day') j
),
"""
_SITUATIONS = """
situations AS (
    SELECT s.id, q.id AS dossier_id, s.categorie, s.libelle, j.jour, s.heures_hebdo * 60 / 5 AS minutes,
        CASE WHEN j.jour > q.aujourd_hui THEN 'prevu'
            WHEN s.fin IS NULL AND s.fin_prevue < j.jour THEN 'a_confirmer' ELSE 'fait' END AS etat
    FROM qui q JOIN dossiers_situation s ON s.dossier_id = q.id
        AND s.debut <= %(au)s AND (s.fin IS NULL OR s.fin >= %(du)s)
    JOIN jours j ON j.fuseau = q.fuseau AND j.jour >= s.debut AND (s.fin IS NULL OR j.jour <= s.fin)
        AND extract(isodow FROM j.jour) < 6
    WHERE s.categorie = ANY(%(situations)s) AND s.heures_hebdo > 0
        AND NOT (j.jour > q.aujourd_hui AND coalesce(s.fin_prevue < j.jour, false))
),
"""
# What was declared, or sent by the operator; `meme`: of the nature of a situation that runs that day.
_DECLARES = """
declares AS (
    SELECT 'declaration' AS source, c.id, q.id AS dossier_id, q.fuseau, c.agent_id, c.intitule AS libelle,
        'declaration:' || c.categorie AS code,
        CASE c.etat WHEN 'acceptee' THEN 'fait' ELSE 'a_confirmer' END AS etat, c.jour, c.heure, c.minutes
    FROM qui q JOIN activites_activitedeclaree c ON c.dossier_id = q.id AND c.jour BETWEEN %(du)s::date - 1 AND %(au)s
    WHERE c.etat <> 'refusee'
    UNION ALL
    SELECT 'snp', n.id, q.id, q.fuseau, n.agent_id, n.mesure, 'snp:' || n.mesure, 'fait', j.jour, NULL, n.minutes
    FROM qui q JOIN activites_situationnonprofessionnelle n ON n.dossier_id = q.id
        AND n.debut <= %(au)s AND n.fin >= %(du)s
    JOIN jours j ON j.fuseau = q.fuseau AND j.jour <= n.fin
        AND j.jour >= CASE WHEN n.par_jour THEN n.debut ELSE n.fin END
),
memes AS (
    SELECT DISTINCT d.dossier_id, d.jour, d.code FROM declares d JOIN situations s USING (dossier_id, jour)
    JOIN unnest(%(codes)s::text[], %(categories)s::text[]) AS n(code, categorie)
        ON n.code = d.code AND n.categorie = s.categorie
),
lus AS (SELECT d.*, m.code IS NOT NULL AS meme FROM declares d LEFT JOIN memes m USING (dossier_id, jour, code)),
"""
_HORAIRES = """
moments AS (
    SELECT 'rendez_vous' AS source, r.id, q.id AS dossier_id, q.fuseau, r.agent_id, r.objet AS libelle, false AS meme,
        CASE WHEN r.statut = 'present' THEN 'fait'
            WHEN r.debut <= %(maintenant)s THEN 'a_confirmer' ELSE 'prevu' END AS etat,
        tstzrange(r.debut, r.debut + make_interval(mins => r.duree)) AS plage
    FROM qui q JOIN agenda_rendezvous r ON r.dossier_id = q.id
        AND r.debut >= %(du)s::date - 2 AND r.debut < %(au)s::date + 2
    WHERE r.statut IN ('present', 'planifie')
    UNION ALL
    SELECT 'acte', a.id, q.id, q.fuseau, a.agent_id, a.type, false, 'fait',
        tstzrange((a.le + a.heure) AT TIME ZONE q.fuseau,
            (a.le + a.heure) AT TIME ZONE q.fuseau + make_interval(mins => a.duree))
    FROM qui q JOIN dossiers_acte a ON a.dossier_id = q.id AND a.le BETWEEN %(du)s::date - 1 AND %(au)s
    WHERE a.heure IS NOT NULL AND a.modalite = ANY(%(modalites)s) AND a.type <> ALL(%(types)s)
    UNION ALL
    SELECT d.source, d.id, d.dossier_id, d.fuseau, d.agent_id, d.libelle, d.meme, d.etat,
        tstzrange((d.jour + d.heure) AT TIME ZONE d.fuseau,
            (d.jour + d.heure) AT TIME ZONE d.fuseau + make_interval(mins => d.minutes))
    FROM lus d WHERE d.heure IS NOT NULL
),
horaires AS (
    SELECT m.source, m.id, m.dossier_id, m.agent_id, m.libelle, m.etat, m.meme, j.jour, m.plage * j.plage AS part,
        j.ouvre, j.ferme
    FROM moments m JOIN jours j ON j.fuseau = m.fuseau AND j.plage && m.plage
),
"""
_SANS_HEURE = """
sans_heure AS (
    SELECT 'acte' AS source, a.id, q.id AS dossier_id, a.agent_id, a.type::text AS libelle, 'fait' AS etat,
        a.le AS jour, a.duree::numeric AS minutes, false AS meme
    FROM qui q JOIN dossiers_acte a ON a.dossier_id = q.id AND a.le BETWEEN %(du)s AND %(au)s
    WHERE a.heure IS NULL AND a.modalite = ANY(%(modalites)s) AND a.type <> ALL(%(types)s)
    UNION ALL
    SELECT 'situation', s.id, s.dossier_id, NULL, concat_ws(' : ', s.categorie, NULLIF(s.libelle, '')), s.etat, s.jour,
        s.minutes, true
    FROM situations s
    UNION ALL
    SELECT d.source, d.id, d.dossier_id, d.agent_id, d.libelle, d.etat, d.jour, d.minutes, d.meme
    FROM lus d WHERE d.heure IS NULL AND d.jour >= %(du)s
)
"""
_SOURCES = "WITH " + _QUI + _SITUATIONS + _DECLARES + _HORAIRES + _SANS_HEURE

# Both begin with SELECT: before any other word, the history would write its context first.
# Each line with its source, whose key it carries: what is counted exists once, where it was written.
LIGNES = f"""SELECT * FROM ({_SOURCES}
SELECT h.source, h.id, h.dossier_id, h.jour, lower(h.part), extract(epoch FROM upper(h.part) - lower(h.part)) / 60,
    h.etat, h.libelle, h.agent_id, h.meme, h.ouvre, h.ferme
FROM horaires h
UNION ALL
SELECT s.source, s.id, s.dossier_id, s.jour, NULL, s.minutes, s.etat, s.libelle, s.agent_id, s.meme, NULL, NULL
FROM sans_heure s
) lignes
ORDER BY 3, 4, 5 NULLS LAST, 1, 2
"""  # noqa: S608  # as above


def _duree(plages: str) -> str:
    """Minutes of a multirange."""
    return f"(SELECT coalesce(sum(extract(epoch FROM upper(p) - lower(p))), 0) / 60 FROM unnest({plages}) p)"  # noqa: S608  # as below


_CODES = {"f": "fait", "c": "a_confirmer", "p": "prevu"}
_ETATS = {1: "etat = 'fait'", 2: "etat <> 'prevu'", 3: "true"}  # what is done, then to confirm too, then planned too


def _plages(nom: str, condition: str) -> str:
    """The merged ranges of the rows that a condition keeps, by state."""
    return ", ".join(
        f"range_agg(part) FILTER (WHERE {condition} AND etat = '{e}') AS {nom}{code}" for code, e in _CODES.items()
    )


def _ensemble(nom: str, n: int) -> str:
    """The ranges of a state and of those before it, merged."""
    return " + ".join(f"coalesce({nom}{code}, '{{}}')" for code in "fcp"[:n])


def _par_etat(colonne: Callable[[int], str]) -> str:
    return ", ".join(map(colonne, _ETATS))


def _cumul(condition: str, agregat: str = "sum") -> str:
    """An aggregate of minutes of the rows that a condition keeps, by state."""
    return _par_etat(lambda n: f"coalesce({agregat}(minutes) FILTER (WHERE {condition} AND {_ETATS[n]}), 0)")


def _total(n: int) -> str:
    """Minutes of a day, by state."""
    bloc, seuls = f"max(bloc{n})", f"sum(autres{n})"
    return f"least(1440, sum(dehors{n}) + greatest({bloc}, {seuls}, least({bloc} + {seuls}, %(pleine)s)))"


# A day whose hours are all done, and of no nature of a situation: most of them, measured once instead of three times.
_SIMPLE = "tf IS NOT NULL AND coalesce(tc, tp, mf, mc, mp) IS NULL"
# Hours a week, by dossier: minutes done, to confirm and planned, each moment counted once.
SEMAINES = f"""SELECT * FROM ({_SOURCES},
plages AS MATERIALIZED (
    SELECT dossier_id, jour, tstzrange(min(ouvre), max(ferme)) AS ouvree, {_plages("m", "meme")},
        {_plages("t", "NOT meme")}
    FROM horaires GROUP BY 1, 2
),
cumuls AS MATERIALIZED (
    SELECT dossier_id, jour, tstzmultirange(ouvree) AS ouvree,
        {_par_etat(lambda n: f"{_ensemble('m', n)} AS m{n}")},
        {_par_etat(lambda n: f"{_ensemble('t', n)} - ({_ensemble('m', n)}) AS t{n}")}
    FROM plages WHERE NOT ({_SIMPLE})
),
rencontres AS (
    SELECT dossier_id, jour, agent_id, sum(acte) AS acte, sum(rendez_vous) AS rendez_vous FROM (
        SELECT dossier_id, jour, agent_id, minutes AS acte, 0 AS rendez_vous FROM sans_heure WHERE source = 'acte'
        UNION ALL
        SELECT dossier_id, jour, agent_id, 0, extract(epoch FROM upper(part) - lower(part)) / 60 FROM horaires
        WHERE source = 'rendez_vous' AND etat = 'fait'
    ) r GROUP BY 1, 2, 3
),
parts (dossier_id, jour, bloc1, bloc2, bloc3, autres1, autres2, autres3, dehors1, dehors2, dehors3) AS (
    SELECT dossier_id, jour, {_par_etat(lambda n: _duree(f"m{n}"))},
        {_par_etat(lambda n: _duree(f"t{n} * ouvree"))}, {_par_etat(lambda n: _duree(f"t{n} - ouvree"))}
    FROM cumuls
    UNION ALL
    SELECT dossier_id, jour, 0, 0, 0, d - o, d - o, d - o, o, o, o
    FROM (SELECT dossier_id, jour, {_duree("tf")} AS d,
            CASE WHEN tf <@ ouvree THEN 0 ELSE {_duree("tf - tstzmultirange(ouvree)")} END AS o
        FROM plages WHERE {_SIMPLE} OFFSET 0) simples
    UNION ALL
    SELECT dossier_id, jour, 0, 0, 0, x, x, x, 0, 0, 0
    FROM (SELECT dossier_id, jour, greatest(acte - rendez_vous, 0) AS x FROM rencontres) r
    UNION ALL
    SELECT dossier_id, jour, {_cumul("meme", "max")}, {_cumul("NOT meme")}, 0, 0, 0
    FROM sans_heure WHERE source <> 'acte' GROUP BY 1, 2
),
journees AS (
    SELECT dossier_id, jour, {_total(1)} AS un, {_total(2)} AS deux, {_total(3)} AS trois FROM parts GROUP BY 1, 2
)
SELECT dossier_id, jour - extract(isodow FROM jour)::int + 1 AS lundi, round(sum(un))::int,
    round(sum(greatest(deux - un, 0)))::int, round(sum(greatest(trois - greatest(un, deux), 0)))::int
FROM journees GROUP BY 1, 2) semaines ORDER BY 1, 2
"""  # noqa: S608  # as above
