"""Amounts by month: decided, sent, accepted, rejected, paid, and the difference, to the cent, corrections included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from imilo.acteurs.profils import Profil
from imilo.droit.montants import Montant
from imilo.echanges.connecteurs.asp import selectors
from imilo.echanges.connecteurs.asp.corrections import renvoyer
from imilo.echanges.connecteurs.asp.selectors import Sommes
from imilo.parcours.allocations.models import Reglement
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.echanges.connecteurs.asp.scene import IBANS, Scene, il_est, ouvrir_la_scene

pytestmark = pytest.mark.django_db
SIGNE, JUILLET, AOUT, SEPTEMBRE = date(2026, 7, 6), date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
LE = date(2026, 10, 7)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return ouvrir_la_scene(tmp_path / "asp")


def sommes(scene: Scene, le: date = LE) -> dict[str, Sommes]:
    with perimetre(scene.structure.pk), il_est(le):
        lues = selectors.sommes(agent=scene.directrice, structure=scene.structure, depuis=JUILLET, jusqu_a=SEPTEMBRE)
    return {s.code: s for s in lues}


def test_chaque_mois_au_centime(scene: Scene) -> None:
    a, b = (scene.contrat(SIGNE, iban=iban) for iban in IBANS[:2])
    sans_compte = scene.contrat(SIGNE, iban=None)
    decidees = [
        (a, JUILLET, "552.29"),
        (a, AOUT, "0.01"),
        (a, SEPTEMBRE, "312.47"),
        (b, AOUT, "99.99"),
        (sans_compte, AOUT, "20.00"),
    ]
    for contrat, mois, montant in decidees:
        scene.decision(contrat, mois, montant)
    scene.consigne(rejets={f"ALLOC-{b.dossier.numero:07d}": ("1001", 1)})
    scene.aller_retour(LE)
    lues = sommes(scene)
    aout = lues["2026-08"]
    assert list(lues) == ["2026-09", "2026-08", "2026-07", ""]
    cent, zero = Decimal("0.01"), Decimal(0)
    assert (aout.decides, aout.decide) == (3, Decimal("120.00"))
    assert (aout.accepte, aout.paye) == (cent, cent)  # due on the fifth of October
    assert aout.envoye == aout.accepte + aout.rejete  # what was rejected has left too
    assert (aout.rejete, aout.attente, aout.ecart) == (Decimal("99.99"), Decimal("119.99"), Decimal("119.99"))
    assert lues["2026-07"].solde
    septembre = lues["2026-09"]
    assert (septembre.accepte, septembre.paye, septembre.attente) == (Decimal("312.47"), zero, zero)
    total = lues[""]
    # 552.29 + 0.01 + 312.47 + 99.99 + 20.00 = 984.76; paid: 552.29 + 0.01 = 552.30
    assert (total.decide, total.paye, total.ecart) == (Decimal("984.76"), Decimal("552.30"), Decimal("432.46"))
    assert all(type(v) is Montant for v in vars(total).values() if isinstance(v, Decimal))


def test_un_rejet_corrige_puis_paye_solde_le_mois(scene: Scene) -> None:
    contrat = scene.contrat(SIGNE)
    scene.decision(contrat, AOUT)
    scene.consigne(rejets={"ALLOC": ("1001", 1)})
    scene.aller_retour(LE)
    assert sommes(scene)["2026-08"].rejete == Decimal("552.29")
    rejetee = scene.lignes()[-1]
    with perimetre(scene.structure.pk):
        renvoyer(scene.directrice, structure=scene.structure, lignes=[rejetee.pk])
    scene.aller_retour(date(2026, 10, 8))
    mois = sommes(scene)["2026-08"]
    assert (mois.rejete, mois.paye, mois.solde) == (Decimal(0), Decimal("552.29"), True)


def test_une_correction_qui_ajoute_part_en_regularisation(scene: Scene) -> None:
    premiere = scene.decision(scene.contrat(SIGNE), AOUT, "300.00")
    scene.aller_retour(LE)
    scene.correction(premiere, "350.25")
    assert sommes(scene)["2026-08"].ecart == Decimal("50.25")
    scene.aller_retour(LE)
    assert [(x.reference[-3:], x.montant) for x in scene.lignes()[1:]] == [
        ("-08", Decimal("300.00")),
        ("-R2", Decimal("50.25")),
    ]
    mois = sommes(scene)["2026-08"]
    assert (mois.decide, mois.paye, mois.solde) == (Decimal("350.25"), Decimal("350.25"), True)


@pytest.mark.parametrize("reglement", [Reglement.RETENU, Reglement.REMBOURSE, Reglement.REMIS])
def test_ce_qui_est_retenu_part_en_moins_le_reste_ne_regarde_pas_l_asp(scene: Scene, reglement: Reglement) -> None:
    premiere = scene.decision(scene.contrat(SIGNE), AOUT, "300.00")
    scene.aller_retour(LE)
    corrigee = scene.correction(premiere, "180.10")
    scene.aller_retour(LE)
    assert len(scene.lignes()) == 2  # a claim that waits is no payment
    scene.regler(corrigee, reglement)
    scene.aller_retour(LE)
    retenu = reglement == Reglement.RETENU
    assert [x.paye for x in scene.lignes()[2:]] == ([Decimal("-119.90")] if retenu else [])
    mois = sommes(scene)["2026-08"]
    assert (mois.paye, mois.solde) == (Decimal("180.10") if retenu else Decimal("300.00"), True)


def test_qui_ne_suit_pas_les_paiements_ne_voit_rien(scene: Scene, tmp_path: Path) -> None:
    scene.decision(scene.contrat(SIGNE), AOUT)
    scene.aller_retour(LE)
    gestionnaire = fabriques.agent(scene.structure, Profil.GESTIONNAIRE)
    ailleurs = fabriques.agent(fabriques.structure(), Profil.GESTIONNAIRE)
    with perimetre(scene.structure.pk), il_est(LE):
        for agent, attendu in ((gestionnaire, 2), (scene.conseillere, 0), (ailleurs, 0)):
            vues = selectors.lignes_visibles(agent=agent, structure=scene.structure)
            assert vues.count() == attendu
            lues = selectors.sommes(agent=agent, structure=scene.structure, depuis=AOUT, jusqu_a=AOUT)
            assert bool(lues) == bool(attendu)


def test_ce_qui_attend_et_ce_qui_tarde(scene: Scene) -> None:
    scene.decision(scene.contrat(SIGNE), AOUT)
    scene.echanger(LE)
    for jours, retard in ((0, 0), (4, 1)):
        le = date(2026, 10, 7 + jours)
        with perimetre(scene.structure.pk), il_est(le, 10):
            a = selectors.attentes(structure=scene.structure, le=le)
        assert (a.sans_reponse, a.reponses_en_retard, a.rien_a_voir) == (1, retard, not retard)
    scene.consigne()
    scene.asp_passe(date(2026, 10, 1))
    scene.echanger(date(2026, 10, 12))
    scene.asp_passe(date(2026, 9, 30))
    scene.echanger(date(2026, 10, 12))
    for le, retard in ((date(2026, 10, 31), 0), (date(2026, 11, 1), 1)):
        with perimetre(scene.structure.pk), il_est(le):
            a = selectors.attentes(structure=scene.structure, le=le)
        assert (a.a_payer, a.paiements_en_retard) == (1, retard)
