"""What the dossier shows and a counsellor may note: absences, refused declarations. Nothing is noted by itself."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites import services as activites
from imilo.parcours.activites.models import ActiviteDeclaree
from imilo.parcours.activites.services import AbsenceSaisie
from imilo.parcours.activites.services.declarations import ActiviteSaisie
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions.constats import Constat, constats_proposes
from imilo.parcours.sanctions.models import Manquement, Origine, Procedure
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_sanction as ps
from tests.parcours.parcours_sanction import CONSTAT, Regler

SAMEDI = CONSTAT - timedelta(days=2)


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


@pytest.fixture
def dossier(structure: Structure, agent: Agent, directrice: Agent, regler: Regler) -> Dossier:
    """A dossier whose CEJ runs since January."""
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent)
        ps.contrat_signe(regler, directrice, agent, dossier)
    regler(CONSTAT)
    return dossier


def declaree(dossier: Dossier, intitule: str, *, jour: date = SAMEDI, agent: Agent | None = None) -> ActiviteDeclaree:
    saisie = ActiviteSaisie(jour, 90, "recherche", intitule)
    return activites.declarer_activite(agent, dossier, saisie=saisie)


def examiner(agent: Agent, *declarees: ActiviteDeclaree, motif: str) -> None:
    versions = {a.pk: a.version for a in declarees}
    activites.examiner(agent, structure=declarees[0].structure, versions=versions, accepter=not motif, motif=motif)


def proposes(dossier: Dossier, origine: Origine, le: date = CONSTAT) -> list[Constat]:
    return [c for c in constats_proposes(dossier=dossier, le=le) if c.origine == origine]


def test_une_declaration_refusee_se_propose(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        salon = declaree(dossier, "Salon de l'emploi")
        assert proposes(dossier, Origine.DECLARATION) == []  # not examined yet
        examiner(agent, salon, motif="L'organisateur ne l'a pas vue.")
        (vu,) = proposes(dossier, Origine.DECLARATION)
        assert (vu.constate_le, vu.manquements) == (CONSTAT, (Manquement.ENGAGEMENTS, Manquement.FRAUDE))
        dits = " ".join(vu.faits.split())
        assert "« Salon de l'emploi », le 28 février 2026, 1 h 30" in dits
        assert "L'organisateur ne l'a pas vue" in dits
        assert not Procedure.objects.exists()


def test_ce_qui_est_accepte_ou_ecrit_par_un_conseiller_n_est_pas_un_manquement(
    agent: Agent, dossier: Dossier, structure: Structure
) -> None:
    with perimetre(structure.pk):
        examiner(agent, declaree(dossier, "Salon de l'emploi"), motif="")
        declaree(dossier, "Atelier", agent=agent)
        assert proposes(dossier, Origine.DECLARATION) == []


def test_les_refus_d_un_jour_font_un_constat(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        examiner(agent, *(declaree(dossier, f"Candidature {n}") for n in range(5)), motif="Aucune trace")
        (vu,) = proposes(dossier, Origine.DECLARATION)
        assert "Candidature 2" in vu.faits
        assert "Candidature 3" not in vu.faits
        assert vu.faits.endswith("et 2 de plus.")
        assert proposes(dossier, Origine.DECLARATION, CONSTAT + timedelta(days=61)) == []


def test_sans_contrat_il_n_y_a_pas_d_engagement(agent: Agent, structure: Structure, regler: Regler) -> None:
    regler(CONSTAT)
    with perimetre(structure.pk):
        libre = fabriques.dossier(structure, agent)
        examiner(agent, declaree(libre, "Salon"), motif="Aucune trace")
        assert proposes(libre, Origine.DECLARATION) == []


def test_une_absence_sans_raison_reconnue_se_propose(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        absence = activites.noter_absence(agent, dossier, saisie=AbsenceSaisie(SAMEDI, SAMEDI, "transport"))
        assert proposes(dossier, Origine.ABSENCE) == []  # its reason isn't judged
        jugee = AbsenceSaisie(SAMEDI, SAMEDI, "transport", reconnue=False)
        absence = activites.modifier_absence(agent, absence, version=1, saisie=jugee)
        (vue,) = proposes(dossier, Origine.ABSENCE)
        assert (vue.constate_le, vue.manquements) == (SAMEDI, (Manquement.ENGAGEMENTS,))
        assert "Absence le 28 février 2026, sans raison reconnue." in " ".join(vue.faits.split())
        recue = AbsenceSaisie(SAMEDI, SAMEDI, "transport", reconnue=True)
        activites.modifier_absence(agent, absence, version=2, saisie=recue)
        assert proposes(dossier, Origine.ABSENCE) == []


def suivre(client: Client, dossier: Dossier, origine: Origine, libelle: str) -> dict[str, str]:
    """What the form holds behind the link of that label, with no fact in its address."""
    page = client.get(f"/dossiers/{dossier}/sanctions/").content.decode()
    (lien,) = re.findall(rf'<a href="([^"]+constat={origine}[^"]+)">{libelle}<', page)
    lien = lien.replace("&amp;", "&")
    assert set(parse_qs(urlsplit(lien).query)) == {"constat", "manquement"}
    form = client.get(lien).context["form"]
    return {nom: str(form.initial[nom]) for nom in ("manquement", "constate_le", "origine", "faits")}


@pytest.mark.parametrize(
    ("libelle", "manquement"),
    [("Noter une fausse déclaration", "fraude"), ("Noter un engagement non tenu", "engagements")],
)
def test_un_clic_ouvre_la_procedure_deja_remplie(
    agent: Agent, dossier: Dossier, structure: Structure, libelle: str, manquement: str
) -> None:
    client = Client()
    client.force_login(agent)
    with perimetre(structure.pk):
        examiner(agent, declaree(dossier, "Salon de l'emploi"), motif="Aucune trace")
    rempli = suivre(client, dossier, Origine.DECLARATION, libelle)
    assert (rempli["manquement"], rempli["origine"]) == (manquement, "declaration")
    assert client.post(f"/dossiers/{dossier}/sanctions/noter", rempli).status_code == 302
    with perimetre(structure.pk):
        notee = Procedure.objects.get()
        assert (notee.origine, notee.manquement, notee.constate_le) == ("declaration", manquement, CONSTAT)
        assert "Salon de l'emploi" in notee.faits
        assert proposes(dossier, Origine.DECLARATION) == []


def test_une_absence_notee_n_est_plus_proposee(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    client = Client()
    client.force_login(agent)
    with perimetre(structure.pk):
        saisie = AbsenceSaisie(SAMEDI, SAMEDI, "aucun", reconnue=False)
        activites.noter_absence(agent, dossier, saisie=saisie)
    rempli = suivre(client, dossier, Origine.ABSENCE, "Noter ce manquement")
    assert client.post(f"/dossiers/{dossier}/sanctions/noter", rempli).status_code == 302
    with perimetre(structure.pk):
        assert proposes(dossier, Origine.ABSENCE) == []


def test_un_constat_qui_n_existe_pas_ne_remplit_rien(agent: Agent, dossier: Dossier) -> None:
    client = Client()
    client.force_login(agent)
    for cle in ("declaration:2026-03-02", "n'importe quoi", "absence:"):
        form = client.get(f"/dossiers/{dossier}/sanctions/noter", {"constat": cle}).context["form"]
        assert "faits" not in form.initial
