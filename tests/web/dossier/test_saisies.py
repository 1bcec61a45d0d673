"""Entering acts, situations, appointments and a status: what is kept, what is told, what is made once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers.models import Acte, Dossier, Proposition, Situation
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db
ACTE = {
    "type": "ACCOMPAGNEMENT", "modalite": "INDIVIDUEL", "theme": "EMPLOI", "le": "2026-03-02", "heure": "14:30",
    "duree": "45", "compte_rendu": "Un long récit d'une heure.",
}  # fmt: skip


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent)


def envoyer(client: Client, nom: str, *args: object, **champs: str) -> Any:
    return client.post(reverse(f"web:{nom}", args=args), {"jeton_unique": str(uuid4()), **champs})


def vide(agent: Agent) -> dict[str, str]:
    """What a browser sends of the two other parts of the page when nobody touched them."""
    return {
        "rdv-jour": "", "rdv-heure": "", "rdv-duree": "30", "rdv-modalite": "INDIVIDUEL", "rdv-avec": str(agent.pk),
        "rdv-site": "", "rdv-objet": "", "situation-categorie": "", "situation-libelle": "", "situation-debut": "",
        "situation-fin_prevue": "", "situation-heures_hebdo": "",
    }  # fmt: skip


def texte(reponse: Any) -> str:
    return str(reponse.content.decode())


def test_one_form_one_act(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    reponse = envoyer(connecte, "acte-nouveau", dossier, **ACTE, **vide(agent), proposition_1="Atelier CV")
    assert reponse.headers["Location"] == reverse("web:dossier", args=[dossier])
    with perimetre(dossier.structure_id):
        acte = Acte.objects.get()
        assert (acte.compte_rendu, acte.agent) == (ACTE["compte_rendu"], agent)
        assert Proposition.objects.get().theme == "EMPLOI"
        assert not RendezVous.objects.exists()
        assert not Situation.objects.exists()
        assert Fait.objects.filter(dossier_id=dossier.pk).count() == 1


def test_with_the_next_appointment_and_the_new_situation(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    demain = timezone.localdate() + timedelta(days=1)
    plus = vide(agent) | {
        "rdv-jour": demain.isoformat(), "rdv-heure": "9h15", "situation-categorie": "Formation",
        "situation-debut": "02/03/2026",
    }  # fmt: skip
    assert envoyer(connecte, "acte-nouveau", dossier, **ACTE, **plus).status_code == 302
    with perimetre(dossier.structure_id):
        rdv = RendezVous.objects.get()
        ici = rdv.debut.astimezone(dossier.structure.zone)
        assert (ici.date(), f"{ici:%H:%M}", rdv.agent) == (demain, "09:15", agent)
        assert Situation.objects.get().debut == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"duree": "0"}, "Écrivez un nombre de 1 ou plus."),
        ({"duree": "une heure"}, "en minutes"),
        ({"le": "31/02/2026"}, "n&#x27;existe pas"),
        ({"le": "2999-01-01"}, "trop lointaine"),
        ({"heure": "25:00"}, "14:30"),
        ({"type": ""}, "Remplissez ce champ"),
        ({"theme": "AILLEURS"}, "Choisissez une valeur de la liste"),
        ({"proposition_2": "x" * 301}, "300"),
        ({"rdv-jour": "2020-01-01", "rdv-heure": "10:00"}, "déjà passé"),
        ({"rdv-objet": "Sans jour"}, "Remplissez ce champ"),
        ({"situation-categorie": "Emploi", "situation-debut": "1990-01-01"}, "avant la naissance"),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_says_it_at_the_field(
    connecte: Client, dossier: Dossier, agent: Agent, champs: dict[str, str], message: str
) -> None:
    reponse = envoyer(connecte, "acte-nouveau", dossier, **(ACTE | vide(agent) | champs))
    assert reponse.status_code == 422
    page = texte(reponse)
    assert message in page
    assert "Un long récit d&#x27;une heure." in page
    for nom, valeur in champs.items():
        if valeur and nom not in {"theme", "le", "rdv-jour", "situation-debut", "situation-categorie"}:
            assert f'value="{valeur}"' in page or valeur in page
    with perimetre(dossier.structure_id):
        assert not Acte.objects.exists()
        assert not RendezVous.objects.exists()


@pytest.mark.parametrize("contenu", ["😀 L'été", "שלום", "</textarea><script>alert(1)</script>", "é" * 20_000])
def test_any_text_comes_back_as_it_was(connecte: Client, dossier: Dossier, agent: Agent, contenu: str) -> None:
    champs = ACTE | vide(agent) | {"compte_rendu": contenu}
    refusee = texte(envoyer(connecte, "acte-nouveau", dossier, **(champs | {"duree": ""})))
    assert "<script>alert" not in refusee
    envoyer(connecte, "acte-nouveau", dossier, **champs)
    with perimetre(dossier.structure_id):
        assert Acte.objects.get().compte_rendu == contenu
    assert "<script>alert" not in texte(connecte.get(reverse("web:dossier", args=[dossier])))


def test_too_long_a_text_is_refused_and_kept(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    reponse = envoyer(connecte, "acte-nouveau", dossier, **(ACTE | vide(agent) | {"compte_rendu": "x" * 20_001}))
    assert reponse.status_code == 422
    assert "x" * 20_001 in texte(reponse)


def test_a_form_sent_twice_makes_one_act(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    jeton = str(uuid4())
    for _ in range(2):
        reponse = envoyer(connecte, "acte-nouveau", dossier, **ACTE, **vide(agent), jeton_unique=jeton)
        assert reponse.headers["Location"] == reverse("web:dossier", args=[dossier])
    with perimetre(dossier.structure_id):
        assert Acte.objects.count() == 1


def test_the_act_of_an_appointment_starts_from_it_and_honours_it(
    connecte: Client, dossier: Dossier, agent: Agent
) -> None:
    with perimetre(dossier.structure_id):
        rdv = RendezVous.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, agent=agent, modalite="TELEPHONE", duree=25,
            debut=timezone.now() - timedelta(hours=2),
        )  # fmt: skip
    adresse = reverse("web:acte-nouveau", args=[dossier]) + f"?rendez_vous={rdv.pk}"
    page = texte(connecte.get(adresse))
    assert 'value="25"' in page
    assert '<option value="TELEPHONE" selected>' in page
    connecte.post(adresse, {"jeton_unique": str(uuid4()), **ACTE, **vide(agent)})
    with perimetre(dossier.structure_id):
        rdv.refresh_from_db()
        assert rdv.statut == "present"
    for faux in ("0", "abc", "9" * 30, "²"):
        assert connecte.get(reverse("web:acte-nouveau", args=[dossier]), {"rendez_vous": faux}).status_code == 200


def test_two_editors_of_an_act_the_second_is_told_and_loses_nothing(
    connecte: Client, dossier: Dossier, agent: Agent, structure: Structure
) -> None:
    envoyer(connecte, "acte-nouveau", dossier, **ACTE, **vide(agent))
    with perimetre(structure.pk):
        acte = Acte.objects.get()
    collegue = Client()
    collegue.force_login(fabriques.agent(structure, nom="Diallo", prenom="Awa"))
    sien = ACTE | {"version": "1", "compte_rendu": "Le récit d'Awa."}
    assert envoyer(collegue, "acte-modifier", dossier, acte.pk, **sien).status_code == 302
    mien = ACTE | {"version": "1", "compte_rendu": "Mon récit.", "duree": "50"}
    reponse = envoyer(connecte, "acte-modifier", dossier, acte.pk, **mien)
    assert reponse.status_code == 409
    page = texte(reponse)
    for attendu in ("Awa Diallo a modifié cette fiche", "Le récit d&#x27;Awa.", "Mon récit.", 'value="50"'):
        assert attendu in page
    assert 'name="version" value="2"' in page
    assert envoyer(connecte, "acte-modifier", dossier, acte.pk, **(mien | {"version": "2"})).status_code == 302
    with perimetre(structure.pk):
        acte.refresh_from_db()
        assert (acte.compte_rendu, acte.duree, acte.version, acte.agent) == ("Mon récit.", 50, 3, agent)


def test_situations_are_listed_entered_changed_and_ended(connecte: Client, dossier: Dossier) -> None:
    saisie = {"categorie": "Emploi", "debut": "2026-01-05", "libelle": "Boulangerie", "rome_exerce": "d1102"}
    assert envoyer(connecte, "situation-nouvelle", dossier, **saisie).status_code == 302
    with perimetre(dossier.structure_id):
        situation = Situation.objects.get()
    assert situation.rome_exerce == "D1102"
    double = envoyer(connecte, "situation-nouvelle", dossier, **saisie)
    assert double.status_code == 422
    assert "Une autre situation d&#x27;emploi couvre déjà une partie de ces dates." in texte(double)
    liste = texte(connecte.get(reverse("web:situations", args=[dossier])))
    assert "Actuelle" in liste
    fin = envoyer(connecte, "situation-clore", dossier, situation.pk, version="1", fin="2026-02-01")
    assert fin.status_code == 302
    perimee = envoyer(connecte, "situation-modifier", dossier, situation.pk, version="1", **saisie)
    assert perimee.status_code == 409
    assert "non renseigné" in texte(perimee)
    assert "01/02/2026" in texte(perimee)


def test_an_appointment_is_taken_moved_and_cancelled_after_a_confirmation(
    connecte: Client, dossier: Dossier, agent: Agent
) -> None:
    demain = (timezone.localdate() + timedelta(days=1)).isoformat()
    champs = {"jour": demain, "heure": "10:00", "duree": "30", "modalite": "VISIO", "avec": str(agent.pk)}
    assert envoyer(connecte, "rendez-vous-nouveau", dossier, **champs).status_code == 302
    encore = envoyer(connecte, "rendez-vous-nouveau", dossier, **champs)
    assert encore.status_code == 422
    assert 'name="malgre_chevauchement"' in texte(encore)
    with perimetre(dossier.structure_id):
        rdv = RendezVous.objects.get()
    assert connecte.get(reverse("web:rendez-vous", args=[dossier, rdv.pk])).status_code == 200
    deplace = envoyer(connecte, "rendez-vous-deplacer", dossier, rdv.pk, version="1", **(champs | {"heure": "11:00"}))
    assert deplace.status_code == 302
    with perimetre(dossier.structure_id):
        nouveau = RendezVous.objects.get(statut="planifie")
    assert "ne peut pas être rétabli" in texte(
        connecte.get(reverse("web:rendez-vous-annuler", args=[dossier, nouveau.pk]))
    )
    assert envoyer(connecte, "rendez-vous-annuler", dossier, nouveau.pk, version="1").status_code == 302
    with perimetre(dossier.structure_id):
        assert sorted(RendezVous.objects.values_list("statut", flat=True)) == ["annule", "reporte"]


def test_presence_leads_back_and_a_stale_page_is_told(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        rdv = RendezVous.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, agent=agent, modalite="INDIVIDUEL",
            debut=timezone.now() - timedelta(minutes=5),
        )  # fmt: skip
    reponse = envoyer(connecte, "rendez-vous-presence", dossier, rdv.pk, version="1", present="oui", depuis="journee")
    assert reponse.headers["Location"] == reverse("web:journee")
    perimee = envoyer(connecte, "rendez-vous-presence", dossier, rdv.pk, version="1", present="non")
    assert "a été modifiée depuis" in texte(connecte.get(perimee.headers["Location"]))
    with perimetre(dossier.structure_id):
        rdv.refresh_from_db()
        assert rdv.statut == "present"


def test_the_status_changes_with_its_motive(connecte: Client, dossier: Dossier) -> None:
    sans = envoyer(connecte, "dossier-statut", dossier, version="1", statut="fin_accompagnement", fin_le="2026-03-01")
    assert sans.status_code == 422
    assert "Remplissez ce champ" in texte(sans)
    avec = envoyer(
        connecte, "dossier-statut", dossier, version="1", statut="fin_accompagnement", fin_le="2026-03-01", motif="AGE"
    )
    assert avec.status_code == 302
    assert "Limite d&#x27;âge" in texte(connecte.get(reverse("web:dossier", args=[dossier])))


def test_every_page_of_another_structure_s_dossier_is_not_found(
    connecte: Client, dossier: Dossier, agent: Agent, autre_structure: Structure
) -> None:
    """The same profile, with a dossier of their own whose number doesn't open the other's objects either."""
    with perimetre(dossier.structure_id):
        commun: dict[str, Any] = {"dossier": dossier, "structure_id": dossier.structure_id}
        acte = Acte.objects.create(
            **commun, agent=agent, le=date(2026, 3, 2), duree=5, type="RELANCE", modalite="TELEPHONE", theme="EMPLOI"
        )
        s = Situation.objects.create(**commun, categorie="Emploi", debut=date(2026, 1, 1))
        r = RendezVous.objects.create(**commun, agent=agent, modalite="VISIO", debut=timezone.now())
        objets = {
            "acte-modifier": acte.pk,
            "proposition": Proposition.objects.create(**commun, theme="EMPLOI", intitule="A", le=date(2026, 3, 2)).pk,
            "situation-modifier": s.pk,
            "situation-clore": s.pk,
            "rendez-vous": r.pk,
            "rendez-vous-deplacer": r.pk,
            "rendez-vous-annuler": r.pk,
            "rendez-vous-presence": r.pk,
        }
    voisin = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        sien = fabriques.dossier(autre_structure, voisin)
    client = Client()
    client.force_login(voisin)
    pages = ("dossier", "dossier-chronologie", "situations", "situation-nouvelle", "acte-nouveau")
    for nom in (*pages, "rendez-vous-nouveau", "dossier-statut", "dossier-referent"):
        assert client.get(reverse(f"web:{nom}", args=[dossier])).status_code == 404, nom
        assert connecte.get(reverse(f"web:{nom}", args=[dossier])).status_code in {200, 302}, nom
        assert client.get(reverse(f"web:{nom}", args=[sien])).status_code in {200, 302}, nom
    for nom, cle in objets.items():
        for numero in (dossier, sien):
            assert client.get(reverse(f"web:{nom}", args=[numero, cle])).status_code == 404, nom
            assert client.post(reverse(f"web:{nom}", args=[numero, cle]), {"version": "1"}).status_code in {404, 405}, (
                nom
            )
        assert connecte.get(reverse(f"web:{nom}", args=[dossier, cle])).status_code in {200, 302}, nom
        assert connecte.get(reverse(f"web:{nom}", args=[dossier, 2**70])).status_code == 404, nom


PAGES = (
    "rendez-vous-nouveau",
    "situations",
    "situation-nouvelle",
    "acte-nouveau",
    "dossier-statut",
    "dossier-referent",
)


@pytest.mark.parametrize(
    ("profil", "permis"),
    [
        (Profil.ACCUEIL, {"rendez-vous-nouveau", "situations"}),
        (Profil.GESTIONNAIRE, {"situations"}),
        (
            Profil.DIRECTION,
            {
                "rendez-vous-nouveau",
                "situations",
                "situation-nouvelle",
                "acte-nouveau",
                "dossier-statut",
                "dossier-referent",
            },
        ),
        (Profil.DPD, set()),
    ],
)
def test_each_profile_opens_its_own_pages(
    dossier: Dossier, structure: Structure, profil: Profil, permis: set[str]
) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, profil))
    noms = (
        "rendez-vous-nouveau",
        "situations",
        "situation-nouvelle",
        "acte-nouveau",
        "dossier-statut",
        "dossier-referent",
    )
    ouvertes = {nom for nom in noms if client.get(reverse(f"web:{nom}", args=[dossier])).status_code == 200}
    assert ouvertes == permis
