"""The timeline, the alerts and the families: what each application declares comes together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.models import Acte, Document, Dossier, Proposition, Situation
from imilo.parcours.dossiers.services.suivi import PropositionSaisie, saisir_acte
from imilo.socle.familles import familles
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


@pytest.fixture
def essai() -> Iterator[None]:
    """A kind of entries that a later application could declare."""
    lignes = [
        Entree(date(2026, 5, 2), "essai", "Sans heure"),
        # Recorded at noon in Paris: after the morning, though it shows no hour.
        Entree(date(2026, 5, 2), "essai", "Midi", instant=datetime(2026, 5, 2, 10, tzinfo=UTC)),
        Entree(date(2026, 5, 2), "essai", "Matin", heure=time(9)),
        # 23:30 UTC on 1 May is 01:30 on 2 May in Paris.
        Entree(datetime(2026, 5, 1, 23, 30, tzinfo=UTC), "essai", "Nuit", detail="Secret", reserve=True),
        Entree(date(2026, 5, 3), "essai", "Lendemain", detail="Public"),
    ]
    chronologie.declarer("essai", "Essais", lambda dossier: lignes)
    yield
    chronologie._genres.pop("essai")


@pytest.mark.usefixtures("essai")
def test_newest_first_on_the_structure_s_clock(dossier: Dossier) -> None:
    lues = chronologie.entrees(dossier, genre="essai", details=True)
    assert [e.titre for e in lues] == ["Lendemain", "Midi", "Matin", "Nuit", "Sans heure"]
    assert (lues[3].jour, lues[3].heure) == (date(2026, 5, 2), time(1, 30))
    assert lues[1].heure is None


@pytest.mark.usefixtures("essai")
def test_reserved_details_are_for_who_accompanies(dossier: Dossier) -> None:
    sans = {e.titre: e.detail for e in chronologie.entrees(dossier, genre="essai")}
    avec = {e.titre: e.detail for e in chronologie.entrees(dossier, genre="essai", details=True)}
    assert (sans["Nuit"], sans["Lendemain"]) == ("", "Public")
    assert avec["Nuit"] == "Secret"


@pytest.mark.usefixtures("essai")
def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="déjà déclaré"):
        chronologie.declarer("essai", "Essais", lambda dossier: [])


def test_an_unknown_kind_gives_nothing(dossier: Dossier) -> None:
    assert chronologie.entrees(dossier, genre="inconnu") == []


def test_the_first_reception_is_at_the_bottom_of_its_day(agent: Agent, dossier: Dossier) -> None:
    Situation.objects.create(
        dossier=dossier, structure_id=dossier.structure_id, categorie="Emploi", debut=dossier.premier_accueil
    )
    assert [e.titre for e in chronologie.entrees(dossier)][-1] == "Premier accueil"


def test_everything_of_the_dossier_is_there(agent: Agent, dossier: Dossier) -> None:
    saisir_acte(
        agent, dossier, le=date(2026, 3, 2), heure=None, duree=45, type="ACCOMPAGNEMENT", modalite="INDIVIDUEL",
        theme="EMPLOI", compte_rendu="Dit.", propositions=[PropositionSaisie("EMPLOI", "Atelier CV")],
    )  # fmt: skip
    commun = {"dossier": dossier, "structure_id": dossier.structure_id}
    Situation.objects.create(**commun, categorie="Emploi", debut=date(2026, 1, 1), fin=date(2026, 2, 1))
    RendezVous.objects.create(**commun, agent=agent, debut=datetime(2026, 3, 2, 9, tzinfo=UTC), modalite="VISIO")
    Document.objects.create(
        **commun, genre="justificatif", titre="Attestation", type_mime="application/pdf", taille=1, sha256="0" * 64,
        contenu=b"x", depose_par=agent,
    )  # fmt: skip
    lues = chronologie.entrees(dossier, details=True)
    assert {e.genre for e in lues} >= {"acte", "situation", "rendez_vous", "document", "dossier"}
    details = next(e.detail for e in lues if e.genre == "acte")
    assert details == "Dit.\n→ Atelier CV (proposée)"
    assert all(e.genre in {g.code for g in chronologie.genres()} for e in lues)


def test_alerts_come_most_urgent_first_and_blocks_in_order(dossier: Dossier) -> None:
    messages = [Alerte("peu", Urgence.INFO), Alerte("vite", Urgence.DEPASSEE)]
    alertes.declarer_alertes("essai", lambda d, le: messages)
    alertes.declarer_resume("essai", lambda d, le: Resume("Essai", "En cours"))
    alertes.declarer_resume("vide", lambda d, le: None)
    try:
        lues = alertes.alertes(dossier, le=date(2026, 6, 15))
        assert lues[0].message == "vite"
        assert [a.urgence for a in lues] == sorted((a.urgence for a in lues), reverse=True)
        assert [r.titre for r in alertes.resumes(dossier, le=date(2026, 6, 15))][-1] == "Essai"
        with pytest.raises(ValueError, match="déjà déclaré"):
            alertes.declarer_alertes("essai", lambda d, le: [])
    finally:
        alertes._alertes.pop("essai")
        alertes._resumes.pop("essai")
        alertes._resumes.pop("vide")


def test_a_dossier_that_cannot_be_reached_or_has_no_referent_says_so(structure: Structure) -> None:
    nu = fabriques.dossier(structure, None)
    dits = " ".join(a.message for a in alertes.alertes(nu, le=date(2026, 6, 15)))
    for attendu in ("référent", "notice", "Aucun téléphone"):
        assert attendu in dits
    complet = fabriques.dossier(
        structure, fabriques.agent(structure), telephone="+33600000000", notice_remise_le=date(2025, 1, 6)
    )
    dits = " ".join(a.message for a in alertes.alertes(complet, le=date(2026, 6, 15)))
    for absent in ("référent", "notice d'information", "Aucun téléphone"):
        assert absent not in dits


@pytest.mark.parametrize(
    ("code", "modele"),
    [
        ("actes", Acte),
        ("propositions", Proposition),
        ("situations", Situation),
        ("documents", Document),
        ("rendez_vous", RendezVous),
    ],
)
def test_each_personal_table_belongs_to_a_family(
    agent: Agent, structure: Structure, dossier: Dossier, code: str, modele: type[Acte]
) -> None:
    famille = next(f for f in familles() if f.code == code)
    for qui in (dossier, fabriques.dossier(structure)):
        _ligne(modele, qui, agent)
    [exportee] = famille.exporter(dossier.jeune_id)
    assert "contenu" not in exportee
    assert famille.effacer(dossier.jeune_id) >= 1
    assert famille.exporter(dossier.jeune_id) == []
    assert modele.objects.count() == 1  # nobody else's


def _ligne(modele: type[Acte], dossier: Dossier, agent: Agent) -> None:
    propres = {
        Acte: {"le": date(2026, 3, 2), "duree": 5, "agent": agent},
        Proposition: {"le": date(2026, 3, 2), "intitule": "Atelier", "theme": "EMPLOI"},
        Situation: {"categorie": "Emploi", "debut": date(2026, 1, 1)},
        Document: {"titre": "A", "taille": 1, "contenu": b"x", "depose_par": agent},
        RendezVous: {"agent": agent, "debut": datetime(2026, 3, 2, 9, tzinfo=UTC)},
    }[modele]
    modele.objects.create(dossier=dossier, structure_id=dossier.structure_id, **propres)
