"""Each way of tampering with the journal is found, and named. The owner of the tables is the one who tampers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imilo.journal.anomalies import AVERTISSEMENTS, Anomalie, Genre
from imilo.journal.chaine import ORIGINE, Ligne, cle, empreinte_maillon
from imilo.journal.genres import Registre
from imilo.journal.verification import Verification
from tests.journal.aides import Connexion, S, T, ecrire, sceller


@pytest.fixture
def scelle(comme_lots: Path) -> Path:
    """Two structures of eight facts, sealed in four passes: at ranks 2, 4, 6, 8. Gives the second place."""
    for passe in range(4):
        for structure in (S, T):
            ecrire(structure, 2 * passe + 1, 2 * passe + 2)
        ecrire(None, 100 + passe)
        sceller()
    return comme_lots


def anomalies(structure: int | None = None) -> list[Anomalie]:
    return list(Verification(structure).anomalies())


def genres(trouvees: list[Anomalie]) -> set[Genre]:
    return {a.genre for a in trouvees}


def numero(base: Connexion, structure: int, rang: int) -> int:
    ligne = base.execute(
        "SELECT fait_id FROM journal_maillon WHERE registre = 'fait' AND structure_id = %s AND rang = %s",
        [structure, rang],
    ).fetchone()
    assert ligne is not None
    return int(ligne[0])


def test_un_journal_intact_se_verifie(scelle: Path) -> None:
    verification = Verification()
    assert list(verification.anomalies()) == []
    comptes = verification.comptes
    assert (comptes.faits, comptes.consultations, comptes.chaines, comptes.en_attente) == (20, 0, 3, 0)
    assert (comptes.sceaux, comptes.points) == (4, 12)


CHANGEMENTS = [
    "genre = 'acte.annule'",
    "structure_id = 99",
    "structure_id = NULL",
    "agent_id = 5",
    "acteur = 'cle_api:5'",
    "objet_type = 'x'",
    "objet_id = 5",
    "dossier_id = 5000",
    "dossier_id = NULL",
    """identifiants = '{"acte": 5000}'""",
    "identifiants = '{}'",
    "xid = '7'",
    "le = le + interval '1 microsecond'",
    "le = le - interval '20 years'",
]


@pytest.mark.parametrize("changement", CHANGEMENTS)
@pytest.mark.parametrize("rang", [1, 3, 8])
def test_un_fait_modifie(scelle: Path, base_proprietaire: Connexion, changement: str, rang: int) -> None:
    vise = numero(base_proprietaire, S, rang)
    base_proprietaire.execute(f"UPDATE journal_fait SET {changement} WHERE id = %s", [vise])
    (trouvee,) = [a for a in anomalies() if a.grave]
    # A transaction made older is told as a change of place: it is one.
    attendus = {Genre.FAIT_MODIFIE, Genre.ORDRE} if changement.startswith("xid") else {Genre.FAIT_MODIFIE}
    assert trouvee.genre in attendus
    assert (trouvee.registre, trouvee.structure, trouvee.rang, trouvee.fait_id) == (Registre.FAIT, S, rang, vise)
    assert f"n° {vise}" in trouvee.phrase()
    assert "la structure ROUGE" in trouvee.phrase(lambda s: "la structure ROUGE" if s == S else "?")


def test_une_consultation_modifiee(comme_lots: Path, base_proprietaire: Connexion) -> None:
    from imilo.journal.services import consulter
    from imilo.parcours.dossiers.models import Dossier
    from imilo.socle.perimetre import perimetre

    with perimetre(S):
        consulter(None, Dossier(pk=3, structure_id=S))
    sceller()
    base_proprietaire.execute("UPDATE journal_consultation SET dossier_id = 4")
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.registre, trouvee.rang) == (Genre.FAIT_MODIFIE, Registre.CONSULTATION, 1)
    assert "consultation" in trouvee.phrase()


def test_deux_faits_modifies_a_la_suite(scelle: Path, base_proprietaire: Connexion) -> None:
    vises = [numero(base_proprietaire, T, rang) for rang in (4, 5, 7)]
    base_proprietaire.execute("UPDATE journal_fait SET agent_id = 1 WHERE id = ANY(%s)", [vises])
    assert [(a.genre, a.structure, a.rang) for a in anomalies()] == [(Genre.FAIT_MODIFIE, T, r) for r in (4, 5, 7)]


def test_un_fait_retire(scelle: Path, base_proprietaire: Connexion) -> None:
    vise = numero(base_proprietaire, S, 5)
    base_proprietaire.execute("DELETE FROM journal_fait WHERE id = %s", [vise])
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang, trouvee.fait_id) == (Genre.FAIT_MANQUANT, S, 5, vise)


def test_un_fait_et_son_maillon_retires(scelle: Path, base_proprietaire: Connexion) -> None:
    vise = numero(base_proprietaire, S, 5)
    base_proprietaire.execute("DELETE FROM journal_fait WHERE id = %s", [vise])
    base_proprietaire.execute("DELETE FROM journal_maillon WHERE registre = 'fait' AND fait_id = %s", [vise])
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang, trouvee.rang_fin) == (Genre.MAILLON_MANQUANT, S, 5, 5)


def test_les_premiers_faits_et_maillons_retires(scelle: Path, base_proprietaire: Connexion) -> None:
    base_proprietaire.execute("DELETE FROM journal_fait f USING journal_maillon m WHERE m.fait_id = f.id AND rang < 4")
    base_proprietaire.execute("DELETE FROM journal_maillon WHERE rang < 4")
    trouvees = [a for a in anomalies() if a.structure == S]
    assert [(a.genre, a.rang, a.rang_fin) for a in trouvees] == [(Genre.MAILLON_MANQUANT, 1, 3)]


def test_un_maillon_retire_laisse_un_fait_sans_chaine(scelle: Path, base_proprietaire: Connexion) -> None:
    vise = numero(base_proprietaire, S, 5)
    base_proprietaire.execute("DELETE FROM journal_maillon WHERE registre = 'fait' AND fait_id = %s", [vise])
    trouvees = anomalies()
    assert genres(trouvees) == {Genre.MAILLON_MANQUANT, Genre.FAIT_AJOUTE}
    (ajoute,) = [a for a in trouvees if a.genre is Genre.FAIT_AJOUTE]
    assert (ajoute.structure, ajoute.fait_id) == (S, vise)


def test_un_maillon_modifie(scelle: Path, base_proprietaire: Connexion) -> None:
    base_proprietaire.execute(
        "UPDATE journal_maillon SET empreinte = sha256('x') WHERE structure_id = %s AND rang = 5", [S]
    )
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang) == (Genre.MAILLON_MODIFIE, S, 5)


def test_un_fait_ajoute_apres_coup(scelle: Path, base_proprietaire: Connexion) -> None:
    ligne = base_proprietaire.execute(
        "INSERT INTO journal_fait (structure_id, acteur, genre, dossier_id, xid) "
        "SELECT %s, 'agent', 'contrat.signe', 1, min(xid) FROM journal_fait RETURNING id",
        [S],
    ).fetchone()
    assert ligne is not None
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.fait_id) == (Genre.FAIT_AJOUTE, S, ligne[0])
    sceller()  # the sealer doesn't launder it
    assert genres(anomalies()) == {Genre.FAIT_AJOUTE}


def test_un_fait_double_sous_un_numero_pris(scelle: Path, base_proprietaire: Connexion) -> None:
    base_proprietaire.execute(
        "INSERT INTO journal_fait SELECT id, le + interval '1 second', structure_id, agent_id, acteur, genre, "
        "objet_type, objet_id, 666, identifiants, xid FROM journal_fait WHERE id = %s",
        [vise := numero(base_proprietaire, T, 2)],
    )
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.fait_id) == (Genre.FAIT_AJOUTE, vise)


@pytest.mark.parametrize(("un", "autre"), [(3, 4), (1, 2), (7, 8), (2, 6)])
def test_deux_maillons_intervertis(scelle: Path, base_proprietaire: Connexion, un: int, autre: int) -> None:
    with base_proprietaire.transaction():
        for ancien, nouveau in ((un, 99), (autre, un), (99, autre)):
            base_proprietaire.execute(
                "UPDATE journal_maillon SET rang = %s WHERE structure_id = %s AND rang = %s", [nouveau, S, ancien]
            )
    trouvees = [a for a in anomalies() if a.genre is Genre.ORDRE]
    rangs = {r for a in trouvees for r in range(a.rang or 0, (a.rang_fin or 0) + 1)}
    assert {un, autre} <= rangs
    assert genres(anomalies()) <= {Genre.ORDRE, Genre.RECALCULE}  # a rank that was sealed bears another hash


def test_la_fin_coupee(scelle: Path, base_proprietaire: Connexion) -> None:
    couper(base_proprietaire, S, 7)
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang, trouvee.rang_fin) == (Genre.TRONQUE, S, 7, 8)
    assert "coupée" in trouvee.phrase()


def test_une_chaine_entiere_retiree(scelle: Path, base_proprietaire: Connexion) -> None:
    couper(base_proprietaire, T, 1)
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang, trouvee.rang_fin) == (Genre.TRONQUE, T, 1, 8)


def test_la_fin_coupee_puis_recouverte(scelle: Path, base_proprietaire: Connexion) -> None:
    couper(base_proprietaire, S, 7)
    ecrire(S, 50, 51, 52)
    sceller()
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang, trouvee.rang_fin) == (Genre.RECALCULE, S, 8, 8)
    assert "dernier rang intact : 6" in trouvee.detail


COUPER_LES_FAITS = """
DELETE FROM journal_fait f USING journal_maillon m
WHERE m.registre = 'fait' AND m.fait_id = f.id AND m.structure_id = %s AND rang >= %s
"""
COUPER_LES_MAILLONS = "DELETE FROM journal_maillon WHERE registre = 'fait' AND structure_id = %s AND rang >= %s"


def couper(base: Connexion, structure: int, rang: int) -> None:
    base.execute(COUPER_LES_FAITS, [structure, rang])
    base.execute(COUPER_LES_MAILLONS, [structure, rang])


def recalculer(base: Connexion, structure: int) -> None:
    """What one who holds the key does: chain the changed facts anew, from the first."""
    lignes = base.execute(
        "SELECT m.rang, f.id, f.le, f.structure_id, f.agent_id, f.acteur, f.genre, f.objet_type, f.objet_id, "
        "f.dossier_id, f.identifiants::text, f.xid::text FROM journal_maillon m "
        "JOIN journal_fait f ON f.id = m.fait_id WHERE m.registre = 'fait' AND m.structure_id = %s ORDER BY m.rang",
        [structure],
    ).fetchall()
    precedente = ORIGINE
    for rang, (_, *colonnes) in enumerate(lignes, start=1):
        ligne = Ligne(*colonnes)
        precedente = empreinte_maillon(cle(), Registre.FAIT, structure, rang, precedente=precedente, ligne=ligne)
        base.execute(
            "UPDATE journal_maillon SET empreinte = %s WHERE registre = 'fait' AND structure_id = %s AND rang = %s",
            [precedente, structure, rang],
        )


def test_une_chaine_refaite_avec_la_cle(scelle: Path, base_proprietaire: Connexion) -> None:
    vise = numero(base_proprietaire, S, 3)
    base_proprietaire.execute("UPDATE journal_fait SET genre = 'acte.annule' WHERE id = %s", [vise])
    recalculer(base_proprietaire, S)
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.structure, trouvee.rang, trouvee.rang_fin) == (Genre.RECALCULE, S, 4, 8)
    assert "dernier rang intact : 2" in trouvee.detail


def test_une_chaine_refaite_sans_un_fait_et_renumerotee(scelle: Path, base_proprietaire: Connexion) -> None:
    vise = numero(base_proprietaire, S, 3)
    with base_proprietaire.transaction():
        base_proprietaire.execute("DELETE FROM journal_fait WHERE id = %s", [vise])
        base_proprietaire.execute("DELETE FROM journal_maillon WHERE registre = 'fait' AND fait_id = %s", [vise])
        for rang in range(4, 9):
            base_proprietaire.execute(
                "UPDATE journal_maillon SET rang = %s WHERE structure_id = %s AND rang = %s", [rang - 1, S, rang]
            )
    recalculer(base_proprietaire, S)
    assert [(a.genre, a.rang, a.rang_fin) for a in anomalies()] == [
        (Genre.RECALCULE, 4, 6),
        (Genre.TRONQUE, 8, 8),
    ]


def test_une_seule_structure(scelle: Path, base_proprietaire: Connexion) -> None:
    for structure in (S, T):
        vise = numero(base_proprietaire, structure, 2)
        base_proprietaire.execute("UPDATE journal_fait SET agent_id = 1 WHERE id = %s", [vise])
    assert [a.structure for a in anomalies(T)] == [T]
    verification = Verification(0)
    assert list(verification.anomalies()) == []
    assert (verification.comptes.faits, verification.comptes.chaines) == (4, 1)


def test_une_autre_cle_ne_verifie_rien(scelle: Path, settings: object) -> None:
    settings.CLE_SCEAU = "A" * 43 + "="  # type: ignore[attr-defined]  # pytest-django's wrapper
    trouvees = anomalies()
    assert sum(a.genre is Genre.FAIT_MODIFIE for a in trouvees) == 20
    assert sum(a.genre is Genre.SCEAU_MODIFIE for a in trouvees) == 4


FAIT, MAILLON = "journal_fait WHERE id = %(n)s", "journal_maillon WHERE registre = 'fait' AND fait_id = %(n)s"
FALSIFICATIONS = {
    "changer": ["UPDATE journal_fait SET agent_id = coalesce(agent_id, 0) + 1 WHERE id = %(n)s"],
    "redater": ["UPDATE journal_fait SET le = le - interval '3 days' WHERE id = %(n)s"],
    "retirer": [f"DELETE FROM {FAIT}"],
    "dechainer": [f"DELETE FROM {MAILLON}"],
    "effacer": [f"DELETE FROM {FAIT}", f"DELETE FROM {MAILLON}"],
    "forger": ["UPDATE journal_maillon SET empreinte = sha256(empreinte) WHERE fait_id = %(n)s"],
}


@pytest.fixture
def journal_a_falsifier(scelle: Path, base_proprietaire: Connexion) -> Connexion:
    for table in ("journal_fait", "journal_maillon"):
        base_proprietaire.execute(f"CREATE TEMP TABLE garde_{table} AS SELECT * FROM {table}")
    return base_proprietaire


def remettre(base: Connexion) -> None:
    with base.transaction():
        for table in ("journal_fait", "journal_maillon"):
            base.execute(f"DELETE FROM {table}")
            base.execute(f"INSERT INTO {table} SELECT * FROM garde_{table}")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gestes=st.lists(st.tuples(st.sampled_from(sorted(FALSIFICATIONS)), st.integers(0, 19)), min_size=1, max_size=4))
def test_aucune_falsification_ne_passe(journal_a_falsifier: Connexion, gestes: list[tuple[str, int]]) -> None:
    remettre(journal_a_falsifier)
    numeros = [int(n[0]) for n in journal_a_falsifier.execute("SELECT id FROM journal_fait ORDER BY id").fetchall()]
    for geste, rang in gestes:
        for requete in FALSIFICATIONS[geste]:
            journal_a_falsifier.execute(requete, {"n": numeros[rang]})
    trouvees = anomalies()
    assert any(a.grave for a in trouvees), gestes
    assert all(a.phrase() and a.donnees() for a in trouvees)
    remettre(journal_a_falsifier)
    assert anomalies() == []


def test_chaque_genre_d_anomalie_a_sa_phrase() -> None:
    for genre in Genre:
        phrase = Anomalie(genre, Registre.FAIT, S, 1, 2, 3, "sceaux-2026-11-22.jsonl", "détail").phrase()
        assert phrase.endswith(".")
        assert "{" not in phrase
        assert Anomalie(genre).grave is (genre not in AVERTISSEMENTS)
