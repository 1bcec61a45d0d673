"""Doubles on screen: the queue, a decision, a merge, its undoing, old numbers; and nobody else's."""

from __future__ import annotations

import html
import random
import re
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from imilo.acteurs import politique
from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.politique import Portee, Visibilite
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.models import Dossier, Situation
from imilo.parcours.doublons.models import Etat, Fusion, Paire
from imilo.socle.perimetre import perimetre
from imilo.web.doublons import presentation
from tests import fabriques
from tests.parcours.doublons.lignes import Remplissage, paire


@pytest.fixture
def navigateur(client: Client, agent: Agent) -> Client:
    client.force_login(agent)
    return client


@pytest.fixture
def deux(structure: Structure, agent: Agent) -> tuple[Dossier, Dossier, Paire]:
    commun: dict[str, Any] = {"jeune_naissance": date(2004, 5, 1), "jeune_prenom": "Awa"}
    with perimetre(structure.pk):
        un = fabriques.dossier(structure, agent, jeune_nom_naissance="Ndiaye", telephone="+33612345678", **commun)
        autre = fabriques.dossier(structure, jeune_nom_naissance="N'Diaye", courriel="awa@exemple.fr", **commun)
        remplir = Remplissage(agent, random.Random(1))
        remplir.tout(un)
        remplir.tout(autre)
        return un, autre, paire(un, autre)


def corps(reponse: Any) -> str:
    return html.unescape(" ".join(reponse.content.decode().split()))


def fusionner(navigateur: Client, garde: Dossier, absorbe: Dossier, **choix: str) -> Any:
    la_paire = paires(garde.structure)[0]
    vues = f"{garde.pk}:1:1 {absorbe.pk}:1:1"
    donnees = {"garde": str(garde.pk), "vues": vues, **{f"choix-{c}": v for c, v in choix.items()}}
    return navigateur.post(f"/doublons/{la_paire.pk}/fusionner", donnees)


def paires(chez: Structure) -> list[Paire]:
    with perimetre(chez.pk):
        return list(Paire.objects.order_by("pk"))


CHOIX = {"nom_naissance": "absorbe", "telephone": "garde", "courriel": "absorbe", "referent": "garde"}


def test_an_empty_queue_says_what_comes(navigateur: Client) -> None:
    assert "Aucun doublon à décider." in corps(navigateur.get("/doublons/"))
    assert "Aucune paire ne correspond." in corps(navigateur.get("/doublons/", {"ou": "ailleurs"}))


def test_the_queue_and_the_comparison(navigateur: Client, deux: tuple[Dossier, Dossier, Paire]) -> None:
    un, autre, la_paire = deux
    page = corps(navigateur.get("/doublons/"))
    assert "<strong>1</strong> paire" in page
    assert "même date de naissance, même nom de naissance, même prénom" in page
    page = corps(navigateur.get(f"/doublons/{la_paire.pk}/"))
    for attendu in (
        "Est-ce la même personne ?",
        "concorde",
        "écrit autrement",
        "connu d'un seul côté",
        str(un),
        str(autre),
    ):
        assert attendu in page
    assert "1 paire de dossiers à comparer" in corps(navigateur.get("/ma-journee"))
    assert "Cette personne a peut-être un autre dossier." in corps(navigateur.get(f"/dossiers/{un}/"))


def test_different_is_remembered_and_can_be_taken_back(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure
) -> None:
    numero = deux[2].pk
    assert navigateur.post(f"/doublons/{numero}/differentes").status_code == 302
    assert paires(structure)[0].etat == Etat.DIFFERENTES
    assert "Aucun doublon à décider." in corps(navigateur.get("/doublons/"))
    assert "Comparer de nouveau" in corps(navigateur.get(f"/doublons/{numero}/"))
    reponse = navigateur.post(f"/doublons/{numero}/differentes")
    assert reponse.status_code == 409
    assert "personnes différentes" in corps(reponse)
    navigateur.post(f"/doublons/{numero}/reprendre")
    assert paires(structure)[0].etat == Etat.A_DECIDER


def test_merge_redirect_and_undo(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure
) -> None:
    garde, absorbe, la_paire = deux
    page = corps(navigateur.get(f"/doublons/{la_paire.pk}/fusionner", {"garde": garde.pk}))
    assert f"Fusionner le dossier {absorbe} dans le {garde}" in page
    assert re.search(r"Contrats d'engagement\s*<", page)
    reponse = fusionner(navigateur, garde, absorbe, **CHOIX)
    assert (reponse.status_code, reponse["Location"]) == (302, f"/dossiers/{garde}/")

    page = corps(navigateur.get(f"/dossiers/{absorbe}/", {"genre": "acte"}, follow=True))
    assert f"Le dossier {absorbe} a été fusionné avec celui-ci" in page
    assert "awa@exemple.fr" in page
    renvoi = navigateur.get(f"/dossiers/{absorbe}/situations/nouvelle?a=b%20c")
    assert renvoi["Location"] == f"/dossiers/{garde}/situations/nouvelle?a=b+c"

    with perimetre(structure.pk):
        fusion = Fusion.objects.get()
    page = corps(navigateur.get(f"/doublons/fusions/{fusion.pk}/"))
    assert "Défaire cette fusion ?" in page
    assert "Repris du" in page
    reponse = navigateur.post(f"/doublons/fusions/{fusion.pk}/")
    assert reponse["Location"] == f"/dossiers/{absorbe}/"
    assert navigateur.get(f"/dossiers/{absorbe}/").status_code == 200
    assert navigateur.get(f"/doublons/fusions/{fusion.pk}/").status_code == 404


def test_what_is_posted_to_the_old_number_is_not_lost(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure
) -> None:
    """The form of a situation was open while somebody merged."""
    garde, absorbe, _ = deux
    fusionner(navigateur, garde, absorbe, **CHOIX)
    donnees = {"categorie": "Scolarité", "debut": "2026-03-02", "libelle": "Tapé avant la fusion"}
    reponse = navigateur.post(f"/dossiers/{absorbe}/situations/nouvelle", donnees)
    assert reponse.status_code == 302
    with perimetre(structure.pk):
        assert Situation.objects.get(libelle="Tapé avant la fusion").dossier_id == garde.pk


def test_a_choice_that_is_missing_merges_nothing(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure
) -> None:
    reponse = fusionner(navigateur, deux[0], deux[1], nom_naissance="ni l'un ni l'autre")
    assert reponse.status_code == 422
    with perimetre(structure.pk):
        assert Dossier.objects.count() == 2


def test_what_forbids_is_said_before(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure
) -> None:
    from imilo.parcours.allocations.models import DecisionAllocation

    with perimetre(structure.pk):
        DecisionAllocation.objects.update(mois=date(2026, 3, 1))
    page = corps(navigateur.get(f"/doublons/{deux[2].pk}/fusionner"))
    assert "La fusion n'est pas possible pour l'instant" in page
    assert "Fusionner les deux dossiers</button>" not in page
    reponse = fusionner(navigateur, deux[0], deux[1], **CHOIX)
    assert reponse.status_code == 422


def test_the_export_neutralises_formulas(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure
) -> None:
    with perimetre(structure.pk):
        jeune = deux[0].jeune
        jeune.nom_usage = jeune.nom_naissance = "=cmd|' /C calc'!A1"
        jeune.save()
    texte = navigateur.get("/doublons/export.csv", {"etat": "tous"}).content.decode()
    assert "'=cmd" in texte
    assert ";=cmd" not in texte


@pytest.mark.parametrize(
    "adresse", ["{p}/", "{p}/fusionner", "{p}/separer", "fusions/{f}/"]
)  # fmt: skip
def test_the_same_profile_elsewhere_gets_a_404(
    client: Client, deux: tuple[Dossier, Dossier, Paire], autre_structure: Structure, agent: Agent, adresse: str
) -> None:
    client.force_login(agent)
    fusionner(client, deux[0], deux[1], **CHOIX)
    with perimetre(deux[0].structure_id):
        fusion = Fusion.objects.get()
    client.force_login(fabriques.agent(autre_structure))
    chemin = "/doublons/" + adresse.format(p=deux[2].pk, f=fusion.pk)
    assert client.get(chemin).status_code == 404
    assert client.post(chemin).status_code in (404, 405)
    assert client.get(f"/dossiers/{deux[1]}/").status_code == 404
    with perimetre(deux[0].structure_id):
        assert Fusion.objects.get().defaite_le is None


@pytest.mark.parametrize("profil", [Profil.ACCUEIL, Profil.GESTIONNAIRE, Profil.DPD])
def test_the_reception_desk_meets_doubles_but_decides_none(
    client: Client, deux: tuple[Dossier, Dossier, Paire], structure: Structure, profil: Profil
) -> None:
    client.force_login(fabriques.agent(structure, profil))
    assert client.get("/doublons/").status_code == 403
    assert client.post(f"/doublons/{deux[2].pk}/differentes").status_code == 403
    assert paires(structure)[0].etat == Etat.A_DECIDER


def test_opened_anyway_goes_to_the_queue(navigateur: Client, structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        connu = fabriques.dossier(
            structure, jeune_nom_naissance="Dupont", jeune_prenom="Élise", jeune_naissance=date(2003, 5, 14)
        )
    saisie = {
        "nom_naissance": "Dupond", "prenom": "Élise", "sexe": "F", "naissance": "14/05/2003",
        "premier_accueil": "2026-01-05",
    }  # fmt: skip
    page = navigateur.post("/dossiers/nouveau", saisie)
    assert page.status_code == 409
    assert "Ce qui concorde :</strong> même date de naissance, nom proche, même prénom" in corps(page)
    assert "Ce qui diffère" not in corps(page)
    saisie |= {"doublon": "autre", "doublon_ecarte": "Sa cousine, vue ce jour", "doublons_vus": str(connu.jeune_id)}
    assert navigateur.post("/dossiers/nouveau", saisie).status_code == 302
    (notee,) = paires(structure)
    assert (notee.dossier_id, notee.origine, notee.etat) == (connu.pk, "saisie", Etat.A_DECIDER)


def test_a_merge_posted_twice_leads_where_it_led(navigateur: Client, deux: tuple[Dossier, Dossier, Paire]) -> None:
    garde, absorbe, la_paire = deux
    assert fusionner(navigateur, garde, absorbe, **CHOIX).status_code == 302
    donnees = {"garde": str(garde.pk), "vues": f"{garde.pk}:1:1 {absorbe.pk}:1:1"}
    encore = navigateur.post(f"/doublons/{la_paire.pk}/fusionner", donnees, follow=True)
    assert encore.redirect_chain[-1][0] == f"/dossiers/{garde}/"
    assert f"C'est déjà fait : le numéro {absorbe} mène à ce dossier." in corps(encore)
    with perimetre(garde.structure_id):
        assert Fusion.objects.count() == 1


@pytest.mark.parametrize(
    ("famille", "cache"),
    [("coordonnees", "Téléphone"), ("nir", "Numéro de sécurité sociale"), ("referents", None), ("situations", "Sit")],
)
def test_the_pages_obey_the_policy_family_by_family(
    navigateur: Client, deux: tuple[Dossier, Dossier, Paire], famille: str, cache: str | None
) -> None:
    """What the policy hides is neither compared, nor counted, nor chosen: what the other alone knows is then taken."""
    garde, absorbe, la_paire = deux
    vraie = politique.visibilite

    def plus_stricte(profil: str | None, code: str, *, portee: str = Portee.ICI) -> Visibilite:
        return Visibilite.CACHE if code == famille else vraie(profil, code, portee=portee)

    pages = (f"/doublons/{la_paire.pk}/", f"/doublons/{la_paire.pk}/fusionner?garde={garde.pk}")
    with patch.object(politique, "visibilite", plus_stricte), patch.object(presentation, "visibilite", plus_stricte):
        lues = [corps(navigateur.get(page)) for page in pages]
        assert not any("+33612345678" in lue or "awa@exemple.fr" in lue for lue in lues if famille == "coordonnees")
        if cache is not None and famille != "situations":
            assert not any(f'<th scope="row">{cache}</th>' in lue for lue in lues)
        choix = {c: v for c, v in CHOIX.items() if famille != "coordonnees" or c not in ("telephone", "courriel")}
        assert fusionner(navigateur, garde, absorbe, **choix).status_code == 302
    with perimetre(garde.structure_id):
        lu = Dossier.objects.get(pk=garde.pk)
    assert (lu.telephone, lu.courriel) == ("+33612345678", "awa@exemple.fr")
