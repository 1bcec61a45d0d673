"""The assessment on screen: established, compared, sent to the person, commented, read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.diagnostics.models import Commentaire, Diagnostic
from imilo.parcours.diagnostics.selectors import dernier_diagnostic
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Representant
from imilo.parcours.liens.models import LienPersonnel
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.objets_liens import ouvrir

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, telephone="+33612345678", courriel="lou@exemple.fr")


@pytest.fixture
def conseiller(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


def adresse(nom: str, dossier: Dossier, *args: int) -> str:
    return reverse(f"web:{nom}", args=[str(dossier), *args])


def saisie(**champs: Any) -> dict[str, Any]:
    return {
        "etabli_le": timezone.localdate().isoformat(),
        "objectifs": "Devenir cuisinière",
        "avec_la_personne": "on",
        "valeur_EMPLOI": "besoin",
        "texte_EMPLOI": "Deux stages",
        "contrainte_mobilite": "oui",
        "impact_mobilite": "fort",
        "situation_mobilite__permis_absent": "oui",
        "objectif_mobilite__passer_permis": "en_cours",
        "prioritaire": "mobilite",
        "appreciation_numerique_demarches": "aide",
        "metier_1": "G1602",
        **champs,
    }


def etablir(conseiller: Client, dossier: Dossier, **champs: Any) -> Diagnostic:
    assert conseiller.post(adresse("diagnostic", dossier), saisie(**champs)).status_code == 302
    with perimetre(dossier.structure_id):
        dernier = dernier_diagnostic(dossier=dossier)
    assert dernier is not None
    return dernier


def lire(client: Client, ou: str) -> str:
    reponse = client.get(ou)
    assert reponse.status_code == 200
    return reponse.content.decode()


def choisi(page: str, champ: str) -> str:
    bloc = re.search(rf'<select name="{champ}".*?</select>', page, re.DOTALL)
    assert bloc is not None
    option = re.search(r'<option value="(\w*)" selected', bloc[0])
    return option[1] if option else ""


def test_a_version_starts_from_the_last_one(conseiller: Client, dossier: Dossier) -> None:
    etablir(conseiller, dossier)
    page = lire(conseiller, adresse("diagnostic", dossier))
    assert "impact fort, à traiter en premier" in page
    assert "Mobilité : passer le permis" in page
    assert choisi(page, "contrainte_mobilite") == "oui"
    assert choisi(page, "objectif_mobilite__passer_permis") == "en_cours"
    assert choisi(page, "prioritaire") == "mobilite"
    assert choisi(page, "appreciation_numerique_demarches") == "aide"
    assert 'value="G1602 ' in page


def test_what_is_refused_stays_on_the_screen(conseiller: Client, dossier: Dossier) -> None:
    incoherent = saisie(contrainte_mobilite="non_abordee", precisions_mobilite=HOSTILE)
    reponse = conseiller.post(adresse("diagnostic", dossier), incoherent)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Mobilité : dites d&#x27;abord si cette contrainte est présente" in page
    assert "&lt;script&gt;" in page
    assert choisi(page, "impact_mobilite") == "fort"
    assert re.search(r'<details class="imilo-plus"\s+open>\s*<summary>Mobilité', page)
    assert conseiller.post(adresse("diagnostic", dossier), saisie(metier_1="licorne")).status_code == 422


def test_two_versions_side_by_side(conseiller: Client, dossier: Dossier) -> None:
    ou = adresse("diagnostic-comparer", dossier)
    assert "Il faut deux diagnostics" in lire(conseiller, ou)
    hier = (timezone.localdate() - timedelta(days=1)).isoformat()
    premier = etablir(conseiller, dossier, etabli_le=hier)
    second = etablir(conseiller, dossier, objectif_mobilite__passer_permis="realise", metier_2="K1304")
    page = lire(conseiller, ou)
    assert "2 données ont changé" in page
    assert page.count("Changé</span>") == 2
    assert "Objectif réalisé" in page
    assert "Objectif en cours" in page
    a_l_envers = lire(conseiller, f"{ou}?avant={second.pk}&apres={premier.pk}")
    assert "2 données ont changé" in a_l_envers
    assert "Rien n'a changé" in lire(conseiller, f"{ou}?avant={second.pk}&apres={second.pk}")
    assert lire(conseiller, f"{ou}?avant=abc&apres=999999999999999999999")


def test_from_the_dossier_to_the_young_person_and_back(
    conseiller: Client, client: Client, agent: Agent, dossier: Dossier
) -> None:
    d = etablir(conseiller, dossier)
    page = lire(conseiller, adresse("diagnostic", dossier))
    assert "SMS au 06 12 34 56 78" in page
    assert "courriel à lou@exemple.fr" in page
    assert conseiller.post(adresse("diagnostic-envoyer", dossier, d.pk), {"canal": "courriel"}).status_code == 302
    with perimetre(dossier.structure_id):
        assert LienPersonnel.objects.get().canal == "courriel"
    assert "pas encore ouvert" in lire(conseiller, adresse("diagnostic", dossier))
    chez_elle = ouvrir(client, "diagnostic", dossier, agent, objet_id=d.pk)
    lue = lire(client, chez_elle)
    for mots in ("Devenir cuisinière", "Deux stages", "Vous déplacer", "À faire ensemble : passer le permis"):
        assert mots in lue
    assert client.post(chez_elle, {"accord": "non", "texte": ""}).status_code == 422
    refuse = client.post(chez_elle, {"texte": HOSTILE})
    assert "&lt;script&gt;" in refuse.content.decode()
    assert client.post(chez_elle, {"accord": "en_partie", "texte": HOSTILE}).status_code == 302
    assert "Merci, c'est envoyé" in lire(client, chez_elle + "?merci")
    journee = lire(conseiller, reverse("web:journee"))
    assert "Avis sur un diagnostic" in journee
    page = lire(conseiller, adresse("diagnostic", dossier))
    assert "En partie d&#x27;accord" in page
    assert "<script>alert" not in page
    assert conseiller.post(adresse("diagnostic-vu", dossier, d.pk)).status_code == 302
    assert "Avis sur un diagnostic" not in lire(conseiller, reverse("web:journee"))
    assert "lu par" in lire(conseiller, adresse("diagnostic", dossier))


def test_an_opinion_is_of_the_version_that_was_read(
    conseiller: Client, client: Client, agent: Agent, dossier: Dossier
) -> None:
    hier = (timezone.localdate() - timedelta(days=1)).isoformat()
    ancien = etablir(conseiller, dossier, etabli_le=hier)
    chez_elle = ouvrir(client, "diagnostic", dossier, agent, objet_id=ancien.pk)
    assert "Un diagnostic plus récent" not in lire(client, chez_elle)
    etablir(conseiller, dossier)
    assert "votre avis portera sur lui" in lire(client, chez_elle)
    assert client.post(chez_elle, {"accord": "non", "texte": "Je n'ai pas de voiture"}).status_code == 302
    page = lire(conseiller, adresse("diagnostic", dossier))
    assert "et non pour celui-ci" in page
    assert "a donné son avis sur le diagnostic du" in page
    assert page.count("Je n&#x27;ai pas de voiture") == 1


def test_what_is_written_of_a_theme_left_aside_is_read(conseiller: Client, client: Client, dossier: Dossier) -> None:
    d = etablir(conseiller, dossier, valeur_LOGEMENT="non_explore", texte_LOGEMENT="Vit chez sa tante")
    assert "Vit chez sa tante" in lire(conseiller, adresse("diagnostic", dossier))
    assert "Vit chez sa tante" in lire(client, ouvrir(client, "diagnostic", dossier, objet_id=d.pk))


def test_a_closed_constraint_has_no_goal_that_runs(conseiller: Client, dossier: Dossier) -> None:
    close = saisie(contrainte_mobilite="cloturee", prioritaire="")
    reponse = conseiller.post(adresse("diagnostic", dossier), close)
    assert list(reponse.context["form"].errors) == ["objectif_mobilite__passer_permis"]
    fini = {**close, "objectif_mobilite__passer_permis": "realise"}
    assert conseiller.post(adresse("diagnostic", dossier), fini).status_code == 302


def test_three_mistakes_are_told_at_once(conseiller: Client, dossier: Dossier) -> None:
    """A missing goal, a box that isn't ticked, a constraint that contradicts itself."""
    faux = saisie(objectifs="", contrainte_mobilite="non_abordee")
    del faux["avec_la_personne"]
    erreurs = conseiller.post(adresse("diagnostic", dossier), faux).context["form"].errors
    assert set(erreurs) == {"objectifs", "avec_la_personne", "contrainte_mobilite"}
    sans_date = saisie(contrainte_mobilite="cloturee", etabli_le=f"{timezone.localdate() + timedelta(days=2)}")
    erreurs = conseiller.post(adresse("diagnostic", dossier), sans_date).context["form"].errors
    assert set(erreurs) == {"etabli_le", "contrainte_mobilite"}


def test_the_same_profile_another_young_person(conseiller: Client, client: Client, agent: Agent) -> None:
    ailleurs = fabriques.structure()
    with perimetre(ailleurs.pk):
        voisin = fabriques.dossier(ailleurs, fabriques.agent(ailleurs))
    for nom, args in (("diagnostic", ()), ("diagnostic-comparer", ())):
        assert conseiller.get(adresse(nom, voisin, *args)).status_code == 404
    for nom in ("diagnostic-envoyer", "diagnostic-vu"):
        assert conseiller.post(adresse(nom, voisin, 1)).status_code == 404


def test_an_assessment_of_another_dossier_is_not_this_one_s(
    conseiller: Client, structure: Structure, agent: Agent, dossier: Dossier
) -> None:
    with perimetre(structure.pk):
        autre = fabriques.dossier(structure, agent, telephone="+33698765432")
    d = etablir(conseiller, autre)
    assert conseiller.post(adresse("diagnostic-envoyer", dossier, d.pk), {"canal": "sms"}).status_code == 404
    assert conseiller.post(adresse("diagnostic-vu", dossier, d.pk)).status_code == 404


def test_whom_nobody_can_write_to(conseiller: Client, structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
    d = etablir(conseiller, dossier)
    page = lire(conseiller, adresse("diagnostic", dossier))
    assert "complétez ses coordonnées" in page
    reponse = conseiller.post(adresse("diagnostic-envoyer", dossier, d.pk), {"canal": "sms"})
    assert reponse.status_code == 409
    assert "complétez d&#x27;abord les coordonnées" in reponse.content.decode()
    with perimetre(structure.pk):
        assert not Commentaire.objects.exists()


def test_who_decides_for_a_minor_may_receive_it(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    jour = timezone.localdate()
    with perimetre(dossier.structure_id):
        communs = {"dossier": dossier, "structure_id": dossier.structure_id, "qualite": "mere"} | {
            "confirme_le": jour,
            "confirme_par": agent,
        }
        ana = Representant.objects.create(**communs, nom="Ana LIMA", courriel="ana@exemple.fr")
        Representant.objects.create(
            **communs, nom="Ancien TUTEUR", courriel="x@exemple.fr", jusqu_au=jour - timedelta(days=1)
        )
    d = etablir(conseiller, dossier)
    page = lire(conseiller, adresse("diagnostic", dossier))
    assert "Ana LIMA" in page
    assert "Ancien TUTEUR" not in page
    choix = {"canal": f"r{ana.pk}-courriel"}
    assert conseiller.post(adresse("diagnostic-envoyer", dossier, d.pk), choix).status_code == 302
    with perimetre(dossier.structure_id):
        lien = LienPersonnel.objects.get()
        assert (lien.destinataire, lien.destinataire_nom, lien.adresse) == (
            "representant",
            "Ana LIMA",
            "ana@exemple.fr",
        )
    ailleurs = conseiller.post(adresse("diagnostic-envoyer", dossier, d.pk), {"canal": "r999-sms"})
    assert ailleurs.status_code == 409
