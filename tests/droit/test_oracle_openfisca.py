"""The flat amount and the allowance of the CEJ, against OpenFisca-France.

Where both speak of the same thing, the same cents. Where they don't, each class of difference is a test that says its
exact size or shape (`docs/droit/oracle.md` explains them); a comparison is never loosened. Amounts are compared to
its value before any rounding: ours is right when it is the nearest cent (it doesn't round; exact half-cents go up).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import openfisca
from imilo.droit import cej, delais
from imilo.droit.baremes import bareme, parametre
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.lectures import Lectures
from imilo.droit.ressources import NATURES, Ressource

CENTIME = Decimal("0.01")
LE = date(2027, 1, 5)
MOIS = [f"{2022 + (n + 2) // 12}-{(n + 2) % 12 + 1:02d}" for n in range(58)]
PAR_MOIS = 45
FOYERS: tuple[cej.Foyer, ...] = ("non_imposable", "premiere_tranche", "au_dela")
DEMI_CENTIME, DOUBLE, SIMPLE = 0.5, 1e-8, 0.05
"""In cents: what rounding may move, what double precision may, what single precision may."""
LENDEMAIN = 2
CONNUES = {**openfisca.PAR_MOIS, **openfisca.PAR_AN}


@pytest.fixture(scope="module")
def telle_quelle() -> Any:
    return openfisca.charger()


@pytest.fixture(scope="module")
def meme_smic(telle_quelle: Any) -> Any:
    """Its law in double precision, with the monthly minimum wage as it is published."""
    return openfisca.en_double(telle_quelle, {str(j): (float(h), float(m)) for j, h, m in _smic()})


@pytest.fixture(scope="module")
def ses_heures(telle_quelle: Any) -> Any:
    """Its law in double precision, with its own 151,67 hours a month."""
    return openfisca.en_double(telle_quelle)


def _smic() -> Iterator[tuple[date, Decimal, Decimal]]:
    for valeur in parametre("smic.horaire_brut").valeurs:
        mensuel = (valeur.valeur * 35 * 52 / 12).quantize(CENTIME, ROUND_HALF_UP)
        yield valeur.a_compter_du, valeur.valeur, mensuel


def _premier(mois: str) -> date:
    return delais.premier_jour_du_mois_ecrit(mois)


def _dix_huit_ans_avant(mois: str) -> date:
    return _premier(mois).replace(year=_premier(mois).year - 18)


def _tirer(hasard: random.Random, mois: str, *, ages: tuple[int, int] = (16, 25)) -> cej.FaitsAllocation:
    """One case that both can read: eligible by age, in France, resources of kinds that both know."""
    naissance = _premier(mois) - timedelta(days=hasard.randint(ages[0] * 366, ages[1] * 365))
    if naissance.day == LENDEMAIN:  # an age that it counts a day early (test_il_compte_l_age_en_annees_moyennes)
        naissance -= timedelta(days=1)
    natures = hasard.sample([*CONNUES, "salaire", "autre"], hasard.choice([0, 1, 1, 2, 3]))
    montants = [hasard.choice([hasard.randint(0, 160000), hasard.randint(0, 60000), 30000, 30001]) for _ in natures]
    return cej.FaitsAllocation(
        date_naissance=naissance,
        foyer=hasard.choice([*FOYERS, *FOYERS[:-1]]),
        mayotte=False,
        mois=mois,
        ressources=tuple(Ressource(n, m * CENTIME) for n, m in zip(natures, montants, strict=True)),
    )


def _cas(graine: int, par_mois: int = PAR_MOIS) -> Iterator[tuple[str, list[cej.FaitsAllocation]]]:
    hasard = random.Random(graine)
    for mois in MOIS:
        yield mois, [_tirer(hasard, mois) for _ in range(par_mois)]


def _montants(faits: Sequence[cej.FaitsAllocation]) -> dict[str, Any]:
    """Put the resources in its variables, in euros, the same in each of the three months (a year for self-employed)."""
    montants = {variable: np.zeros(len(faits)) for variable in CONNUES.values()}
    for rang, un in enumerate(faits):
        for ressource in un.ressources:
            if ressource.nature != "autre":
                fois = 12 if ressource.nature in openfisca.PAR_AN else 1
                montants[CONNUES[ressource.nature]][rang] += float(ressource.montant * fois)
    return montants


def _simuler(systeme: Any, faits: Sequence[cej.FaitsAllocation], **change: Any) -> Any:
    (mois,) = {un.mois for un in faits}
    naissances = np.array([un.date_naissance for un in faits], "M8[D]")
    tranches = np.array([FOYERS.index(un.foyer) for un in faits])
    return openfisca.simuler(systeme, mois, naissances, tranches, {**_montants(faits), **change})


def _la_leur(systeme: Any, faits: Sequence[cej.FaitsAllocation], **change: Any) -> Any:
    """Its allowances, in cents, not rounded."""
    simulation = _simuler(systeme, faits, **change)
    return simulation.calculate(openfisca.MONTANT, faits[0].mois).astype(np.float64) * 100


def _la_notre(faits: Sequence[cej.FaitsAllocation]) -> Any:
    """Our allowances, in cents."""
    return np.array([int(cej.allocation(un, LE).resultat["montant"] / CENTIME) for un in faits])


def test_les_memes_montants_au_centime(meme_smic: Any) -> None:
    """2,610 random cases, every month from March 2022 to December 2026: ours is the nearest cent of theirs."""
    compares = diminues = 0
    for _, faits in _cas(1):
        notre, leur = _la_notre(faits), _la_leur(meme_smic, faits)
        assert np.abs(leur - notre).max() <= DEMI_CENTIME + DOUBLE
        forfaits = np.array([cej.forfait(un.pour_le_forfait(), un.premier_jour).resultat["forfait"] for un in faits])
        compares += len(faits)
        diminues += np.count_nonzero((notre > 0) & (notre < forfaits / CENTIME))
    assert compares >= 2000
    assert diminues >= compares / 4  # neither nothing nor a whole flat amount: the formula is what was compared


def test_les_memes_montants_forfaitaires(telle_quelle: Any) -> None:
    """Every month, at every age from 14 to 30, in each household: the same flat amount, to the digit."""
    hasard = random.Random(2)
    for mois in MOIS:
        faits = [_tirer(hasard, mois, ages=(14, 30)) for _ in range(PAR_MOIS)]
        autour = [
            cej.FaitsAllocation(_dix_huit_ans_avant(mois) + timedelta(n), f, False, mois, ())
            for n in (-1, 0, 2)
            for f in FOYERS
        ]
        faits += autour
        leur = _simuler(telle_quelle, faits).calculate(openfisca.FORFAIT, mois)
        notre = [cej.forfait(un.pour_le_forfait(), _premier(mois)).resultat["forfait"] for un in faits]
        assert leur.tolist() == np.array(notre, np.float32).tolist()


def test_les_memes_baremes(telle_quelle: Any) -> None:
    """Date by date, both ways: fails the day it knows a revaluation that we don't."""
    leurs = telle_quelle.parameters.prestations_sociales.education.contrat_engagement_jeune
    paires = {
        "cej.forfait.mineur": leurs.montants.montant_mineurs,
        "cej.forfait.majeur_non_imposable": leurs.montants.montant_majeurs_non_imposables,
        "cej.forfait.majeur_premiere_tranche": leurs.montants.montant_majeurs_1ere_tranche_ir,
        "cej.abattement_ressources_partielles": leurs.degressivite.abattement_deductibilite_partielle,
        "cej.part_smic_degressivite": leurs.degressivite.part_smic_deductibilite_partielle,
        "cej.age.minimum": leurs.critere_age.minimum,
        "cej.age.maximum_revolu": leurs.critere_age.maximum,
        "cej.age.maximum_revolu_rqth": leurs.critere_age.maximum_handicap,
        "smic.horaire_brut": telle_quelle.parameters.marche_travail.salaire_minimum.smic.smic_b_horaire,
    }
    for nom, leur in paires.items():
        notres = {str(v.a_compter_du): Decimal(v.valeur) for v in parametre(nom).valeurs}
        connues = {v.instant_str: Decimal(str(v.value)) for v in leur.values_list if v.instant_str >= min(notres)}
        assert connues == notres, nom


def test_en_simple_precision(telle_quelle: Any, ses_heures: Any) -> None:
    """As it is, its amounts are those of the double precision to a twentieth of a cent."""
    for _, faits in _cas(3, 5):
        assert np.abs(_la_leur(telle_quelle, faits) - _la_leur(ses_heures, faits)).max() <= SIMPLE


def test_il_compte_151_67_heures_par_mois(ses_heures: Any) -> None:
    """Its difference with ours is exactly that of the two divisors, in its favour, and two cents at most."""
    plus_grand = 0.0
    for mois, faits in _cas(4, 10):
        horaire = Fraction(bareme("smic.horaire_brut", _premier(mois)).valeur)
        attendu = np.array([float(_exact(un, Fraction("151.67") * horaire) * 100) for un in faits])
        leur = _la_leur(ses_heures, faits)
        assert np.abs(leur - attendu).max() <= DOUBLE
        ecart = leur - _la_notre(faits)
        assert ecart.min() >= -DEMI_CENTIME - DOUBLE
        plus_grand = max(plus_grand, ecart.max())
    assert 1 < plus_grand < 2


def _exact(un: cej.FaitsAllocation, smic_mensuel: Fraction) -> Fraction:
    """R. 5131-20 in fractions, with another monthly minimum wage."""
    natures = {nature.code: nature.traitement for nature in NATURES}
    totaux = {"partielle": Fraction(0), "deductible": Fraction(0), "cumulable": Fraction(0)}
    for ressource in un.ressources:
        totaux[natures[ressource.nature]] += Fraction(ressource.montant)
    forfait = Fraction(cej.forfait(un.pour_le_forfait(), un.premier_jour).resultat["forfait"])
    retrait = max(Fraction(0), totaux["partielle"] - 300) * forfait / (Fraction(4, 5) * smic_mensuel - 300)
    return max(Fraction(0), forfait - totaux["deductible"] - retrait)


def test_il_prend_la_moyenne_des_trois_mois_d_avant(meme_smic: Any) -> None:
    """Theirs on three months is ours on their mean; what is received in the month itself changes nothing for them."""
    hasard = random.Random(5)
    for mois in MOIS[::4]:
        trois = [[hasard.randint(0, 180000) for _ in range(3)] for _ in range(40)]
        trois = [[a, b, c - (a + b + c) % 3 + 3] for a, b, c in trois]
        moyennes = [Ressource("salaire", sum(montants) // 3 * CENTIME) for montants in trois]
        faits = [_majeur(mois, ressources=(moyenne,)) for moyenne in moyennes]
        leur = _la_leur(meme_smic, faits, salaire_net=np.array(trois).T / 100)
        assert np.abs(leur - _la_notre(faits)).max() <= DEMI_CENTIME + DOUBLE
        simulation = _simuler(meme_smic, faits, salaire_net=np.array(trois).T / 100)
        simulation.set_input("salaire_net", mois, np.full(len(faits), 5000.0))
        assert (simulation.calculate(openfisca.MONTANT, mois) * 100).tolist() == leur.tolist()


def _majeur(mois: str = "2025-06", **change: Any) -> cej.FaitsAllocation:
    base: dict[str, Any] = {"date_naissance": date(2003, 5, 20), "foyer": "non_imposable", "mayotte": False}
    return cej.FaitsAllocation(**{**base, "mois": mois, "ressources": (), **change})


def test_il_prend_le_douzieme_de_l_annee_pour_un_independant(meme_smic: Any) -> None:
    """The whole civil year of the month, months to come included; ours takes what is given for the month."""
    faits = [_majeur(ressources=(Ressource("activite_non_salariee", n * CENTIME),)) for n in range(30000, 140000, 777)]
    annee = np.array([float(un.ressources[0].montant * 12) for un in faits])
    leur = _la_leur(meme_smic, faits, revenus_non_salarie_nets=annee)
    assert np.abs(leur - _la_notre(faits)).max() <= DEMI_CENTIME + DOUBLE


def test_il_compte_a_part_la_remuneration_d_un_apprenti(meme_smic: Any) -> None:
    """A variable of its own for what is a wage for us: the same amounts."""
    faits = [_majeur(ressources=(Ressource("salaire", n * CENTIME),)) for n in range(30000, 140000, 777)]
    payes = np.array([float(un.ressources[0].montant) for un in faits])
    leur = _la_leur(meme_smic, faits, salaire_net=np.zeros(len(faits)), remuneration_apprenti=payes)
    assert np.abs(leur - _la_notre(faits)).max() <= DEMI_CENTIME + DOUBLE


def test_il_regarde_aussi_qui_peut_signer(meme_smic: Any) -> None:
    """It pays nothing under 16 or from 26 on, to a student, to a volunteer; for us these are other rules' questions."""
    mois = "2025-06"
    ages = {15: 0, 16: 1, 25: 1, 26: 0, 29: 0}
    faits = [_majeur(date_naissance=date(2025 - age, 5, 20)) for age in ages]
    assert (_la_leur(meme_smic, faits) > 0).tolist() == [bool(verse) for verse in ages.values()]
    assert (_la_notre(faits) > 0).all()
    handicap = _simuler(meme_smic, faits)
    handicap.set_input("handicap", mois, np.ones(len(faits), bool))
    assert (handicap.calculate(openfisca.MONTANT, mois) > 0).tolist() == [False, True, True, True, True]
    from openfisca_france.model.base import TypesActivite

    etudiant = _simuler(meme_smic, faits)
    etudiant.set_input("activite", mois, np.full(len(faits), TypesActivite.etudiant.index))
    assert not etudiant.calculate(openfisca.MONTANT, mois).any()


def test_il_compte_l_age_au_premier_du_mois(meme_smic: Any) -> None:
    """Of age between the first of the month and the signature: ours is the adult's amount (D. 5131-19 V)."""
    un = _majeur(date_naissance=date(2007, 6, 10), contrat_debut=date(2025, 6, 12))
    avant = _majeur(date_naissance=date(2007, 6, 10), contrat_debut=date(2025, 6, 9))
    assert _la_notre([un, avant]).tolist() == [56168, 22468]
    assert _la_leur(meme_smic, [un, avant]).round().tolist() == [22468, 22468]


def test_il_compte_l_age_en_annees_moyennes(telle_quelle: Any) -> None:
    """Its age is (days + 1) / 365,2425: in some months, who turns 18 on the 2nd is of age on the 1st. Never later."""
    tot: dict[str, list[date]] = {}
    for mois in MOIS:
        naissances = [_dix_huit_ans_avant(mois) + timedelta(n) for n in range(-5, 6)]
        faits = [_majeur(mois, date_naissance=naissance) for naissance in naissances]
        majeur = _simuler(telle_quelle, faits).calculate("majeur", mois)
        jours = np.array([(_premier(mois) - naissance).days + 1 for naissance in naissances])
        assert majeur.tolist() == (jours >= 18 * 365.2425).tolist()
        notre = np.array([cej.forfait(un.pour_le_forfait(), _premier(mois)).resultat["majeur"] for un in faits])
        assert (majeur >= notre).all()
        tot[mois] = [naissances[rang] for rang in np.flatnonzero(majeur != notre)]
    assert {jour.day for jours in tot.values() for jour in jours} == {LENDEMAIN}
    assert [mois for mois, jours in tot.items() if jours] == [mois for mois in MOIS if "2024-03" <= mois <= "2026-02"]


def test_il_tient_un_mineur_emancipe_pour_majeur(telle_quelle: Any) -> None:
    """D. 5131-19 says *majeur* and *mineur*: ours is the minor's amount, and theirs by the other reading."""
    simulation = _simuler(telle_quelle, [_majeur(date_naissance=date(2008, 1, 1))])
    simulation.set_input("mineur_emancipe", "2025-06", np.ones(1, bool))
    assert simulation.calculate(openfisca.FORFAIT, "2025-06").tolist() == [np.float32(561.68)]
    emancipe = _majeur(date_naissance=date(2008, 1, 1), emancipe=True)
    assert _la_notre([emancipe]).tolist() == [22468]
    autre = Lectures.choisir({"cej.mineur_emancipe": "montant_des_majeurs"})
    assert str(cej.allocation(emancipe, LE, lectures=autre).resultat["forfait"]) == "561.68"


def test_il_ignore_mayotte(meme_smic: Any) -> None:
    """At Mayotte (D. 5131-19 III) it gives the amounts of mainland France: every amount is higher than ours."""
    for _, faits in _cas(6, 4):
        la_bas = [cej.FaitsAllocation(un.date_naissance, un.foyer, True, un.mois, un.ressources) for un in faits]
        leur, notre = _la_leur(meme_smic, la_bas), _la_notre(la_bas)
        assert np.abs(leur - _la_notre(faits)).max() <= DEMI_CENTIME + DOUBLE
        assert (notre <= _la_notre(faits)).all()


def test_il_ignore_les_dates_du_contrat(meme_smic: Any) -> None:
    """A month outside the contract is not due (R. 5131-25 I); it pays whoever might have signed."""
    un = _majeur(contrat_debut=date(2025, 7, 1))
    assert _la_notre([un]).tolist() == [0]
    assert _la_leur(meme_smic, [un]).round().tolist() == [56168]


@pytest.mark.parametrize(("prestation", "nature"), [("rsa", "rsa"), ("ppa", "prime_activite")])
def test_il_cherche_le_rsa_et_la_prime_dans_les_mois_d_avant(meme_smic: Any, prestation: str, nature: str) -> None:
    """R. 5131-24 I and II: any of it in the three months before, nothing; in the month itself, not seen. Ours reads
    the month given, and knows the person in charge and the earlier work for which both are paid."""
    recu = _majeur(ressources=(Ressource(nature, Decimal("200.00")),))
    assert _la_notre([recu]).tolist() == [0]
    rien = [_majeur()]
    for rang in range(3):
        avant = np.zeros((3, 1))
        avant[rang] = 0.01
        assert _la_leur(meme_smic, rien, **{prestation: avant}).tolist() == [0]
    simulation = _simuler(meme_smic, rien)
    simulation.set_input(prestation, "2025-06", np.array([200.0]))
    assert (simulation.calculate(openfisca.MONTANT, "2025-06") * 100).round().tolist() == [56168]


def test_il_ne_connait_que_les_indemnites_de_volontariat(meme_smic: Any) -> None:
    """R. 5131-24 III: one variable, read in the month; the civic service it knows elsewhere changes nothing here."""
    simulation = _simuler(meme_smic, [_majeur()])
    simulation.set_input("indemnites_volontariat", "2025-06", np.array([500.0]))
    assert simulation.calculate(openfisca.MONTANT, "2025-06").tolist() == [0]
    simulation = _simuler(meme_smic, [_majeur()])
    simulation.set_input("service_civique", "2025-06", np.ones(1, bool))
    assert (simulation.calculate(openfisca.MONTANT, "2025-06") * 100).round().tolist() == [56168]
    assert _la_notre([_majeur(ressources=(Ressource("service_civique", Decimal("504.98")),))]).tolist() == [0]


def test_les_natures_qu_il_ne_compte_pas() -> None:
    """Each of ours is compared above, without effect by law, or named here: a new one must be placed."""
    sans_effet = {nature.code for nature in NATURES if nature.traitement == "cumulable"}
    non_cumulables = {nature.code for nature in NATURES if nature.traitement == "non_cumulable"}
    absentes = {nature.code for nature in NATURES} - set(CONNUES) - sans_effet - non_cumulables
    assert absentes == {
        "remuneration_esat",
        "adaptation_vie_active",
        "accueil_communautaire",
        "allocation_securisation_professionnelle",
        "ecole_deuxieme_chance",
    }


def test_il_ne_deduit_pas_l_allocation_de_solidarite(meme_smic: Any) -> None:
    """R. 5131-21 1° takes off every allowance of title II, the ASS (L. 5423-1) as well; it counts the ARE alone."""
    simulation = _simuler(meme_smic, [_majeur()])
    for avant in openfisca.trois_mois_avant("2025-06"):
        simulation.set_input("ass", avant, np.array([500.0]))
    assert (simulation.calculate(openfisca.MONTANT, "2025-06") * 100).round().tolist() == [56168]
    assert _la_notre([_majeur(ressources=(Ressource("allocation_chomage", Decimal("500.00")),))]).tolist() == [6168]


def test_il_prend_la_tranche_pour_l_impot(telle_quelle: Any) -> None:
    """D. 5131-19 I a: a household whose tax is brought to nothing (décote) isn't taxed, be it in the first bracket.

    In 2023, a share of 13,000 € is in the first bracket, and pays nothing: 561,68 € by the text, 337,00 € by it.
    """
    simulation = openfisca.simuler(telle_quelle, "2025-06", np.array(["2003-05-20"], "M8[D]"), None, {})
    simulation.set_input("rni", "2023", np.array([13000.0]))
    assert simulation.calculate("ir_brut", "2023") > 0
    assert simulation.calculate("ip_net", "2023") == 0
    assert simulation.calculate(openfisca.FORFAIT, "2025-06").tolist() == [337]
    assert _la_notre([_majeur(foyer="non_imposable")]).tolist() == [56168]


def test_il_repond_zero_avant_le_premier_contrat(telle_quelle: Any) -> None:
    """Before 1 March 2022 it answers 0; ours refuses."""
    un = _majeur("2022-02")
    assert _la_leur(telle_quelle, [un]).tolist() == [0]
    with pytest.raises(FaitInvalide, match="1er mars 2022"):
        cej.allocation(un, LE)


def test_chaque_ecart_est_explique() -> None:
    """Every class of difference of this module is in the guide, and every one of the guide is tested here."""
    guide = (Path(__file__).parents[2] / "docs" / "droit" / "oracle.md").read_text(encoding="utf-8")
    ici = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`(test_\w+)`", guide)) == ici - {"test_chaque_ecart_est_explique"}
