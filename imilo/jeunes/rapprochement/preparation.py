"""From raw cells to what the model compares: one SQL for both lists, run by DuckDB whatever engine scores after.

A raw table has `ligne` (bigint) and our columns as text. The prepared one has `unique_id` and what the
comparisons read; NULL is what isn't known. A second one holds the keys under which a pair is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imilo.jeunes.rapprochement.dates_de_liste import ORDRE_JOUR, sql_naissance

if TYPE_CHECKING:
    import duckdb

PARTAGE_MAX = 20
"""A telephone, an e-mail or an identifier that more persons of one list bear is nobody's: a placeholder."""

# Letters that have no base letter and accent in Unicode: the same as in imilo.socle.normalisation.
_LETTRES = {
    "œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŋ": "n", "þ": "th", "ŧ": "t",
    "ß": "ss", "ə": "e",
}  # fmt: skip


def _normaliser() -> str:
    """SQL of imilo.socle.normalisation.normaliser; NULL for what is blank."""
    lettres = "strip_accents(lower(nfc_normalize(t)))"
    for de, en in _LETTRES.items():
        lettres = f"replace({lettres}, '{de}', '{en}')"
    sans_marque = f"regexp_replace({lettres}, '[\\p{{M}}\\p{{Cf}}]', '', 'g')"
    return f"nullif(trim(regexp_replace({sans_marque}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"


# How the words of an address are shortened; whole words only.
_VOIES = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "r": "rue",
    "pl": "place", "imp": "impasse", "all": "allee", "ch": "chemin", "che": "chemin", "rte": "route", "sq": "square",
    "res": "residence", "st": "saint", "ste": "sainte", "fg": "faubourg", "cite": "cite", "lot": "lotissement",
    "crs": "cours", "qu": "quai", "apt": "appartement", "appt": "appartement", "bat": "batiment",
}  # fmt: skip

_CHIFFRES = "regexp_replace(t, '[^0-9]', '', 'g')"
# A commune as written in short: CEDEX and the numbers of districts left out, saints at length.
_SANS_CEDEX = (
    "regexp_replace(' ' || normal(t) || ' ', ' (cedex|arrondissement)( [0-9]+)? | [0-9]{1,2}(er|e|eme)? ', ' ', 'g')"
)
_MOTS_DE_VOIE = (
    f"list_transform(string_split(normal(t), ' '), lambda m: coalesce(map_extract_value(MAP {_VOIES!r}, m), m))"
)
_SUITES = "'0+|1+|9+|X+|(0|1)?1?23456789?0?'"
_FEMMES = "('f', 'femme', 'feminin', 'fille', 'mme', 'madame', 'mlle', 'mademoiselle', '2', 'female')"
_HOMMES = "('m', 'h', 'homme', 'masculin', 'garcon', 'mr', 'monsieur', '1', 'male')"
MACROS = {
    "normal": _normaliser(),
    "colle": "replace(normal(t), ' ', '')",
    "mots": "' ' || normal(t) || ' '",
    "ville": f"nullif(trim(regexp_replace({_SANS_CEDEX}, ' (st|ste) ', ' saint ', 'g')), '')",
    "voie": f"nullif(array_to_string({_MOTS_DE_VOIE}, ' '), '')",
    # The last nine digits are a subscriber's, however the country and the zero before are written.
    "numero": f"CASE WHEN length({_CHIFFRES}) BETWEEN 9 AND 15 THEN right({_CHIFFRES}, 9) END",
    "signes": "upper(regexp_replace(t, '[^0-9A-Za-z]', '', 'g'))",
    "vrai_numero": (
        f"CASE WHEN length(signes(t)) >= 5 AND NOT regexp_full_match(signes(t), {_SUITES}) THEN signes(t) END"
    ),
    "sexe": f"CASE WHEN normal(t) IN {_FEMMES} THEN 'F' WHEN normal(t) IN {_HOMMES} THEN 'M' END",
}

# A spreadsheet takes the zero away from 01000 to 09999: four digits there, five nearly everywhere else.
_CP_FRANCAIS = "avg(CASE WHEN length(cp) = 5 THEN 1.0 ELSE 0.0 END) OVER () > 0.5"
_NIR_ACCORDE = """
    CASE WHEN length(nir13) = 13
        AND (naissance IS NULL OR substr(naissance, 3, 2) = substr(nir13, 2, 2))
        AND (naissance IS NULL OR length(naissance) < 6 OR substr(nir13, 4, 2) NOT BETWEEN '01' AND '12'
            OR substr(naissance, 5, 2) = substr(nir13, 4, 2))
        AND (sexe IS NULL OR substr(nir13, 1, 1) NOT IN ('1', '2') OR (sexe = 'F') = (substr(nir13, 1, 1) = '2'))
    THEN nir13 END
"""


def preparer(
    connexion: duckdb.DuckDBPyConnection, brut: str, cible: str, *, ordre: str = ORDRE_JOUR, nir_hache: bool = False
) -> None:
    """Make the tables `cible` and `cible_cles` from the raw table `brut`.

    `ordre` says how dates with slashes were written (`dates_de_liste`). A social security number that tells
    another birth or sex than its line is left aside: it is a parent's, or mistyped. With `nir_hache` the
    column holds keyed hashes, taken as they are.
    """
    for nom, corps in MACROS.items():
        connexion.execute(f"CREATE OR REPLACE MACRO {nom}(t) AS {corps}")
    connexion.execute(
        f"""
        CREATE OR REPLACE TABLE {cible} AS
        WITH lue AS (
            SELECT ligne, coalesce(nullif(trim(nom), ''), nom_usage) AS n, nom_usage AS u, prenom AS p,
                concat_ws(' ', prenom, autres_prenoms) AS ps, sexe(sexe) AS sexe,
                {sql_naissance("naissance", ordre)} AS naissance, ville(lieu_naissance) AS lieu_naissance,
                voie(concat_ws(' ', numero_voie, adresse)) AS voie, voie(complement) AS complement,
                nullif(signes(code_postal), '') AS cp, ville(commune) AS commune, numero(telephone) AS t1,
                numero(telephone_2) AS t2,
                CASE WHEN courriel LIKE '%_@_%' THEN lower(trim(courriel)) END AS courriel,
                CASE WHEN length(signes(nir)) IN (13, 15) THEN substr(signes(nir), 1, 13) END AS nir13, nir AS nir_lu,
                vrai_numero(ine) AS ine, vrai_numero(identifiant) AS identifiant
            FROM {brut}
        )
        SELECT ligne AS unique_id, nullif(colle(n), '') AS nom,
            CASE WHEN colle(u) <> colle(n) THEN nullif(colle(u), '') END AS nom_usage,
            mots(n) AS nom_mots, CASE WHEN colle(u) <> colle(n) THEN mots(u) END AS usage_mots,
            nullif(colle(p), '') AS prenom, split_part(normal(p), ' ', 1) AS prenom_1,
            array_to_string(list_sort(string_split(colle(p), '')), '') AS prenom_lettres,
            mots(p) AS prenom_mots, mots(ps) AS prenoms, sexe, naissance,
            lieu_naissance, voie, complement,
            CASE WHEN regexp_full_match(cp, '[0-9]{{4}}') AND {_CP_FRANCAIS} THEN '0' || cp ELSE cp END AS code_postal,
            commune, coalesce(t1, t2) AS telephone, CASE WHEN t1 <> t2 THEN t2 END AS telephone_2, courriel,
            {"nir_lu" if nir_hache else _NIR_ACCORDE} AS nir, ine, identifiant
        FROM lue
        """
    )
    _ecarter_les_bouche_trous(connexion, cible)
    _faire_les_cles(connexion, cible)


def _ecarter_les_bouche_trous(connexion: duckdb.DuckDBPyConnection, cible: str) -> None:
    for colonne in ("telephone", "telephone_2", "courriel", "nir", "ine", "identifiant"):
        connexion.execute(
            f"UPDATE {cible} SET {colonne} = NULL WHERE {colonne} IN ("
            f"SELECT {colonne} FROM {cible} WHERE {colonne} IS NOT NULL GROUP BY 1 HAVING count(*) > {PARTAGE_MAX})"
        )


# A date under one key with its swapped day and month; then what must come with it.
_JOUR = "substr(naissance, 1, 4) || least(substr(naissance, 5, 4), substr(naissance, 7, 2) || substr(naissance, 5, 2))"
_ENTIERE = f"CASE WHEN length(naissance) = 8 THEN {_JOUR} END"


def _deux(a: str, b: str) -> str:
    """Both names, whichever was written first; NULL without one of them (least and greatest leave NULL out)."""
    return f"CASE WHEN {a} || {b} IS NOT NULL THEN least({a}, {b}) || '|' || greatest({a}, {b}) END"


_DEBUTS = _deux("left(nom, 4)", "left(prenom, 4)")
_AN = "substr(naissance, 1, 4)"
CLES: tuple[str, ...] = (
    f"'a' || {_ENTIERE} || left(nom, 3)",
    f"'a' || {_ENTIERE} || left(nom_usage, 3)",
    f"'b' || {_ENTIERE} || left(prenom, 3)",
    f"'c' || {_ENTIERE} || code_postal",
    f"'e' || {_deux('nom', 'prenom')}",
    f"'e' || {_deux('nom_usage', 'prenom')}",
    "'t' || telephone",
    "'t' || telephone_2",
    "'m' || courriel",
    "'n' || nir",
    "'i' || ine",
    "'p' || identifiant",
    f"'g' || code_postal || '|' || left(prenom, 4) || {_AN}",
    "'v' || voie || '|' || code_postal",
    f"'y' || {_DEBUTS} || {_AN}",
    f"'z' || {_DEBUTS} || substr({_ENTIERE}, 5)",
)


def _faire_les_cles(connexion: duckdb.DuckDBPyConnection, cible: str) -> None:
    """One row per key and person. A key is kept as a number: half the memory, and the same in every engine."""
    connexion.execute(
        f"""
        CREATE OR REPLACE VIEW {cible}_cles AS
        SELECT unique_id, CAST(hash(cle) >> 1 AS BIGINT) AS cle
        FROM (SELECT unique_id, unnest([{", ".join(CLES)}]) AS cle FROM {cible}) WHERE cle IS NOT NULL
        """
    )
