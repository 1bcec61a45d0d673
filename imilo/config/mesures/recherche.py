"""Measure of the search: mistyped names through the application's own function, and through a pg_trgm index.

Every request is made by the role of the application, in the perimeter of one structure: nearly every answer is
another structure's, which is the slow case. Times are those of the database's clock around the function, and of
the client around the whole exchange.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from statistics import mean, quantiles
from typing import Any

import psycopg
from psycopg import sql

from imilo.config.mesures.base_de_recherche import BaseMesuree, Connexion, Dire
from imilo.config.mesures.population import LIGNES, Personne, Population, lots
from imilo.jeunes.annuaire import REQUETE, lire_demande, parametres
from imilo.socle.normalisation import mots

LIMITE = 21  # what the screen asks for: twenty lines, and whether there are others
MONTREES = 10  # recall is counted in the first ten lines
DEMANDES, DEMANDES_PG_TRGM, ECHAUFFEMENT = 1000, 60, 100
ECRITURES = 20_000
LETTRES = "abcdefghijklmnopqrstuvwxyz"
FAUTES = ("suppression", "insertion", "substitution", "inversion")
LE = date(2026, 11, 22)

_CHRONO = """
WITH debut AS MATERIALIZED (SELECT clock_timestamp() AS instant),
reponse AS MATERIALIZED (SELECT f.* FROM debut CROSS JOIN LATERAL ({requete}) f)
SELECT ARRAY(SELECT ROW(nom_naissance, prenom, ne_le)::text FROM reponse),
    1000 * extract(epoch FROM clock_timestamp() - (SELECT instant FROM debut))::float8
"""


@dataclass(frozen=True)
class Cible:
    """A person to find, what is typed for them, and how many others bear the same names (and year)."""

    personne: tuple[str, str, date]
    texte: str
    faute: str
    homonymes: int = 0
    homonymes_de_l_annee: int = 0

    @property
    def avec_annee(self) -> str:
        return f"{self.texte} {self.personne[2].year}"


@dataclass(frozen=True)
class Temps:
    """Milliseconds of one kind of request, and the share of persons found in the first ten lines."""

    demandes: int
    base_p50: float
    base_p95: float
    base_moyenne: float
    client_p50: float
    client_p95: float
    rappel: float
    rappel_sans_homonymes: float


def mesurer(
    base: BaseMesuree, dire: Dire, *, demandes: int = DEMANDES, pg_trgm: int = DEMANDES_PG_TRGM
) -> dict[str, Any]:
    """All the figures, ready for JSON."""
    hasard = random.Random("demandes")  # noqa: S311  # a draw of requests
    with base.superutilisateur() as admin, psycopg.connect(base.urls.app, autocommit=True) as app:
        dire("  Personnes à chercher…")
        cibles = _cibles(admin, hasard, base.dossiers, demandes + ECHAUFFEMENT)
        echauffement, cibles = cibles[:ECHAUFFEMENT], cibles[ECHAUFFEMENT:]
        resultats: dict[str, Any] = {
            "dossiers": base.dossiers,
            "chargement_s": base.secondes,
            "homonymes": _part_des_homonymes(cibles),
            "tailles_octets": _tailles(admin),
        }
        _rechauffer(admin, "jeunes_jeune", "jeunes_mot", "jeunes_paire", "jeunes_cle", "dossiers_dossier")
        for sorte in SORTES:
            dire(f"  {sorte.nom}…")
            _interroger(app, [sorte.texte(c) for c in echauffement])
            temps, rangs = _interroger(app, [sorte.texte(c) for c in cibles], [c.personne for c in cibles])
            juge = _juger(temps, rangs, [sorte.homonymes(c) for c in cibles])
            dire(f"    p50 {juge.base_p50} ms, p95 {juge.base_p95} ms, rappel {juge.rappel_sans_homonymes}")
            resultats[sorte.nom] = asdict(juge)
            if sorte.nom == "fautif_avec_annee":
                resultats["par_faute"] = {
                    f: mean(r for r, c in zip(rangs, cibles, strict=True) if c.faute == f) for f in FAUTES
                }
        if pg_trgm:
            dire("  Le même, par un index pg_trgm…")
            resultats["pg_trgm"] = _par_pg_trgm(admin, cibles[:pg_trgm])
            resultats["rapport_p50"] = resultats["pg_trgm"]["base_p50"] / resultats["fautif_avec_annee"]["base_p50"]
            resultats["rapport_moyenne"] = (
                resultats["pg_trgm"]["base_moyenne"] / resultats["fautif_avec_annee"]["base_moyenne"]
            )
        dire("  Écritures…")
        resultats["ecritures"] = _ecritures(admin, base.dossiers, avec_pg_trgm=bool(pg_trgm))
        if pg_trgm:
            resultats["tailles_octets"]["pg_trgm"] = _valeur(
                admin, "SELECT pg_relation_size('reference_pg_trgm_texte')"
            )
            admin.execute("DROP TABLE reference_pg_trgm")
    return resultats


def _part_des_homonymes(cibles: Sequence[Cible]) -> dict[str, float]:
    return {
        "part_meme_nom_prenom_annee": mean(c.homonymes_de_l_annee > 0 for c in cibles),
        "part_meme_nom_prenom": mean(c.homonymes > 0 for c in cibles),
    }


def _exact(cible: Cible) -> str:
    return f"{cible.personne[0]} {cible.personne[1]}"


def _debuts(cible: Cible) -> str:
    """What is on the screen while one types: three letters of the first name, four of the name."""
    return f"{cible.personne[1][:3]} {cible.personne[0][:4]}"


@dataclass(frozen=True)
class Sorte:
    """A kind of request: how it is typed; `annee`: the year is typed too, so that homonyms are of that year."""

    nom: str
    texte: Callable[[Cible], str]
    annee: bool = False

    def homonymes(self, cible: Cible) -> int:
        return cible.homonymes_de_l_annee if self.annee else cible.homonymes


SORTES = (
    Sorte("fautif_avec_annee", lambda c: c.avec_annee, annee=True),
    Sorte("fautif_sans_annee", lambda c: c.texte),
    Sorte("exact", _exact),
    Sorte("debuts", _debuts),
)


def _cibles(admin: Connexion, hasard: random.Random, dossiers: int, combien: int) -> list[Cible]:
    """People drawn evenly, each with one error in a word of the name or first name; errors in equal shares."""
    rangs = hasard.sample(range(1, dossiers + 1), min(combien, dossiers))
    lignes = admin.execute(
        "SELECT nom_naissance, prenom, naissance, mots::text[] FROM jeunes_jeune WHERE id = ANY(%s) ORDER BY id",
        [rangs],
    ).fetchall()
    hasard.shuffle(lignes)
    cibles = []
    for rang, (nom, prenom, naissance, cles) in enumerate(lignes):
        faute = FAUTES[rang % len(FAUTES)]
        texte = _mal_taper(hasard, nom, prenom, faute)
        cible = Cible((nom, prenom, naissance), texte, faute)
        tous, annee = admin.execute(
            "SELECT count(*), count(*) FILTER (WHERE r.annee = %s) FROM jeunes_paire r "
            "JOIN jeunes_jeune j ON j.id = r.jeune_id "
            "WHERE r.paire = annuaire_paire(%s, %s) AND %s::text[] <@ j.mots::text[]",
            [naissance.year, max(mots(nom), key=len), max(mots(prenom), key=len), list({*mots(nom), *mots(prenom)})],
        ).fetchone() or (1, 1)
        cibles.append(replace(cible, homonymes=max(tous - 1, 0), homonymes_de_l_annee=max(annee - 1, 0)))
        assert cles
    return cibles


def _mal_taper(hasard: random.Random, nom: str, prenom: str, faute: str) -> str:
    """Name and first name, in either order, with one error in one of their words."""
    parts = [list(mots(nom)), list(mots(prenom))]
    ou = parts[hasard.random() < 0.5]
    i = hasard.randrange(len(ou))
    ou[i] = fausser(hasard, ou[i], faute)
    hasard.shuffle(parts)
    return " ".join(" ".join(part) for part in parts)


def fausser(hasard: random.Random, mot: str, faute: str) -> str:
    """The word with one error of that kind, always another word; an insertion where the kind can't change it."""
    n = len(mot)
    if faute == "suppression" and n > 1:
        i = hasard.randrange(n)
        return mot[:i] + mot[i + 1 :]
    if faute == "substitution":
        i = hasard.randrange(n)
        return mot[:i] + hasard.choice(LETTRES.replace(mot[i], "")) + mot[i + 1 :]
    echanges = [i for i in range(n - 1) if mot[i] != mot[i + 1]]
    if faute == "inversion" and echanges:
        i = hasard.choice(echanges)
        return mot[:i] + mot[i + 1] + mot[i] + mot[i + 2 :]
    i = hasard.randrange(n + 1)
    return mot[:i] + hasard.choice(LETTRES) + mot[i:]


def _interroger(
    app: psycopg.Connection[Any], textes: Sequence[str], attendus: Sequence[tuple[str, str, date]] = ()
) -> tuple[list[tuple[float, float]], list[bool]]:
    """For each text: milliseconds in the database and for the client, and whether the person is in the first ten."""
    temps, trouves = [], []
    requete = _CHRONO.format(requete=REQUETE)
    for rang, texte in enumerate(textes):
        arguments = parametres(lire_demande(texte, le=LE), limite=LIMITE, ailleurs=True)
        with app.transaction(), app.cursor() as curseur:
            curseur.execute("SELECT set_config('imilo.structure', '1', true)")
            debut = time.perf_counter()
            curseur.execute(requete, arguments)
            lignes, base_ms = curseur.fetchone() or ([], 0.0)
            temps.append((base_ms, 1000 * (time.perf_counter() - debut)))
        if attendus:
            trouves.append(_ligne(app, attendus[rang]) in lignes[:MONTREES])
    return temps, trouves


def _ligne(app: psycopg.Connection[Any], personne: tuple[str, str, date]) -> str:
    """A person as PostgreSQL writes the row."""
    return str((app.execute("SELECT ROW(%s::text, %s::text, %s::date)::text", personne).fetchone() or ("",))[0])


def _juger(temps: Sequence[tuple[float, float]], trouves: Sequence[bool], homonymes: Sequence[int]) -> Temps:
    base, client = ([t[i] for t in temps] for i in (0, 1))
    seuls = [t for t, h in zip(trouves, homonymes, strict=True) if not h]
    (base_p50, base_p95), (client_p50, client_p95) = _centiles(base), _centiles(client)
    return Temps(
        demandes=len(temps),
        base_p50=base_p50,
        base_p95=base_p95,
        base_moyenne=round(mean(base), 3),
        client_p50=client_p50,
        client_p95=client_p95,
        rappel=round(mean(trouves), 4),
        rappel_sans_homonymes=round(mean(seuls), 4) if seuls else 0.0,
    )


def _centiles(valeurs: Sequence[float]) -> tuple[float, float]:
    parts = quantiles(valeurs, n=20, method="inclusive")
    return round(parts[9], 3), round(parts[18], 3)


_TEXTES_PG_TRGM = """
CREATE TABLE reference_pg_trgm AS
SELECT id, nom_naissance, prenom, naissance, extract(year FROM naissance)::int AS annee,
    array_to_string(mots, ' ') AS texte
FROM jeunes_jeune
"""
_PAR_PG_TRGM = """
SELECT nom_naissance, prenom, naissance AS ne_le FROM reference_pg_trgm
WHERE texte %% %s AND annee = %s ORDER BY similarity(texte, %s) DESC, id LIMIT 10
"""


def _par_pg_trgm(admin: Connexion, cibles: Sequence[Cible]) -> dict[str, Any]:
    """The same requests through a GIN index of trigrams on the same names, the likest ten first."""
    admin.execute("DROP TABLE IF EXISTS reference_pg_trgm")  # of a measure that was stopped
    debut = time.monotonic()
    admin.execute(_TEXTES_PG_TRGM)
    admin.execute("CREATE INDEX reference_pg_trgm_texte ON reference_pg_trgm USING gin (texte gin_trgm_ops)")
    admin.execute("VACUUM (ANALYZE) reference_pg_trgm")
    construction = time.monotonic() - debut
    _rechauffer(admin, "reference_pg_trgm")
    temps, trouves = [], []
    for cible in cibles:
        texte = " ".join(mots(cible.texte))
        depart = time.perf_counter()
        lignes, base_ms = admin.execute(
            _CHRONO.format(requete=_PAR_PG_TRGM),
            [texte, cible.personne[2].year, texte],
        ).fetchone() or ([], 0.0)
        temps.append((base_ms, 1000 * (time.perf_counter() - depart)))
        trouves.append(_ligne(admin, cible.personne) in lignes)
    return {
        **asdict(_juger(temps, trouves, [c.homonymes_de_l_annee for c in cibles])),
        "construction_s": round(construction, 1),
    }


def _rechauffer(admin: Connexion, *tables: str) -> None:
    """Read the tables and their indexes once, as a server that has been at work for a day has."""
    admin.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
    admin.execute(
        "SELECT pg_prewarm(c.oid) FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid "
        "WHERE c.relkind IN ('r', 'i') AND coalesce(i.indrelid, c.oid) = ANY(%s::regclass[])",
        [list(tables)],
    )


def _tailles(admin: Connexion) -> dict[str, int]:
    """Bytes of the tables of the search and of each of their indexes."""
    relations = (
        "jeunes_mot", "jeunes_mot_mot", "jeunes_mot_cles", "jeunes_paire", "jeunes_paire_paire",
        "jeunes_cle", "jeunes_cle_pkey", "jeunes_cle_nationale", "jeunes_cle_structure",
    )  # fmt: skip
    return {nom: _valeur(admin, "SELECT pg_relation_size(%s::regclass)", nom) for nom in relations} | {
        "mots_differents": _valeur(admin, "SELECT count(*) FROM jeunes_mot"),
    }


def _valeur(admin: Connexion, requete: str, *arguments: object) -> int:
    return int((admin.execute(requete, arguments).fetchone() or (0,))[0])


def _ecritures(admin: Connexion, dossiers: int, *, avec_pg_trgm: bool) -> dict[str, float]:
    """Rows per second: people and dossiers with the keys of the search and without, and the pg_trgm index alone."""
    personnes = list(Population("ecritures").personnes(ECRITURES, depuis=dossiers + 1))
    debits = {}
    for nom, declencheurs in (("dossiers_sans_recherche", False), ("dossiers_avec_recherche", True)):
        debits[nom] = _inserer(admin, personnes, declencheurs)
    for table, index in INDEX.items():
        if table != "reference_pg_trgm" or avec_pg_trgm:
            debits[f"{table}_avec_index"] = _debit(admin, [_INSERTIONS[table]])
            debits[f"{table}_sans_index"] = _debit(admin, [*index, _INSERTIONS[table]])
    return {nom: round(debit) for nom, debit in debits.items()}


# What takes the indexes away, and the rows of ECRITURES people written once more under other numbers.
INDEX = {
    "jeunes_paire": ["DROP INDEX jeunes_paire_paire"],
    "jeunes_cle": [
        "ALTER TABLE jeunes_cle DROP CONSTRAINT jeunes_cle_pkey",
        "DROP INDEX jeunes_cle_nationale, jeunes_cle_structure",
    ],
    "reference_pg_trgm": ["DROP INDEX reference_pg_trgm_texte"],
}
_INSERTIONS = {
    "jeunes_paire": """
        INSERT INTO jeunes_paire (paire, annee, jeune_id)
        SELECT p, extract(year FROM j.naissance), j.id + 1000000000
        FROM jeunes_jeune j CROSS JOIN LATERAL annuaire_paires(j.mots::text[], extract(year FROM j.naissance)::int) p
        WHERE j.id <= 20000""",
    "jeunes_cle": """
        INSERT INTO jeunes_cle (structure_id, jeune_id, mot)
        SELECT structure_id, jeune_id + 1000000000, mot FROM jeunes_cle WHERE jeune_id <= 20000""",
    "reference_pg_trgm": """
        INSERT INTO reference_pg_trgm SELECT id + 1000000000, nom_naissance, prenom, naissance, annee, texte
        FROM reference_pg_trgm WHERE id <= 20000""",
}


def _inserer(admin: Connexion, personnes: Iterable[Personne], declencheurs: bool) -> float:
    """Insert the people and their dossiers from temporary tables, as the application does, then take them back."""
    lot = next(lots(iter(personnes), ECRITURES))
    with admin.transaction(force_rollback=True):
        admin.execute("SET LOCAL session_replication_role = replica")
        # The measured country may have given its last number of seven digits.
        admin.execute("ALTER TABLE dossiers_dossier DROP CONSTRAINT dossier_numero_7_chiffres")
        ordres = []
        for table, colonnes, ligne in LIGNES:
            noms = sql.SQL(colonnes)
            admin.execute(
                sql.SQL("CREATE TEMPORARY TABLE {} ON COMMIT DROP AS SELECT {} FROM {} LIMIT 0").format(
                    sql.Identifier(f"lot_{table}"), noms, sql.Identifier(table)
                )
            )
            with admin.cursor().copy(
                sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(f"lot_{table}"), noms)
            ) as copie:
                copie.write("".join(map(ligne, lot)))
            ordres.append(
                sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
                    sql.Identifier(table), noms, noms, sql.Identifier(f"lot_{table}")
                )
            )
        if declencheurs:
            admin.execute("SET LOCAL session_replication_role = origin")
        debut = time.perf_counter()
        for ordre in ordres:
            admin.execute(ordre)
        return len(lot) / (time.perf_counter() - debut)


def _debit(admin: Connexion, ordres: Sequence[str]) -> float:
    with admin.transaction(force_rollback=True):
        *avant, mesure = ordres
        for ordre in avant:
            admin.execute(ordre)
        debut = time.perf_counter()
        admin.execute(mesure)
        return ECRITURES / (time.perf_counter() - debut)
