"""What the one box understands, and what the directory of the country answers: existence, place, whom to call."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from stdnum.fr.nir import calc_check_digits

from imilo.acteurs.models import Structure
from imilo.jeunes.annuaire import Demande, Ligne, chercher, lire_demande, porte_un_nir
from imilo.jeunes.models import Jeune
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques

LE = date(2026, 11, 22)
PREMIER_MAI = date(2003, 5, 1)


@pytest.mark.parametrize(
    "texte",
    [
        "01/05/2003", "1/5/2003", "1.5.03", "01-05-2003", "2003-05-01", "01052003", "1er mai 2003",
        "1 mai 2003", "01 05 2003", "2003/05/01", " 1 . 5 . 2003 ",
    ],
)  # fmt: skip
def test_dates_usuelles(texte: str) -> None:
    assert lire_demande(texte, le=LE) == Demande(naissance=PREMIER_MAI)


def test_date_au_milieu_des_noms() -> None:
    assert lire_demande("Dupont 01/05/2003 Élise", le=LE) == Demande(("dupont", "elise"), naissance=PREMIER_MAI)


def test_annee_de_deux_chiffres_jamais_a_venir() -> None:
    assert lire_demande("1.5.99", le=LE).naissance == date(1999, 5, 1)
    assert lire_demande("31/12/27", le=LE).naissance == date(1927, 12, 31)


def test_annee_seule() -> None:
    assert lire_demande("martin 2003", le=LE) == Demande(("martin",), annee=2003)
    assert not lire_demande("2003", le=LE).suffisante


@pytest.mark.parametrize("texte", ["31/02/2003", "31/02/2003 ", "99/99/2003"])
def test_date_impossible_n_est_pas_une_date(texte: str) -> None:
    assert lire_demande(texte, le=LE).naissance is None


@pytest.mark.parametrize(
    "texte", ["06 12 34 56 78", "06.12.34.56.78", "0612345678", "+33 6 12 34 56 78", "0033612345678"]
)
def test_telephones(texte: str) -> None:
    assert lire_demande(texte, le=LE) == Demande(telephone="+33612345678")


def test_telephone_qui_commence_comme_une_date() -> None:
    assert lire_demande("01 05 20 03 04", le=LE) == Demande(telephone="+33105200304")


def test_telephone_au_plan_de_la_structure() -> None:
    assert lire_demande("0692 12 34 56", departement="974", le=LE).telephone == "+262692123456"
    assert lire_demande("25 12 34", departement="988", le=LE).telephone == "+687251234"


def test_tout_a_la_fois() -> None:
    demande = lire_demande("Ndiaye Awa 1/5/2003 0612345678", le=LE)
    assert demande == Demande(("ndiaye", "awa"), naissance=PREMIER_MAI, telephone="+33612345678")
    assert demande.texte == "Ndiaye Awa"


def test_numero_de_dossier() -> None:
    assert lire_demande("1000042", le=LE) == Demande(numero=1_000_042)


def test_courriel_et_numero_france_travail() -> None:
    assert lire_demande("Elise@Exemple.FR", le=LE) == Demande(courriel="elise@exemple.fr")
    assert lire_demande("dupont elise.dupont@exemple.fr", le=LE) == Demande(
        ("dupont",), courriel="elise.dupont@exemple.fr"
    )
    assert lire_demande("1234567a", le=LE) == Demande(numero_ft="1234567A")
    assert lire_demande("1234567 A", le=LE) == Demande(numero_ft="1234567A")
    assert lire_demande("98765432", le=LE) == Demande(numero_ft="98765432")
    assert lire_demande("01052003", le=LE).numero_ft == ""  # a date


@pytest.mark.parametrize(
    "texte", ["2 03 05 37 261 001 24", "203053726100124", "2030537261001", "2.03.05.37.261.001.24"]
)
def test_nir(texte: str) -> None:
    """With its key or without, however it is parted; never printed."""
    demande = lire_demande(f"dupont {texte}", le=LE)
    assert demande.nir == "2030537261001" + str(calc_check_digits("2030537261001"))
    assert demande.mots == ("dupont",)
    assert "2030537" not in repr(demande)
    assert porte_un_nir(texte)


def test_nir_dont_la_cle_est_fausse() -> None:
    demande = lire_demande("203053726100111", le=LE)
    assert demande.nir == ""
    assert "clé" in demande.nir_faux
    assert not demande.suffisante


@pytest.mark.parametrize(
    "texte", ["06 12 34 56 78", "+33612345678", "01/05/2003", "1000042", "dupont 2003", "12345678901"]
)
def test_ce_qui_n_est_pas_un_nir(texte: str) -> None:
    assert not porte_un_nir(texte)


def test_texte_demesure() -> None:
    demande = lire_demande("é" * 5000 + " '; DROP TABLE x; <script> 🙂", le=LE)
    assert len(demande.mots) == 1
    assert len(demande.mots[0]) <= 200


def _chez(structure: Structure, nom: str, prenom: str, **champs: object) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, jeune_nom_naissance=nom, jeune_prenom=prenom, **champs)


def _chercher(structure: Structure, texte: str) -> list[Ligne]:
    with perimetre(structure.pk):
        return chercher(lire_demande(texte, departement=structure.code_departement, le=LE))


@pytest.mark.parametrize(
    "texte",
    [
        "N'Diaye-Lefèvre",
        "lefevre dia",
        "ndiayelef",
        "elise n diaye",
        "ÉLISE",
        "lef eli",
        "diaye 2003",
        "élise 1/5/2003",
        "01052003",
    ],
)
def test_trouve_dans_tout_ordre_sans_accent(structure: Structure, texte: str) -> None:
    dossier = _chez(structure, "N'Diaye-Lefèvre", "Élise", jeune_naissance=PREMIER_MAI)
    trouves = _chercher(structure, texte)
    assert [ligne.dossier_id for ligne in trouves] == [dossier.pk]


@pytest.mark.parametrize("texte", ["durand", "elise martin", "elise 2004", "2/5/2003", "fevre"])
def test_chaque_mot_doit_correspondre(structure: Structure, texte: str) -> None:
    _chez(structure, "Lefèvre", "Élise", jeune_naissance=PREMIER_MAI)
    assert _chercher(structure, texte) == []


def test_telephone_et_autre_telephone(structure: Structure) -> None:
    dossier = _chez(structure, "Lefèvre", "Élise", telephone="+33612345678", telephone_2="+33247000001")
    assert [x.dossier_id for x in _chercher(structure, "06 12 34 56 78")] == [dossier.pk]
    assert [x.dossier_id for x in _chercher(structure, "02 47 00 00 01 lef")] == [dossier.pk]


def test_courriel_et_numero_france_travail_dans_le_pays(structure: Structure, autre_structure: Structure) -> None:
    dossier = _chez(structure, "Lefèvre", "Élise", courriel="Elise@Exemple.fr", numero_ft="1234567A")
    for texte in ("elise@exemple.fr", "ELISE@EXEMPLE.FR lefevre", "1234567a", "1234567 A"):
        assert [x.dossier_id for x in _chercher(structure, texte)] == [dossier.pk], texte
        assert [x.dossier_id for x in _chercher(autre_structure, texte)] == [None], texte
    for texte in ("elis@exemple.fr", "1234567B", "elise@exemple.fr durand"):
        assert _chercher(structure, texte) == [], texte


def test_nir_par_son_empreinte(structure: Structure, autre_structure: Structure) -> None:
    nir = "2030537261001" + str(calc_check_digits("2030537261001"))
    dossier = _chez(structure, "Lefèvre", "Élise", jeune_nir=nir)
    assert [x.dossier_id for x in _chercher(structure, nir)] == [dossier.pk]
    assert [x.dossier_id for x in _chercher(autre_structure, nir[:13])] == [None]
    assert _chercher(structure, f"{nir} durand") == []


def test_numero_chez_soi_seulement(structure: Structure, autre_structure: Structure) -> None:
    dossier = _chez(autre_structure, "Lefèvre", "Élise")
    assert _chercher(structure, f"{dossier.numero}") == []
    assert [x.dossier_id for x in _chercher(autre_structure, f"{dossier.numero}")] == [dossier.pk]


def test_ailleurs_on_sait_qu_un_dossier_existe_et_qui_appeler(structure: Structure, autre_structure: Structure) -> None:
    _chez(autre_structure, "Lefèvre", "Élise", jeune_naissance=PREMIER_MAI, telephone="+33612345678")
    (ligne,) = _chercher(structure, "lefèvre")
    assert ligne == Ligne(
        dossier_id=None,
        ici=False,
        structure_id=autre_structure.pk,
        structure_nom=autre_structure.nom,
        structure_telephone=autre_structure.telephone,
        nom_naissance="Lefèvre",
        nom_usage="",
        prenom="Élise",
        naissance=PREMIER_MAI,
        precision="jour",
        exacts=1,
    )


def test_les_siens_d_abord_puis_les_plus_exacts(structure: Structure, autre_structure: Structure) -> None:
    _chez(autre_structure, "Martin", "Zoé")
    _chez(structure, "Martinez", "Alba")
    _chez(structure, "Martin", "Yves")
    assert [(x.ici, x.nom_naissance) for x in _chercher(structure, "martin")] == [
        (True, "Martin"),
        (True, "Martinez"),
        (False, "Martin"),
    ]


def test_une_personne_suivie_ici_et_ailleurs_vient_une_fois(structure: Structure, autre_structure: Structure) -> None:
    ici = _chez(structure, "Lefèvre", "Élise")
    with perimetre(autre_structure.pk):
        fabriques.dossier(autre_structure, jeune=ici.jeune)
    assert [x.dossier_id for x in _chercher(structure, "lefevre")] == [ici.pk]


def test_deux_lettres_du_pays_sont_un_nom_jamais_un_debut(structure: Structure, autre_structure: Structure) -> None:
    _chez(autre_structure, "Ly", "Ba")
    _chez(autre_structure, "Lyautey", "Basile")
    assert [x.nom_naissance for x in _chercher(structure, "ly")] == ["Ly"]
    assert len(_chercher(autre_structure, "ly")) == 2
    assert [x.nom_naissance for x in _chercher(structure, "ly bas")] == ["Lyautey"]


def test_les_cles_suivent_les_corrections(structure: Structure) -> None:
    dossier = _chez(structure, "Lefevre", "Elise", telephone="+33612345678")
    with perimetre(structure.pk):
        jeune = Jeune.objects.get(pk=dossier.jeune_id)
        jeune.nom_naissance = "Durand"
        jeune.naissance = date(2001, 2, 3)
        jeune.save()
        dossier.telephone = "+33698765432"
        dossier.save()
    for disparu in ("lefevre", "0612345678"):
        assert _chercher(structure, disparu) == []
    for present in ("durand", "3/2/2001", "0698765432"):
        assert len(_chercher(structure, present)) == 1


def test_dates_partielles(structure: Structure) -> None:
    """A person whose day of birth isn't known is found by a whole date that agrees, with a name."""
    _chez(structure, "Lefèvre", "Élise", jeune_naissance=date(2003, 1, 1), jeune_naissance_precision="annee")
    assert len(_chercher(structure, "lefevre 14/07/2003")) == 1
    assert len(_chercher(structure, "lefevre 2003")) == 1
    assert _chercher(structure, "14/07/2003") == []


@pytest.mark.django_db
@pytest.mark.parametrize("courante", [None, "", "*", "1; DROP TABLE jeunes_cle"])
def test_refuse_sans_perimetre(courante: str | None) -> None:
    with pytest.raises(ProgrammingError, match="périmètre"), perimetre(courante):
        chercher(Demande(("martin",)))


@pytest.mark.parametrize(
    "requete",
    [
        "SELECT * FROM jeunes_cle",
        "DELETE FROM jeunes_cle",
        "INSERT INTO jeunes_cle VALUES (1, 1, 'martin')",
        "SET ROLE imilo_proprietaire",
    ],
)
def test_les_cles_sont_hors_de_portee(structure: Structure, requete: str) -> None:
    with (
        perimetre(structure.pk),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as curseur,
    ):
        curseur.execute(requete)


def test_le_reglage_de_l_annuaire_n_ouvre_rien_au_role_applicatif(
    structure: Structure, autre_structure: Structure
) -> None:
    _chez(autre_structure, "Lefèvre", "Élise")
    with perimetre(structure.pk), connection.cursor() as curseur:
        curseur.execute("SELECT set_config('imilo.annuaire', 'on', true)")
        curseur.execute("SELECT count(*) FROM jeunes_jeune")
        assert curseur.fetchone() == (0,)
