"""The call that the software of a CFA makes, from HTTP to the counsellor's list, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from imilo.acteurs.models import Agent, CleApi, Secteur, Structure
from imilo.api.apprentissage.schemas import Reponse, Suites
from imilo.echanges.connecteurs.apprentissage import organismes
from imilo.echanges.connecteurs.apprentissage.models import Debit, DossierApprenant, Organisme, Suite
from imilo.echanges.connecteurs.apprentissage.perimetre import perimetre_du_cfa
from imilo.journal.models import Fait
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue, Moyen
from imilo.parcours.arrivees.selectors import Filtre, liste
from imilo.parcours.arrivees.services import Essai, tenter
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.api.apprentissage.envois import ADRESSE, SIRET, UAI, apprenti, cle, envoyer, lire_les_suites, organisme
from tests.conftest import Connexion

pytestmark = pytest.mark.django_db
JOUR = date(2026, 3, 2)
ROMPU = {"contrat_date_rupture": "2026-02-01", "cause_rupture_contrat": "Faillite de l'employeur"}


@pytest.fixture(autouse=True)
def jour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 3, 2, 10, 0, 20, tzinfo=UTC))
    return iter(())  # type: ignore[return-value]  # nothing to undo


@pytest.fixture
def cfa(structure: Structure) -> Organisme:
    Secteur.objects.create(structure=structure, commune_id="37261")
    return organisme()


def ecrits(chez: Organisme) -> list[DossierApprenant]:
    with perimetre_du_cfa(chez.pk):
        return list(DossierApprenant.objects.order_by("id_erp_apprenant").select_related("organisme"))


def erreurs(reponse: Any, rang: int = 0) -> list[tuple[str, ...]]:
    return [tuple(e["path"]) for e in reponse.json()["data"][rang].get("validation_errors", [])]


def test_trois_apprentis_une_rupture_un_element_faux(structure: Structure, agent: Agent, cfa: Organisme) -> None:
    """The sample call of the issue: from HTTP to the counsellor's list."""
    reponse = envoyer(
        [
            apprenti(),
            apprenti(id_erp_apprenant="A-2", nom_apprenant="Nguyễn-Roy", prenom_apprenant="Théo", **ROMPU),
            apprenti(id_erp_apprenant="A-3", date_de_naissance_apprenant="12 mars", nom_apprenant=None),
        ],
        cle(cfa),
    )
    assert reponse.status_code == 200
    Reponse.model_validate(reponse.json())
    assert [i["has_error"] for i in reponse.json()["data"]] == [False, False, True]
    assert set(erreurs(reponse, 2)) == {("date_de_naissance_apprenant",), ("nom_apprenant",)}
    assert [d.id_erp_apprenant for d in ecrits(cfa)] == ["A-1", "A-2"]
    with perimetre(structure.pk):
        arrivee = liste(agent=agent, structure=structure, le=JOUR, filtre=Filtre()).get()
        assert (arrivee.nom, arrivee.prenom, arrivee.telephone) == ("Nguyễn-Roy", "Théo", "+33612345678")
        assert arrivee.depuis == date(2026, 2, 1)
        assert arrivee.a_risque  # 17 years old, broken 29 days ago
        assert arrivee.details["Cause de la rupture"] == "Faillite de l'employeur"
        assert Fait.objects.get(genre="arrivees.transmises").identifiants == {"nombre": 1}


def test_la_suite_revient_au_cfa(structure: Structure, agent: Agent, cfa: Organisme) -> None:
    secret = cle(cfa)
    envoyer([apprenti(**ROMPU)], secret)
    with perimetre(structure.pk):
        arrivee = Arrivee.objects.get()
        essai = Essai(moyen=Moyen.TELEPHONE, issue=Issue.SANS_REPONSE)
        tenter(agent, arrivee, version=1, essai=essai)
        arrivee.refresh_from_db()
        tenter(agent, arrivee, version=2, essai=Essai(moyen=Moyen.SMS, issue=Issue.DEJA_ACCOMPAGNE))
    page = lire_les_suites(secret)
    Suites.model_validate(page.json())
    lues = page.json()["data"]
    assert [(s["situation"], s["connaissance_ml"]) for s in lues] == [
        ("CONTACTE_SANS_RETOUR", None),
        ("DEJA_ACCOMPAGNE", "DEJA_ACCOMPAGNE_ACTIVEMENT"),
    ]
    assert (lues[0]["id_erp_apprenant"], lues[0]["annee_scolaire"]) == ("A-1", "2025-2026")
    assert lues[0]["mission_locale"]["code"] == structure.code
    suivante = lire_les_suites(secret, page.json()["suivant"]).json()
    assert (suivante["data"], suivante["suivant"], suivante["complet"]) == ([], page.json()["suivant"], True)
    autre = organisme("0370002B", "99900000200013")
    assert lire_les_suites(cle(autre)).json()["data"] == []


def test_la_page_des_suites_se_suit(structure: Structure, agent: Agent, cfa: Organisme, monkeypatch: Any) -> None:
    from imilo.api.apprentissage import routes

    monkeypatch.setattr(routes, "PAGE", 2)
    secret = cle(cfa)
    envoyer([apprenti(**ROMPU)], secret)
    with perimetre(structure.pk):
        for version in range(1, 6):
            essai = Essai(moyen=Moyen.TELEPHONE, issue=Issue.SANS_REPONSE)
            tenter(agent, Arrivee.objects.get(), version=version, essai=essai)
    curseur, pages = "0", []
    while True:
        page = lire_les_suites(secret, curseur).json()
        pages.append([s["id"] for s in page["data"]])
        curseur = page["suivant"]
        if page["complet"]:
            break
    assert [len(p) for p in pages] == [2, 2, 1]
    assert len({n for p in pages for n in p}) == 5
    assert lire_les_suites(secret, "-1").status_code == 400


def test_un_nouveau_contrat_retire_de_la_liste(structure: Structure, cfa: Organisme) -> None:
    secret = cle(cfa)
    envoyer([apprenti(**ROMPU)], secret)
    envoyer([apprenti(**ROMPU, contrat_date_debut_2="2026-03-01", contrat_date_fin_2="2027-08-31")], secret)
    with perimetre(structure.pk):
        arrivee = Arrivee.objects.get()
        assert (arrivee.etat, arrivee.issue) == (Etat.CLOSE, Issue.NOUVEAU_CONTRAT)
    assert [s["situation"] for s in lire_les_suites(secret).json()["data"]] == ["NOUVEAU_CONTRAT"]


def test_une_rupture_de_plus_rouvre(structure: Structure, agent: Agent, cfa: Organisme) -> None:
    secret = cle(cfa)
    envoyer([apprenti(**ROMPU)], secret)
    with perimetre(structure.pk):
        tenter(agent, Arrivee.objects.get(), version=1, essai=Essai(moyen=Moyen.SMS, issue=Issue.NE_SOUHAITE_PAS))
    envoyer([apprenti(**ROMPU)], secret)
    with perimetre(structure.pk):
        assert Arrivee.objects.get().etat == Etat.CLOSE  # the same news isn't new
    deux = {"contrat_date_debut_2": "2026-02-10", "contrat_date_rupture_2": "2026-02-20"}
    envoyer([apprenti(**ROMPU, **deux)], secret)
    with perimetre(structure.pk):
        assert (Arrivee.objects.get().etat, Arrivee.objects.get().depuis) == (Etat.A_CONTACTER, date(2026, 2, 20))


def test_deux_etablissements_une_personne_une_arrivee(structure: Structure, agent: Agent, cfa: Organisme) -> None:
    autre = organisme("0370002B", "99900000200013", nom="Autre CFA")
    chez = {
        "etablissement_responsable_uai": autre.uai,
        "etablissement_responsable_siret": autre.siret,
        "etablissement_formateur_uai": autre.uai,
        "etablissement_formateur_siret": autre.siret,
    }
    secrets = cle(cfa), cle(autre)
    envoyer([apprenti(**ROMPU)], secrets[0])
    envoyer([apprenti(**ROMPU, **chez, nom_apprenant="MARTIN", prenom_apprenant="Lïna")], secrets[1])
    with perimetre(structure.pk):
        arrivee = Arrivee.objects.get()
        tenter(agent, arrivee, version=arrivee.version, essai=Essai(moyen=Moyen.SMS, issue=Issue.EMPLOI))
    for secret in secrets:
        assert [s["situation"] for s in lire_les_suites(secret).json()["data"]] == ["NOUVEAU_PROJET"]


def test_le_cfa_partenaire_garde_quarante_cinq_jours(
    structure: Structure, monkeypatch: pytest.MonkeyPatch, cfa: Organisme
) -> None:
    from imilo.echanges.connecteurs.apprentissage.transmission import transmettre_les_ruptures

    Organisme.objects.update(partenaire=True)
    envoyer([apprenti(**ROMPU)], cle(cfa))
    (dossier,) = ecrits(cfa)
    for le, attendues in ((date(2026, 3, 17), 0), (date(2026, 3, 18), 1)):  # 01/02 + 45 = 18/03
        instant = datetime(le.year, le.month, le.day, 3, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda instant=instant: instant)
        assert transmettre_les_ruptures([dossier]) == attendues
    with perimetre(structure.pk):
        assert Arrivee.objects.get().depuis == date(2026, 2, 1)


# --- the key ---------------------------------------------------------------------------------------


def test_sans_cle_valable_403(structure: Structure, cfa: Organisme) -> None:
    bonne = cle(cfa)
    de_lecture = fabriques_cle_de_lecture()
    for secret in ("", "abc", bonne[:-1] + ("a" if bonne[-1] != "a" else "b"), de_lecture):
        for suite in ("", "/test"):
            assert envoyer([apprenti()], secret, suite=suite).status_code == 403
        assert lire_les_suites(secret or "x").status_code == 403
    assert ecrits(cfa) == []


def fabriques_cle_de_lecture() -> str:
    from imilo.acteurs.cles_api import creer_cle
    from imilo.acteurs.models import FamilleApi

    return creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=None)[1]


def test_essai(cfa: Organisme) -> None:
    reponse = envoyer("", cle(cfa), suite="/test")
    assert (reponse.status_code, reponse.json()) == (200, {"msg": "ok"})


def test_une_cle_de_cfa_n_ouvre_pas_les_dossiers(structure: Structure, cfa: Organisme) -> None:
    secret = cle(cfa)
    with perimetre(structure.pk):
        numero = fabriques.dossier(structure).numero
    assert Client().get(f"/api/sue/dossiers/{numero}", headers={"X-Gravitee-Api-Key": secret}).status_code == 401


def test_une_cle_sans_usage_depuis_un_an_est_revoquee(cfa: Organisme) -> None:
    secret = cle(cfa)
    CleApi.objects.update(derniere_utilisation=timezone.now() - timedelta(days=365))
    assert envoyer("", secret, suite="/test").status_code == 200
    CleApi.objects.update(derniere_utilisation=timezone.now() - timedelta(days=365, seconds=1))
    assert envoyer("", secret, suite="/test").status_code == 403
    assert CleApi.objects.get().revoquee_le is not None


def test_la_nuit_revoque_ce_qui_dort(cfa: Organisme) -> None:
    cle(cfa)
    assert organismes.revoquer_les_endormies() == 0
    CleApi.objects.update(cree_le=timezone.now() - timedelta(days=366))
    assert organismes.revoquer_les_endormies() == 1


def test_trois_mille_appels_par_minute(cfa: Organisme) -> None:
    secret = cle(cfa)
    assert envoyer("", secret, suite="/test").status_code == 200
    Debit.objects.update(nombre=2_999)
    assert envoyer("", secret, suite="/test").status_code == 200
    refus = envoyer("", secret, suite="/test")
    assert (refus.status_code, refus["Retry-After"]) == (429, "40")  # it is 10:00:20
    Debit.objects.update(minute=timezone.now() - timedelta(minutes=1))
    assert envoyer("", secret, suite="/test").status_code == 200


def test_la_cle_n_ecrit_que_pour_son_etablissement(cfa: Organisme) -> None:
    secret, autre = cle(cfa), organisme("0370002B", "99900000200013")
    cle(autre)
    ailleurs = {"etablissement_formateur_uai": autre.uai, "etablissement_formateur_siret": autre.siret}
    tout = ailleurs | {"etablissement_responsable_uai": autre.uai, "etablissement_responsable_siret": autre.siret}
    reponse = envoyer([apprenti(**tout), apprenti(**ailleurs)], secret)
    # Named as the formateur of another that has its own key: it doesn't write there either.
    assert [erreurs(reponse, n) for n in (0, 1)] == [[("etablissement_formateur_uai",)]] * 2
    assert ecrits(cfa) == ecrits(autre) == []


def test_la_cle_ecrit_pour_ceux_dont_elle_repond(cfa: Organisme) -> None:
    secret = cle(cfa)
    annexe = {"etablissement_formateur_uai": "0370009Z", "etablissement_formateur_siret": "99900000900018"}
    for _ in range(2):
        assert not erreurs(envoyer([apprenti(**annexe)], secret))
    (ecrit,) = ecrits(cfa)
    assert (ecrit.organisme.uai, ecrit.organisme.responsable_id) == ("0370009Z", cfa.pk)


def test_un_cfa_ne_lit_pas_les_apprentis_d_un_autre(cfa: Organisme, structure: Structure) -> None:
    envoyer([apprenti()], cle(cfa))
    autre = organisme("0370002B", "99900000200013")
    assert ecrits(autre) == []
    with perimetre(structure.pk):
        assert not DossierApprenant.objects.exists()
    assert not DossierApprenant.objects.exists()


# --- the body --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "corps",
    [b"", b"{", b'{"a": 1}', b'"x"', b"[NaN]", b"[" * 200_000, b"\xff\xfe", b"[1e", b"null"],
)
def test_ce_qui_n_est_pas_un_tableau_400(cfa: Organisme, corps: bytes) -> None:
    assert envoyer(corps, cle(cfa)).status_code == 400


def test_deux_mille_au_plus(cfa: Organisme) -> None:
    secret = cle(cfa)
    assert envoyer([{}] * 2_000, secret).status_code == 200
    assert envoyer([{}] * 2_001, secret).status_code == 400


def test_dix_mega_octets_au_plus(cfa: Organisme) -> None:
    lourd = json.dumps([apprenti(adresse_apprenant="x" * (10 * 1024 * 1024))])
    assert envoyer(lourd, cle(cfa)).status_code == 413


@pytest.mark.parametrize(
    "element",
    [None, 1, "x", [], True, {"nom_apprenant": {"a": 1}}, {"id_erp_apprenant": ["x"]}, {"annee_scolaire": 1.5}],
)
def test_un_element_quelconque_ne_casse_rien(cfa: Organisme, element: object) -> None:
    reponse = envoyer([element, apprenti()], cle(cfa))
    assert [i["has_error"] for i in reponse.json()["data"]] == [True, False]


@pytest.mark.parametrize(
    ("champs", "faux"),
    [
        ({"annee_scolaire": "2025-2027"}, "annee_scolaire"),
        ({"annee_scolaire": "2025"}, "annee_scolaire"),
        ({"date_fin_formation": "2025-08-31"}, "date_fin_formation"),
        ({"contrat_date_fin": "2025-08-31"}, "contrat_date_fin"),
        ({"contrat_date_rupture": "2025-08-31"}, "contrat_date_rupture"),
        ({"contrat_date_rupture_2": "2026-01-01"}, "contrat_date_rupture_2"),
        ({"contrat_date_fin_4": "2026-01-01"}, "contrat_date_fin_4"),
        ({"date_entree_formation": "2025-02-30"}, "date_entree_formation"),
        ({"date_entree_formation": "01/09/2025"}, "date_entree_formation"),
        ({"etablissement_formateur_uai": "370001A"}, "etablissement_formateur_uai"),
        ({"etablissement_responsable_siret": "123"}, "etablissement_responsable_siret"),
        ({"statut_apprenant": 1}, "statut_apprenant"),
        ({"sexe_apprenant": "X"}, "sexe_apprenant"),
        ({"email_contact": "pas une adresse"}, "email_contact"),
        ({"annee_formation": 6}, "annee_formation"),
        ({"duree_theorique_formation_mois": 49}, "duree_theorique_formation_mois"),
        ({"rqth_apprenant": "peut-être"}, "rqth_apprenant"),
        ({"code_postal_apprenant": "3700"}, "code_postal_apprenant"),
        ({"nom_apprenant": "M4rtin"}, "nom_apprenant"),
        ({"prenom_apprenant": "   "}, "prenom_apprenant"),
        ({"nom_apprenant": "x" * 101}, "nom_apprenant"),
        ({"prenom_apprenant": "a\u0000b"}, "prenom_apprenant"),
        ({"adresse_apprenant": "\ud800"}, "adresse_apprenant"),
        ({"date_de_naissance_apprenant": "2026-01-01"}, "date_de_naissance_apprenant"),
        ({"date_fin_formation": "2099-08-31"}, "date_fin_formation"),
        ({"contrat_date_debut": "1960-01-01"}, "contrat_date_debut"),
        ({"id_erp_apprenant": None}, "id_erp_apprenant"),
    ],
)
def test_chaque_faute_a_son_champ(cfa: Organisme, champs: dict[str, Any], faux: str) -> None:
    reponse = envoyer([apprenti(**champs)], cle(cfa))
    assert reponse.status_code == 200
    assert erreurs(reponse) == [(faux,)]
    assert reponse.json()["data"][0]["validation_errors"][0]["message"].endswith((".", "»."))
    assert ecrits(cfa) == []


@pytest.mark.parametrize(
    ("champs", "champ", "attendu"),
    [
        ({"sexe_apprenant": "H"}, "sexe", "M"),
        ({"sexe_apprenant": 2}, "sexe", "F"),
        ({"rqth_apprenant": "true"}, "rqth", True),
        ({"tel_apprenant": "n'en a pas"}, "telephone", ""),
        ({"date_entree_formation": "2025-08-31T22:00:00.000Z"}, "date_entree", date(2025, 9, 1)),  # midnight in Paris
        ({"ine_apprenant": "0123456789a"}, "ine", "0123456789A"),
        ({"code_commune_insee_de_naissance_apprenant": "99999"}, "commune_naissance_id", None),
        ({"inconnu": {"a": [1]}}, "nom", "Martin"),
        ({"email_contact": None}, "courriel", ""),
        ({"id_erp_apprenant": 12}, "id_erp_apprenant", "12"),
    ],
)
def test_ce_qui_est_lu(cfa: Organisme, champs: dict[str, Any], champ: str, attendu: object) -> None:
    reponse = envoyer([apprenti(**champs)], cle(cfa))
    assert not erreurs(reponse)
    assert getattr(ecrits(cfa)[0], champ) == attendu


def test_le_nir_n_est_jamais_garde(cfa: Organisme) -> None:
    nir = "108033726100195"
    reponse = envoyer([apprenti(nir_apprenant=nir)], cle(cfa))
    assert nir not in reponse.content.decode()
    (ecrit,) = ecrits(cfa)
    assert ecrit.nir_donne
    with perimetre_du_cfa(cfa.pk), connection.cursor() as curseur:
        curseur.execute("SELECT d::text FROM apprentissage_dossierapprenant d")
        assert nir not in curseur.fetchone()[0]


def test_un_numero_qui_ne_s_ecrit_pas_ne_prive_pas_les_autres_de_leur_reponse(cfa: Organisme) -> None:
    corps = json.dumps([apprenti(), apprenti(id_erp_apprenant="\ud800x")])
    reponse = envoyer(corps, cle(cfa))
    assert [(d["id_erp_apprenant"], d["has_error"]) for d in reponse.json()["data"]] == [("A-1", False), ("?x", True)]


@pytest.mark.parametrize(
    "champs",
    [
        {"etablissement_formateur_uai": "０３７０００１A"},  # digits of another script, on purpose
        {"etablissement_responsable_siret": "٩٩٩٠٠٠٠٠١٠٠٠١٥"},
        {"annee_scolaire": "٢٠٢٥-٢٠٢٦"},
    ],
)
def test_des_chiffres_d_une_autre_ecriture_ne_font_pas_un_autre_etablissement(
    cfa: Organisme, champs: dict[str, str]
) -> None:
    assert erreurs(envoyer([apprenti(**champs)], cle(cfa)))
    assert Organisme.objects.count() == 1


def test_la_cle_d_un_dossier(cfa: Organisme) -> None:
    """(formateur, school year, number): the same is updated, in one call or two; another year is another."""
    secret = cle(cfa)
    envoyer([apprenti(prenom_apprenant="Un"), apprenti(prenom_apprenant="Deux")], secret)
    envoyer([apprenti(prenom_apprenant="Trois", rqth_apprenant=True)], secret)
    assert [(d.prenom, d.rqth) for d in ecrits(cfa)] == [("Trois", True)]
    envoyer([apprenti(annee_scolaire="2026-2027")], secret)
    assert len(ecrits(cfa)) == 2


@pytest.mark.parametrize("lieu", [{"code_commune_insee_apprenant": "75056", "code_postal_apprenant": "75001"}])
def test_hors_de_tout_territoire_rien_n_est_transmis(
    cfa: Organisme, structure: Structure, lieu: dict[str, str]
) -> None:
    reponse = envoyer([apprenti(**ROMPU, **lieu)], cle(cfa))
    assert reponse.json()["data"][0]["warnings"][0]["path"] == ["code_commune_insee_apprenant"]
    with perimetre(structure.pk):
        assert not Arrivee.objects.exists()
        assert not Suite.objects.exists()


def test_openapi_decrit_les_appels() -> None:
    chemins = Client().get("/api/v3/openapi.json").json()["paths"]
    assert {ADRESSE, f"{ADRESSE}/test", f"{ADRESSE}/suites"} <= set(chemins)
    assert (apprenti()["etablissement_formateur_uai"], apprenti()["etablissement_formateur_siret"]) == (UAI, SIRET)


def test_les_apprentis_sont_sous_politique_forcee(base_proprietaire: Connexion) -> None:
    tables = base_proprietaire.execute(
        "SELECT relname, relforcerowsecurity FROM pg_class WHERE relkind = 'r' AND relname ~ "
        "'^apprentissage_(dossierapprenant|transmission|suite)$' ORDER BY 1"
    ).fetchall()
    noms = ["apprentissage_dossierapprenant", "apprentissage_suite", "apprentissage_transmission"]
    assert tables == [(nom, True) for nom in noms]
