"""Opening a dossier: who exists, what is refused, and the likely double that comes before anything is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.identite import Identite
from imilo.jeunes.models import Jeune
from imilo.jeunes.services import DifferencesDuNir
from imilo.parcours.dossiers.coordonnees import Arrivee, Coordonnees
from imilo.parcours.dossiers.models import Completude, Dossier, Statut
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.parcours.dossiers.services.ouverture import ouvrir_dossier
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.jeunes.test_nir import FEMME_A_TOURS, nir

NE_LE = date(2003, 5, 14)
Ouvrir = Callable[..., Dossier]


@pytest.fixture
def ouvrir(agent: Agent, dans_perimetre: Structure) -> Ouvrir:
    def faire(*, coordonnees: Coordonnees | None = None, arrivee: Arrivee | None = None, **champs: Any) -> Dossier:
        reste = {
            c: champs.pop(c)
            for c in ("referent", "site", "nir_confirme", "meme_personne", "doublon_ecarte", "doublons_vus")
            if c in champs
        }
        base = {"nom_naissance": "Dupont", "prenom": "Élise", "sexe": "F", "naissance": NE_LE}
        return ouvrir_dossier(
            agent,
            structure=dans_perimetre,
            identite=Identite(**{**base, **champs}),
            coordonnees=coordonnees or Coordonnees(),
            arrivee=arrivee or Arrivee(),
            premier_accueil=reste.pop("premier_accueil", date(2026, 1, 5)),
            **reste,
        )

    return faire


def faits() -> list[tuple[str, str]]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT genre, identifiants::text FROM journal_fait ORDER BY id")
        return curseur.fetchall()


def test_le_plus_simple(ouvrir: Ouvrir, agent: Agent) -> None:
    dossier = ouvrir(referent=agent)
    lu = Dossier.objects.select_related("jeune").get()
    assert lu == dossier
    assert 1_000_000 <= lu.numero <= 9_999_999
    assert (lu.statut, lu.completude, lu.referent_id, lu.version) == (Statut.ACTIF, Completude.PARTIEL, agent.pk, 1)
    assert lu.jeune.mots == ["dupont", "elise"]
    assert [genre for genre, _ in faits()] == ["dossier.ouvert"]


def test_un_seul_nom_sans_jour_de_naissance_sans_adresse(ouvrir: Ouvrir) -> None:
    dossier = ouvrir(
        nom_naissance="Soraya",
        prenom="",
        nom_unique=True,
        naissance=date(2005, 7, 9),
        naissance_precision="annee",
        coordonnees=Coordonnees(sans_adresse=True),
    )
    assert (dossier.jeune.naissance, dossier.jeune.naissance_connue()) == (date(2005, 1, 1), None)


def test_dossier_complet(ouvrir: Ouvrir) -> None:
    dossier = ouvrir(
        naissance_pays_id="99100",
        naissance_commune_id="37261",
        nationalite_id="99100",
        nir=FEMME_A_TOURS,
        coordonnees=Coordonnees(
            telephone="06 12 34 56 78",
            adresse_numero="3 bis",
            adresse_voie="rue de l'Église",
            adresse_code_postal="37000",
            adresse_commune_id="37261",
        ),
        arrivee=Arrivee(venue="FRANCE_TRAVAIL", notice_remise_le=date(2026, 1, 5), niveau_diplome="NV4"),
    )
    lu = Dossier.objects.select_related("jeune").get(pk=dossier.pk)
    assert lu.completude == Completude.COMPLET
    assert lu.telephone == "+33612345678"
    assert lu.jeune.nir == FEMME_A_TOURS


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"naissance": date(2040, 1, 1)}, "naissance"),
        ({"nom_naissance": "  "}, "nom_naissance"),
        ({"nom_naissance": "<script>"}, "nom_naissance"),
        ({"nir": "123"}, "nir"),
        ({"nir": nir("1800537261001")}, "nir"),
        ({"coordonnees": Coordonnees(telephone="06 12")}, "telephone"),
        ({"coordonnees": Coordonnees(courriel="elise@")}, "courriel"),
        ({"coordonnees": Coordonnees(adresse_commune_id="99999")}, "adresse_commune"),
        ({"coordonnees": Coordonnees(adresse_commune_id="01003")}, "adresse_commune"),  # ended in 1973
        ({"coordonnees": Coordonnees(adresse_commune_id="37261", adresse_code_postal="75001")}, "adresse_code_postal"),
        ({"coordonnees": Coordonnees(adresse_voie="rue sans commune")}, "adresse_commune"),
        ({"arrivee": Arrivee(venue="AILLEURS")}, "venue"),
        ({"arrivee": Arrivee(notice_remise_le=date(2050, 1, 1))}, "notice_remise_le"),
        ({"arrivee": Arrivee(numero_ft="12 34")}, "numero_ft"),
        ({"arrivee": Arrivee(rqth_au=date(2027, 1, 1))}, "rqth_du"),
    ],
)
def test_refus_au_champ_et_rien_n_est_ecrit(ouvrir: Ouvrir, champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        ouvrir(**champs)
    assert refus.value.champ == champ
    assert not Dossier.objects.exists()
    assert faits() == []


def test_nir_discordant_a_confirmer(ouvrir: Ouvrir) -> None:
    numero = nir("1030537261001")
    with pytest.raises(DifferencesDuNir, match="celui d'un homme"):
        ouvrir(nir=numero)
    assert ouvrir(nir=numero, nir_confirme=True).jeune.nir == numero


def test_doublon_avant_d_enregistrer(ouvrir: Ouvrir) -> None:
    premier = ouvrir()
    with pytest.raises(DoublonProbable) as refus:
        ouvrir(nom_naissance="Dupond")
    (candidat,) = refus.value.candidats
    assert candidat.personne.dossier_id == premier.pk
    assert candidat.phrase == "même date de naissance, nom proche, même prénom"
    assert Dossier.objects.count() == 1


@pytest.mark.parametrize("motif", ["", "non", "   ", "x" * 301])
def test_un_motif_est_exige(ouvrir: Ouvrir, motif: str) -> None:
    ouvrir()
    with pytest.raises(DoublonProbable):
        ouvrir(doublon_ecarte=motif)


def test_continuer_avec_un_motif(ouvrir: Ouvrir) -> None:
    ouvrir()
    second = ouvrir(doublon_ecarte="Sa sœur jumelle, pièces d'identité vues.")
    assert second.doublon_ecarte == "Sa sœur jumelle, pièces d'identité vues."
    assert faits()[-1] == ("dossier.ouvert", f'{{"jeune": {second.jeune_id}, "doublon": "ecarte"}}')


def test_le_motif_ne_vaut_que_pour_ceux_qui_ont_ete_montres(ouvrir: Ouvrir) -> None:
    premier = ouvrir()
    motif = "Homonyme, pièces d'identité vues."
    with pytest.raises(DoublonProbable):
        ouvrir(doublon_ecarte=motif, doublons_vus=[])
    second = ouvrir(doublon_ecarte=motif, doublons_vus=[premier.jeune_id])
    with pytest.raises(DoublonProbable):
        ouvrir(doublon_ecarte=motif, doublons_vus=[premier.jeune_id])
    assert ouvrir(doublon_ecarte=motif, doublons_vus=[premier.jeune_id, second.jeune_id]).doublon_ecarte == motif


def test_motif_sans_doublon_n_est_pas_garde(ouvrir: Ouvrir) -> None:
    assert ouvrir(doublon_ecarte="Motif resté dans le formulaire.").doublon_ecarte == ""


def test_meme_personne_suivie_ailleurs(ouvrir: Ouvrir, structure: Structure, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(
            autre_structure, jeune_nom_naissance="Dupont", jeune_prenom="Élise", jeune_naissance=NE_LE
        )
    with pytest.raises(DoublonProbable):
        ouvrir()
    dossier = ouvrir(meme_personne=ailleurs.jeune_id, coordonnees=Coordonnees(telephone="0612345678"))
    assert dossier.jeune_id == ailleurs.jeune_id
    assert dossier.structure_id == structure.pk
    assert Jeune.objects.get().nom_naissance == "Dupont"


def test_un_identifiant_seul_n_ouvre_l_identite_de_personne(ouvrir: Ouvrir, autre_structure: Structure) -> None:
    """Taking over a person needs to have typed who they are."""
    with perimetre(autre_structure.pk):
        inconnu = fabriques.dossier(autre_structure, jeune_nom_naissance="Garcia", jeune_prenom="Lola")
    with pytest.raises(RegleViolee):
        ouvrir(meme_personne=inconnu.jeune_id)
    assert not Dossier.objects.exists()


def test_meme_personne_deja_ici(ouvrir: Ouvrir) -> None:
    premier = ouvrir()
    with pytest.raises(RegleViolee, match="déjà un dossier dans votre structure"):
        ouvrir(meme_personne=premier.jeune_id)


def test_nir_d_un_autre_sans_dire_de_qui(ouvrir: Ouvrir, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        fabriques.dossier(
            autre_structure,
            jeune_nom_naissance="Secret",
            jeune_nir=FEMME_A_TOURS,
            jeune_sexe="F",
            jeune_naissance=date(1975, 5, 2),
        )
    with pytest.raises(RegleViolee) as refus:
        ouvrir(nir=FEMME_A_TOURS)
    assert refus.value.champ == "nir"
    assert autre_structure.nom in refus.value.message
    assert autre_structure.telephone in refus.value.message
    assert "Secret" not in refus.value.message


def test_site_d_une_autre_structure(ouvrir: Ouvrir, autre_structure: Structure) -> None:
    site = autre_structure.sites.create(nom="Antenne")
    with pytest.raises(RegleViolee) as refus:
        ouvrir(site=site)
    assert refus.value.champ == "site"
