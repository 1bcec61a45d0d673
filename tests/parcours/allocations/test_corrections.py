"""A month already decided is corrected by another decision; the law says what becomes of the difference."""

from __future__ import annotations

import io
from datetime import date, timedelta
from decimal import Decimal

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.lectures import Lectures
from imilo.droit.montants import ZERO, Montant
from imilo.echanges.connecteurs.asp.a_envoyer import decisions_payables
from imilo.journal.models import Fait
from imilo.parcours.allocations import selectors, services
from imilo.parcours.allocations.models import (
    CauseTropPercu,
    DecisionAllocation,
    EtatDecision,
    EtatLigne,
    LigneLotAllocations,
    Reglement,
    Suite,
    TropPercu,
)
from imilo.parcours.allocations.services import CorrectionSaisie, RessourceSaisie
from imilo.parcours.contrats.models import ContratEngagement
from imilo.socle.erreurs import NonHabilite, RegleViolee, VersionPerimee
from tests import fabriques
from tests.parcours.allocations.conftest import SALAIRE, SEUL, Declarer
from tests.parcours.dossiers.test_documents import texte

FRAUDE = CorrectionSaisie(CauseTropPercu.FRAUDE, "Un salaire qui n'était pas déclaré.")
APRES = CorrectionSaisie(CauseTropPercu.RESSOURCE, "La fiche de paie est arrivée le 12.")


def corriger(
    agent: Agent, decision: DecisionAllocation, correction: CorrectionSaisie, *ressources: RessourceSaisie
) -> DecisionAllocation:
    return services.corriger_le_mois(
        agent,
        decision.contrat,
        mois=decision.mois,
        correction=correction,
        situation=SEUL,
        ressources=ressources,
        corrige=decision.pk,
    )


def decider(agent: Agent, decision: DecisionAllocation) -> DecisionAllocation:
    return services.decider_allocation(agent, decision, version=decision.version)


def test_une_correction_est_une_autre_decision_et_l_ancienne_ne_change_pas(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    avant = DecisionAllocation.objects.filter(pk=decidee.pk).values().get()
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    assert (seconde.rang, seconde.corrige_id, seconde.etat) == (2, decidee.pk, EtatDecision.DECIDEE)
    assert seconde.montant < decidee.montant
    assert DecisionAllocation.objects.filter(pk=decidee.pk).values().get() == avant
    assert [d.rang for d in selectors.rangs(contrat=decidee.contrat, mois=decidee.mois)] == [1, 2]
    relue = selectors.decision(contrat=decidee.contrat, mois=decidee.mois)
    assert relue is not None
    assert relue.pk == seconde.pk
    assert seconde.regularisation is not None
    for gardee in (seconde.droit, seconde.calcul, seconde.regularisation):
        assert rejouer(depuis_json(gardee)).identique


def test_trop_verse_par_fraude_fait_une_creance_avec_son_courrier(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    """L. 5412-1 IV: what was received by fraud is paid back."""
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    trop = TropPercu.objects.get(decision=seconde)
    assert (trop.suite, trop.reglement) == (Suite.A_REMBOURSER, Reglement.A_REGLER)
    assert trop.montant == decidee.montant - seconde.montant
    assert seconde.a_verser == ZERO
    assert trop.document is not None
    for document in (trop.document, seconde.document):
        assert document is not None
        with pikepdf.open(io.BytesIO(bytes(document.contenu))) as courrier:
            assert str(courrier.Root.Lang).startswith("fr")
            assert courrier.open_metadata()["pdfuaid:part"] == "1"
    with pikepdf.open(io.BytesIO(bytes(trop.document.contenu))) as courrier:
        assert "versée en trop" in str(courrier.open_metadata()["dc:title"])


def lettre(trop: TropPercu) -> str:
    assert trop.document is not None
    return " ".join(texte(bytes(trop.document.contenu)).split())


@pytest.mark.parametrize("correction", [APRES, CorrectionSaisie(CauseTropPercu.ERREUR, "Compté deux fois.")])
def test_sans_fraude_une_erreur_ou_une_ressource_tardive_se_reclame(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation, correction: CorrectionSaisie
) -> None:
    """No article says that it is acquired: it is a claim, with its reason, its letter and its settlement."""
    seconde = decider(directrice, corriger(agent, decidee, correction, SALAIRE))
    trop = TropPercu.objects.get(decision=seconde)
    assert (trop.suite, trop.reglement) == (Suite.A_REMBOURSER, Reglement.A_REGLER)
    assert trop.montant == decidee.montant - seconde.montant
    lue = lettre(trop)
    assert "cette somme est à rendre" in lue
    assert "code civil, article 1302-1" in lue
    assert correction.raison in lue
    regle = services.regler_trop_percu(
        directrice, trop, version=1, reglement=Reglement.RETENU, regle_le=aujourd_hui(trop.structure)
    )
    assert regle.reglement == Reglement.RETENU


def test_la_lecture_qui_ne_reclame_pas_ne_dit_pas_la_somme_acquise(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    """`cej.trop_percu_sans_texte=non_reclame`: a choice, told as one, on the screen and in the letter."""
    with override_settings(IMILO_LECTURES=Lectures.depuis_texte("cej.trop_percu_sans_texte=non_reclame")):
        seconde = decider(directrice, corriger(agent, decidee, APRES, SALAIRE))
    trop = TropPercu.objects.get(decision=seconde)
    assert (trop.suite, trop.reglement) == (Suite.NON_RECLAME, Reglement.NON_RECLAME)
    dits = (trop.get_suite_display(), trop.get_reglement_display(), lettre(trop))
    assert all("acquis" not in dit and "la loi" not in dit.lower() for dit in dits)
    assert "a choisi de ne pas" in dits[-1]
    with pytest.raises(RegleViolee, match="par le choix"):
        services.regler_trop_percu(
            directrice, trop, version=1, reglement=Reglement.RETENU, regle_le=aujourd_hui(trop.structure)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        TropPercu.objects.update(reglement=Reglement.ACQUIS)


def test_verse_trop_peu_l_asp_verse_le_reste(agent: Agent, directrice: Agent, declarer: Declarer) -> None:
    premiere = decider(directrice, declarer(SALAIRE))
    seconde = decider(directrice, corriger(agent, premiere, APRES))
    assert seconde.a_verser == seconde.montant - premiere.montant
    assert seconde.a_verser > ZERO
    assert not TropPercu.objects.exists()
    payees = decisions_payables(seconde.structure).order_by("rang")
    assert [(d.reference, d.du) for d in payees] == [
        (premiere.reference, premiere.montant),
        (seconde.reference, seconde.a_verser),
    ]
    assert sum(d.du for d in payees) == seconde.montant


def test_une_troisieme_decision_compte_tout_ce_qui_a_ete_verse(
    agent: Agent, directrice: Agent, declarer: Declarer
) -> None:
    """600 € of salary, then none, then 300 more by fraud: each difference is with what the person was left with."""
    premiere = decider(directrice, declarer(SALAIRE))
    seconde = decider(directrice, corriger(agent, premiere, APRES))
    troisieme = decider(directrice, corriger(agent, seconde, FRAUDE, SALAIRE))
    assert troisieme.rang == 3
    assert TropPercu.objects.get(decision=troisieme).montant == seconde.montant - premiere.montant
    remise = TropPercu.objects.get()
    services.regler_trop_percu(
        directrice,
        remise,
        version=remise.version,
        reglement=Reglement.REMIS,
        regle_le=aujourd_hui(remise.structure),
        precision="Sans ressources.",
    )
    # Waived: the person keeps it, and the fourth decision finds the same excess again.
    quatrieme = decider(directrice, corriger(agent, troisieme, FRAUDE, SALAIRE))
    assert TropPercu.objects.get(decision=quatrieme).montant == remise.montant


def test_une_creance_comptee_par_une_decision_plus_recente_ne_se_remet_plus(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    """The third decision gave back what the claim took: to waive it now would pay the month twice."""
    decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    trop = TropPercu.objects.get()
    derniere = DecisionAllocation.objects.get(rang=2)
    decider(directrice, corriger(agent, derniere, APRES))
    le = aujourd_hui(trop.structure)
    with pytest.raises(RegleViolee, match="deux fois"):
        services.regler_trop_percu(
            directrice, trop, version=1, reglement=Reglement.REMIS, regle_le=le, precision="Sans ressources."
        )
    services.regler_trop_percu(directrice, trop, version=1, reglement=Reglement.REMBOURSE, regle_le=le)


def remettre(agent: Agent, trop: TropPercu) -> TropPercu:
    return services.regler_trop_percu(
        agent,
        trop,
        version=trop.version,
        reglement=Reglement.REMIS,
        regle_le=aujourd_hui(trop.structure),
        precision="Sans ressources.",
    )


def test_une_remise_change_la_correction_qui_attend_et_la_page_deja_ouverte_est_refusee(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    """The claim of the second decision is waived while the third waits: what the third one claims is no longer what
    was shown (700 − 600 € of salary), but all that was paid at first."""
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    montree = corriger(agent, seconde, FRAUDE, RessourceSaisie("salaire", Decimal("700.00")))
    vu = depuis_json(montree.regularisation).resultat["lignes"][0]
    assert vu["ecart"] == seconde.montant - montree.montant
    remettre(directrice, TropPercu.objects.get())
    with pytest.raises(VersionPerimee):
        decider(directrice, montree)
    assert TropPercu.objects.count() == 1
    relue = DecisionAllocation.objects.get(pk=montree.pk)
    attendu = decidee.montant - montree.montant
    assert depuis_json(relue.regularisation).resultat["lignes"][0]["ecart"] == attendu
    assert relue.preparee_par_id == agent.pk
    assert TropPercu.objects.get(decision=decider(directrice, relue)).montant == attendu


def test_une_creance_qui_n_est_plus_celle_montree_ne_se_decide_pas(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    """The answer and its amount are the same; only what is claimed back isn't."""
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    montree = corriger(agent, seconde, FRAUDE, RessourceSaisie("salaire", Decimal("700.00")))
    TropPercu.objects.update(reglement=Reglement.REMIS, regle_le=seconde.decidee_le, regle_par=directrice)
    with pytest.raises(RegleViolee, match="calcul a changé"):
        decider(directrice, montree)
    assert TropPercu.objects.count() == 1


@pytest.mark.parametrize("par_le_service", [True, False])
def test_un_lot_ne_prend_pas_une_creance_qui_n_est_plus_celle_montree(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation, *, par_le_service: bool
) -> None:
    """The line keeps the version that was looked at; and the claim is compared when the version is the same."""
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    montree = corriger(agent, seconde, FRAUDE, RessourceSaisie("salaire", Decimal("700.00")))
    lot = services.creer_lot(
        directrice,
        structure=montree.structure,
        mois=montree.mois,
        choisies={montree.pk: montree.version},
        en_file=False,
    )
    if par_le_service:
        remettre(directrice, TropPercu.objects.get())
    else:
        TropPercu.objects.update(reglement=Reglement.REMIS, regle_le=seconde.decidee_le, regle_par=directrice)
    services.traiter_lot(lot.pk, montree.structure_id)
    ligne = LigneLotAllocations.objects.get(lot=lot)
    assert ligne.etat == EtatLigne.REFUSEE
    assert ("modifiée depuis" if par_le_service else "calcul a changé") in ligne.refus
    assert TropPercu.objects.count() == 1


def test_une_creance_retenue_se_transmet_avec_son_signe(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation
) -> None:
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    trop = TropPercu.objects.get(decision=seconde)
    le = aujourd_hui(trop.structure)
    payees = decisions_payables(trop.structure).order_by("rang")
    assert [d.rang for d in payees] == [1]
    with pytest.raises(NonHabilite):
        services.regler_trop_percu(agent, trop, version=1, reglement=Reglement.RETENU, regle_le=le)
    services.regler_trop_percu(directrice, trop, version=1, reglement=Reglement.RETENU, regle_le=le)
    payees = payees.all()
    assert [(d.rang, d.du < ZERO) for d in payees] == [(1, False), (2, True)]
    assert type(payees[1].du) is Montant
    assert sum(d.du for d in payees) == seconde.montant


@pytest.mark.parametrize(
    ("reglement", "jours", "precision", "champ"),
    [
        ("acquis", 0, "", "reglement"),
        ("perdu", 0, "", "reglement"),
        (Reglement.REMBOURSE, 1, "", "regle_le"),
        (Reglement.REMBOURSE, -400, "", "regle_le"),
        (Reglement.REMIS, 0, " ", "precision"),
    ],
)
def test_un_reglement_faux_est_refuse_a_son_champ(  # noqa: PLR0917  # the four values of a form, and who
    agent: Agent, directrice: Agent, decidee: DecisionAllocation, reglement: str, jours: int, precision: str, champ: str
) -> None:
    seconde = decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    trop = TropPercu.objects.get(decision=seconde)
    le = aujourd_hui(trop.structure) + timedelta(days=jours)
    with pytest.raises(RegleViolee) as refus:
        services.regler_trop_percu(directrice, trop, version=1, reglement=reglement, regle_le=le, precision=precision)
    assert refus.value.champ == champ


def test_on_ne_corrige_que_la_derniere_decision_prise(
    agent: Agent, directrice: Agent, declarer: Declarer, contrat: ContratEngagement
) -> None:
    preparee = declarer()
    with pytest.raises(RegleViolee, match="pas encore décidé"):
        corriger(agent, preparee, FRAUDE, SALAIRE)
    premiere = decider(directrice, preparee)
    for fausse, champ in (
        (CorrectionSaisie(CauseTropPercu.ERREUR, " "), "raison"),
        (CorrectionSaisie("humeur", "Comme ça."), "cause"),
    ):
        with pytest.raises(RegleViolee) as refus:
            corriger(agent, premiere, fausse)
        assert refus.value.champ == champ
    corriger(agent, premiere, FRAUDE, SALAIRE)
    with pytest.raises(RegleViolee, match="pas encore décidé"):
        corriger(agent, premiere, FRAUDE, SALAIRE)
    assert len(selectors.rangs(contrat=contrat, mois=premiere.mois)) == 2


def test_la_correction_preparee_se_modifie_comme_une_declaration(
    agent: Agent, directrice: Agent, decidee: DecisionAllocation, declarer: Declarer
) -> None:
    corriger(agent, decidee, FRAUDE, SALAIRE)
    reprise = declarer(RessourceSaisie("salaire", Decimal("601.00")), version=1)
    assert (reprise.rang, reprise.declaration.version) == (2, 2)
    assert decider(directrice, reprise).rang == 2


def test_deux_corrections_du_meme_rang_sont_refusees_par_la_base(agent: Agent, decidee: DecisionAllocation) -> None:
    seconde = corriger(agent, decidee, FRAUDE, SALAIRE)
    seconde.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        seconde.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():  # a rank above one without what it corrects
        DecisionAllocation.objects.filter(pk=decidee.pk).update(rang=3)


def test_chaque_acte_ecrit_un_fait(agent: Agent, directrice: Agent, decidee: DecisionAllocation) -> None:
    avant = Fait.objects.count()
    decider(directrice, corriger(agent, decidee, FRAUDE, SALAIRE))
    genres = list(Fait.objects.order_by("id").values_list("genre", flat=True))[avant:]
    assert genres == ["allocation.correction_preparee", "allocation.corrigee"]


def test_deux_regards_qui_prepare_ne_decide_pas(directrice: Agent, contrat: ContratEngagement, mois: date) -> None:
    structure = contrat.dossier.structure
    services.regler(directrice, structure=structure, deux_regards=True, jour_limite=5)
    sienne = services.declarer_ressources(directrice, contrat, mois=mois, situation=SEUL, ressources=(), version=None)
    with pytest.raises(RegleViolee, match="deux regards"):
        decider(directrice, sienne)
    autre = fabriques.agent(structure, "direction", representant_legal=True)
    assert decider(autre, sienne).decidee_par_id == autre.pk


def test_les_reglages_sont_ceux_de_la_direction(agent: Agent, directrice: Agent, contrat: ContratEngagement) -> None:
    structure = contrat.dossier.structure
    with pytest.raises(NonHabilite):
        services.regler(agent, structure=structure, deux_regards=True, jour_limite=5)
    with pytest.raises(RegleViolee) as refus:
        services.regler(directrice, structure=structure, deux_regards=True, jour_limite=31)
    assert refus.value.champ == "jour_limite"
