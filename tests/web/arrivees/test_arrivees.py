"""The screens of the arrivals: the list, one of them, the dossier, the lists that bring them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.echanges.connecteurs.listes.models import EtatImport, Import
from imilo.echanges.connecteurs.listes.services import traiter
from imilo.journal.models import Consultation, Fait
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue, Source
from imilo.parcours.arrivees.signalements import Signalement, accueillir
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(agent: Agent) -> Client:
    connecte = Client()
    connecte.force_login(agent)
    return connecte


def arriver(structure: Structure, source: Source = Source.DECROCHEURS, **champs: Any) -> Arrivee:
    with perimetre(structure.pk):
        valeurs: dict[str, Any] = {
            "cle": f"E{Arrivee.objects.count()}",
            "nom": "Belkacem",
            "prenom": "Inès",
            "sexe": "F",
            "naissance": date(2009, 3, 12),
            "depuis": date(2026, 6, 30),
            "telephone": "+33612345678",
            "commune_id": "37261",
            "code_postal": "37000",
            "adresse": "3 rue Haute",
            "origine": "Lycée Balzac",
        }
        (effet,) = accueillir(structure, source, [Signalement(**(valeurs | champs))])
        return Arrivee.objects.get(pk=effet.arrivee_id)


def relire(structure: Structure, arrivee: Arrivee) -> Arrivee:
    with perimetre(structure.pk):
        return Arrivee.objects.select_related("dossier__jeune", "assignee").get(pk=arrivee.pk)


def essai(arrivee: Arrivee, **champs: Any) -> dict[str, Any]:
    return {"version": arrivee.version, "moyen": "telephone", "issue": "sans_reponse", **champs}


def creneau(agent: Agent) -> dict[str, str]:
    jour = timezone.localdate() + timedelta(days=3)
    noms = {
        "jour": f"{jour:%Y-%m-%d}",
        "heure": "10:00",
        "duree": "30",
        "modalite": "INDIVIDUEL",
        "avec": str(agent.pk),
    }
    return {f"rdv-{nom}": valeur for nom, valeur in noms.items()}


def page(client: Client, nom: str, *args: object, **filtre: str) -> str:
    reponse = client.get(reverse(f"web:{nom}", args=args), filtre)
    assert reponse.status_code == 200
    return reponse.content.decode()


def test_la_liste_filtre_et_trie(client: Client, structure: Structure) -> None:
    arriver(structure)
    naissance = date(2003, 1, 1)
    arriver(structure, Source.OBLIGATION, nom="Ågren", prenom="Zoé", naissance=naissance, a_risque=True)
    tout = page(client, "arrivees")
    assert tout.index("Ågren") < tout.index("Belkacem")  # with priority first
    par_age = page(client, "arrivees", tri="age")
    assert par_age.index("Belkacem") < par_age.index("Ågren")
    filtres = (
        {"q": "agren"},
        {"q": "balzac zoe"},
        {"age": "majeurs"},
        {"priorite": "oui"},
        {"source": Source.OBLIGATION},
    )
    for filtre in filtres:
        texte = page(client, "arrivees", **filtre)
        assert "Ågren" in texte, filtre
        assert "Belkacem" not in texte, filtre
    assert "Élargissez les filtres" in page(client, "arrivees", q="personne de ce nom")
    assert "Belkacem" not in page(client, "arrivees", assignee="moi")
    assert "Belkacem" in page(client, "arrivees", assignee="personne", tri="n'importe", etat="quoi")


def test_sans_arrivee_la_page_dit_quoi_faire(client: Client) -> None:
    assert "Charger une liste" in page(client, "arrivees")


def test_une_autre_structure_ne_voit_rien(client: Client, autre_structure: Structure) -> None:
    ailleurs = arriver(autre_structure)
    assert "Belkacem" not in page(client, "arrivees")
    for nom in ("arrivee", "arrivee-dossier"):
        assert client.get(reverse(f"web:{nom}", args=[ailleurs.pk])).status_code == 404
    assert client.post(reverse("web:arrivee", args=[ailleurs.pk]), essai(ailleurs)).status_code == 404


def test_l_export_est_inoffensif_et_note(client: Client, structure: Structure) -> None:
    arriver(structure, origine="=cmd|'/c calc'!A1")
    texte = client.get(reverse("web:arrivees-export")).content.decode()
    assert "'=cmd|" in texte
    assert ";=cmd|" not in texte
    with perimetre(structure.pk):
        assert Fait.objects.get(genre="arrivees.exportees").identifiants == {"nombre": 1}
        assert Consultation.objects.get(genre="export").objet_type == "arrivees.arrivee"


def test_une_tentative_se_note_une_fois(client: Client, structure: Structure, agent: Agent) -> None:
    arrivee = arriver(structure)
    adresse = reverse("web:arrivee", args=[arrivee.pk])
    assert client.post(adresse, essai(arrivee, commentaire="Rappeler")).status_code == 302
    apres = relire(structure, arrivee)
    assert (apres.etat, apres.issue, apres.assignee) == (Etat.EN_COURS, Issue.SANS_REPONSE, agent)
    assert "Rappeler" in page(client, "arrivee", arrivee.pk)
    perimee = client.post(adresse, essai(arrivee))
    assert perimee.status_code == 422
    assert "a été modifiée depuis" in perimee.content.decode()
    with perimetre(structure.pk):
        assert Fait.objects.filter(genre="arrivee.tentee").count() == 1
        assert Consultation.objects.get(genre="arrivee").objet_id == arrivee.pk


def test_ce_qui_manque_est_dit_et_la_saisie_reste(client: Client, structure: Structure) -> None:
    arrivee = arriver(structure)
    reponse = client.post(reverse("web:arrivee", args=[arrivee.pk]), essai(arrivee, issue="", commentaire="Mes notes"))
    assert reponse.status_code == 422
    assert "Mes notes" in reponse.content.decode()
    assert "Un point est à corriger" in reponse.content.decode()
    assert "Heure</a>" not in reponse.content.decode()  # no appointment: nothing to correct in it
    sans_jour = client.post(reverse("web:arrivee", args=[arrivee.pk]), essai(arrivee, issue="rdv_pris"))
    assert sans_jour.status_code == 422
    assert "Remplissez ce champ" in sans_jour.content.decode()


def test_un_rendez_vous_pris_ouvre_le_dossier(client: Client, structure: Structure, agent: Agent) -> None:
    arrivee = arriver(structure)
    saisie = essai(arrivee, issue="rdv_pris") | creneau(agent)
    assert client.post(reverse("web:arrivee", args=[arrivee.pk]), saisie).status_code == 302
    apres = relire(structure, arrivee)
    assert apres.dossier is not None
    assert (apres.etat, apres.connaissance) == (Etat.CLOSE, "NON_CONNU")
    assert (apres.dossier.jeune.nom_naissance, apres.dossier.telephone) == ("Belkacem", "+33612345678")
    assert (apres.dossier.adresse_voie, apres.dossier.adresse_commune_id) == ("3 rue Haute", "37261")
    with perimetre(structure.pk):
        assert RendezVous.objects.get().dossier_id == apres.dossier_id
        genres = set(Fait.objects.values_list("genre", flat=True))
    assert {"dossier.ouvert", "arrivee.rattachee", "rendez_vous.pris", "arrivee.tentee"} <= genres


def test_un_rendez_vous_refuse_n_ouvre_rien(client: Client, structure: Structure, agent: Agent) -> None:
    arrivee = arriver(structure)
    saisie = essai(arrivee, issue="rdv_pris") | creneau(agent) | {"rdv-jour": "2020-01-01"}
    reponse = client.post(reverse("web:arrivee", args=[arrivee.pk]), saisie)
    assert reponse.status_code == 422
    assert "Ce moment est déjà passé" in reponse.content.decode()
    with perimetre(structure.pk):
        assert not Dossier.objects.exists()


def test_un_double_probable_se_compare_puis_se_rattache(client: Client, structure: Structure, agent: Agent) -> None:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(
            structure, jeune_nom_naissance="BELKACEM", jeune_prenom="Ines", jeune_naissance=date(2009, 3, 12)
        )
    arrivee = arriver(structure)
    saisie = essai(arrivee, issue="rdv_pris") | creneau(agent)
    refus = client.post(reverse("web:arrivee", args=[arrivee.pk]), saisie)
    assert refus.status_code == 422
    assert "comparez ci-dessous" in refus.content.decode()
    assert f"dossier {dossier}" in page(client, "arrivee", arrivee.pk)
    rattacher = {"version": arrivee.version, "numero": str(dossier)}
    client.post(reverse("web:arrivee-rattacher", args=[arrivee.pk]), rattacher)
    apres = relire(structure, arrivee)
    assert (apres.dossier_id, apres.connaissance) == (dossier.pk, "DEJA_ACCOMPAGNE_ACTIVEMENT")
    assert (
        client.post(reverse("web:arrivee", args=[arrivee.pk]), saisie | {"version": apres.version}).status_code == 302
    )


def test_on_ne_rattache_pas_ailleurs(client: Client, structure: Structure, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(autre_structure)
    arrivee = arriver(structure)
    adresse = reverse("web:arrivee-rattacher", args=[arrivee.pk])
    reponse = client.post(adresse, {"version": arrivee.version, "numero": str(ailleurs)})
    assert reponse.status_code == 422
    assert "Aucun dossier de votre structure" in reponse.content.decode()
    assert f'value="{ailleurs}"' in reponse.content.decode()  # what was typed stays
    assert "<summary>Rattacher" in reponse.content.decode()
    assert relire(structure, arrivee).dossier_id is None


def test_le_dossier_s_ouvre_deja_rempli(client: Client, structure: Structure) -> None:
    arrivee = arriver(structure)
    formulaire = page(client, "arrivee-dossier", arrivee.pk)
    for dit in ("Belkacem", "Inès", "12/03/2009", "06 12 34 56 78", "3 rue Haute", "37000"):
        assert f'value="{dit}"' in formulaire, dit
    saisie = {
        "nom_naissance": "Belkacem",
        "prenom": "Inès",
        "sexe": "F",
        "naissance": "12/03/2009",
        "premier_accueil": f"{timezone.localdate():%Y-%m-%d}",
    }
    ensuite = client.post(reverse("web:arrivee-dossier", args=[arrivee.pk]), saisie, follow=True)
    assert '<option value="rdv_pris" selected>' in ensuite.content.decode()
    apres = relire(structure, arrivee)
    assert apres.dossier is not None
    assert client.get(reverse("web:arrivee-dossier", args=[arrivee.pk]))["Location"].endswith(f"/{apres.dossier}/")


def test_confier_a_qui_traite_les_arrivees(client: Client, structure: Structure) -> None:
    arrivee, collegue = arriver(structure), fabriques.agent(structure, Profil.ACCUEIL)
    autre = fabriques.agent(structure, Profil.RGC)
    adresse = reverse("web:arrivee-confier", args=[arrivee.pk])
    client.post(adresse, {"version": arrivee.version, "a": autre.pk})
    assert relire(structure, arrivee).assignee is None
    client.post(adresse, {"version": arrivee.version, "a": collegue.pk})
    assert relire(structure, arrivee).assignee == collegue


def test_ma_journee_montre_les_miennes_et_celles_de_personne(client: Client, structure: Structure) -> None:
    arriver(structure)
    autre = arriver(structure, nom="Autre")
    with perimetre(structure.pk):
        Arrivee.objects.filter(pk=autre.pk).update(assignee=fabriques.agent(structure))
    texte = page(client, "journee")
    assert "Arrivées à travailler" in texte
    assert "Inès Belkacem" in texte
    assert "Inès Autre" not in texte


COLONNES = "version;identifiant;nom_naissance;prenom;date_naissance;dernier_etablissement_uai;date_sortie"
BONNE = "1;E1;Belkacem;Inès;12/03/2009;0370001A;30/06/2026"
FAUSSE = "1;E2;M4rtin;Léo;1/1/2009;0370001A;1/7/2026"


def deposer(client: Client, contenu: bytes, nom: str = "sorties.csv") -> Any:
    fichier = SimpleUploadedFile(nom, contenu, content_type="text/csv")
    return client.post(reverse("web:imports"), {"source": "decrocheurs", "fichier": fichier})


def test_deposer_lire_le_rapport_annuler(client: Client, structure: Structure) -> None:
    reponse = deposer(client, f"{COLONNES}\n{BONNE}\n{FAUSSE}".encode())
    with perimetre(structure.pk):
        recu = Import.objects.get()
    assert reponse["Location"] == reverse("web:import", args=[recu.pk])
    assert "En attente" in page(client, "import", recu.pk)
    assert "HX-Refresh" not in client.get(reverse("web:import-avancement", args=[recu.pk]))
    traiter(recu.pk, structure.pk)
    assert client.get(reverse("web:import-avancement", args=[recu.pk]))["HX-Refresh"] == "true"
    rapport = page(client, "import", recu.pk)
    assert "Un nom s&#x27;écrit avec des lettres" in rapport
    assert client.post(reverse("web:import-annuler", args=[recu.pk])).status_code == 302
    with perimetre(structure.pk):
        assert Import.objects.get().etat == EtatImport.ANNULE
        assert not Arrivee.objects.exists()


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [(b"", "vide"), (b"PK\x03\x04", "un classeur (xlsx"), (b"%PDF-1.4", "un PDF")],
)
def test_un_fichier_qui_n_est_pas_une_liste(client: Client, contenu: bytes, raison: str) -> None:
    reponse = deposer(client, contenu)
    assert reponse.status_code == 422
    assert raison in reponse.content.decode()


def test_un_import_d_ailleurs_n_existe_pas(client: Client, autre_structure: Structure) -> None:
    with perimetre(autre_structure.pk):
        recu = Import.objects.create(structure=autre_structure, source="decrocheurs", fichier="x", taille=1, sha256="x")
    for nom in ("import", "import-avancement", "import-annuler"):
        assert client.get(reverse(f"web:{nom}", args=[recu.pk])).status_code == 404


def test_l_accueil_traite_mais_ne_charge_pas(structure: Structure) -> None:
    connecte = Client()
    connecte.force_login(fabriques.agent(structure, Profil.ACCUEIL))
    assert connecte.get(reverse("web:arrivees")).status_code == 200
    assert connecte.get(reverse("web:imports")).status_code == 403


def test_une_liste_quelconque_se_prepare_s_essaie_et_se_charge(client: Client, structure: Structure) -> None:
    contenu = "Nom;Prénom;Né le;Portable;Divers\nMARTIN;Léo;3/4/2007;0611223344;x\nM4RTIN;Léa;3/4/2007;;\n"
    fichier = SimpleUploadedFile("forum.csv", contenu.encode("cp1252"))
    client.post(reverse("web:imports"), {"source": "liste", "fichier": fichier})
    with perimetre(structure.pk):
        recu = Import.objects.get()
    assert traiter(recu.pk, structure.pk).etat == EtatImport.A_PREPARER  # type: ignore[union-attr]  # it exists
    assert client.get(reverse("web:import", args=[recu.pk]))["Location"].endswith("/colonnes")
    formulaire = page(client, "import-colonnes", recu.pk)
    assert '<option value="né le" selected>' in formulaire
    choix = {"nom_naissance": "nom", "prenom": "prénom", "date_naissance": "né le", "telephone": "portable"}
    adresse = reverse("web:import-colonnes", args=[recu.pk])
    essaye = client.post(adresse, choix | {"action": "essayer"}).content.decode()
    assert "1 personne à ajouter, 0 déjà dans la liste, 1 ligne inutilisable" in essaye
    with perimetre(structure.pk):
        assert not Arrivee.objects.exists()
    deux_fois = client.post(adresse, choix | {"prenom": "nom", "action": "charger"})
    assert deux_fois.status_code == 422
    assert "déjà celle de « Nom de naissance »" in deux_fois.content.decode()
    assert client.post(adresse, choix | {"action": "charger"}).status_code == 302
    traiter(recu.pk, structure.pk)
    with perimetre(structure.pk):
        assert (Arrivee.objects.get().nom, Arrivee.objects.get().telephone) == ("MARTIN", "+33611223344")
        assert Import.objects.get().etat == EtatImport.TERMINE
