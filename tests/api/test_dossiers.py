"""GET /sue/dossiers/{idDossier}, held to the operator contract field by field."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from imilo.acteurs.cles_api import creer_cle, revoquer_cle
from imilo.acteurs.models import CleApi, FamilleApi, Structure
from imilo.api.operateurs.schemas import DossierOperateur
from imilo.journal.models import Consultation
from imilo.parcours.dossiers.models import Categorie, Completude, Dossier, Situation
from imilo.referentiels.models import Commune
from imilo.socle.perimetre import perimetre
from tests import fabriques

JUSTIFIE: dict[str, Any] = {
    "completude": Completude.JUSTIFIE,
    "piece_type": "cni",
    "piece_numero": "12AB34567",
    "piece_vue_le": date(2025, 1, 6),
}
CLES_TOUJOURS = {
    "idDossier",
    "idJeune",
    "numeroDE",
    "nomNaissance",
    "nomUsage",
    "prenom",
    "dateNaissance",
    "mail",
    "structureRattachement",
    "accompagnementCEJ",
    "situations",
}
SANS_CEJ = {
    "accompagnementCEJ": False,
    "dateDebut": None,
    "dateFinPrevue": None,
    "dateFinReelle": None,
    "premierAccompagnement": None,
}


@pytest.fixture
def cle(db: None) -> str:
    """The secret of a national key of the family *dossier*."""
    return creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=None)[1]


def lire(client: Client, numero: object, cle: str) -> Any:
    return client.get(f"/api/sue/dossiers/{numero}", headers={"X-Gravitee-Api-Key": cle})


def _dossier(structure: Structure, **champs: Any) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, **{**JUSTIFIE, **champs})


def test_le_dossier_le_plus_pauvre(client: Client, structure: Structure, cle: str) -> None:
    """One name only, no address, no e-mail, no France Travail number, no situation."""
    dossier = _dossier(structure, jeune_nom_naissance="Amina", jeune_prenom="", jeune_nom_unique=True)
    reponse = lire(client, dossier.numero, cle)
    assert reponse.status_code == 200
    corps = reponse.json()
    assert set(corps) == CLES_TOUJOURS  # adresse absent, not null
    assert corps["mail"] is None
    assert corps["numeroDE"] == ""
    assert corps["prenom"] == ""
    assert corps["nomNaissance"] == corps["nomUsage"] == "Amina"
    assert corps["situations"] == []
    assert corps["accompagnementCEJ"] == SANS_CEJ
    assert isinstance(corps["idDossier"], int)
    assert corps["idJeune"] == str(dossier.jeune_id)
    DossierOperateur.model_validate(corps, strict=True)


def test_le_dossier_le_plus_riche(client: Client, structure: Structure, cle: str) -> None:
    tours = Commune.objects.get(code="37261")
    dossier = _dossier(
        structure,
        jeune_nom_naissance="Pérez",
        jeune_nom_usage="Pérez-Ruiz",
        jeune_prenom="Éloïse",
        jeune_naissance=date(2005, 2, 28),
        numero_ft="4053956Z",
        courriel="eloise@essai.example",
        adresse_numero="12 bis",
        adresse_voie="rue de l'Été",
        adresse_complement="Bât. A",
        adresse_code_postal="37000",
        adresse_commune=tours,
    )
    corps = lire(client, dossier.numero, cle).json()
    DossierOperateur.model_validate(corps, strict=True)
    assert corps == {
        "idDossier": dossier.numero,
        "idJeune": str(dossier.jeune_id),
        "numeroDE": "4053956Z",
        "adresse": {
            "numero": "12 bis",
            "libelleVoie": "rue de l'Été",
            "complement": "Bât. A",
            "codePostal": "37000",
            "commune": "Tours",
        },
        "nomNaissance": "Pérez",
        "nomUsage": "Pérez-Ruiz",
        "prenom": "Éloïse",
        "dateNaissance": "2005-02-28",
        "mail": "eloise@essai.example",
        "structureRattachement": {
            "nomUsuel": structure.nom_usuel,
            "nomOfficiel": structure.nom_officiel,
            "codeStructure": structure.code,
        },
        "accompagnementCEJ": SANS_CEJ,
        "situations": [],
    }


def test_situations_etat_fin_et_codes_rome(client: Client, structure: Structure, cle: str) -> None:
    dossier = _dossier(structure)
    jour = timezone.localdate()
    demain, hier = jour + timedelta(days=1), jour - timedelta(days=1)
    with perimetre(structure.pk):
        commun = {"dossier": dossier, "structure": structure}
        Situation.objects.create(**commun, categorie=Categorie.DEMANDEUR, debut=hier, rome_premier="F1501")
        Situation.objects.create(**commun, categorie=Categorie.FORMATION, debut=demain, rome_prepare="K1304")
        Situation.objects.create(
            **commun, categorie=Categorie.EMPLOI, debut=hier - timedelta(days=30), fin=hier, rome_exerce="N4105"
        )
        Situation.objects.create(**commun, categorie=Categorie.SCOLARITE, debut=hier, fin_prevue=demain)
    situations = lire(client, dossier.numero, cle).json()["situations"]
    vide = {"codeRomeMetierPrepare": None, "codeRomePremierMetier": "", "codeRomeMetierExerce": None}
    assert situations == [
        {
            **vide,
            "etat": "TERMINE",
            "dateFin": hier.isoformat(),
            "categorieSituation": "Emploi",
            "codeRomeMetierExerce": "N4105",
        },
        {
            **vide,
            "etat": "PREVU",
            "dateFin": None,
            "categorieSituation": "Formation",
            "codeRomeMetierPrepare": "K1304",
        },
        {**vide, "etat": "EN_COURS", "dateFin": demain.isoformat(), "categorieSituation": "Scolarité"},
        {
            **vide,
            "etat": "EN_COURS",
            "dateFin": None,
            "categorieSituation": "Demandeur d'emploi",
            "codeRomePremierMetier": "F1501",
        },
    ]


def test_le_jour_est_celui_de_la_structure(client: Client, cle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In Réunion it is already tomorrow when it is 23:00 in Paris: the database's clock is moved by the zone."""
    avant = fabriques.structure(fuseau="Etc/GMT+12")
    apres = fabriques.structure(fuseau="Pacific/Kiritimati")  # 26 hours apart: never the same day
    etats = []
    for chez in (avant, apres):
        with perimetre(chez.pk):
            dossier = fabriques.dossier(chez, **JUSTIFIE)
            jour = timezone.now().astimezone(apres.zone).date()
            Situation.objects.create(dossier=dossier, structure=chez, categorie=Categorie.EMPLOI, debut=jour)
        etats.append(lire(client, dossier.numero, cle).json()["situations"][0]["etat"])
    assert etats == ["PREVU", "EN_COURS"]


@pytest.mark.parametrize("numero", ["abc", "12345678", "0", "-1", "12.5", "１２３"])
def test_numero_mal_forme(client: Client, cle: str, numero: str) -> None:
    reponse = lire(client, numero, cle)
    assert reponse.status_code == 400
    assert reponse.json()["code"] == "NUMERO_INCORRECT"
    assert set(reponse.json()) == {"code", "message"}


def test_non_justifie_est_refuse_sans_rien_dire_de_plus(client: Client, structure: Structure, cle: str) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, completude=Completude.COMPLET)
    reponse = lire(client, dossier.numero, cle)
    assert reponse.status_code == 403
    assert set(reponse.json()) == {"code", "message"}


def test_inconnu(client: Client, cle: str) -> None:
    reponse = lire(client, "0000001", cle)
    assert reponse.status_code == 404
    assert set(reponse.json()) == {"code", "message"}


def test_une_cle_de_structure_ne_lit_que_chez_elle(
    client: Client, structure: Structure, autre_structure: Structure
) -> None:
    _, secret = creer_cle(None, famille=FamilleApi.DOSSIER, nom="Outil local", structure=structure)
    assert lire(client, _dossier(structure).numero, secret).status_code == 200
    ailleurs = lire(client, _dossier(autre_structure).numero, secret)
    inconnu = lire(client, "0000001", secret)
    assert (ailleurs.status_code, ailleurs.content) == (inconnu.status_code, inconnu.content)


def test_sans_cle_mauvaise_famille_revoquee_expiree(client: Client, structure: Structure) -> None:
    dossier = _dossier(structure)
    _, evenements = creer_cle(None, famille=FamilleApi.EVENTS, nom="Application CEJ", structure=None)
    revoquee, secret_revoque = creer_cle(None, famille=FamilleApi.DOSSIER, nom="x", structure=None)
    revoquer_cle(None, cle=revoquee)
    hier = timezone.now().date() - timedelta(days=1)  # the day of the database
    _, perimee = creer_cle(None, famille=FamilleApi.DOSSIER, nom="x", structure=None, expire_le=hier)
    bonne = creer_cle(None, famille=FamilleApi.DOSSIER, nom="x", structure=None)[1]
    for secret in ("", "x", "é", evenements, secret_revoque, perimee, bonne[:-1], bonne + "a"):
        reponse = lire(client, dossier.numero, secret)
        assert reponse.status_code == 401, secret
        assert reponse.json()["code"] == "CLE_REFUSEE"
    assert client.get(f"/api/sue/dossiers/{dossier.numero}").status_code == 401


def test_la_cle_n_est_pas_gardee_et_sa_derniere_utilisation_l_est(
    client: Client, structure: Structure, cle: str
) -> None:
    stockee = CleApi.objects.get()
    assert cle not in str(vars(stockee))
    assert stockee.derniere_utilisation is None
    lire(client, _dossier(structure).numero, cle)
    assert CleApi.objects.get().derniere_utilisation is not None


def test_la_lecture_est_au_journal_de_la_structure(client: Client, structure: Structure, cle: str) -> None:
    dossier = _dossier(structure)
    lire(client, dossier.numero, cle)
    with perimetre(structure.pk):
        lecture = Consultation.objects.get(dossier_id=dossier.pk)
    assert lecture.acteur == f"cle_api:{CleApi.objects.get().pk}"
    assert lecture.agent_id is None


def test_chemin_inconnu_en_problem_details(client: Client, db: None) -> None:
    reponse = client.get("/api/nulle/part")
    assert reponse.status_code == 404
    assert reponse["Content-Type"] == "application/problem+json"
    assert reponse.json()["status"] == 404


def test_openapi_decrit_l_appel(client: Client, db: None) -> None:
    chemins = client.get("/api/openapi.json").json()["paths"]
    assert "/api/sue/dossiers/{idDossier}" in chemins
    assert client.get("/api/docs").status_code == 200
