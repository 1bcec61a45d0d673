"""The door of the calls about one dossier: one statement that checks, opens, notes, reads, and closes behind it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from imilo.acteurs.cles_api import creer_cle
from imilo.acteurs.models import CleApi, FamilleApi, Structure
from imilo.api.porte import PorteDuDossier
from imilo.journal.genres import CONSULTATIONS, GENRES
from imilo.journal.models import Consultation, Fait
from imilo.journal.services import GenreInconnu
from imilo.parcours.dossiers.models import Categorie, Completude, Dossier, Situation
from imilo.socle import preparees
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.conftest import Connexion

pytestmark = pytest.mark.django_db
HORS_TRANSACTION = pytest.mark.django_db(transaction=True)


def cle(structure: Structure | None = None) -> str:
    return creer_cle(None, famille=FamilleApi.DOSSIER, nom="Application CEJ", structure=structure)[1]


def lire(numero: object, secret: str) -> Any:
    return Client().get(f"/api/sue/dossiers/{numero}", headers={"X-Gravitee-Api-Key": secret})


def dossier(structure: Structure, completude: Completude = Completude.JUSTIFIE) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(
            structure,
            completude=completude,
            piece_type="cni",
            piece_numero="12AB34567",
            piece_vue_le=date(2025, 1, 6),
        )


def perimetre_ouvert() -> str:
    with connection.cursor() as curseur:
        curseur.execute("SELECT coalesce(current_setting('imilo.structure', true), '')")
        return str(curseur.fetchone()[0])


@HORS_TRANSACTION
def test_un_seul_aller_retour_et_la_ligne_est_durable_avant_la_reponse(
    structure: Structure,
    base_proprietaire: Connexion,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Any,
) -> None:
    secret, lu = cle(), dossier(structure)
    appels, vraie = [], preparees.lire
    monkeypatch.setattr(preparees, "lire", lambda *a: appels.append(a) or vraie(*a))
    with django_assert_num_queries(0):
        assert lire(lu.numero, secret).status_code == 200
    assert len(appels) == 1
    # Another connection sees it: committed.
    notees = base_proprietaire.execute("SELECT dossier_id, objet_type, objet_id FROM journal_consultation").fetchall()
    assert notees == [(lu.pk, "dossiers.dossier", lu.pk)]


@HORS_TRANSACTION
def test_le_perimetre_se_referme_avec_la_transaction(structure: Structure) -> None:
    assert lire(dossier(structure).numero, cle()).status_code == 200
    assert perimetre_ouvert() == ""
    assert not Dossier.objects.exists()


def test_dans_une_transaction_le_perimetre_est_rendu(structure: Structure, autre_structure: Structure) -> None:
    secret, lu = cle(), dossier(structure)
    with perimetre(autre_structure.pk):
        assert lire(lu.numero, secret).status_code == 200
        assert perimetre_ouvert() == str(autre_structure.pk)


def test_la_lecture_seule_ne_montre_rien_hors_du_perimetre(structure: Structure, autre_structure: Structure) -> None:
    lu = dossier(structure)

    def contenu() -> object:
        with connection.cursor() as curseur:
            curseur.execute("SELECT api_dossier_operateur(%s)", [lu.pk])
            return curseur.fetchone()[0]

    assert contenu() is None
    with perimetre(autre_structure.pk):
        assert contenu() is None
    with perimetre(structure.pk):
        assert contenu() is not None


def test_les_refus_sont_au_journal_de_la_structure_du_dossier(structure: Structure, autre_structure: Structure) -> None:
    ailleurs, ebauche = dossier(autre_structure), dossier(structure, Completude.PARTIEL)
    secret = cle(structure)
    assert lire(ailleurs.numero, secret).status_code == 404
    assert lire(ebauche.numero, secret).status_code == 403
    acteur = f"cle_api:{CleApi.objects.get().pk}"
    for chez, numero in ((autre_structure, None), (structure, ebauche.pk)):
        with perimetre(chez.pk):
            refus = Fait.objects.get(genre="dossier.refuse")
            assert (refus.structure_id, refus.agent_id, refus.acteur) == (chez.pk, None, acteur)
            assert (refus.dossier_id, refus.objet_type, refus.objet_id) == (numero, "", None)
            assert not Consultation.objects.exists()
    assert "dossier.refuse" in GENRES
    assert "sue" in CONSULTATIONS


@pytest.mark.parametrize("numero", ["1000000", "abc", "0"])
def test_sans_cle_valable_rien_n_est_dit_ni_note(structure: Structure, numero: str) -> None:
    bonne = cle()
    for secret in (bonne[:-1] + ("a" if bonne[-1] != "a" else "b"), "00000000.x", "abc", ""):
        assert lire(numero, secret).status_code == 401
    assert CleApi.objects.get().derniere_utilisation is None
    with perimetre(structure.pk):
        assert not Fait.objects.filter(genre="dossier.refuse").exists()


def test_un_numero_mal_forme_a_quand_meme_servi_la_cle() -> None:
    assert lire("abc", cle()).status_code == 400
    assert CleApi.objects.get().derniere_utilisation is not None


@pytest.mark.parametrize(("il_y_a", "notee"), [(30, False), (90, True)])
def test_l_usage_est_note_une_fois_par_minute(il_y_a: int, notee: bool) -> None:
    secret = cle()
    avant = timezone.now() - timedelta(seconds=il_y_a)
    CleApi.objects.update(derniere_utilisation=avant)
    lire("1000000", secret)
    assert (CleApi.objects.get().derniere_utilisation != avant) is notee


def test_le_dernier_jour_d_une_cle_compte(structure: Structure) -> None:
    secret, lu = cle(), dossier(structure)
    jour = timezone.now().date()
    CleApi.objects.update(expire_le=jour)
    assert lire(lu.numero, secret).status_code == 200
    CleApi.objects.update(expire_le=jour - timedelta(days=1))
    assert lire(lu.numero, secret).status_code == 401


def test_une_porte_note_un_genre_qui_existe() -> None:
    with pytest.raises(GenreInconnu):
        PorteDuDossier(FamilleApi.DOSSIER, genre="par_la_fenetre", lecture="NULL")


def test_les_situations_suivent_l_ordre_de_la_liste(structure: Structure) -> None:
    """The function of the database names the categories too: the same ones, in the same order."""
    lu = dossier(structure)
    with perimetre(structure.pk):
        for rang, categorie in enumerate(reversed(Categorie)):
            debut = date(2026, 1, 1) + timedelta(days=rang)
            Situation.objects.create(dossier=lu, structure=structure, categorie=categorie, debut=debut, fin=debut)
    situations = lire(lu.numero, cle()).json()["situations"]
    assert [s["categorieSituation"] for s in situations] == list(Categorie.values)
