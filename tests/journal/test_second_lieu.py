"""The second place: what is done to its files shows, and what a crash leaves is told apart from it."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from imilo.journal.anomalies import Anomalie, Genre
from imilo.journal.genres import Registre
from imilo.journal.lots import Inscrite, inscrire_en_lot
from imilo.journal.second_lieu import SecondLieuInattendu, fichiers
from imilo.journal.verification import Verification
from imilo.socle.perimetre import perimetre
from tests.journal.aides import Connexion, S, deposer, ecrire, sceller


@pytest.fixture
def trois_jours(comme_lots: Path) -> Path:
    """Two lines a day for three days."""
    for jour in range(3):
        for heure in range(2):
            ecrire(S, 10 * jour + heure + 1)
            le = datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(days=jour, hours=heure)
            deposer(le)
    return comme_lots


def anomalies() -> list[Anomalie]:
    return list(Verification().anomalies())


def lignes(chemin: Path) -> list[bytes]:
    return chemin.read_bytes().splitlines(keepends=True)


def test_un_fichier_par_jour_qui_commence_par_toutes_les_tetes(trois_jours: Path) -> None:
    assert [f.name for f in fichiers(trois_jours)] == [f"sceaux-2026-11-{j}.jsonl" for j in (20, 21, 22)]
    corps = [[json.loads(ligne) for ligne in lignes(f)] for f in fichiers(trois_jours)]
    assert [[c["genre"] for c in jour] for jour in corps] == [["toutes", "suite"]] * 3
    assert [c["n"] for jour in corps for c in jour] == [1, 2, 3, 4, 5, 6]
    assert anomalies() == []
    for chemin in fichiers(trois_jours):
        assert stat.S_IMODE(chemin.stat().st_mode) == 0o600


def test_un_jour_sans_rien_a_son_sceau(trois_jours: Path) -> None:
    sceau = deposer(datetime(2026, 11, 25, tzinfo=UTC))
    assert sceau is not None
    assert (sceau.n, sceau.toutes, len(sceau.tetes)) == (7, True, 1)
    assert deposer(datetime(2026, 11, 25, 8, tzinfo=UTC)) is None
    assert anomalies() == []


def test_une_horloge_reculee_ne_melange_pas_les_jours(trois_jours: Path) -> None:
    ecrire(S, 77)
    sceau = deposer(datetime(2026, 11, 20, tzinfo=UTC))
    assert sceau is not None
    assert sceau.fichier == "sceaux-2026-11-22.jsonl"
    assert anomalies() == []


def test_une_ligne_modifiee(trois_jours: Path) -> None:
    chemin = fichiers(trois_jours)[1]
    chemin.write_bytes(chemin.read_bytes().replace(b'"n":3', b'"n":3, "x":1', 1))
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.fichier) == (Genre.SCEAU_MODIFIE, chemin.name)
    assert "ligne 1" in trouvee.detail


def test_une_ligne_retiree_au_milieu(trois_jours: Path) -> None:
    chemin = fichiers(trois_jours)[1]
    chemin.write_bytes(lignes(chemin)[0])
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.fichier) == (Genre.SCEAU_MANQUANT, "sceaux-2026-11-22.jsonl")
    assert "n° 4 à 4" in trouvee.detail


def test_un_fichier_retire_au_milieu(trois_jours: Path) -> None:
    fichiers(trois_jours)[1].unlink()
    (trouvee,) = anomalies()
    assert trouvee.genre is Genre.SCEAU_MANQUANT
    assert "n° 3 à 4" in trouvee.detail


def test_les_derniers_sceaux_retires(trois_jours: Path) -> None:
    fichiers(trois_jours)[2].unlink()
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.fichier) == (Genre.SCEAU_MANQUANT, "sceaux-2026-11-22.jsonl")
    assert "n° 5 à 6" in trouvee.detail


def test_tout_retire_puis_repris(trois_jours: Path, caplog: pytest.LogCaptureFixture) -> None:
    for chemin in fichiers(trois_jours):
        chemin.unlink()
    (trouvee,) = anomalies()
    assert trouvee.genre is Genre.SCEAU_MANQUANT
    ecrire(S, 50)
    bilan = sceller()  # goes on, all heads told, and the hole keeps showing
    assert (bilan.sceau, bilan.tetes) == (7, 1)
    assert "verifier" in caplog.text
    (trouvee,) = anomalies()
    assert trouvee.genre is Genre.SCEAU_MANQUANT
    assert "n° 1 à 6" in trouvee.detail


def test_deux_lignes_interverties(trois_jours: Path) -> None:
    chemin = fichiers(trois_jours)[0]
    chemin.write_bytes(b"".join(reversed(lignes(chemin))))
    assert {a.genre for a in anomalies()} <= {Genre.SCEAU_MODIFIE, Genre.SCEAU_MANQUANT}
    assert anomalies()


def test_une_ligne_refaite_avec_la_cle(trois_jours: Path, base_proprietaire: Connexion) -> None:
    """Whoever holds the key remakes the chain and the file: the database still knows what it deposited."""
    from imilo.journal.chaine import cle, empreinte_sceau

    chemin = fichiers(trois_jours)[2]
    premieres, derniere = lignes(chemin)[:-1], json.loads(lignes(chemin)[-1])
    derniere.pop("empreinte")
    derniere["tetes"][0][2] -= 1
    derniere["empreinte"] = empreinte_sceau(cle(), derniere).hex()
    chemin.write_bytes(b"".join(premieres) + json.dumps(derniere).encode() + b"\n")
    trouvees = anomalies()
    assert Genre.SCEAU_MODIFIE in {a.genre for a in trouvees}
    assert "n'est pas celui que la base a déposé" in trouvees[0].phrase()


def test_la_derniere_ligne_coupee_par_un_arret(trois_jours: Path) -> None:
    """The database never heard of it: tolerated, said, and the next line starts on its own."""
    chemin = fichiers(trois_jours)[2]
    with chemin.open("ab") as fichier:
        fichier.write(b'{"v":1,"base":"')
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.grave, trouvee.fichier) == (Genre.LIGNE_COUPEE, False, chemin.name)
    ecrire(S, 60)
    deposer(datetime(2026, 11, 22, 18, tzinfo=UTC))
    assert len(lignes(chemin)) == 4
    assert [(a.genre, a.grave) for a in anomalies()] == [(Genre.LIGNE_COUPEE, False)]


def test_une_ligne_entiere_sans_fin_de_ligne(trois_jours: Path) -> None:
    chemin = fichiers(trois_jours)[2]
    chemin.write_bytes(chemin.read_bytes().rstrip(b"\n"))
    assert anomalies() == []
    ecrire(S, 60)
    deposer(datetime(2026, 11, 22, 18, tzinfo=UTC))
    assert anomalies() == []


def test_une_ligne_effacee_sous_du_bruit(trois_jours: Path) -> None:
    chemin = fichiers(trois_jours)[1]
    chemin.write_bytes(lignes(chemin)[0] + b"bruit\n")
    assert {a.genre for a in anomalies()} == {Genre.SCEAU_MODIFIE, Genre.SCEAU_MANQUANT}
    chemin = fichiers(trois_jours)[2]
    chemin.write_bytes(b"\xff\x00 bruit \n" * 500)
    assert all(a.grave for a in anomalies())


def test_les_sceaux_de_la_base_retires(trois_jours: Path, base_proprietaire: Connexion) -> None:
    base_proprietaire.execute("DELETE FROM journal_sceau WHERE n >= 5")
    (trouvee,) = anomalies()
    assert (trouvee.genre, trouvee.detail) == (Genre.BASE_EN_RETARD, "sceau n° 6")
    base_proprietaire.execute("UPDATE journal_sceau SET empreinte = sha256('x') WHERE n = 2")
    assert {a.genre for a in anomalies()} == {Genre.BASE_EN_RETARD, Genre.SCEAU_MODIFIE}


def test_une_base_retablie_d_une_sauvegarde_plus_ancienne(trois_jours: Path, base_proprietaire: Connexion) -> None:
    for requete in (
        "DELETE FROM journal_fait WHERE id IN (SELECT fait_id FROM journal_maillon WHERE rang > 3)",
        "DELETE FROM journal_maillon WHERE rang > 3",
        "DELETE FROM journal_sceau WHERE n > 3",
    ):
        base_proprietaire.execute(requete)
    assert {a.genre for a in anomalies()} == {Genre.BASE_EN_RETARD, Genre.TRONQUE}
    sceller()
    assert {a.genre for a in anomalies()} == {Genre.BASE_EN_RETARD, Genre.TRONQUE}


def test_le_second_lieu_d_une_autre_base(trois_jours: Path, base_proprietaire: Connexion) -> None:
    base_proprietaire.execute("CREATE TEMP TABLE vraie AS SELECT identite FROM journal_base")
    base_proprietaire.execute("UPDATE journal_base SET identite = gen_random_uuid()")
    try:
        assert [a.genre for a in anomalies()] == [Genre.SCEAU_AUTRE_BASE]
        ecrire(S, 70)
        with pytest.raises(SecondLieuInattendu, match="une autre base"):
            sceller()
    finally:
        base_proprietaire.execute("UPDATE journal_base SET identite = (SELECT identite FROM vraie)")


def test_une_longue_ligne_se_relit_depuis_la_fin(comme_lots: Path) -> None:
    """A line longer than what is read of the end of a file."""
    le = datetime.now(UTC)
    with perimetre("*"):
        inscrire_en_lot(Registre.FAIT, [Inscrite(le, structure, None, "acte.saisi") for structure in range(1, 2500)])
    sceller()
    assert fichiers(comme_lots)[0].stat().st_size > 200_000
    ecrire(1, 2)
    assert sceller().sceau == 2
    assert anomalies() == []
