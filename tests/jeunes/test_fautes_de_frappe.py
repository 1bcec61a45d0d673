"""One letter missing, added, other or swapped: the person is found, after those who are spelt so."""

from __future__ import annotations

from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imilo.acteurs.models import Structure
from imilo.jeunes.annuaire import Ligne, chercher, lire_demande
from imilo.jeunes.models import Jeune
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques

LE = date(2026, 11, 22)
NE_LE = date(2003, 5, 1)
LETTRES = "abcdefghijklmnopqrstuvwxyz"
MOTS = st.text(alphabet=LETTRES, min_size=4, max_size=14)


def suppression(mot: str, i: int, _lettre: str) -> str:
    return mot[: i % len(mot)] + mot[i % len(mot) + 1 :]


def insertion(mot: str, i: int, lettre: str) -> str:
    i %= len(mot) + 1
    return mot[:i] + lettre + mot[i:]


def substitution(mot: str, i: int, lettre: str) -> str:
    i %= len(mot)
    return mot[:i] + lettre + mot[i + 1 :]


def inversion(mot: str, i: int, _lettre: str) -> str:
    i %= len(mot) - 1
    return mot[:i] + mot[i + 1] + mot[i] + mot[i + 2 :]


FAUTES = st.sampled_from([suppression, insertion, substitution, inversion])


def variantes(mot: str) -> set[int]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT annuaire_variantes(%s)", [mot])
        return set(curseur.fetchone()[0])


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(mot=MOTS, faute=FAUTES, i=st.integers(0, 20), lettre=st.sampled_from(LETTRES))
def test_un_mot_et_sa_faute_ont_une_cle_en_commun(mot: str, faute: Any, i: int, lettre: str) -> None:
    assert variantes(mot) & variantes(faute(mot, i, lettre))


@pytest.mark.django_db
def test_les_cles_d_un_mot() -> None:
    """The word, and the word without each letter: "anne" without one n or the other is one key."""
    assert len(variantes("martin")) == 7
    assert len(variantes("anne")) == 4
    assert not variantes("martin") & variantes("durand")
    assert not variantes("martin") & variantes("matrni")  # two errors


@pytest.mark.django_db
def test_les_paires_d_une_personne() -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT annuaire_paires('{elise,lefevre}', 2003)")
        paires = {paire for (paire,) in curseur.fetchall()}
        curseur.execute("SELECT annuaire_paire('lefevre', 'elise'), annuaire_paire('2003', 'elise')")
        assert len(paires) == 3  # the two words, and each with the year
        assert paires > set(curseur.fetchone())
        curseur.execute(
            "SELECT count(*) FROM annuaire_paires(ARRAY(SELECT 'a' || i FROM generate_series(1, 30) i), 2003)"
        )
        assert curseur.fetchone()[0] <= 13 * 12 / 2


def _chez(structure: Structure, nom: str, prenom: str, **champs: object) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure, jeune_nom_naissance=nom, jeune_prenom=prenom, **{"jeune_naissance": NE_LE, **champs}
        )


def _chercher(structure: Structure, texte: str, **options: Any) -> list[Ligne]:
    with perimetre(structure.pk):
        return chercher(lire_demande(texte, departement=structure.code_departement, le=LE), **options)


@pytest.fixture
def elise(structure: Structure) -> Dossier:
    return _chez(structure, "Lefèvre", "Élise")


@st.composite
def lefevre_elise_mal_tape(tirer: st.DrawFn) -> str:
    """Both names in any order, one error in one of them, with the year or the day of birth or without."""
    noms = ["lefevre", "elise"]
    ou = tirer(st.integers(0, 1))
    noms[ou] = tirer(FAUTES)(noms[ou], tirer(st.integers(0, 20)), tirer(st.sampled_from(LETTRES)))
    return " ".join([*tirer(st.permutations(noms)), tirer(st.sampled_from(["", "2003", "01/05/2003"]))])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(texte=lefevre_elise_mal_tape())
def test_toute_faute_d_une_lettre_est_rattrapee_ici_et_ailleurs(
    elise: Dossier, autre_structure: Structure, texte: str
) -> None:
    assert [ligne.dossier_id for ligne in _chercher(elise.structure, texte)] == [elise.pk]
    ailleurs = _chercher(autre_structure, texte)
    assert [(x.nom_naissance, x.dossier_id, x.ici) for x in ailleurs] == [("Lefèvre", None, False)]


@pytest.mark.parametrize(
    "texte", ["lefvre", "lefevre elize", "lefevrre", "elsie", "lefevre ellise 2003", "lefevr elize"]
)
def test_une_faute_par_mot(elise: Dossier, texte: str) -> None:
    (ligne,) = _chercher(elise.structure, texte)
    assert ligne.dossier_id == elise.pk
    assert ligne.erreurs >= 1 or "lefevr " in texte


@pytest.mark.parametrize("texte", ["lafevro", "lefevre 2004", "lefvre 2004", "lefvre durand", "lefvre 02/05/2003"])
def test_deux_fautes_ou_autre_chose_ne_repondent_pas(elise: Dossier, autre_structure: Structure, texte: str) -> None:
    assert _chercher(elise.structure, texte) == []
    assert _chercher(autre_structure, texte) == []


def test_l_exact_puis_le_debut_puis_la_faute(structure: Structure, autre_structure: Structure) -> None:
    for nom in ("Martinez", "Martin", "Martine", "Marin", "Marton"):
        _chez(structure, nom, "Zoé")
    _chez(autre_structure, "Martin", "Zoé")
    trouves = _chercher(structure, "martin zoe")
    assert [(x.ici, x.nom_naissance, x.erreurs) for x in trouves] == [
        (True, "Martin", 0),
        (True, "Martine", 0),
        (True, "Martinez", 0),
        (True, "Marin", 1),
        (True, "Marton", 1),
        (False, "Martin", 0),
    ]


def test_un_debut_et_une_annee_se_cherchent_aussi_ailleurs(elise: Dossier, autre_structure: Structure) -> None:
    for texte in ("lef eli 2003", "lef 2003", "eli lef", "lefevre eli 2003", "lef eli 1/5/2003"):
        assert [x.nom_naissance for x in _chercher(autre_structure, texte)] == ["Lefèvre"], texte
    assert _chercher(autre_structure, "lef eli 2004") == []


def test_assez_de_reponses_justes_et_l_on_ne_cherche_pas_de_faute(structure: Structure) -> None:
    for _ in range(3):
        _chez(structure, "Martin", "Zoé")
    _chez(structure, "Marin", "Zoé")
    assert {x.nom_naissance for x in _chercher(structure, "martin", limite=3)} == {"Martin"}
    assert {x.nom_naissance for x in _chercher(structure, "martin", limite=4)} == {"Martin", "Marin"}


def test_un_prenom_de_trois_lettres_se_rattrape_avec_une_naissance(structure: Structure) -> None:
    _chez(structure, "Dupont", "Léa")
    assert _chercher(structure, "dupont lae") == []
    assert len(_chercher(structure, "dupont lae 2003")) == 1
    assert len(_chercher(structure, "dupont lae 1/5/2003")) == 1
    assert len(_chercher(structure, "dupont leaa")) == 1


@pytest.mark.parametrize(
    "texte", ["ndiay lefevre", "diay marie", "lefevr mari claire 2003", "mariecliare", "delatuor", "tuor lefevre"]
)
def test_noms_doubles_particules_et_nom_d_usage(structure: Structure, autre_structure: Structure, texte: str) -> None:
    _chez(structure, "N'Diaye-Lefèvre", "Marie-Claire", jeune_nom_usage="de la Tour")
    assert len(_chercher(structure, texte)) == 1
    assert len(_chercher(autre_structure, texte)) == 1


def test_la_faute_avec_un_telephone(structure: Structure, autre_structure: Structure) -> None:
    _chez(structure, "Lefèvre", "Élise", telephone="+33612345678")
    assert len(_chercher(autre_structure, "lefvre 06 12 34 56 78")) == 1
    assert _chercher(autre_structure, "durand 06 12 34 56 78") == []


def test_une_identite_corrigee_se_cherche_sous_sa_nouvelle_orthographe(elise: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        jeune = Jeune.objects.get(pk=elise.jeune_id)
        jeune.nom_naissance, jeune.naissance = "Durandeau", date(2001, 2, 3)
        jeune.save()
    assert _chercher(structure, "lefvre elise") == []
    assert len(_chercher(structure, "durandau elise 2001")) == 1


def test_la_page_du_pays_se_passe(elise: Dossier, autre_structure: Structure) -> None:
    assert _chercher(autre_structure, "lefvre elise", ailleurs=False) == []
    assert _chercher(autre_structure, "lefevre elise", ailleurs=False) == []


@pytest.mark.parametrize(
    ("table", "fonction"),
    [("jeunes_mot", "annuaire_oublier_mots()"), ("jeunes_paire", "annuaire_reconstruire()")],
)
def test_l_application_ne_touche_ni_aux_mots_ni_aux_paires(structure: Structure, table: str, fonction: str) -> None:
    for requete in (f"SELECT * FROM {table}", f"DELETE FROM {table}", f"SELECT {fonction}"):  # names above
        with perimetre(structure.pk), connection.cursor() as curseur:
            with pytest.raises(Exception, match="permission denied"):
                curseur.execute(requete)
            connection.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_un_mot_que_plus_personne_ne_porte_est_oublie(
    structure: Structure, base_proprietaire: psycopg.Connection[tuple[Any, ...]]
) -> None:
    _chez(structure, "Lefèvre", "Élise")
    parti = _chez(structure, "Xyloniak", "Élise")
    with perimetre(structure.pk):
        jeune = Jeune.objects.get(pk=parti.jeune_id)
        jeune.nom_naissance = "Durand"
        jeune.save()
    base = base_proprietaire
    with base.transaction():
        base.execute("SELECT pg_advisory_xact_lock_shared(7301)")  # somebody is writing words
        with psycopg.connect(base.info.dsn, password=base.info.password) as autre:
            assert autre.execute("SELECT annuaire_oublier_mots()").fetchone() == (None,)
    assert base.execute("SELECT annuaire_oublier_mots()").fetchone() == (1,)
    mots = {m for (m,) in base.execute("SELECT mot FROM jeunes_mot")}
    assert mots == {"lefevre", "elise", "durand"}


@pytest.mark.django_db(transaction=True)
def test_les_mots_oublies_reviennent_avec_un_dossier(
    structure: Structure, base_proprietaire: psycopg.Connection[tuple[Any, ...]]
) -> None:
    """A merge takes the last dossier of a person away, and undone gives it back."""
    restee, partie = _chez(structure, "Durand", "Zoé"), _chez(fabriques.structure(), "Xyloniak", "Awa")
    ranger = "UPDATE dossiers_dossier SET jeune_id = %s WHERE id = %s"
    base_proprietaire.execute(ranger, [restee.jeune_id, partie.pk])
    base_proprietaire.execute("SELECT annuaire_oublier_mots()")
    assert _chercher(structure, "xylonak") == []
    base_proprietaire.execute(ranger, [partie.jeune_id, partie.pk])
    assert [x.nom_naissance for x in _chercher(structure, "xylonak")] == ["Xyloniak"]


@pytest.mark.django_db(transaction=True)
def test_tout_reconstruire_redonne_les_memes_cles(
    structure: Structure, base_proprietaire: psycopg.Connection[tuple[Any, ...]]
) -> None:
    _chez(structure, "N'Diaye", "Élise", telephone="+33612345678", courriel="Elise@Exemple.fr", numero_ft="1234567A")
    _chez(structure, "Lefèvre", "Élise")
    tables = ("jeunes_cle", "jeunes_mot", "jeunes_paire")

    def lire() -> list[set[tuple[Any, ...]]]:
        return [set(base_proprietaire.execute(f"SELECT {t}::text FROM {t}").fetchall()) for t in tables]  # above

    avant = lire()
    base_proprietaire.execute("SELECT annuaire_reconstruire()")
    assert lire() == avant
    assert len(_chercher(structure, "elise@exemple.fr")) == 1
    index = base_proprietaire.execute(
        "SELECT count(*) FROM pg_indexes WHERE tablename = ANY(%s)", [list(tables)]
    ).fetchone()
    assert index == (6,)
