"""The pages of a motivated access: asked, read, over; and what the holder's officer sees of it."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.dossiers.models import Acte, Dossier, Situation
from imilo.socle.perimetre import perimetre
from imilo.web.acces import lecture
from tests import fabriques

pytestmark = pytest.mark.django_db

NIR = "204057512345678"


@pytest.fixture
def ailleurs(autre_structure: Structure) -> Dossier:
    with perimetre(autre_structure.pk):
        referent = fabriques.agent(autre_structure, nom="Quintreau")
        dossier = fabriques.dossier(
            autre_structure,
            referent,
            jeune_nom_naissance="Lointain",
            jeune_prenom="Alix",
            jeune_nir=NIR,
            telephone="+33611223344",
            piece_type="CNI",
            piece_numero="PIECE12345",
        )
        Acte.objects.create(
            dossier=dossier, structure=autre_structure, agent=referent, le=date(2026, 3, 4), duree=30,
            type="ACCOMPAGNEMENT", modalite="INDIVIDUEL", theme="EMPLOI", compte_rendu="Ce qui fut dit en confiance",
        )  # fmt: skip
        Situation.objects.create(
            dossier=dossier,
            structure=autre_structure,
            categorie="Emploi",
            debut=date(2026, 2, 1),
            libelle="Boulangerie",
        )
        return dossier


@pytest.fixture
def client_agent(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def texte(reponse: Any) -> str:
    """The page as it is read, accents and apostrophes in the clear."""
    return unescape(reponse.content.decode())


def ligne(dossier: Dossier, **champs: Any) -> dict[str, Any]:
    """What the form of a line of the search sends."""
    return {
        "structure_id": dossier.structure_id,
        "nom_naissance": "Lointain",
        "prenom": "Alix",
        "naissance": "2004-05-01",
        **champs,
    }


def ouvrir(client: Client, dossier: Dossier) -> str:
    reponse = client.post(reverse("web:acces-demander"), ligne(dossier, motif="se_presente", envoyer="1"))
    assert reponse.status_code == 302, texte(reponse)
    return str(reponse["Location"])


def test_a_reason_is_asked_then_the_dossier_is_read(client_agent: Client, ailleurs: Dossier) -> None:
    page = texte(client_agent.post(reverse("web:acces-demander"), ligne(ailleurs)))
    assert "48 heures" in page
    assert ailleurs.structure.nom in page
    assert "fr-error-text" not in page
    sans = client_agent.post(reverse("web:acces-demander"), ligne(ailleurs, envoyer="1"))
    assert sans.status_code == 422
    adresse = ouvrir(client_agent, ailleurs)
    lue = client_agent.get(adresse)
    page = texte(lue)
    assert lue.status_code == 200
    for vu in ("Alix Lointain", "+33611223344", "Quintreau", "Boulangerie", "Lecture seule"):
        assert vu in page, vu
    for cache in ("Ce qui fut dit", NIR, NIR[-5:], "PIECE", "2 04 …", "Dossier lu par"):
        assert cache not in page, cache


def test_each_page_is_a_consultation_of_the_holder_s(client_agent: Client, agent: Agent, ailleurs: Dossier) -> None:
    adresse = ouvrir(client_agent, ailleurs)
    client_agent.get(adresse)
    client_agent.get(adresse)
    with perimetre(ailleurs.structure_id):
        lues = Consultation.objects.filter(genre="acces_motive", dossier_id=ailleurs.pk)
        assert [(c.agent_id, c.structure_id) for c in lues] == [(agent.pk, ailleurs.structure_id)] * 2
        assert Fait.objects.filter(genre="acces.ouvert").count() == 1


def test_without_the_line_of_the_search_nothing_is_asked(client_agent: Client) -> None:
    for envoi in ({}, {"structure_id": "x"}, {"structure_id": "1", "nom_naissance": "A", "naissance": "hier"}):
        assert client_agent.post(reverse("web:acces-demander"), envoi)["Location"] == reverse("web:accueil")
    assert client_agent.get(reverse("web:acces-demander"))["Location"] == reverse("web:accueil")


def test_after_its_end_it_is_404(client_agent: Client, ailleurs: Dossier) -> None:
    adresse = ouvrir(client_agent, ailleurs)
    with perimetre(ailleurs.structure_id):
        acces = AccesMotive.objects.get()
    for depuis, statut in ((timedelta(hours=47, minutes=59), 200), (timedelta(hours=48, seconds=1), 404)):
        ouvert_le = timezone.now() - depuis
        with perimetre(ailleurs.structure_id):
            AccesMotive.objects.update(ouvert_le=ouvert_le, expire_le=ouvert_le + (acces.expire_le - acces.ouvert_le))
        assert client_agent.get(adresse).status_code == statut, depuis


HORLOGE = "CREATE OR REPLACE FUNCTION acces_maintenant() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$ SELECT {} $$"


@pytest.mark.django_db(transaction=True)
def test_the_clock_of_the_database_ends_it(
    client_agent: Client, ailleurs: Dossier, base_proprietaire: psycopg.Connection[Any]
) -> None:
    """Nothing is written between the two: the database's clock moves, the page and the list close."""
    adresse = ouvrir(client_agent, ailleurs)
    try:
        for plus_tard, statut in (("47 hours 59 minutes", 200), ("48 hours 1 minute", 404)):
            base_proprietaire.execute(HORLOGE.format(f"clock_timestamp() + interval '{plus_tard}'"))
            assert client_agent.get(adresse).status_code == statut, plus_tard
            assert ("Alix Lointain" in texte(client_agent.get(reverse("web:acces")))) == (statut == 200)
        assert client_agent.post(adresse + "fin").status_code == 404
    finally:
        base_proprietaire.execute(HORLOGE.format("clock_timestamp()"))
    assert client_agent.get(adresse).status_code == 200


def test_it_is_closed_from_one_s_own_list(client_agent: Client, ailleurs: Dossier) -> None:
    adresse = ouvrir(client_agent, ailleurs)
    page = texte(client_agent.get(reverse("web:acces")))
    assert f'action="{adresse}fin"' in page
    assert "Fermer l'accès" in page
    client_agent.post(adresse + "fin")
    assert client_agent.get(adresse).status_code == 404


def test_it_is_404_for_another_agent_another_dossier_another_structure(
    client_agent: Client, agent: Agent, structure: Structure, ailleurs: Dossier
) -> None:
    adresse = ouvrir(client_agent, ailleurs)
    collegue = Client()
    collegue.force_login(fabriques.agent(structure))
    assert collegue.get(adresse).status_code == 404
    tiers = fabriques.structure()
    with perimetre(ailleurs.structure_id):
        acces = AccesMotive.objects.get()
        autre = fabriques.dossier(ailleurs.structure)
    for faux in ((tiers.pk, acces.pk), (structure.pk, acces.pk), (ailleurs.structure_id, acces.pk + 1), (2**63, 1)):
        assert client_agent.get(f"/acces/{faux[0]}/{faux[1]}/").status_code == 404
    # The access opens one dossier: no page of the usual ones, of this dossier or of another.
    for numero in (ailleurs, autre):
        assert client_agent.get(reverse("web:dossier", args=[str(numero)])).status_code == 404
    # The same agent, in another of their structures: the access was given where they said they were.
    troisieme = fabriques.affectation(agent, tiers, principale=False)
    client_agent.post(reverse("web:compte-structure"), {"affectation": troisieme.pk})
    assert client_agent.get(adresse).status_code == 404
    with perimetre(tiers.pk):
        assert Fait.objects.filter(genre="dossier.refuse", agent_id=agent.pk).exists()


def test_closing_ends_the_reading(client_agent: Client, ailleurs: Dossier) -> None:
    adresse = ouvrir(client_agent, ailleurs)
    assert "Alix Lointain" in texte(client_agent.get(reverse("web:acces")))
    assert client_agent.post(adresse + "fin")["Location"] == reverse("web:acces")
    assert client_agent.get(adresse).status_code == 404
    assert "Aucun accès ouvert" in texte(client_agent.get(reverse("web:acces")))


def test_the_page_is_made_where_nothing_can_be_written(client_agent: Client, ailleurs: Dossier) -> None:
    """A bug that writes while this page is made is refused by PostgreSQL, not by good will."""
    adresse = ouvrir(client_agent, ailleurs)

    def ecrire(acces: AccesMotive) -> Dossier:
        Dossier.objects.filter(pk=acces.dossier_id).update(telephone="+33699999999")
        return Dossier.objects.get(pk=acces.dossier_id)

    client_agent.raise_request_exception = False
    with patch.object(lecture, "_dossier", ecrire):
        assert client_agent.get(adresse).status_code == 500
    with perimetre(ailleurs.structure_id):
        assert Dossier.objects.get(pk=ailleurs.pk).telephone == "+33611223344"


def test_a_restricted_dossier_neither_opens_nor_stays_open(client_agent: Client, ailleurs: Dossier) -> None:
    adresse = ouvrir(client_agent, ailleurs)
    chez = ailleurs.structure
    direction = fabriques.agent(chez, Profil.DIRECTION)
    with perimetre(chez.pk):
        au = timezone.now().date() + timedelta(days=30)
        restreindre(direction, ailleurs, agents=[direction.pk], motif="proche", au=au)
    assert client_agent.get(adresse).status_code == 404
    reponse = client_agent.post(reverse("web:acces-demander"), ligne(ailleurs, motif="urgence", envoyer="1"))
    assert reponse.status_code == 422
    assert "appelez la structure" in texte(reponse)


@pytest.mark.parametrize("profil", [Profil.DPD, Profil.DIRECTION])
def test_the_holder_sees_who_and_why(client_agent: Client, agent: Agent, ailleurs: Dossier, profil: Profil) -> None:
    ouvrir(client_agent, ailleurs)
    officier = Client()
    officier.force_login(fabriques.agent(ailleurs.structure, profil))
    page = texte(officier.get(reverse("web:acces-recus")))
    assert str(agent) in page
    assert str(ailleurs) in page
    assert "Lointain" not in page
    assert "Rien à montrer" in texte(officier.get(reverse("web:acces-recus"), {"motif": "urgence"}))
    assert officier.get(reverse("web:acces-recus"), {"du": "demain"}).status_code == 422
    # The opener's own officer has nothing of it: it is the holder's dossier.
    sien = Client()
    sien.force_login(fabriques.agent(agent.affectations.get().structure, profil))
    assert str(ailleurs) not in texte(sien.get(reverse("web:acces-recus")))


def test_an_access_to_a_restricted_dossier_is_shown_without_its_number(
    client_agent: Client, agent: Agent, ailleurs: Dossier
) -> None:
    ouvrir(client_agent, ailleurs)
    chez = ailleurs.structure
    direction = fabriques.agent(chez, Profil.DIRECTION)
    with perimetre(chez.pk):
        au = timezone.now().date() + timedelta(days=30)
        restreindre(direction, ailleurs, agents=[direction.pk], motif="proche", au=au)
    officier = Client()
    officier.force_login(fabriques.agent(chez, Profil.DPD))
    page = texte(officier.get(reverse("web:acces-recus")))
    assert str(agent) in page
    assert "dossier restreint" in page
    assert str(ailleurs) not in page
    assert "dossier restreint" in officier.get(reverse("web:acces-recus-export")).content.decode()


def test_the_export_is_harmless_in_a_spreadsheet(client_agent: Client, ailleurs: Dossier) -> None:
    envoi = ligne(ailleurs, motif="autre", precision='=cmd|"/c calc"!A1', envoyer="1")
    assert client_agent.post(reverse("web:acces-demander"), envoi).status_code == 302
    officier = Client()
    officier.force_login(fabriques.agent(ailleurs.structure, Profil.DPD))
    reponse = officier.get(reverse("web:acces-recus-export"))
    lignes = reponse.content.decode("utf-8-sig").splitlines()
    assert len(lignes) == 2
    assert "'=cmd|" in lignes[1]
    assert ";=cmd" not in lignes[1]
    assert "Lointain" not in lignes[1]
    with perimetre(ailleurs.structure_id):
        assert Fait.objects.get(genre="acces.exportes").identifiants == {"nombre": 1}
    assert officier.get(reverse("web:acces-recus-export"), {"au": "jamais"}).status_code == 422


def test_the_dossier_s_own_timeline_tells_it(client_agent: Client, agent: Agent, ailleurs: Dossier) -> None:
    ouvrir(client_agent, ailleurs)
    chez_eux = Client()
    chez_eux.force_login(fabriques.agent(ailleurs.structure))
    page = texte(chez_eux.get(reverse("web:dossier", args=[str(ailleurs)])))
    assert f"Dossier lu par {agent.affectations.get().structure.nom}" in page
