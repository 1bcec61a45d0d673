"""The sealer behind the writers: nothing forgotten, nothing out of order, whatever commits when."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from imilo.journal import sceau as module_sceau
from imilo.journal.chainage import Occupe, Passe, chainer_un_lot
from imilo.journal.genres import Registre
from imilo.journal.models import Fait
from imilo.journal.sceau import sceller as sans_attendre
from imilo.journal.second_lieu import SecondLieuInattendu
from imilo.journal.verification import Verification
from imilo.socle.perimetre import perimetre
from imilo.socle.postgres_roles import Urls, avec
from tests.journal.aides import Connexion, S, T, attendre_les_ecrivains, chainer, ecrire, sceller

AJOUT = "INSERT INTO journal_fait (structure_id, acteur, genre, dossier_id) VALUES (%s, 'systeme', 'acte.saisi', %s)"


def chaine(base: Connexion, structure: int = S) -> list[int]:
    """The dossiers of a chain, in order of rank."""
    return [
        int(d[0])
        for d in base.execute(
            "SELECT f.dossier_id FROM journal_maillon m JOIN journal_fait f ON f.id = m.fait_id "
            "WHERE m.registre = 'fait' AND m.structure_id = %s ORDER BY rang",
            [structure],
        ).fetchall()
    ]


def intact() -> bool:
    return list(Verification().anomalies()) == []


def test_une_passe_chaine_par_structure_et_scelle(comme_lots: Path, base_proprietaire: Connexion) -> None:
    ecrire(S, 1, 2)
    ecrire(T, 3)
    ecrire(None, 4)
    bilan = sceller()
    assert (bilan.chaines, bilan.tetes, bilan.sceau) == (4, 3, 1)
    assert (chaine(base_proprietaire), chaine(base_proprietaire, T), chaine(base_proprietaire, 0)) == ([1, 2], [3], [4])
    assert sceller().sceau is None
    assert intact()


@pytest.mark.parametrize("lot", [1, 2, 3, 100])
def test_la_taille_des_lots_ne_change_rien(comme_lots: Path, base_proprietaire: Connexion, lot: int) -> None:
    for n in range(0, 8, 2):
        ecrire(S, n, n + 1)
    assert sceller(lot).chaines == 8
    assert chaine(base_proprietaire) == list(range(8))
    assert intact()


def test_un_ecrivain_lent_n_est_pas_double(comme_lots: Path, base_proprietaire: Connexion, urls_base: Urls) -> None:
    """A fact numbered before the others, committed after them, waits and makes them wait."""
    with psycopg.connect(urls_base.lots) as lente:
        lente.execute("SELECT set_config('imilo.structure', %s, true)", [str(S)])
        lente.execute(AJOUT, [S, 1])
        ecrire(S, 2, 3)
        assert sans_attendre().chaines == 0
        lente.commit()
    assert sceller().chaines == 3
    assert chaine(base_proprietaire) == [1, 2, 3]
    assert intact()


def test_une_autre_base_du_serveur_ne_fait_pas_attendre(
    comme_lots: Path, base_proprietaire: Connexion, urls_base: Urls
) -> None:
    with psycopg.connect(avec(urls_base.lots, dbname="postgres")) as ailleurs:
        ailleurs.execute("SELECT pg_current_xact_id()")
        ecrire(S, 1)
        assert sans_attendre().chaines == 1
    assert chaine(base_proprietaire) == [1]


def test_une_transaction_annulee_ne_laisse_pas_de_trou(
    comme_lots: Path, base_proprietaire: Connexion, urls_base: Urls
) -> None:
    with psycopg.connect(urls_base.lots) as annulee:
        annulee.execute("SELECT set_config('imilo.structure', %s, true)", [str(S)])
        annulee.execute(AJOUT, [S, 1])
        ecrire(S, 2)
        annulee.rollback()
    sceller()
    ecrire(S, 3)
    sceller()
    assert chaine(base_proprietaire) == [2, 3]
    assert intact()


def _ecrivain(url: str, k: int, ecrits: set[int]) -> None:
    """Sixty acts of one agent; some are given up, some are slow to commit."""
    structure = (S, T)[k % 2]
    with psycopg.connect(url) as connexion:
        for n in range(60):
            dossier = k * 1000 + n + 1
            connexion.execute("SELECT set_config('imilo.structure', %s, true)", [str(structure)])
            connexion.execute(AJOUT, [structure, dossier])
            if n % 3 == 0:
                connexion.execute("SELECT pg_sleep(0.003)")
            if n % 10 == 7:
                connexion.rollback()
            else:
                connexion.commit()
                ecrits.add(dossier)


def _scelleur(fini: threading.Event, erreurs: list[BaseException]) -> None:
    try:
        while not fini.is_set():
            try:
                sans_attendre(lot=7)
            except Occupe:
                fini.wait(0.002)
    except BaseException as erreur:  # noqa: BLE001  # told by the test
        erreurs.append(erreur)
    finally:
        connection.close()


def test_ecrivains_et_scelleurs_a_la_fois(comme_lots: Path, base_proprietaire: Connexion, urls_base: Urls) -> None:
    """Eight writers as the web's role while two sealers pass without rest."""
    fini, erreurs = threading.Event(), list[BaseException]()
    ecrits = [set[int]() for _ in range(8)]
    fils = [threading.Thread(target=_ecrivain, args=(urls_base.app, k, e)) for k, e in enumerate(ecrits)]
    scelleurs = [threading.Thread(target=_scelleur, args=(fini, erreurs)) for _ in range(2)]
    for fil in [*scelleurs, *fils]:
        fil.start()
    for fil in fils:
        fil.join()
    fini.set()
    for fil in scelleurs:
        fil.join()
    assert erreurs == []
    sceller()
    chaines = chaine(base_proprietaire, S) + chaine(base_proprietaire, T)
    assert sorted(chaines) == sorted(set().union(*ecrits))
    assert len(chaines) == 8 * 54
    assert intact()
    assert _ordonnees(base_proprietaire)


def _ordonnees(base: Connexion) -> bool:
    """Every chain follows (transaction, number), over all its passes."""
    ligne = base.execute(
        "SELECT bool_and(suit) FROM (SELECT (f.xid, f.id) > lag((f.xid, f.id)) OVER (PARTITION BY m.structure_id "
        "ORDER BY rang) AS suit FROM journal_maillon m JOIN journal_fait f ON f.id = m.fait_id) s"
    ).fetchone()
    return ligne is not None and ligne[0] is True


def test_un_seul_scelleur(comme_lots: Path, base_proprietaire: Connexion) -> None:
    ecrire(S, 1)
    with base_proprietaire.transaction():
        base_proprietaire.execute("SELECT pg_advisory_xact_lock(%s)", [0x494D494C4F])
        with pytest.raises(Occupe):
            sceller()
    assert sceller().chaines == 1


def test_un_arret_entre_deux_lots(
    comme_lots: Path, base_proprietaire: Connexion, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imilo.journal import chainage

    ecrire(S, 1, 2, 3, 4, 5)
    vrai, appels = chainage._ecrire_maillons, [0]

    def fragile(*args: object) -> object:
        appels[0] += 1
        if appels[0] == 2:
            raise KeyboardInterrupt
        return vrai(*args)  # type: ignore[arg-type]  # passed through

    monkeypatch.setattr(chainage, "_ecrire_maillons", fragile)
    with pytest.raises(KeyboardInterrupt):
        sceller(lot=2)
    assert chaine(base_proprietaire) == [1, 2]
    monkeypatch.undo()
    bilan = sceller(lot=2)
    assert (bilan.chaines, chaine(base_proprietaire)) == (3, [1, 2, 3, 4, 5])
    assert intact()


def test_un_arret_avant_le_depot(comme_lots: Path) -> None:
    """The chains are made and their seal isn't written: the next pass writes every head."""
    ecrire(S, 1)
    ecrire(T, 2)
    sceller()
    ecrire(S, 3)
    chainer()
    ecrire(T, 4)
    bilan = sceller()
    assert (bilan.chaines, bilan.tetes) == (1, 2)
    verification = Verification()
    assert list(verification.anomalies()) == []
    assert verification.comptes.points == 4


def test_un_arret_entre_le_fichier_et_la_base(
    comme_lots: Path, base_proprietaire: Connexion, monkeypatch: pytest.MonkeyPatch
) -> None:
    ecrire(S, 1)
    sceller()
    ecrire(S, 2)

    def mourir(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module_sceau, "_noter", mourir)
    with pytest.raises(KeyboardInterrupt):
        sceller()
    monkeypatch.undo()
    assert intact()  # a line ahead of the database is what such a stop leaves
    ecrire(S, 3)
    assert sceller().sceau == 3
    notes = base_proprietaire.execute("SELECT n FROM journal_sceau ORDER BY n").fetchall()
    assert notes == [(1,), (2,), (3,)]
    assert intact()


def test_un_second_lieu_impossible_ne_perd_rien(comme_lots: Path, base_proprietaire: Connexion) -> None:
    comme_lots.write_text("un fichier à la place du dossier")
    ecrire(S, 1)
    with pytest.raises(SecondLieuInattendu, match="Rien n'est perdu"):
        sceller()
    assert chaine(base_proprietaire) == [1]
    comme_lots.unlink()
    assert sceller().sceau == 1
    assert intact()


def test_apres_une_restauration_sur_un_autre_serveur(comme_lots: Path, base_proprietaire: Connexion) -> None:
    """The other server numbers its transactions anew, below those that are chained already."""
    ecrire(S, 1, 2)
    sceller()
    base_proprietaire.execute("UPDATE journal_filigrane SET systeme = 1, xid = '900000000'")
    ecrire(S, 3)
    anciens = "INSERT INTO journal_fait (structure_id, acteur, genre, dossier_id, xid) VALUES (%s, 'agent', 'x', 4, %s)"
    base_proprietaire.execute(anciens, [S, "900000001"])
    assert [a.genre for a in Verification().anomalies()] == ["restauration", "restauration"]
    assert sceller().chaines == 2
    assert chaine(base_proprietaire) == [1, 2, 3, 4]
    ecrire(S, 5)
    assert sceller().chaines == 1
    assert intact()


def test_la_passe_dit_si_elle_fut_seule(comme_lots: Path) -> None:
    """Another sealer in between two batches: this pass doesn't know every head, and all are written."""
    ecrire(S, 1, 2)
    passe = Passe()
    attendre_les_ecrivains()
    chainer_un_lot(Registre.FAIT, passe, 1)
    chainer(1)
    ecrire(S, 3)
    attendre_les_ecrivains()
    chainer_un_lot(Registre.FAIT, passe, 1)
    assert not passe.seule


def test_les_faits_ecrits_sous_un_perimetre_se_lisent_encore(comme_lots: Path) -> None:
    ecrire(S, 1)
    sceller()
    with perimetre(S):
        assert Fait.objects.count() == 1
