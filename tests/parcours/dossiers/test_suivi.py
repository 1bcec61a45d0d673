"""Acts: one form, one transaction, one fact; corrections; what people write."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Acte, Dossier, EtatProposition, Proposition, Situation, Statut
from imilo.parcours.dossiers.selectors import suivi as selection
from imilo.parcours.dossiers.services import suivi
from imilo.parcours.dossiers.services.situations import SituationSaisie
from imilo.parcours.dossiers.services.suivi import PropositionSaisie
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]
BASE: dict[str, Any] = {
    "le": date(2026, 3, 2),
    "heure": time(14, 30),
    "duree": 45,
    "type": "ACCOMPAGNEMENT",
    "modalite": "INDIVIDUEL",
    "theme": "EMPLOI",
    "compte_rendu": "A relancé deux employeurs.",
}


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


def test_an_act_is_one_row_and_one_fact(agent: Agent, dossier: Dossier) -> None:
    acte = suivi.saisir_acte(agent, dossier, **BASE)
    assert (acte.agent, acte.structure_id, acte.version) == (agent, dossier.structure_id, 1)
    fait = Fait.objects.get(dossier_id=dossier.pk)
    assert (fait.genre, fait.objet_id) == ("acte.saisi", acte.pk)
    assert fait.identifiants == {}


def test_propositions_and_a_situation_are_saved_with_it_in_one_fact(agent: Agent, dossier: Dossier) -> None:
    acte = suivi.saisir_acte(
        agent,
        dossier,
        **BASE,
        propositions=[PropositionSaisie("EMPLOI", "Atelier CV"), PropositionSaisie("SANTE", "Bilan de santé")],
        situation=SituationSaisie("Demandeur d'emploi", date(2026, 3, 1)),
    )
    assert [p.intitule for p in acte.propositions.order_by("pk")] == ["Atelier CV", "Bilan de santé"]
    situation = Situation.objects.get(dossier=dossier)
    fait = Fait.objects.get(dossier_id=dossier.pk)
    assert fait.identifiants == {"propositions": 2, "situation": situation.pk}


def test_nothing_is_saved_when_a_part_is_refused(agent: Agent, dossier: Dossier) -> None:
    with pytest.raises(RegleViolee) as refus:
        suivi.saisir_acte(agent, dossier, **BASE, situation=SituationSaisie("Emploi", date(1990, 1, 1)))
    assert refus.value.champ == "debut"
    assert not Acte.objects.exists()
    assert not Fait.objects.filter(dossier_id=dossier.pk).exists()


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"duree": 0}, "duree"),
        ({"duree": 721}, "duree"),
        ({"type": "INCONNU"}, "type"),
        ({"modalite": ""}, "modalite"),
        ({"theme": "LOISIR"}, "theme"),
        ({"le": date(2001, 1, 1)}, "le"),
        ({"compte_rendu": "x" * 20_001}, "compte_rendu"),
        ({"compte_rendu": "a\x00b"}, "compte_rendu"),
        ({"propositions": [PropositionSaisie("EMPLOI", "x" * 301)]}, "intitule"),
        ({"propositions": [PropositionSaisie("EMPLOI", "")]}, "intitule"),
        ({"propositions": [PropositionSaisie("RIEN", "Atelier")]}, "propositions"),
        ({"propositions": [PropositionSaisie("EMPLOI", "Atelier")] * 11}, "propositions"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(agent: Agent, dossier: Dossier, champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        suivi.saisir_acte(agent, dossier, **BASE | champs)
    assert refus.value.champ == champ
    assert not Acte.objects.exists()


@pytest.mark.parametrize(
    "texte",
    [
        "L'été, c'est « fini » 😀👩‍💻",
        "שלום, مرحبا",
        "<script>alert(1)</script> & {{ 7*7 }} %s",
        "mot " * 5000,
        "é" * 20_000,
    ],
)
def test_any_text_is_kept_as_it_was_said(agent: Agent, dossier: Dossier, texte: str) -> None:
    acte = suivi.saisir_acte(agent, dossier, **BASE | {"compte_rendu": texte})
    assert Acte.objects.get(pk=acte.pk).compte_rendu == texte.strip()


def test_today_is_the_structure_s_own(agent: Agent, structure: Structure, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 21:00 UTC on 2 March it is already the 3rd in Réunion (UTC+4), still the 2nd in Paris."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 2, 21, tzinfo=UTC))
    reunion = fabriques.structure(fuseau="Indian/Reunion")
    demain = BASE | {"le": date(2026, 3, 3)}
    with pytest.raises(RegleViolee, match="d'avance"):
        suivi.saisir_acte(agent, fabriques.dossier(structure), **demain)
    with perimetre(reunion.pk):
        suivi.saisir_acte(agent, fabriques.dossier(reunion), **demain)


def test_an_ended_dossier_takes_only_acts_of_before_its_end(agent: Agent, structure: Structure) -> None:
    clos = fabriques.dossier(structure, statut=Statut.FIN, fin_le=date(2026, 3, 1), fin_motif="AGE")
    with pytest.raises(RegleViolee, match="réactivez"):
        suivi.saisir_acte(agent, clos, **BASE)
    suivi.saisir_acte(agent, clos, **BASE | {"le": date(2026, 3, 1)})


def test_a_correction_keeps_author_and_former_text(agent: Agent, dossier: Dossier, structure: Structure) -> None:
    collegue = fabriques.agent(structure)
    acte = suivi.saisir_acte(agent, dossier, **BASE)
    corrige = suivi.modifier_acte(collegue, acte, version=1, **BASE | {"compte_rendu": "Trois employeurs."})
    assert (corrige.agent, corrige.version) == (agent, 2)
    change = selection.changements(corrige, version=1)
    assert [(e.champ, e.avant, e.apres) for e in change.ecarts] == [
        ("compte_rendu", "A relancé deux employeurs.", "Trois employeurs.")
    ]
    genres = Fait.objects.filter(dossier_id=dossier.pk).order_by("id").values_list("genre", flat=True)
    assert list(genres) == ["acte.saisi", "acte.modifie"]


def test_the_second_to_save_is_told(agent: Agent, dossier: Dossier) -> None:
    acte = suivi.saisir_acte(agent, dossier, **BASE)
    suivi.modifier_acte(agent, acte, version=1, **BASE | {"duree": 60})
    with pytest.raises(VersionPerimee) as refus:
        suivi.modifier_acte(agent, acte, version=1, **BASE | {"duree": 30})
    assert refus.value.version == 2
    acte.refresh_from_db()
    assert acte.duree == 60


@pytest.mark.parametrize("avant", EtatProposition.values)
@pytest.mark.parametrize("apres", EtatProposition.values)
def test_a_proposition_moves_forward_only(agent: Agent, dossier: Dossier, avant: str, apres: str) -> None:
    proposition = Proposition.objects.create(
        dossier=dossier, structure_id=dossier.structure_id, theme="EMPLOI", intitule="Atelier", etat=avant,
        le=date(2026, 3, 2),
    )  # fmt: skip
    permis = avant == apres or apres in suivi.TRANSITIONS[avant]
    if permis:
        assert suivi.changer_etat_proposition(agent, proposition, etat=apres).etat == apres
    else:
        with pytest.raises(RegleViolee):
            suivi.changer_etat_proposition(agent, proposition, etat=apres)
    assert Fait.objects.filter(genre="proposition.modifiee").count() == int(permis and avant != apres)


def test_row_level_security_hides_acts_from_another_structure(
    agent: Agent, dossier: Dossier, autre_structure: Structure
) -> None:
    suivi.saisir_acte(agent, dossier, **BASE, propositions=[PropositionSaisie("EMPLOI", "Atelier")])
    tables = ("dossiers_acte", "dossiers_proposition", "dossiers_situation", "dossiers_acteevent")
    with perimetre(autre_structure.pk), connection.cursor() as curseur:
        for table in tables:
            curseur.execute(f"SELECT count(*) FROM {table}")
            assert curseur.fetchone()[0] == 0
    assert Acte.objects.count() == 1


def test_acts_of_the_day_are_listed_newest_first_in_two_queries(
    agent: Agent, dossier: Dossier, django_assert_num_queries: Any
) -> None:
    for n in range(5):
        suivi.saisir_acte(agent, dossier, **BASE | {"le": BASE["le"] - timedelta(days=n)})
    with django_assert_num_queries(2):
        lus = [(a.le, str(a.agent), list(a.propositions.all())) for a in selection.actes(dossier=dossier)]
    assert [le for le, _, _ in lus] == sorted((le for le, _, _ in lus), reverse=True)
