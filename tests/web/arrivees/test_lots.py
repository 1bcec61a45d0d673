"""Arrivals given to somebody together, and taken back; an arrival that is over; addresses that lead to a mail."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue, Repartition
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.arrivees.test_arrivees import arriver, essai, page, relire

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(agent: Agent) -> Client:
    connecte = Client()
    connecte.force_login(agent)
    return connecte


def confier(client: Client, arrivees: list[Arrivee], a: Agent | None, retour: str = "") -> str:
    envoi = {"arrivees": [x.pk for x in arrivees], "a": a.pk if a else "", "retour": retour}
    reponse = client.post(reverse("web:arrivees-confier"), envoi, follow=True)
    assert reponse.status_code == 200
    return reponse.content.decode()


def assignees(structure: Structure) -> list[int | None]:
    with perimetre(structure.pk):
        return list(Arrivee.objects.order_by("pk").values_list("assignee_id", flat=True))


def test_confier_plusieurs_arrivees_puis_annuler(client: Client, structure: Structure) -> None:
    collegue = fabriques.agent(structure, Profil.ACCUEIL)
    trois = [arriver(structure, nom=nom) for nom in ("Un", "Deux", "Trois")]
    with perimetre(structure.pk):
        Arrivee.objects.filter(pk=trois[1].pk).update(assignee=collegue)
    texte = confier(client, trois[:2], collegue, retour="source=decrocheurs&csrf=x")
    assert "1 arrivée" in texte
    assert f"est confiée à {collegue}" in " ".join(texte.split())
    assert assignees(structure) == [collegue.pk, collegue.pk, None]
    with perimetre(structure.pk):
        assert Fait.objects.get(genre="arrivees.confiees").identifiants["nombre"] == 1
    confier(client, trois, None)
    assert assignees(structure) == [None, None, None]
    assert "ne sont plus confiées" not in page(client, "arrivees")  # told once; the history keeps it


def annuler(client: Client, faite: Repartition) -> str:
    reponse = client.post(reverse("web:repartition", args=[faite.pk]), follow=True)
    return " ".join(reponse.content.decode().split())


def test_une_repartition_s_annule_de_son_historique_par_un_autre_et_une_seule_fois(
    client: Client, structure: Structure, agent: Agent, autre_structure: Structure
) -> None:
    collegue = fabriques.agent(structure, Profil.ACCUEIL)
    deux = [arriver(structure, nom=nom) for nom in ("Un", "Deux")]
    with perimetre(structure.pk):
        Arrivee.objects.filter(pk=deux[0].pk).update(assignee=collegue)
    confier(client, deux, agent)
    with perimetre(structure.pk):
        faite = Repartition.objects.get()
    autre = Client()
    autre.force_login(collegue)
    historique = page(autre, "repartitions")
    assert all(mot in historique for mot in (f"Confiées à {agent}", ">2</td>", "Faite"))
    a_confirmer = page(autre, "repartition", faite.pk)
    assert "Annuler pour 2 arrivées" in a_confirmer
    assert assignees(structure) == [agent.pk, agent.pk]  # looking changes nothing
    assert "annulé pour 2 arrivées." in annuler(autre, faite)
    assert assignees(structure) == [collegue.pk, None]
    assert "déjà annulée" in annuler(client, faite)
    assert f"par {collegue}" in page(client, "repartitions")
    with perimetre(structure.pk):
        assert Fait.objects.get(genre="arrivees.reprises").identifiants["nombre"] == 2
    etranger = Client()
    etranger.force_login(fabriques.agent(autre_structure))
    assert etranger.get(reverse("web:repartition", args=[faite.pk])).status_code == 404


def test_ce_qui_a_change_depuis_est_nomme_et_laisse(client: Client, structure: Structure, agent: Agent) -> None:
    parti = fabriques.agent(structure)
    trois = [arriver(structure, nom=nom) for nom in ("Un", "Deux", "Trois")]
    with perimetre(structure.pk):
        Arrivee.objects.filter(pk=trois[2].pk).update(assignee=parti)
    confier(client, trois, agent)
    apres = relire(structure, trois[0])
    client.post(reverse("web:arrivee", args=[apres.pk]), essai(apres))
    Affectation.objects.filter(agent=parti).update(au=date(2021, 1, 1))
    with perimetre(structure.pk):
        faite = Repartition.objects.get()
    avant = " ".join(page(client, "repartition", faite.pk).split())
    laissees, rendues = avant.split("Reviendront à qui les avait")
    assert f"Modifiée depuis, par {agent}, le" in laissees
    assert "ne traite plus les arrivées" in laissees
    assert str(trois[1]) in rendues
    assert str(trois[0]) in laissees
    assert "annulé pour 1 arrivée ; 2 laissées telles quelles" in annuler(client, faite)
    assert assignees(structure) == [agent.pk, None, agent.pk]


def test_quand_tout_a_change_rien_ne_s_annule(client: Client, structure: Structure, agent: Agent) -> None:
    une = arriver(structure)
    confier(client, [une], agent)
    confier(client, [une], None)
    with perimetre(structure.pk):
        premiere = Repartition.objects.order_by("pk")[0]
    assert "plus rien à annuler" in page(client, "repartition", premiere.pk)
    assert "Toutes ces arrivées ont changé depuis" in html.unescape(annuler(client, premiere))
    assert "Rien n'a changé" in html.unescape(confier(client, [une], None))


def test_ni_personne_de_coche_ni_une_autre_structure(
    client: Client, structure: Structure, autre_structure: Structure, agent: Agent
) -> None:
    assert "Cochez les arrivées" in confier(client, [], agent)
    ailleurs = arriver(autre_structure)
    confier(client, [ailleurs], agent)
    assert assignees(autre_structure) == [None]
    rgc = fabriques.agent(structure, Profil.RGC)
    ici = arriver(structure)
    confier(client, [ici], rgc)
    assert assignees(structure) == [None]
    mauvais = client.post(reverse("web:arrivees-confier"), {"arrivees": ["x", "9" * 40, "-1"], "a": agent.pk})
    assert mauvais.status_code == 302


def test_une_arrivee_terminee_montre_ce_qu_il_en_est(client: Client, structure: Structure, agent: Agent) -> None:
    arrivee = arriver(structure)
    client.post(reverse("web:arrivee", args=[arrivee.pk]), essai(arrivee, issue="scolarite"))
    texte = page(client, "arrivee", arrivee.pk)
    assert "Terminée : de nouveau scolarisé" in texte
    assert f"par {agent}" in texte
    assert "Noter une tentative" not in texte
    assert "Noter une tentative" in page(client, "arrivee", arrivee.pk, rouvrir="")


def test_close_par_la_nuit(client: Client, structure: Structure) -> None:
    arrivee = arriver(structure)
    with perimetre(structure.pk):
        Arrivee.objects.update(etat=Etat.CLOSE, issue=Issue.EXPIREE)
    assert "personne n&#x27;a eu à le noter" in page(client, "arrivee", arrivee.pk).replace("'", "&#x27;")
    choix = page(client, "arrivee", arrivee.pk, rouvrir="")
    assert 'value="expiree"' not in choix


def test_une_adresse_ne_porte_pas_de_destinataire_cache(client: Client, structure: Structure) -> None:
    parent = {"nom": "P", "courriel": "p?bcc=x@exemple.fr"}
    arrivee = arriver(structure, courriel="a?bcc=mechant@exemple.fr", representants=[parent])
    texte = page(client, "arrivee", arrivee.pk)
    assert "mailto:a%3Fbcc%3Dmechant@exemple.fr" in texte
    assert "mailto:p%3Fbcc%3Dx@exemple.fr" in texte
    assert "mailto:a?bcc" not in texte
