"""The allowance of a month: declared, decided by who may, notified; and what is refused."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from imilo.acteurs.models import Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.journal.models import Fait
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import DecisionAllocation, EtatDecision, Sens
from imilo.parcours.allocations.selectors import mois_couverts, mois_du_contrat
from imilo.parcours.allocations.services import RessourceSaisie, SituationDuMois
from imilo.parcours.allocations.sources import echeances
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement, Soutien
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej

SEUL = SituationDuMois(logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE)
SALAIRE = RessourceSaisie("salaire", Decimal("600.00"))


@pytest.fixture
def contrat(directrice: Agent, agent: Agent, dans_perimetre: Structure) -> ContratEngagement:
    """A contract signed today."""
    dossier = fabriques.dossier(dans_perimetre, agent)
    return parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))


@pytest.fixture
def mois(contrat: ContratEngagement) -> date:
    assert contrat.signe_le is not None
    return contrat.signe_le.replace(day=1)


def declarer(
    agent: Agent, contrat: ContratEngagement, mois: date, *ressources: RessourceSaisie, **champs: Any
) -> DecisionAllocation:
    return services.declarer_ressources(
        agent, contrat, mois=mois, **{"situation": SEUL, "ressources": ressources, "version": None, **champs}
    )


def test_la_decision_est_preparee_avec_ses_etapes_et_se_rejoue(
    agent: Agent, contrat: ContratEngagement, mois: date
) -> None:
    decision = declarer(agent, contrat, mois, SALAIRE)
    assert decision.etat == EtatDecision.PREPAREE
    assert decision.sens == Sens.ACCORD
    assert Decimal(0) < decision.montant < decision.forfait
    relue = DecisionAllocation.objects.get()
    calcul = depuis_json(relue.calcul)
    assert calcul.resultat["montant"] == relue.montant
    assert calcul.etapes
    assert rejouer(calcul).identique
    assert rejouer(depuis_json(relue.droit)).identique


def test_corriger_la_declaration_refait_le_calcul(agent: Agent, contrat: ContratEngagement, mois: date) -> None:
    premiere = declarer(agent, contrat, mois, SALAIRE)
    seconde = declarer(agent, contrat, mois, version=1)
    assert seconde.pk == premiere.pk
    assert seconde.montant == seconde.forfait
    assert seconde.declaration.version == 2
    with pytest.raises(VersionPerimee):
        declarer(agent, contrat, mois, SALAIRE, version=1)


def test_les_parents_soutiennent_pas_d_allocation(agent: Agent, contrat: ContratEngagement, mois: date) -> None:
    chez_ses_parents = SituationDuMois(
        logement=Logement.FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE, soutien_parental=Soutien.SUFFISANT
    )
    decision = declarer(agent, contrat, mois, situation=chez_ses_parents)
    assert (decision.sens, decision.montant) == (Sens.REFUS, Decimal("0.00"))


def test_le_service_civique_suspend(agent: Agent, contrat: ContratEngagement, mois: date) -> None:
    civique = SituationDuMois(
        logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE, suspensif="service_civique"
    )
    decision = declarer(agent, contrat, mois, situation=civique)
    assert (decision.sens, decision.montant) == (Sens.REFUS, Decimal("0.00"))


@pytest.mark.parametrize(
    "ressource",
    [
        RessourceSaisie("salaire", Decimal("-1.00")),
        RessourceSaisie("loterie", Decimal("10.00")),
        RessourceSaisie("salaire", Decimal("12345678.00")),
    ],
    ids=["negatif", "nature_inconnue", "trop_grand"],
)
def test_ressource_refusee_et_rien_n_est_garde(
    agent: Agent, contrat: ContratEngagement, mois: date, ressource: RessourceSaisie
) -> None:
    with pytest.raises(RegleViolee):
        declarer(agent, contrat, mois, ressource)
    assert not DecisionAllocation.objects.exists()


def test_un_mois_hors_du_contrat_ou_a_venir_est_refuse(agent: Agent, contrat: ContratEngagement, mois: date) -> None:
    for autre in (mois - timedelta(days=1), mois + timedelta(days=32)):
        with pytest.raises(RegleViolee) as refus:
            declarer(agent, contrat, autre.replace(day=1))
        assert refus.value.champ == "mois"


def test_decider_demande_un_pouvoir(agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date) -> None:
    decision = declarer(agent, contrat, mois, SALAIRE)
    with pytest.raises(NonHabilite):
        services.decider_allocation(agent, decision, version=decision.version)
    Delegation.objects.create(
        structure=contrat.dossier.structure, delegant=directrice, agent=agent, portee=Portee.CONTRATS, du=mois
    )
    with pytest.raises(NonHabilite):  # a delegation for contracts opens no allowance
        services.decider_allocation(agent, decision, version=decision.version)
    Delegation.objects.create(
        structure=contrat.dossier.structure,
        delegant=directrice,
        profil=Profil.CONSEILLER,
        portee=Portee.ALLOCATIONS,
        du=date(2020, 1, 1),
    )
    prise = services.decider_allocation(agent, decision, version=decision.version)
    assert "par délégation de signature" in prise.pouvoir


def test_la_decision_prise_a_son_courrier_et_ne_change_plus(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date
) -> None:
    decision = declarer(agent, contrat, mois, SALAIRE)
    prise = services.decider_allocation(directrice, decision, version=decision.version)
    assert prise.etat == EtatDecision.DECIDEE
    assert prise.document is not None
    with pikepdf.open(io.BytesIO(bytes(prise.document.contenu))) as courrier:
        assert str(courrier.Root.Lang).startswith("fr")
        assert courrier.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in courrier.Root
        assert "Votre allocation" in str(courrier.open_metadata()["dc:title"])
        assert courrier.open_metadata()["pdfuaid:part"] == "1"
    with pytest.raises(RegleViolee):
        declarer(agent, contrat, mois, version=1)
    with pytest.raises((RegleViolee, VersionPerimee)):
        services.decider_allocation(directrice, decision, version=prise.version)


def test_une_decision_perimee_n_est_pas_prise(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date
) -> None:
    """What the page showed was corrected meanwhile: nobody signs an amount they didn't see."""
    montree = declarer(agent, contrat, mois, SALAIRE)
    declarer(agent, contrat, mois, version=1)
    with pytest.raises(VersionPerimee):
        services.decider_allocation(directrice, montree, version=montree.version)


def test_notifier_apres_la_decision_pas_avant_pas_demain(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date
) -> None:
    decision = declarer(agent, contrat, mois, SALAIRE)
    le = aujourd_hui(contrat.dossier.structure)
    with pytest.raises(RegleViolee):
        services.notifier_decision(agent, decision, version=decision.version, notifiee_le=le, moyen="MAIN_PROPRE")
    prise = services.decider_allocation(directrice, decision, version=decision.version)
    from imilo.referentiels.models import Liste
    from imilo.referentiels.selectors import codes

    moyen = codes(Liste.NOTIFICATION, le)[0][0]
    for jour in (le - timedelta(days=1), le + timedelta(days=1)):
        with pytest.raises(RegleViolee) as refus:
            services.notifier_decision(agent, prise, version=prise.version, notifiee_le=jour, moyen=moyen)
        assert refus.value.champ == "notifiee_le"
    notifiee = services.notifier_decision(agent, prise, version=prise.version, notifiee_le=le, moyen=moyen)
    assert notifiee.etat == EtatDecision.NOTIFIEE


def test_chaque_acte_ecrit_un_fait(agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date) -> None:
    avant = Fait.objects.count()
    decision = declarer(agent, contrat, mois, SALAIRE)
    services.decider_allocation(directrice, decision, version=decision.version)
    genres = list(Fait.objects.order_by("id").values_list("genre", flat=True))[avant:]
    assert genres == ["ressources.declarees", "allocation.decidee"]


def test_une_seule_decision_par_mois_meme_a_deux(agent: Agent, contrat: ContratEngagement, mois: date) -> None:
    decision = declarer(agent, contrat, mois, SALAIRE)
    with pytest.raises(IntegrityError), transaction.atomic():
        DecisionAllocation.objects.filter(pk=decision.pk).update(montant=decision.forfait + 1)
    decision.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save(force_insert=True)


def test_les_mois_du_contrat_comptent_en_entier(contrat: ContratEngagement) -> None:
    contrat.signe_le, contrat.fin_prevue = date(2026, 1, 31), date(2026, 4, 1)
    assert list(mois_couverts(contrat, le=date(2026, 12, 31))) == [date(2026, n, 1) for n in (1, 2, 3, 4)]
    assert list(mois_couverts(contrat, le=date(2026, 2, 1))) == [date(2026, 1, 1), date(2026, 2, 1)]
    assert [m.code for m in mois_du_contrat(contrat=contrat, le=date(2026, 2, 1))] == ["2026-02", "2026-01"]


def test_l_echeance_attend_la_fin_du_mois(
    agent: Agent, directrice: Agent, contrat: ContratEngagement, mois: date
) -> None:
    """To declare for who accompanies, then to decide for who has the power; nobody else's list."""
    structure = contrat.dossier.structure
    suivant = (mois + timedelta(days=32)).replace(day=3)
    assert not list(echeances(agent, structure, mois.replace(day=28)))
    (a_declarer,) = echeances(agent, structure, suivant)
    assert (a_declarer.dossier.pk, a_declarer.lien and a_declarer.lien.vue) == (
        contrat.dossier_id,
        "allocation-declarer",
    )
    autre = fabriques.agent(structure)
    assert not list(echeances(autre, structure, suivant))
    gestionnaire = fabriques.agent(structure, Profil.GESTIONNAIRE)
    assert len(list(echeances(gestionnaire, structure, suivant))) == 1
    decision = declarer(agent, contrat, mois)
    assert not list(echeances(agent, structure, suivant))
    (a_decider,) = echeances(directrice, structure, suivant)
    assert a_decider.lien is not None
    assert (a_decider.lien.vue, a_decider.lien.libelle) == ("allocation", "Décider")
    services.decider_allocation(directrice, decision, version=decision.version)
    assert not list(echeances(directrice, structure, suivant))


def test_une_autre_structure_ne_voit_rien(
    agent: Agent, contrat: ContratEngagement, mois: date, autre_structure: Structure
) -> None:
    declarer(agent, contrat, mois, SALAIRE)
    with perimetre(autre_structure.pk):
        assert not DecisionAllocation.objects.exists()
