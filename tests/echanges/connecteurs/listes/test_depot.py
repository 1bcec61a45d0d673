"""The drop folder: what is taken, what is waited for, what becomes of a file, of two processes, of a killed one."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.listes import depot as depots
from imilo.echanges.connecteurs.listes.depot import ATTENTE, ATTENTE_SANS_FIN, GARDE, Bilan, Occupe, relever
from imilo.echanges.connecteurs.listes.models import Import
from imilo.parcours.arrivees.models import Arrivee

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

ENTETE = "version;identifiant;nom_naissance;prenom;date_naissance;dernier_etablissement_uai;date_sortie\n"
BONNE = "1;E1;Belkacem;Inès;12/03/2009;0370001A;30/06/2026\n"
FAUSSE = "1;E2;M4rtin;Léo;1/1/2009;0370001A;1/7/2026\n"


def dans(secondes: float) -> Callable[[], float]:
    return lambda: time.time() + secondes


def deposer(
    depot: Path, structure: Structure, texte: str, nom: str = "sorties.csv", liste: str = "decrocheurs"
) -> Path:
    fichier = depot / structure.code / liste / nom
    fichier.parent.mkdir(parents=True, exist_ok=True)
    fichier.write_text(texte, encoding="utf-8")
    return fichier


def plus_tard(depot: Path, secondes: float = ATTENTE + 1) -> Bilan:
    return relever(depot, maintenant=dans(secondes))


def ranges(depot: Path, structure: Structure, ou: str) -> list[str]:
    dossier = depot / structure.code / "decrocheurs" / ou
    return sorted(f.name.split("-", 1)[1] for f in dossier.iterdir()) if dossier.exists() else []


def test_une_liste_deposee_est_lue_et_rangee_avec_son_rapport(structure: Structure, tmp_path: Path) -> None:
    fichier = deposer(tmp_path, structure, ENTETE + BONNE + FAUSSE)
    (releve,) = plus_tard(tmp_path).releves
    assert (releve.fichier, releve.lu) == (f"{structure.code}/decrocheurs/sorties.csv", True)
    assert (releve.comptes["créées"], releve.comptes["laissées de côté"]) == (1, 1)
    assert Arrivee.objects.get().nom == "Belkacem"
    assert not fichier.exists()
    assert ranges(tmp_path, structure, "faits") == ["sorties.csv", "sorties.csv.rapport.txt"]
    (rapport,) = (fichier.parent / "faits").glob("*.rapport.txt")
    assert "Ligne 3 : nom_naissance : Un nom s'écrit avec des lettres" in rapport.read_text(encoding="utf-8")
    assert rapport.stat().st_mode & 0o077 == 0
    assert plus_tard(tmp_path).releves == []


def test_la_seconde_du_meme_nom_ne_prend_pas_la_place(structure: Structure, tmp_path: Path) -> None:
    for _ in range(2):
        deposer(tmp_path, structure, ENTETE + BONNE)
        plus_tard(tmp_path)
    assert len(ranges(tmp_path, structure, "faits")) == 4
    assert Arrivee.objects.count() == 1


@pytest.mark.parametrize(
    ("texte", "secondes", "pris"),
    [
        (ENTETE + BONNE, ATTENTE - 10, False),  # just written
        (ENTETE + BONNE, ATTENTE + 1, True),
        (ENTETE + BONNE[:-8], ATTENTE + 1, False),  # cut in the middle of a line
        (ENTETE + BONNE[:-1], ATTENTE_SANS_FIN + 1, True),  # written by a program that ends no last line
        ("", ATTENTE + 1, True),
    ],
)
def test_un_fichier_a_moitie_ecrit_est_attendu(
    structure: Structure, tmp_path: Path, texte: str, secondes: float, *, pris: bool
) -> None:
    fichier = deposer(tmp_path, structure, texte)
    os.utime(fichier, (0, 0))  # a copy that keeps its date: the disk's own date of change counts
    bilan = plus_tard(tmp_path, secondes)
    assert (len(bilan.releves), fichier.exists()) == ((1, False) if pris else (0, True))
    assert bilan.en_attente == ([] if pris else [f"{structure.code}/decrocheurs/sorties.csv"])


@pytest.mark.parametrize("nom", ["sorties.csv.part", "sorties.filepart", ".sorties.csv", "~sorties.csv", "a.TMP"])
def test_un_transfert_en_cours_est_laisse(structure: Structure, tmp_path: Path, nom: str) -> None:
    fichier = deposer(tmp_path, structure, ENTETE + BONNE, nom=nom)
    bilan = plus_tard(tmp_path)
    assert (bilan.releves, bilan.en_attente, fichier.exists()) == ([], [], True)


@pytest.mark.parametrize(
    ("texte", "raison"),
    [("", "vide"), ("PK\x03\x04", "une archive ou un classeur"), ("a;b\n1;2\n", "colonne absente"), ("\n\n", "vide")],
)
def test_ce_qui_n_est_pas_une_liste_est_refuse_avec_sa_raison(
    structure: Structure, tmp_path: Path, texte: str, raison: str
) -> None:
    deposer(tmp_path, structure, texte)
    (releve,) = plus_tard(tmp_path, ATTENTE_SANS_FIN + 1).releves
    assert not releve.lu
    assert raison in releve.message
    assert ranges(tmp_path, structure, "refuses") == ["sorties.csv", "sorties.csv.rapport.txt"]
    assert not Arrivee.objects.exists()


def test_un_code_ou_une_liste_inconnus_sont_dits(structure: Structure, tmp_path: Path) -> None:
    for place in ("99X/decrocheurs", f"{structure.code}/autre"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "l.csv").write_text(ENTETE + BONNE, encoding="utf-8")
    raisons = {r.fichier: r.message for r in plus_tard(tmp_path).releves}
    assert "Aucune structure active ne porte le code 99X." in raisons["99X/decrocheurs/l.csv"]
    assert "decrocheurs ou obligation-formation" in raisons[f"{structure.code}/autre/l.csv"]


def test_un_lien_n_est_pas_suivi(structure: Structure, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    secret = tmp_path / "secret" / "s.csv"
    secret.write_text(ENTETE + BONNE, encoding="utf-8")
    dossier = tmp_path / "depot" / structure.code / "decrocheurs"
    dossier.mkdir(parents=True)
    (dossier / "lien.csv").symlink_to(secret)
    (tmp_path / "depot" / "autre").symlink_to(tmp_path / "secret")
    assert plus_tard(tmp_path / "depot").releves == []
    assert secret.exists()


def test_les_dossiers_des_structures_se_font_d_eux_memes(structure: Structure, tmp_path: Path) -> None:
    plus_tard(tmp_path / "depot")
    faits = sorted(d.name for d in (tmp_path / "depot" / structure.code).iterdir())
    assert faits == ["decrocheurs", "obligation-formation"]


def test_la_plus_ancienne_d_abord(structure: Structure, tmp_path: Path) -> None:
    corrigee = deposer(tmp_path, structure, ENTETE + BONNE.replace("Belkacem", "Belkacemi"), nom="a-corrigee.csv")
    premiere = deposer(tmp_path, structure, ENTETE + BONNE, nom="z.csv")
    os.utime(premiere, (1, 1))
    assert premiere.stat().st_mtime < corrigee.stat().st_mtime
    plus_tard(tmp_path)
    assert Arrivee.objects.get().nom == "Belkacemi"


def test_une_seule_releve_a_la_fois(structure: Structure, tmp_path: Path) -> None:
    fichier = deposer(tmp_path, structure, ENTETE + BONNE)
    with (tmp_path / ".verrou").open("w") as autre:
        fcntl.flock(autre, fcntl.LOCK_EX)
        with pytest.raises(Occupe):
            plus_tard(tmp_path)
    assert fichier.exists()


def test_une_releve_arretee_reprend_le_meme_import(
    structure: Structure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposer(tmp_path, structure, ENTETE + BONNE)
    vraie = depots._ranger

    def tue(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(depots, "_ranger", tue)
    with pytest.raises(KeyboardInterrupt):
        plus_tard(tmp_path)
    Import.objects.update(etat="en_cours", fini_le=None, contenu=(ENTETE + BONNE).encode())  # before its last lines
    monkeypatch.setattr(depots, "_ranger", vraie)
    (releve,) = plus_tard(tmp_path).releves
    assert (releve.lu, Import.objects.count(), Arrivee.objects.count()) == (True, 1, 1)


def test_ce_qui_est_range_s_en_va_apres_son_terme(structure: Structure, tmp_path: Path) -> None:
    deposer(tmp_path, structure, ENTETE + BONNE)
    plus_tard(tmp_path)
    assert plus_tard(tmp_path, (GARDE - 1) * 86_400).effaces == 0
    assert plus_tard(tmp_path, (GARDE + 1) * 86_400).effaces == 1
    assert ranges(tmp_path, structure, "faits") == []


def test_un_fichier_recrit_pendant_la_lecture_sera_relu(
    structure: Structure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fichier = deposer(tmp_path, structure, ENTETE + BONNE)
    vraie = depots._lire

    def et_on_recrit(*arguments: Any) -> Any:
        lu = vraie(*arguments)
        fichier.write_text(ENTETE + BONNE.replace("E1", "E9"), encoding="utf-8")
        return lu

    monkeypatch.setattr(depots, "_lire", et_on_recrit)
    assert plus_tard(tmp_path).en_attente == [f"{structure.code}/decrocheurs/sorties.csv"]
    monkeypatch.setattr(depots, "_lire", vraie)
    assert plus_tard(tmp_path).releves[0].comptes["créées"] == 1
    assert Arrivee.objects.count() == 2


def test_un_fichier_qu_on_ne_peut_pas_lire_n_arrete_pas_les_autres(
    structure: Structure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposer(tmp_path, structure, ENTETE + BONNE, nom="a.csv")
    deposer(tmp_path, structure, ENTETE + BONNE, nom="b.csv")
    vraie = depots._ouvrir

    def a_refuse(fichier: Path) -> Any:
        if fichier.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return vraie(fichier)

    monkeypatch.setattr(depots, "_ouvrir", a_refuse)
    assert [r.lu for r in plus_tard(tmp_path).releves] == [False, True]
