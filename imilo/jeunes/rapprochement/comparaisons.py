"""The comparisons of the model, declared: their levels in SQL that DuckDB and Spark read alike, and in French.

A level is asked in its order, and the first that holds is the pair's. What isn't known on one side is no
evidence, for or against. `m` is the probability of the level among pairs of one person, `u` among others: they
start the training, and stay where the lists at hand never show the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sens = Literal["accord", "proche", "ecart"]
PROCHE, TRES_PROCHE = 0.85, 0.92  # similarity of Jaro and Winkler


@dataclass(frozen=True)
class Niveau:
    """A level: `code` for our rules, its SQL condition ("ELSE" for the last), what it says in French."""

    code: str
    condition: str
    phrase: str
    sens: Sens
    m: float
    u: float
    frequence: str = ""


@dataclass(frozen=True)
class Comparaison:
    """A comparison: `colonnes` are those it reads, `inconnu` the SQL that says that one side isn't known."""

    nom: str
    colonnes: tuple[str, ...]
    inconnu: str
    niveaux: tuple[Niveau, ...]

    def niveau(self, gamma: int) -> Niveau | None:
        """The level of a value of the comparison vector: counted down to 0; -1 where one side isn't known."""
        return None if gamma < 0 else self.niveaux[len(self.niveaux) - 1 - gamma]


def _jw(a: str, b: str, seuil: float) -> str:
    return f"jaro_winkler_similarity({a}, {b}) >= {seuil}"


def _dedans(a: str, b: str) -> str:
    """One holds all the words of the other, in their order."""
    return f"(instr({a}_l, {b}_r) > 0 OR instr({a}_r, {b}_l) > 0)"


_INVERSES = f"{_jw('nom_l', 'prenom_r', TRES_PROCHE)} AND {_jw('prenom_l', 'nom_r', TRES_PROCHE)}"
NOM = Comparaison(
    "nom",
    ("nom", "nom_usage", "nom_mots", "usage_mots", "prenom"),
    "nom_l IS NULL OR nom_r IS NULL",
    (
        Niveau("egal", "nom_l = nom_r", "même nom", "accord", 0.86, 0.0006, "nom"),
        Niveau(
            "usage",
            "nom_l = nom_usage_r OR nom_usage_l = nom_r OR nom_usage_l = nom_usage_r",
            "nom de naissance de l'un, nom d'usage de l'autre", "accord", 0.03, 0.0003,
        ),
        Niveau("inverse", _INVERSES, "nom et prénom inversés", "accord", 0.005, 0.00001),
        Niveau("tres_proche", _jw("nom_l", "nom_r", TRES_PROCHE), "nom proche", "proche", 0.05, 0.0012),
        Niveau(
            "commun",
            f"{_dedans('nom_mots', 'nom_mots')} OR {_dedans('nom_mots', 'usage_mots')}",
            "nom en commun", "accord", 0.02, 0.0004,
        ),
        Niveau(
            "proche",
            f"{_jw('nom_l', 'nom_r', PROCHE)} OR {_jw('nom_l', 'nom_usage_r', TRES_PROCHE)} "
            f"OR {_jw('nom_usage_l', 'nom_r', TRES_PROCHE)}",
            "nom un peu proche", "proche", 0.015, 0.006,
        ),
        Niveau("autre", "ELSE", "autre nom", "ecart", 0.02, 0.99),
    ),
)  # fmt: skip

PRENOM = Comparaison(
    "prenom",
    ("prenom", "prenom_1", "prenom_lettres", "prenom_mots", "prenoms", "nom"),
    "prenom_l IS NULL OR prenom_r IS NULL",
    (
        Niveau("egal", "prenom_l = prenom_r", "même prénom", "accord", 0.88, 0.006, "prenom"),
        # All the first names of one begin by all those of the other: "Léa", "Léa Marie".
        Niveau(
            "commun", "instr(prenoms_l, prenoms_r) = 1 OR instr(prenoms_r, prenoms_l) = 1",
            "prénom en commun", "accord", 0.03, 0.003,
        ),
        Niveau("second", _dedans("prenoms", "prenom_mots"), "second prénom en commun", "proche", 0.005, 0.003),
        Niveau("inverse", _INVERSES, "nom et prénom inversés", "accord", 0.005, 0.00001),
        Niveau(
            "tres_proche",
            f"{_jw('prenom_l', 'prenom_r', TRES_PROCHE)} OR prenom_lettres_l = prenom_lettres_r "
            "OR (length(prenom_l) >= 4 AND levenshtein(prenom_l, prenom_r) <= 1) "
            f"OR {_jw('prenom_1_l', 'prenom_r', TRES_PROCHE)} OR {_jw('prenom_l', 'prenom_1_r', TRES_PROCHE)}",
            "prénom proche", "proche", 0.05, 0.008,
        ),
        Niveau("proche", _jw("prenom_l", "prenom_r", PROCHE), "prénom un peu proche", "proche", 0.01, 0.012),
        Niveau("autre", "ELSE", "autre prénom", "ecart", 0.015, 0.97),
    ),
)  # fmt: skip

_A, _M, _J = "substr(naissance_{}, 1, 4)", "substr(naissance_{}, 5, 2)", "substr(naissance_{}, 7, 2)"


def _meme(partie: str, autre: str = "") -> str:
    return f"{partie.format('l')} = {(autre or partie).format('r')}"


NAISSANCE = Comparaison(
    "naissance",
    ("naissance",),
    "naissance_l IS NULL OR naissance_r IS NULL",
    (
        Niveau("egal", "naissance_l = naissance_r", "même date de naissance", "accord", 0.91, 0.0003),
        Niveau(
            "partiel",
            "(length(naissance_l) < 8 AND instr(naissance_r, naissance_l) = 1) "
            "OR (length(naissance_r) < 8 AND instr(naissance_l, naissance_r) = 1)",
            "même naissance, autant qu'elle est connue", "accord", 0.005, 0.002,
        ),
        Niveau(
            "inverse",
            f"{_meme(_A)} AND {_meme(_M, _J)} AND {_meme(_J, _M)}",
            "jour et mois de naissance inversés", "proche", 0.02, 0.0002,
        ),
        Niveau(
            "un_chiffre", "levenshtein(naissance_l, naissance_r) <= 1",
            "un chiffre de la date de naissance diffère", "proche", 0.03, 0.003,
        ),
        Niveau(
            "deux_parts",
            f"({_meme(_A)} AND {_meme(_M)}) OR ({_meme(_A)} AND {_meme(_J)}) OR ({_meme(_M)} AND {_meme(_J)})",
            "date de naissance en partie la même", "proche", 0.02, 0.02,
        ),
        Niveau("annee", _meme(_A), "même année de naissance seulement", "ecart", 0.005, 0.1),
        Niveau("autre", "ELSE", "autre date de naissance", "ecart", 0.01, 0.88),
    ),
)  # fmt: skip

SEXE = Comparaison(
    "sexe",
    ("sexe",),
    "sexe_l IS NULL OR sexe_r IS NULL",
    (
        Niveau("egal", "sexe_l = sexe_r", "", "accord", 0.995, 0.5),
        Niveau("autre", "ELSE", "autre sexe", "ecart", 0.005, 0.5),
    ),
)

LIEU = Comparaison(
    "lieu_naissance",
    ("lieu_naissance",),
    "lieu_naissance_l IS NULL OR lieu_naissance_r IS NULL "
    "OR (substr(lieu_naissance_l, 1, 1) < 'a') <> (substr(lieu_naissance_r, 1, 1) < 'a')",
    (
        Niveau("egal", "lieu_naissance_l = lieu_naissance_r", "même lieu de naissance", "accord", 0.9, 0.02),
        Niveau(
            "proche",
            f"{_jw('lieu_naissance_l', 'lieu_naissance_r', PROCHE)} OR {_dedans('lieu_naissance', 'lieu_naissance')}",
            "lieu de naissance proche", "proche", 0.05, 0.02,
        ),
        Niveau("autre", "ELSE", "autre lieu de naissance", "ecart", 0.05, 0.96),
    ),
)  # fmt: skip

_MEME_VILLE = "(code_postal_l = code_postal_r OR commune_l = commune_r)"
_VILLE_PROCHE = f"({_MEME_VILLE} OR {_jw('commune_l', 'commune_r', TRES_PROCHE)})"
DOMICILE = Comparaison(
    "domicile",
    ("voie", "complement", "code_postal", "commune"),
    "(voie_l IS NULL OR voie_r IS NULL) AND (code_postal_l IS NULL OR code_postal_r IS NULL) "
    "AND (commune_l IS NULL OR commune_r IS NULL)",
    (
        Niveau("egal", f"voie_l = voie_r AND {_MEME_VILLE}", "même adresse", "accord", 0.6, 0.00005),
        Niveau(
            "proche", f"{_jw('voie_l', 'voie_r', TRES_PROCHE)} AND {_VILLE_PROCHE}",
            "adresse proche", "proche", 0.1, 0.0002,
        ),
        Niveau(
            "morceau",
            f"{_jw('voie_l', 'voie_r', TRES_PROCHE)} OR (complement_l = complement_r AND {_VILLE_PROCHE}) "
            f"OR ({_jw('voie_l', 'voie_r', PROCHE)} AND {_VILLE_PROCHE})",
            "adresse un peu proche", "proche", 0.03, 0.002,
        ),
        Niveau(
            "ville", "code_postal_l = code_postal_r AND " + _jw("commune_l", "commune_r", PROCHE),
            "même commune", "accord", 0.1, 0.004,
        ),
        Niveau("secteur", _VILLE_PROCHE, "même code postal ou commune", "accord", 0.05, 0.006),
        Niveau("autre", "ELSE", "autre adresse", "ecart", 0.12, 0.98),
    ),
)  # fmt: skip

TELEPHONE = Comparaison(
    "telephone",
    ("telephone", "telephone_2"),
    "telephone_l IS NULL OR telephone_r IS NULL",
    (
        Niveau(
            "egal",
            "telephone_l = telephone_r OR telephone_l = telephone_2_r OR telephone_2_l = telephone_r "
            "OR telephone_2_l = telephone_2_r",
            "même téléphone", "accord", 0.75, 0.000005,
        ),
        Niveau("autre", "ELSE", "autre téléphone", "ecart", 0.25, 0.99),
    ),
)  # fmt: skip

COURRIEL = Comparaison(
    "courriel",
    ("courriel",),
    "courriel_l IS NULL OR courriel_r IS NULL",
    (
        Niveau("egal", "courriel_l = courriel_r", "même courriel", "accord", 0.75, 0.000005),
        Niveau("autre", "ELSE", "autre courriel", "ecart", 0.25, 0.99),
    ),
)

_IDS = ("nir", "ine", "identifiant")
IDENTIFIANT = Comparaison(
    "identifiant",
    _IDS,
    " AND ".join(f"({c}_l IS NULL OR {c}_r IS NULL)" for c in _IDS),
    (
        Niveau("egal", " OR ".join(f"{c}_l = {c}_r" for c in _IDS), "même identifiant", "accord", 0.93, 0.000005),
        Niveau(
            "proche", " OR ".join(f"levenshtein({c}_l, {c}_r) <= 2" for c in _IDS),
            "identifiant proche (un ou deux signes)", "proche", 0.04, 0.0005,
        ),
        Niveau("autre", "ELSE", "autre identifiant", "ecart", 0.03, 0.9995),
    ),
)  # fmt: skip

COMPARAISONS = (NOM, PRENOM, NAISSANCE, SEXE, LIEU, DOMICILE, TELEPHONE, COURRIEL, IDENTIFIANT)
COLONNES_COMPAREES = tuple(dict.fromkeys(colonne for c in COMPARAISONS for colonne in c.colonnes))
