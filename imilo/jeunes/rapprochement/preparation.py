"""From raw cells to what the model compares: one SQL for both lists, run by DuckDB whatever engine scores after.

A raw table has `ligne` (bigint) and our columns as text. `lire` makes what the keys are made of and what sorts the
pairs out, for every record (`…_lue`); `faire_les_cles` the keys under which a pair is looked at; `preparer` what the
comparisons read, for those records alone of which a pair is left (`tri`). NULL is what isn't known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imilo.jeunes.rapprochement.dates_de_liste import ORDRE_JOUR, sql_naissance
from imilo.jeunes.rapprochement.sql import premiere

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
    """SQL of imilo.socle.normalisation.normaliser; NULL for what is blank.

    What is words and spaces alone, once its accents are gone, stands already; what is ASCII then takes a shorter way.
    """
    simple = "nullif(trim(regexp_replace({}, '[^a-z0-9]+', ' ', 'g')), '')"
    lettres = "strip_accents(lower(nfc_normalize(t)))"
    for de, en in _LETTRES.items():
        lettres = f"replace({lettres}, '{de}', '{en}')"
    sans_marque = f"regexp_replace({lettres}, '[\\p{{M}}\\p{{Cf}}]', '', 'g')"
    entier = f"nullif(trim(regexp_replace({sans_marque}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g')), '')"
    nu = "strip_accents(lower(t))"
    return (
        f"CASE WHEN regexp_full_match({nu}, '[a-z0-9]+( [a-z0-9]+)*') THEN {nu} "
        f"WHEN strlen({nu}) = length({nu}) THEN {simple.format(nu)} ELSE {entier} END"
    )


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
_MOTS_DE_VOIE = f"list_transform(string_split(t, ' '), lambda m: coalesce(map_extract_value(MAP {_VOIES!r}, m), m))"
_EN_COURT = f"regexp_matches(t, '\\b({'|'.join(_VOIES)})\\b')"
_SUITES = "'0+|1+|9+|X+|(0|1)?1?23456789?0?'"
_FEMMES = "('f', 'femme', 'feminin', 'fille', 'mme', 'madame', 'mlle', 'mademoiselle', '2', 'female')"
_HOMMES = "('m', 'h', 'homme', 'masculin', 'garcon', 'mr', 'monsieur', '1', 'male')"
MACROS = {
    "normal": _normaliser(),
    "colle": "replace(normal(t), ' ', '')",
    "mots": "' ' || normal(t) || ' '",
    "ville": f"nullif(trim(regexp_replace({_SANS_CEDEX}, ' (st|ste) ', ' saint ', 'g')), '')",
    "au_long": f"CASE WHEN {_EN_COURT} THEN array_to_string({_MOTS_DE_VOIE}, ' ') ELSE t END",
    "voie": "au_long(normal(t))",
    # The last nine digits are a subscriber's, however the country and the zero before are written.
    "numero": (
        "CASE WHEN regexp_full_match(t, '0[0-9]{9}') THEN substr(t, 2) "
        f"WHEN length({_CHIFFRES}) BETWEEN 9 AND 15 THEN right({_CHIFFRES}, 9) END"
    ),
    "signes": "upper(regexp_replace(t, '[^0-9A-Za-z]', '', 'g'))",
    "vrai_numero": (
        f"CASE WHEN length(signes(t)) >= 5 AND NOT regexp_full_match(signes(t), {_SUITES}) THEN signes(t) END"
    ),
    "sexe": f"CASE WHEN normal(t) IN {_FEMMES} THEN 'F' WHEN normal(t) IN {_HOMMES} THEN 'M' END",
}

# A spreadsheet takes the zero away from 01000 to 09999: four digits there, five nearly everywhere else.
_CP_FRANCAIS = """
    SELECT coalesce(sum(n) FILTER (WHERE length(signes(t)) = 5) > sum(n) / 2, false)
    FROM (SELECT code_postal AS t, count(*) AS n FROM {} GROUP BY 1)
"""
_CP_ENTIER = "CASE WHEN regexp_full_match(signes(t), '[0-9]{4}') THEN '0' || signes(t) ELSE nullif(signes(t), '') END"
_NIR_ACCORDE = """
    CASE WHEN length(nir13) = 13
        AND (naissance IS NULL OR substr(naissance, 3, 2) = substr(nir13, 2, 2))
        AND (naissance IS NULL OR length(naissance) < 6 OR substr(nir13, 4, 2) NOT BETWEEN '01' AND '12'
            OR substr(naissance, 5, 2) = substr(nir13, 4, 2))
        AND (sexe IS NULL OR substr(nir13, 1, 1) NOT IN ('1', '2') OR (sexe = 'F') = (substr(nir13, 1, 1) = '2'))
    THEN nir13 END
"""
PROPRES = ("telephone", "telephone_2", "courriel", "nir", "ine", "identifiant")


def _jour(naissance: str) -> str:
    """SQL of a whole date under one key with its swapped day and month; NULL when it isn't known whole."""
    an, mois, jour = (f"substr({naissance}, {n})" for n in ("1, 4", "5, 2", "7, 2"))
    return f"CASE WHEN length({naissance}) = 8 THEN {an} || least({mois} || {jour}, {jour} || {mois}) END"


def lire(
    connexion: duckdb.DuckDBPyConnection, brut: str, cible: str, *, ordre: str = ORDRE_JOUR, nir_hache: bool = False
) -> None:
    """Make the table `cible_lue` from the raw table `brut`: all that the keys are made of, record by record.

    `ordre` says how dates with slashes were written (`dates_de_liste`). A social security number that tells
    another birth or sex than its line is left aside: it is a parent's, or mistyped. With `nir_hache` the
    column holds keyed hashes, taken as they are.
    """
    for nom, corps in MACROS.items():
        connexion.execute(f"CREATE OR REPLACE MACRO {nom}(t) AS {corps}")
    (francais,) = premiere(connexion, _CP_FRANCAIS.format(brut))
    dictionnaires = (
        ("dn", "nom", "normal(t)"),
        ("du", "nom_usage", "normal(t)"),
        ("dp", "prenom", "normal(t)"),
        ("ds", "sexe", "sexe(t)"),
        ("dd", "naissance", sql_naissance("t", ordre)),
        ("dl", "lieu_naissance", "ville(t)"),
        ("dk", "code_postal", _CP_ENTIER if francais else "nullif(signes(t), '')"),
        ("dc", "commune", "ville(t)"),
    )
    connexion.execute(
        f"""
        CREATE OR REPLACE TABLE {cible}_lue AS
        WITH lue AS (
            SELECT ligne AS unique_id, coalesce(dn.colle, du.colle) AS nom, coalesce(dn.mots, du.mots) AS nom_mots,
                du.colle AS usage, du.mots AS usage_mots, dp.colle AS prenom, dp.mots AS prenom_mots,
                ds.propre AS sexe, dd.propre AS naissance, {_jour("dd.propre")} AS jour,
                dl.propre AS lieu_naissance, voie(concat_ws(' ', numero_voie, adresse)) AS voie,
                dk.propre AS code_postal, dc.propre AS commune, numero(telephone) AS t1, numero(telephone_2) AS t2,
                CASE WHEN regexp_matches(courriel, '.@.', 's') THEN lower(trim(courriel)) END AS courriel,
                CASE WHEN length(signes(nir)) IN (13, 15) THEN substr(signes(nir), 1, 13) END AS nir13, nir AS nir_lu,
                vrai_numero(ine) AS ine, vrai_numero(identifiant) AS identifiant
            FROM {brut} b
            {" ".join(_dictionnaire(brut, *d) for d in dictionnaires)}
        )
        SELECT unique_id, nom, nullif(usage, nom) AS nom_usage, nom_mots,
            CASE WHEN usage <> nom THEN usage_mots END AS usage_mots, prenom, prenom_mots, sexe, naissance, jour,
            lieu_naissance, voie, code_postal, commune,
            coalesce(t1, t2) AS telephone, CASE WHEN t1 <> t2 THEN t2 END AS telephone_2, courriel,
            {"nir_lu" if nir_hache else _NIR_ACCORDE} AS nir, ine, identifiant
        FROM lue
        """
    )
    _ecarter_les_bouche_trous(connexion, f"{cible}_lue")


def _dictionnaire(table: str, alias: str, colonne: str, sql: str, de: str = "b") -> str:
    """A join that gives `alias.propre`, and it in one word or between spaces: what is often written the same is made
    out once."""
    valeurs = f"SELECT t, {sql} AS propre FROM (SELECT DISTINCT {colonne} AS t FROM {table})"
    formes = f"SELECT t, propre, replace(propre, ' ', '') AS colle, ' ' || propre || ' ' AS mots FROM ({valeurs})"
    return f"LEFT JOIN ({formes}) {alias} ON {alias}.t = {de}.{colonne}"


def _ecarter_les_bouche_trous(connexion: duckdb.DuckDBPyConnection, table: str) -> None:
    """Hashes are counted first: there are rarely any to look at more closely."""
    for colonne in PROPRES:
        frequents = f"SELECT hash({colonne}) FROM {table} WHERE {colonne} IS NOT NULL GROUP BY 1"
        trop = [n for (n,) in connexion.execute(f"{frequents} HAVING count(*) > {PARTAGE_MAX}").fetchall()]
        if trop:
            connexion.execute(
                f"UPDATE {table} SET {colonne} = NULL WHERE {colonne} IN (SELECT {colonne} FROM {table} "
                f"WHERE hash({colonne}) IN ({', '.join(map(str, trop))}) GROUP BY 1 HAVING count(*) > {PARTAGE_MAX})"
            )


def preparer(connexion: duckdb.DuckDBPyConnection, brut: str, cible: str, *, parmi: str = "") -> None:
    """Make the table `cible` that the model compares, from `cible_lue` and the raw table.

    `parmi` selects the `unique_id` that are worth it; all of them without it.
    """
    lettres = "array_to_string(list_sort(string_split(t, '')), '')"
    dictionnaires = (
        ("dp", "prenom", lettres),
        ("da", "autres_prenoms", "normal(t)"),
        ("dx", "complement", "voie(t)"),
    )
    connexion.execute(
        f"""
        CREATE OR REPLACE TABLE {cible} AS
        WITH l AS (
            SELECT l.*, b.autres_prenoms, b.complement
            FROM (SELECT * FROM {cible}_lue {f"WHERE unique_id IN ({parmi})" if parmi else ""}) l
            JOIN (SELECT * FROM {brut} {f"WHERE ligne IN ({parmi})" if parmi else ""}) b ON b.ligne = l.unique_id
        )
        SELECT unique_id, nom, nom_usage, nom_mots, usage_mots, prenom, split_part(prenom_mots, ' ', 2) AS prenom_1,
            dp.propre AS prenom_lettres, prenom_mots,
            ' ' || nullif(concat_ws(' ', trim(prenom_mots), da.propre), '') || ' ' AS prenoms, sexe, naissance,
            lieu_naissance, voie, dx.propre AS complement, code_postal, commune, telephone, telephone_2, courriel,
            nir, ine, identifiant
        FROM l {" ".join(_dictionnaire("l", *d, de="l") for d in dictionnaires)}
        """
    )


def _deux(a: str, b: str) -> tuple[str, str]:
    """Two names, whichever was written first."""
    return f"least(hash({a}), hash({b}))", f"greatest(hash({a}), hash({b}))"


_DEBUTS = _deux("left(nom, 4)", "left(prenom, 4)")
_AN = "substr(naissance, 1, 4)"
# The family of the key, the columns without which there is none, and what it is made of.
CLES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("a", ("jour", "nom"), ("jour", "left(nom, 3)")),
    ("a", ("jour", "nom_usage"), ("jour", "left(nom_usage, 3)")),
    ("b", ("jour", "prenom"), ("jour", "left(prenom, 3)")),
    ("c", ("jour", "code_postal"), ("jour", "code_postal")),
    ("e", ("nom", "prenom"), _deux("nom", "prenom")),
    ("e", ("nom_usage", "prenom"), _deux("nom_usage", "prenom")),
    ("t", ("telephone",), ("telephone",)),
    ("t", ("telephone_2",), ("telephone_2",)),
    ("m", ("courriel",), ("courriel",)),
    ("n", ("nir",), ("nir",)),
    ("i", ("ine",), ("ine",)),
    ("p", ("identifiant",), ("identifiant",)),
    ("g", ("code_postal", "prenom", "naissance"), ("code_postal", "left(prenom, 4)", _AN)),
    ("v", ("voie", "code_postal"), ("voie", "code_postal")),
    ("y", ("nom", "prenom", "naissance"), (*_DEBUTS, _AN)),
    ("z", ("nom", "prenom", "jour"), (*_DEBUTS, "substr(jour, 5)")),
)


def faire_les_cles(connexion: duckdb.DuckDBPyConnection, cible: str, *, parmi: str = "") -> None:
    """Make the table `cible_cles`, one row per key and record; with `parmi`, of the keys of that table alone.

    A key is a number from the start: no text is put together for each record.
    """
    toutes = " UNION ALL ".join(
        f"SELECT unique_id, hash('{famille}', {', '.join(de)}) AS cle FROM {cible}_lue "
        f"WHERE {' AND '.join(f'{colonne} IS NOT NULL' for colonne in sues)}"
        for famille, sues, de in CLES
    )
    semi = f"SEMI JOIN {parmi} USING (cle)" if parmi else ""
    connexion.execute(f"CREATE OR REPLACE TABLE {cible}_cles AS SELECT unique_id, cle FROM ({toutes}) {semi}")


def compter_les_noms(connexion: duckdb.DuckDBPyConnection, *cibles: str) -> None:
    """Make `frequences_nom` and `frequences_prenom`, the share of each among all the records of both lists."""
    for colonne in ("nom", "prenom"):
        tous = " UNION ALL ".join(f"SELECT {colonne} FROM {cible}_lue WHERE {colonne} IS NOT NULL" for cible in cibles)
        connexion.execute(
            f"CREATE OR REPLACE TABLE frequences_{colonne} AS "
            f"SELECT {colonne}, count(*) / sum(count(*)) OVER () AS tf_{colonne} FROM ({tous}) GROUP BY 1"
        )
