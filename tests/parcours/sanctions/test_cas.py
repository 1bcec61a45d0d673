"""Minors, protected adults, repeated failings, another orientation; what raw SQL can't write; draws; allowances."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from imilo.acteurs.models import Agent, Structure
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.montants import Montant
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Protection, Representant
from imilo.parcours.sanctions import services
from imilo.parcours.sanctions.effets import retenir
from imilo.parcours.sanctions.etats import TRANSITIONS, Etat
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import ControleAleatoire, MessagePartenaire, Procedure
from imilo.parcours.sanctions.selectors import sanctions_du_mois
from imilo.socle.erreurs import RegleViolee
from tests import fabriques
from tests.parcours import parcours_cej
from tests.parcours import parcours_sanction as ps
from tests.parcours.parcours_sanction import CONSTAT, EXAMEN, MOYEN, SUSPENSION, Regler


@pytest.fixture
def regler(monkeypatch: pytest.MonkeyPatch) -> Regler:
    return ps.calendrier(monkeypatch)


def ouvrir(structure: Structure, agent: Agent, directrice: Agent, regler: Regler, **champs: Any) -> Dossier:
    contrat = {c: champs.pop(c) for c in ("representant_nom", "representant_qualite") if c in champs}
    dossier = fabriques.dossier(structure, agent, **champs)
    regler(ps.SIGNATURE)
    prepare = parcours_cej.preparer(agent, dossier, **contrat)
    acceptation = {"acceptation_representant": contrat["representant_nom"]} if contrat else {}
    parcours_cej.signer(directrice, prepare, **acceptation)
    regler(CONSTAT)
    return dossier


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler) -> Dossier:
    return ouvrir(dans_perimetre, agent, directrice, regler)


def representant(dossier: Dossier, agent: Agent, nom: str = "Rose Essai", qualite: str = "mere") -> Representant:
    return Representant.objects.create(
        dossier=dossier, structure=dossier.structure, nom=nom, qualite=qualite, confirme_le=CONSTAT, confirme_par=agent
    )


def test_un_mineur_et_ses_representants_recoivent_chaque_courrier(
    dans_perimetre: Structure, agent: Agent, directrice: Agent, regler: Regler
) -> None:
    dossier = ouvrir(
        dans_perimetre, agent, directrice, regler, jeune_naissance=date(2009, 1, 5),
        representant_nom="Rose Essai", representant_qualite="Mère",
    )  # fmt: skip
    procedure = ps.examinee(agent, dossier)
    with pytest.raises(RegleViolee, match="notez d'abord ses représentants"):
        services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=SUSPENSION)
    representant(dossier, agent)
    procedure = services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=SUSPENSION)
    assert (procedure.mineur, procedure.representants) == (True, "Rose Essai (mère)")
    regler(date(2026, 3, 5))
    procedure = services.noter_reception(
        agent, procedure, version=procedure.version, personne_le=date(2026, 3, 4), moyen=MOYEN
    )
    assert (procedure.etat, procedure.limite_observations) == (Etat.ENVISAGEE, None)  # the mother hasn't received it
    procedure = services.noter_reception(
        agent, procedure, version=procedure.version, personne_le=None, representants_le=date(2026, 3, 5), moyen=MOYEN
    )
    assert (procedure.etat, procedure.limite_observations) == (Etat.NOTIFIEE, date(2026, 3, 15))
    regler(ps.JOUR_DE_DECISION)
    procedure = services.decider_sanction(
        directrice, procedure, version=procedure.version, mesure=SUSPENSION, motivation="Absences.",
        premier_mois=date(2026, 4, 1),
    )  # fmt: skip
    procedure = services.noter_remise_de_la_decision(
        agent, procedure, version=procedure.version, personne_le=ps.JOUR_DE_DECISION, moyen=MOYEN
    )
    assert procedure.etat == Etat.DECIDEE
    procedure = services.noter_remise_de_la_decision(
        agent, procedure, version=procedure.version, personne_le=None, representants_le=ps.JOUR_DE_DECISION, moyen=MOYEN
    )
    assert procedure.etat == Etat.EXECUTOIRE


def test_un_majeur_protege_par_son_curateur(agent: Agent, directrice: Agent, dossier: Dossier) -> None:
    Protection.objects.create(
        dossier=dossier, structure=dossier.structure, mesure="curatelle", organisme="UDAF 37", confirme_le=CONSTAT,
        confirme_par=agent,
    )  # fmt: skip
    procedure = ps.examinee(agent, dossier)
    procedure = services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=SUSPENSION)
    assert (procedure.mineur, procedure.protege, procedure.representants) == (False, True, "UDAF 37")


def test_sans_representant_on_ne_note_pas_sa_reception(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.envisagee(regler, agent, directrice, dossier)
    with pytest.raises(RegleViolee, match="pas de représentant légal") as refus:
        services.noter_reception(
            agent, procedure, version=procedure.version, personne_le=CONSTAT, representants_le=CONSTAT, moyen=MOYEN
        )
    assert refus.value.champ == "representants_le"


def _apres_une_sanction(regler: Regler, agent: Agent, directrice: Agent, dossier: Dossier) -> date:
    """A first sanction on April's allowance, received on 20 March; a day after its end."""
    ps.executoire(regler, agent, directrice, dossier)
    jour = date(2026, 5, 20)
    regler(jour)
    return jour


def test_un_manquement_repete_peut_couter_plus(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    jour = _apres_une_sanction(regler, agent, directrice, dossier)
    with pytest.raises(RegleViolee, match="déjà sanctionné qui continue") as refus:
        ps.examinee(agent, dossier, le=jour)
    assert refus.value.champ == "se_poursuit"
    Procedure.objects.filter(constate_le=jour).delete()
    procedure = ps.examinee(agent, dossier, le=jour, examen=replace(EXAMEN, se_poursuit=False))
    assert procedure.rang is not None
    assert procedure.rang["resultat"]["rang"] == "reitere"
    totale = Mesure("suppression", Decimal(1), 4)
    envisagee = services.envisager_sanction(directrice, procedure, version=procedure.version, mesure=totale)
    assert envisagee.quantum is not None
    assert envisagee.quantum["resultat"]["entraine_radiation"] is True


def test_une_nouvelle_orientation_remet_le_rang_a_zero(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    jour = _apres_une_sanction(regler, agent, directrice, dossier)
    parcours_cej.orienter(agent, dossier, le=date(2026, 5, 10))
    assert Orientation.objects.filter(dossier=dossier).count() == 2
    procedure = ps.examinee(agent, dossier, le=jour)
    assert procedure.rang is not None
    assert procedure.rang["resultat"]["rang"] == "premier"


def test_un_manquement_qui_continue_sous_la_sanction_ne_se_sanctionne_pas_deux_fois(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    ps.executoire(regler, agent, directrice, dossier)
    jour = date(2026, 4, 15)
    regler(jour)
    with pytest.raises(RegleViolee, match="il ne l'est pas deux fois"):
        ps.examinee(agent, dossier, le=jour, examen=replace(EXAMEN, se_poursuit=True))


def test_sans_rien_au_second_manquement_la_mission_locale_propose(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    sans = replace(EXAMEN, allocation=False)
    avertissement = Mesure("avertissement", fin_le=date(2026, 4, 15))
    ps.executoire(regler, agent, directrice, dossier, examen=sans, mesure=avertissement)
    jour = date(2026, 5, 20)
    regler(jour)
    procedure = ps.examinee(agent, dossier, le=jour, examen=replace(sans, se_poursuit=False))
    with pytest.raises(RegleViolee, match="ne donne rien à prononcer"):
        services.envisager_sanction(
            directrice, procedure, version=procedure.version, mesure=Mesure("radiation", mois=1)
        )
    with pytest.raises(RegleViolee, match="vérifiez sa durée"):
        services.proposer_radiation(directrice, procedure, version=procedure.version, mois=9, motivation="Répété")
    proposee = services.proposer_radiation(
        directrice, procedure, version=procedure.version, mois=2, motivation="Second manquement"
    )
    assert proposee.etat == Etat.PROPOSEE
    assert MessagePartenaire.objects.get().charge["radiation_mois"] == 2


@contextmanager
def refuse_par_la_base() -> Iterator[None]:
    with pytest.raises(IntegrityError), transaction.atomic():
        yield


@pytest.mark.parametrize(
    "ecrit",
    [
        "etat = 'decidee'",
        "etat = 'executoire', decision_notifiee_le = decidee_le",
        "etat = 'levee', levee_le = '2026-03-20'",
        "close_le = '2026-03-20'",
        "nature = 'suspension', part = 0.3, mois = 1",
        "notifiee_le = '2026-03-01'",
        "limite_observations = NULL",
        "envisagee_part = 1.5",
        "envisagee_pouvoir = ''",
        "retard_raison = 'sans personne'",
    ],
)
def test_la_base_refuse_un_etat_impossible(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler, ecrit: str
) -> None:
    procedure = ps.notifiee(regler, agent, directrice, dossier)
    with refuse_par_la_base(), connection.cursor() as curseur:
        curseur.execute(f"UPDATE sanctions_procedure SET {ecrit} WHERE id = %s", [procedure.pk])  # the parameters above


def test_la_base_et_la_table_permettent_les_memes_suites(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    """Asked of the trigger's own text: a state leads to the same ones in both."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT prosrc FROM pg_proc WHERE proname = 'sanctions_transition'")
        source = curseur.fetchone()[0]
    for avant, apres in product(Etat, Etat):
        assert (f"'{avant.value}>{apres.value}'" in source) == (apres in TRANSITIONS[avant]), (avant, apres)


def test_la_base_refuse_une_decision_hors_delai_que_personne_n_assume(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.decidee(regler, agent, directrice, dossier)
    with refuse_par_la_base(), connection.cursor() as curseur:
        curseur.execute("UPDATE sanctions_procedure SET decidee_le = '2026-04-02' WHERE id = %s", [procedure.pk])


def test_un_message_ecrit_ne_change_plus(agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler) -> None:
    ps.executoire(regler, agent, directrice, dossier)
    with refuse_par_la_base(), connection.cursor() as curseur:
        curseur.execute("UPDATE sanctions_messagepartenaire SET charge = charge || '{\"mois\": 4}'")


def test_l_allocation_du_mois_est_retenue_puis_due_de_nouveau(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.executoire(regler, agent, directrice, dossier)
    contrat = procedure.contrat
    assert contrat is not None
    avril, mai = date(2026, 4, 1), date(2026, 5, 1)
    le = date(2026, 5, 2)
    (effet,) = retenir(sanctions_du_mois(contrat, avril), mois=avril, montant=Montant("500.00"), le=le)
    # 500.00 x 30 % = 150.00 withheld; 500.00 - 150.00 = 350.00 due
    assert (effet.resultat["mois"][0]["du"], effet.resultat["retenu_total"]) == (Decimal("350.00"), Decimal("150.00"))
    assert rejouer(effet).ecarts == ()
    assert retenir(sanctions_du_mois(contrat, mai), mois=mai, montant=Montant("500.00"), le=le) == []
    regler(date(2026, 4, 10))
    procedure = services.definir_conditions(agent, procedure, version=procedure.version, conditions="L'atelier")
    services.lever_suspension(directrice, procedure, version=procedure.version, conforme_le=date(2026, 4, 10))
    (leve,) = retenir(sanctions_du_mois(contrat, avril), mois=avril, montant=Montant("500.00"), le=le)
    assert leve.resultat["mois"][0]["du"] == Decimal("500.00")  # lifted within the month: due in full


def test_une_sanction_retiree_ou_pas_remise_ne_retient_rien(
    agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    procedure = ps.decidee(regler, agent, directrice, dossier)
    contrat = procedure.contrat
    assert contrat is not None
    assert sanctions_du_mois(contrat, date(2026, 4, 30)) == []
    procedure = services.noter_remise_de_la_decision(
        agent, procedure, version=procedure.version, personne_le=procedure.decidee_le, moyen=MOYEN
    )
    assert sanctions_du_mois(contrat, date(2026, 4, 30)) == [procedure]
    services.retirer_sanction(directrice, procedure, version=procedure.version, raison="Recours")
    assert sanctions_du_mois(contrat, date(2026, 4, 30)) == []


def test_le_tirage_se_refait_a_l_identique_et_une_fois_par_mois(
    dans_perimetre: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    for _ in range(4):
        ouvrir(dans_perimetre, agent, directrice, regler)
    mois, part = date(2026, 3, 1), Decimal("0.30")
    tirage = services.tirer_controles(directrice, structure=dans_perimetre, mois=mois, part=part)
    # 5 running contracts x 30 % = 1.5, rounded up to 2
    assert (tirage.effectif, ControleAleatoire.objects.filter(tirage=tirage).count()) == (5, 2)
    decision = depuis_json(tirage.decision)
    assert rejouer(decision).ecarts == ()
    tires = ControleAleatoire.objects.filter(tirage=tirage).select_related("dossier").order_by("rang")
    assert tuple(str(c.dossier) for c in tires) == decision.resultat["retenus"]
    with pytest.raises(RegleViolee, match="déjà tirés au sort") as refus:
        services.tirer_controles(directrice, structure=dans_perimetre, mois=mois, part=part)
    assert refus.value.champ == "mois"


def test_un_mois_fini_se_tire_parmi_les_contrats_de_son_dernier_jour(
    dans_perimetre: Structure, agent: Agent, directrice: Agent, dossier: Dossier, regler: Regler
) -> None:
    """Nobody is controlled for a month in which nothing was asked of them yet."""
    regler(date(2026, 4, 9))
    arrive = fabriques.dossier(dans_perimetre, agent)
    parcours_cej.signer(directrice, parcours_cej.preparer(agent, arrive))
    tire = services.tirer_controles(directrice, structure=dans_perimetre, mois=date(2026, 3, 1), part=Decimal(1))
    assert [c.dossier for c in ControleAleatoire.objects.filter(tirage=tire)] == [dossier]
    tire = services.tirer_controles(directrice, structure=dans_perimetre, mois=date(2026, 4, 1), part=Decimal(1))
    assert {c.dossier for c in ControleAleatoire.objects.filter(tirage=tire)} == {dossier, arrive}


@pytest.mark.parametrize(
    ("mois", "part", "champ"),
    [(date(2026, 4, 1), "0.10", "mois"), (date(2026, 3, 1), "0", "part"), (date(2026, 3, 1), "1.5", "part")],
)
def test_un_tirage_impossible_est_refuse(
    directrice: Agent, dossier: Dossier, mois: date, part: str, champ: str
) -> None:
    with pytest.raises(RegleViolee) as refus:
        services.tirer_controles(directrice, structure=dossier.structure, mois=mois, part=Decimal(part))
    assert refus.value.champ == champ


def test_sans_contrat_en_cours_rien_a_tirer(directrice: Agent, dans_perimetre: Structure) -> None:
    with pytest.raises(RegleViolee, match="Aucun contrat n'est en cours"):
        services.tirer_controles(directrice, structure=dans_perimetre, mois=date(2026, 3, 1), part=Decimal("0.1"))
