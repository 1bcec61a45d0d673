"""Who of a list the country knows: kept with the arrival, shown, and never a second dossier without a reason."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.echanges.connecteurs.listes.models import Import
from imilo.echanges.connecteurs.listes.services import deposer, traiter
from imilo.journal.models import Consultation, Fait
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.arrivees.models import Arrivee, Connu, Source
from imilo.parcours.arrivees.reconnaissance import Reconnaissance, du_rapprochement
from imilo.parcours.arrivees.services import ouvrir_depuis
from imilo.parcours.arrivees.signalements import Signalement, accueillir
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.doublons import DoublonProbable
from imilo.parcours.doublons.models import Paire
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.arrivees.test_arrivees import creneau, essai, page, relire

pytestmark = pytest.mark.django_db
NE_LE = date(2009, 3, 12)


@pytest.fixture
def client(agent: Agent) -> Client:
    connecte = Client()
    connecte.force_login(agent)
    return connecte


def connue(chez: Structure, **champs: Any) -> Dossier:
    """Somebody whom the counter's engine alone wouldn't bring: another name, a date a year and a half off."""
    with perimetre(chez.pk):
        return fabriques.dossier(
            chez, jeune_nom_naissance="Durand", jeune_prenom="Zoé", jeune_naissance=date(2007, 9, 1), **champs
        )


def arriver(structure: Structure, reconnaissance: Reconnaissance, **champs: Any) -> Arrivee:
    valeurs: dict[str, Any] = {
        "cle": "E1", "nom": "Lefort", "prenom": "Zoé", "sexe": "F", "naissance": NE_LE, "depuis": date(2026, 6, 30),
    }  # fmt: skip
    with perimetre(structure.pk):
        (effet,) = accueillir(
            structure, Source.DECROCHEURS, [Signalement(**(valeurs | champs))], verdicts={"E1": reconnaissance}
        )
        return Arrivee.objects.select_related("structure").get(pk=effet.arrivee_id)


def sue(dossier: Dossier, **champs: Any) -> Reconnaissance:
    dit: dict[str, Any] = {
        "connu": Connu.SUR, "reconnue": dossier.jeune_id, "probabilite": 0.999998,
        "preuves": ["même prénom", "même adresse", "autre nom"],
    }  # fmt: skip
    return Reconnaissance(**(dit | champs))


def saisie(**champs: str) -> dict[str, str]:
    return {
        "nom_naissance": "Lefort", "prenom": "Zoé", "sexe": "F", "naissance": "12/03/2009",
        "premier_accueil": f"{timezone.localdate():%Y-%m-%d}", **champs,
    }  # fmt: skip


def test_who_is_known_is_said_on_the_list_the_page_and_the_export(client: Client, structure: Structure) -> None:
    dossier = connue(structure)
    arrivee = arriver(structure, sue(dossier))
    for texte in (page(client, "arrivees"), page(client, "arrivee", arrivee.pk)):
        assert "Déjà connu" in texte
        assert f"dossier {dossier}" in texte
        assert "99,99 %" in texte
        assert "même adresse" in texte
    export = client.get(reverse("web:arrivees-export")).content.decode().splitlines()[1]
    assert export.endswith(f";Déjà connu;{dossier};99,99 %;même prénom, même adresse, autre nom")
    assert "C'est la même personne : rattacher" in page(client, "arrivee", arrivee.pk).replace("&#x27;", "'")


def test_a_dossier_elsewhere_says_where_and_whom_to_call_alone(
    client: Client, structure: Structure, autre_structure: Structure
) -> None:
    ailleurs = connue(autre_structure)
    arrivee = arriver(structure, sue(ailleurs))
    fiche = page(client, "arrivee", arrivee.pk)
    assert autre_structure.nom[1:] in fiche.replace("&#x27;", "'")
    assert "Lire ce dossier" in fiche
    assert str(ailleurs) not in fiche
    liste = page(client, "arrivees")
    assert "Déjà connu" in liste
    assert "autre nom" in liste
    assert "même adresse" not in liste
    assert str(ailleurs) not in liste


def test_a_dossier_closed_to_the_reader_keeps_its_evidence(client: Client, structure: Structure) -> None:
    dossier = connue(structure)
    arrivee = arriver(structure, sue(dossier))
    directrice, au = fabriques.agent(structure, Profil.DIRECTION), timezone.localdate() + timedelta(days=30)
    with perimetre(structure.pk):
        restreindre(directrice, dossier, agents=[directrice.pk], motif="proche", au=au)
    for texte in (page(client, "arrivees"), page(client, "arrivee", arrivee.pk)):
        assert "Déjà connu" in texte
        assert "même adresse" not in texte
        assert str(dossier) not in texte
    assert "même adresse" not in client.get(reverse("web:arrivees-export")).content.decode()


@pytest.mark.parametrize("connu", [Connu.SUR, Connu.PROBABLE])
@pytest.mark.parametrize("ici", [True, False])
def test_no_second_dossier_without_a_reason(
    client: Client, structure: Structure, autre_structure: Structure, agent: Agent, connu: Connu, *, ici: bool
) -> None:
    dossier = connue(structure if ici else autre_structure)
    arrivee = arriver(structure, sue(dossier, connu=connu))
    with perimetre(structure.pk):
        with pytest.raises(DoublonProbable), transaction.atomic():
            ouvrir_depuis(agent, arrivee, version=arrivee.version)
        avant = Dossier.objects.count()
    refus = client.post(reverse("web:arrivee", args=[arrivee.pk]), essai(arrivee, issue="rdv_pris") | creneau(agent))
    assert refus.status_code == 422
    assert "comparez ci-dessous" in refus.content.decode()
    adresse = reverse("web:arrivee-dossier", args=[arrivee.pk])
    comparer = client.post(adresse, saisie())
    assert comparer.status_code == 409
    assert "Qui est en face de vous" in comparer.content.decode()
    muet = client.post(adresse, saisie(doublons_vus=str(dossier.jeune_id), doublon="autre"))
    assert "Dites en quelques mots pourquoi" in muet.content.decode()
    with perimetre(structure.pk):
        assert Dossier.objects.count() == avant
    motif = "Sa cousine, qui porte le même prénom"
    dite = saisie(doublons_vus=str(dossier.jeune_id), doublon="autre", doublon_ecarte=motif)
    assert client.post(adresse, dite).status_code == 302
    apres = relire(structure, arrivee)
    with perimetre(structure.pk):
        assert apres.dossier is not None
        assert apres.dossier.doublon_ecarte == motif
        assert Fait.objects.get(genre="dossier.ouvert").identifiants["doublon"] == "ecarte"
        assert Paire.objects.filter(structure=structure).count() == 1


def test_known_elsewhere_the_same_person_gets_a_dossier_here(
    client: Client, structure: Structure, autre_structure: Structure
) -> None:
    ailleurs = connue(autre_structure)
    arrivee = arriver(structure, sue(ailleurs))
    dite = saisie(doublons_vus=str(ailleurs.jeune_id), doublon=f"meme-{ailleurs.jeune_id}")
    assert client.post(reverse("web:arrivee-dossier", args=[arrivee.pk]), dite).status_code == 302
    apres = relire(structure, arrivee)
    assert apres.dossier is not None
    assert apres.dossier.jeune_id == ailleurs.jeune_id


def test_what_differs_elsewhere_is_not_kept() -> None:
    preuves = ("même nom", "même téléphone", "adresse proche", "autre sexe")
    resultat = SimpleNamespace(statut="sur", personne=7, probabilite=0.97, preuves=preuves, raison="le sexe diffère")
    ici, ailleurs = du_rapprochement(resultat, ici=True), du_rapprochement(resultat, ici=False)
    assert (ici.preuves[2:], ici.doute) == (["adresse proche", "autre sexe"], "le sexe diffère")
    assert (ailleurs.preuves, ailleurs.doute) == (["même nom", "même téléphone"], "")
    resultat.statut = "nouveau"
    assert du_rapprochement(resultat, ici=True) == Reconnaissance(doute="le sexe diffère")


def test_sure_is_sure_of_somebody(structure: Structure) -> None:
    with pytest.raises(IntegrityError, match="arrivee_sure_de_quelqu_un"), transaction.atomic():
        arriver(structure, Reconnaissance(connu=Connu.SUR))
    with pytest.raises(IntegrityError, match="arrivee_probabilite"), transaction.atomic():
        arriver(structure, Reconnaissance(connu=Connu.PROBABLE, probabilite=1.5))


def test_the_counter_s_engine_says_why_too(structure: Structure) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(
            structure, jeune_nom_naissance="Durand", jeune_prenom="Zoé", jeune_naissance=date(2008, 3, 12),
            adresse_numero="3", adresse_voie="rue Haute", adresse_code_postal="37000",
        )  # fmt: skip
        dit = Signalement(
            cle="A1", nom="Durand", prenom="Zoé", naissance=NE_LE, depuis=None, adresse="3 r. Haute",
            code_postal="37000",
        )  # fmt: skip
        (effet,) = accueillir(structure, Source.APPRENTISSAGE, [dit])
        a = Arrivee.objects.get(pk=effet.arrivee_id)
    assert (a.connu, a.reconnue, a.probabilite) == (Connu.PROBABLE, dossier.jeune_id, None)
    assert a.preuves == ["naissance à un an près", "même nom de naissance", "même prénom", "même adresse"]
    assert a.doute == "Diffère : date de naissance"


COLONNES = "version;identifiant;nom_naissance;prenom;date_naissance;dernier_etablissement_uai;date_sortie"


def importer(structure: Structure, *lignes: str) -> Import:
    with perimetre(structure.pk):
        contenu = "\n".join([COLONNES, *lignes]).encode()
        recu = deposer(None, structure=structure, source=Source.DECROCHEURS, nom="l.csv", contenu=contenu)
    lu = traiter(recu.pk, structure.pk)
    assert lu is not None
    return lu


def test_the_report_tells_each_line(client: Client, structure: Structure) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, jeune_nom_naissance="Durand", jeune_prenom="Zoé", jeune_naissance=NE_LE)
    bonnes = ("1;E1;Durand;Zoé;12/03/2009;0370001A;30/06/2026", "1;E2;Roy;Théo;02/11/2008;0370001A;30/06/2026")
    importer(structure, *bonnes)
    recu = importer(structure, *bonnes, "1;E3;=cmd|x;Léo;01/01/2009;0370001A;01/07/2026")
    rapport = page(client, "import", recu.pk)
    for dit in ("Sans changement", "À vérifier", f"dossier {dossier}", "Nouveau", "Laissée de côté"):
        assert dit in rapport, dit
    assert "Roy" not in page(client, "import", recu.pk, lignes="probable")
    assert "Durand" not in page(client, "import", recu.pk, lignes="non")
    assert "=cmd|x" not in page(client, "import", recu.pk, lignes="sur")
    lignes = client.get(reverse("web:import-export", args=[recu.pk])).content.decode().splitlines()
    assert lignes[1] == (
        f"2;Sans changement;;Durand;;Zoé;12/03/2009;À vérifier;{dossier};;"
        "même date de naissance, même nom de naissance, même prénom"
    )
    assert lignes[2] == "3;Sans changement;;Roy;;Théo;02/11/2008;Nouveau;;;"
    assert lignes[3].startswith("4;Laissée de côté;nom_naissance : Un nom s'écrit")
    assert all(not cellule.startswith("=") for ligne in lignes for cellule in ligne.split(";"))
    with perimetre(structure.pk):
        assert Fait.objects.get(genre="liste.exportee").identifiants == {"nombre": 3}
        assert Consultation.objects.filter(genre="export").count() == 2


def test_the_report_of_elsewhere_does_not_exist(client: Client, autre_structure: Structure) -> None:
    recu = importer(autre_structure, "1;E1;Durand;Zoé;12/03/2009;0370001A;30/06/2026")
    assert client.get(reverse("web:import-export", args=[recu.pk])).status_code == 404
