"""Who pays each action of a concluded contract: listed while nobody said, written after the signature."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Fait
from imilo.parcours.contrats.financements import actions_financees, programmes_connus
from imilo.parcours.contrats.models import ActionPrevue, ContratEngagement
from imilo.parcours.contrats.services import preciser_financement
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db
OPERATION = "FSE+ 202500123"


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent)


@pytest.fixture
def contrat(directrice: Agent, agent: Agent, dossier: Dossier) -> ContratEngagement:
    """Two actions, whose funding nobody said."""
    return cej.signer(directrice, cej.preparer(agent, dossier))


def restent(**filtres: str) -> list[str]:
    return [a.intitule for a in actions_financees(dossiers=Dossier.objects.all(), **filtres)]


def cochees(**champs: object) -> dict[int, str]:
    return dict(ActionPrevue.objects.filter(**champs).values_list("pk", "financement"))


def test_un_contrat_qui_n_est_pas_conclu_n_attend_rien(agent: Agent, dossier: Dossier) -> None:
    prepare = cej.preparer(agent, dossier)
    assert prepare.actions.count() == 2
    assert restent() == []
    with pytest.raises(RegleViolee, match="n'existent plus"):
        preciser_financement(agent, structure=dossier.structure, actions=cochees(contrat=prepare), financement="etat")


def test_les_actions_sans_programme_connu(contrat: ContratEngagement) -> None:
    assert len(restent()) == 2
    une = contrat.actions.get(categorie="mise_en_situation")
    assert restent(categorie="mise_en_situation") == [une.intitule]
    assert restent(organisme="chez léa") == [une.intitule]
    ActionPrevue.objects.filter(pk=une.pk).update(financement="fse")
    assert une.intitule in restent(), "the European fund, without its operation"
    ActionPrevue.objects.filter(pk=une.pk).update(programme=OPERATION)
    assert une.intitule not in restent()
    assert restent(financement="fse") == [une.intitule]
    assert programmes_connus(dossiers=Dossier.objects.all()) == [OPERATION]


def test_on_les_complete_apres_la_signature(agent: Agent, contrat: ContratEngagement) -> None:
    faites = preciser_financement(
        agent, structure=contrat.dossier.structure, actions=cochees(), financement="fse", programme=f" {OPERATION} "
    )
    assert (faites.faites, faites.laissees) == (2, 0)
    assert set(contrat.actions.values_list("financement", "programme")) == {("fse", OPERATION)}
    assert restent() == []
    faits = Fait.objects.filter(genre="action.financee")
    assert {f.dossier_id for f in faits} == {contrat.dossier_id}
    assert [f.identifiants["financement"] for f in faits] == ["fse", "fse"]
    assert OPERATION not in str(list(faits.values())), "the journal holds codes, never values"
    historique = ActionPrevue.pgh_event_model.objects.filter(pgh_obj_id__in=cochees())  # type: ignore[attr-defined]  # set by `historiser`
    assert set(historique.values_list("financement", flat=True)) == {""}, "what it was before"


def test_une_action_changee_entre_temps_est_laissee(agent: Agent, contrat: ContratEngagement) -> None:
    vues, structure = cochees(), contrat.dossier.structure
    premiere = min(vues)
    preciser_financement(agent, structure=structure, actions={premiere: ""}, financement="region")
    faites = preciser_financement(agent, structure=structure, actions=vues, financement="etat")
    assert (faites.faites, faites.laissees) == (1, 1)
    assert ActionPrevue.objects.get(pk=premiere).financement == "region"
    with pytest.raises(RegleViolee, match="déjà été complétées"):
        preciser_financement(agent, structure=structure, actions=vues, financement="etat")
    corrigee = preciser_financement(agent, structure=structure, actions={premiere: "region"}, financement="autre")
    assert corrigee.faites == 1


@pytest.mark.parametrize(
    ("financement", "programme", "champ"),
    [("", "", "financement"), ("lune", "", "financement"), ("fse", " ", "programme")],
)
def test_ce_qui_manque_est_dit(
    agent: Agent, contrat: ContratEngagement, financement: str, programme: str, champ: str
) -> None:
    with pytest.raises(RegleViolee) as refus:
        preciser_financement(
            agent,
            structure=contrat.dossier.structure,
            actions=cochees(),
            financement=financement,
            programme=programme,
        )
    assert refus.value.champ == champ
    with pytest.raises(RegleViolee, match="Cochez"):
        preciser_financement(agent, structure=contrat.dossier.structure, actions={}, financement="etat")


def test_un_programme_a_son_financeur(contrat: ContratEngagement) -> None:
    with pytest.raises(IntegrityError, match="action_programme_finance"), transaction.atomic():
        ActionPrevue.objects.filter(contrat=contrat).update(programme=OPERATION)


def test_qui_n_accompagne_pas_ne_les_complete_pas(
    contrat: ContratEngagement, structure: Structure, autre_structure: Structure
) -> None:
    accueil = fabriques.agent(structure, Profil.ACCUEIL)
    with pytest.raises(NonHabilite):
        preciser_financement(accueil, structure=structure, actions=cochees(), financement="etat")
    actions, ailleurs = cochees(), fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk), pytest.raises(RegleViolee, match="n'existent plus"):
        preciser_financement(ailleurs, structure=autre_structure, actions=actions, financement="etat")
