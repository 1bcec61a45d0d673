"""The columns say, to the cent, what the one-by-one rule says on the same rows, and refuse what it refuses."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import cej, colonnes, delais
from imilo.droit.baremes import bareme
from imilo.droit.colonnes import ColonnesAllocation, LigneInvalide, coder
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.faits import DERNIERE_ANNEE, PREMIERE_ANNEE, Precision
from imilo.droit.lectures import PAR_DEFAUT, Lectures, question
from imilo.droit.montants import Montant
from imilo.droit.ressources import NATURES, Ressource

LE = date(2027, 1, 5)
CENTIME = Decimal("0.01")
NATURES_CODES = [nature.code for nature in NATURES]
MOIS = [f"{2022 + (n + 2) // 12}-{(n + 2) % 12 + 1:02d}" for n in range(58)]


def en_colonnes(faits: Sequence[cej.FaitsAllocation]) -> ColonnesAllocation:
    """Put facts of one month in columns."""
    (mois,) = {un.mois for un in faits}
    ressources = [(ligne, r) for ligne, un in enumerate(faits) for r in un.ressources]
    return ColonnesAllocation(
        mois=mois,
        date_naissance=np.array([un.date_naissance for un in faits], "M8[D]"),
        foyer=coder("foyer", [un.foyer for un in faits]),
        mayotte=np.array([un.mayotte for un in faits], np.bool_),
        ressource_ligne=np.array([ligne for ligne, _ in ressources], np.int64),
        ressource_nature=coder("ressource_nature", [r.nature for _, r in ressources]),
        ressource_centimes=np.array([int(r.montant / CENTIME) for _, r in ressources], np.int64),
        contrat_debut=np.array([un.contrat_debut for un in faits], "M8[D]"),
        contrat_fin=np.array([un.contrat_fin for un in faits], "M8[D]"),
        autonomie_fiscale=coder("autonomie_fiscale", [un.autonomie_fiscale for un in faits]),
        precision_naissance=coder("precision_naissance", [un.precision_naissance for un in faits]),
        emancipe=np.array([un.emancipe for un in faits], np.bool_),
    )


def statut(rendue: Any) -> str:
    """Say the status of a row from the reasons of the decision."""
    refus = [motif.code.partition(".")[0] for motif in rendue.motifs if motif.satisfait is False]
    for code, nom in (("mois_couvert", "hors_contrat"), ("foyer_fiscal", "foyer_au_dela")):
        if code in refus:
            return nom
    if refus:
        assert set(refus) == {"non_cumulable"}
        return "non_cumulable"
    montant, forfait = rendue.resultat["montant"], rendue.resultat["forfait"]
    return "entiere" if montant == forfait else "diminuee" if montant else "epuisee"


def comparer(faits: Sequence[cej.FaitsAllocation], lectures: Lectures = PAR_DEFAUT) -> list[str]:
    """Compare every row to the rule; return the statuses met."""
    rendu = colonnes.allocation(en_colonnes(faits), lectures=lectures)
    statuts = [colonnes.STATUTS[code] for code in rendu.statut]
    une_a_une = [cej.allocation(un, LE, lectures=lectures) for un in faits]
    attendus = [(d.resultat["montant"], d.resultat["forfait"], d.resultat["due"], statut(d)) for d in une_a_une]
    obtenus = zip(rendu.montant * CENTIME, rendu.forfait * CENTIME, rendu.due.tolist(), statuts, strict=True)
    for un, attendu, obtenu in zip(faits, attendus, obtenus, strict=True):
        assert obtenu == attendu, un
    return statuts


def _tirer(hasard: random.Random, mois: str) -> cej.FaitsAllocation:
    premier = date.fromisoformat(f"{mois}-01")
    debut = fin = None
    if hasard.random() < 0.7:
        debut = premier + timedelta(days=hasard.randint(-400, 45))
        fin = hasard.choice([None, max(debut, premier + timedelta(days=hasard.randint(-60, 200)))])
    autour_de_18_ans = premier.replace(year=premier.year - 18) + timedelta(days=hasard.randint(-40, 40))
    naissance = hasard.choice([autour_de_18_ans, premier - timedelta(days=hasard.randint(16 * 365, 29 * 365))])
    return cej.FaitsAllocation(
        date_naissance=naissance,
        foyer=hasard.choice(get_args(cej.Foyer)),
        mayotte=hasard.random() < 0.2,
        mois=mois,
        ressources=tuple(_tirer_ressource(hasard) for _ in range(hasard.choice([0, 0, 1, 1, 1, 2, 3, 5]))),
        contrat_debut=debut,
        contrat_fin=fin,
        autonomie_fiscale=hasard.choice(get_args(cej.AutonomieFiscale)),
        precision_naissance=hasard.choice(["jour", "jour", "jour", "mois", "annee"]),
        emancipe=hasard.random() < 0.1,
    )


def _tirer_ressource(hasard: random.Random) -> Ressource:
    partielles = [nature.code for nature in NATURES if nature.traitement in ("partielle", "deductible")]
    nature = hasard.choice([*NATURES_CODES, *partielles, *partielles, "salaire", "salaire"])
    centimes = hasard.choice([0, 1, 29999, 30000, 30001, hasard.randint(0, 160000), hasard.randint(0, 70000)])
    return Ressource(nature, centimes * CENTIME)


def test_des_milliers_de_lignes_tirees_au_hasard() -> None:
    """Every month since the CEJ opened, 150 rows each: 8,700 rows, every status and every nature of resource met."""
    hasard = random.Random(20220301)
    statuts: set[str] = set()
    natures: set[str] = set()
    for mois in MOIS:
        faits = [_tirer(hasard, mois) for _ in range(150)]
        natures.update(r.nature for un in faits for r in un.ressources)
        statuts.update(comparer(faits))
    assert statuts == set(colonnes.STATUTS)
    assert natures == set(NATURES_CODES)


@pytest.mark.parametrize("choix", sorted(question("cej.jour_du_forfait").choix))
def test_chaque_lecture_du_jour_du_forfait(choix: str) -> None:
    """The first of the month, its last day, or the signature with the amounts of its own day."""
    lectures = Lectures.choisir({"cej.jour_du_forfait": choix})
    hasard = random.Random(choix)
    for mois in MOIS[14::6]:  # a year after the first contracts: no signature comes before them
        comparer([_tirer(hasard, mois) for _ in range(100)], lectures)


@pytest.mark.parametrize("choix", sorted(question("cej.mineur_emancipe").choix))
def test_chaque_lecture_de_l_emancipation(choix: str) -> None:
    """An emancipated minor, and who was one and came of age, by both readings; without the column, nobody."""
    lectures = Lectures.choisir({"cej.mineur_emancipe": choix})
    naissances = (date(2008, 5, 20), date(2007, 6, 1), date(2007, 6, 2))
    faits = [
        _majeur(date_naissance=ne, foyer=foyer, emancipe=True) for ne in naissances for foyer in get_args(cej.Foyer)
    ]
    comparer(faits, lectures)
    sans = replace(en_colonnes(faits), emancipe=None)
    personne = [replace(un, emancipe=False) for un in faits]
    attendu = colonnes.allocation(en_colonnes(personne), lectures=lectures).montant
    assert colonnes.allocation(sans, lectures=lectures).montant.tolist() == attendu.tolist()


def test_les_lectures_sont_celles_que_la_regle_interroge() -> None:
    """Fails the day the rule asks another question: the columns must answer it too."""
    enfant = {"date_naissance": date(2010, 5, 20), "emancipe": True}
    cas = [_majeur(mois, **change) for mois in MOIS for change in ({}, enfant)]
    posees = {lue.question for un in cas for lue in cej.allocation(un, LE).lectures}
    assert posees == {"cej.jour_du_forfait", "cej.mineur_emancipe"}


@st.composite
def _faits(tirer: st.DrawFn) -> list[cej.FaitsAllocation]:
    mois = tirer(st.sampled_from(MOIS))
    graine = tirer(st.integers(0, 2**32))
    return [_tirer(random.Random(graine + n), mois) for n in range(tirer(st.integers(1, 4)))]


@given(_faits())
def test_une_ligne_ne_depend_pas_des_autres(faits: list[cej.FaitsAllocation]) -> None:
    comparer(faits)
    ensemble = colonnes.allocation(en_colonnes(faits)).montant.tolist()
    seules = [colonnes.allocation(en_colonnes([un])).montant[0] for un in faits]
    assert ensemble == seules


def _majeur(mois: str = "2025-06", **change: Any) -> cej.FaitsAllocation:
    base: dict[str, Any] = {"date_naissance": date(2003, 5, 20), "foyer": "non_imposable", "mayotte": False}
    return cej.FaitsAllocation(**{**base, "mois": mois, "ressources": (), **change})


@pytest.mark.parametrize("mois", ["2022-03", "2023-05", "2025-06", "2026-06"])
@pytest.mark.parametrize("foyer", ["non_imposable", "premiere_tranche"])
def test_chaque_centime_autour_des_seuils(mois: str, foyer: cej.Foyer) -> None:
    """R. 5131-20, D. 5131-23: 300 €, the flat amount and 80 % of the minimum wage, two cents on each side."""
    premier = delais.premier_jour_du_mois_ecrit(mois)
    forfait = bareme(f"cej.forfait.majeur_{foyer}", premier).valeur
    horaire = bareme("smic.horaire_brut", premier).valeur
    extinction = (Decimal("0.80") * (horaire * 35 * 52 / 12).quantize(CENTIME)).quantize(CENTIME)
    autour = [Decimal(n) * CENTIME for n in range(-2, 3)]
    faits = [
        _majeur(mois, foyer=foyer, ressources=(Ressource(nature, seuil + ecart),))
        for nature in ("salaire", "stage_formation", "rsa", "autre")
        for seuil in (Decimal("300.00"), forfait, extinction)
        for ecart in autour
    ]
    assert {"entiere", "diminuee", "epuisee", "non_cumulable"} <= set(comparer(faits))


def test_chaque_centime_d_une_plage() -> None:
    """Ten thousand wages in a row: the exact half-cents are among them (514,02 and 371,34 €)."""
    faits = [_majeur(ressources=(Ressource("salaire", n * CENTIME),)) for n in range(30000, 40000)]
    comparer([*faits, _majeur(ressources=(Ressource("salaire", Decimal("514.02")),))])


@pytest.mark.parametrize("mois", ["2024-02", "2026-02", "2026-03", "2024-12", "2025-01"])
def test_chaque_jour_de_naissance_autour_de_la_majorite(mois: str) -> None:
    """D. 5131-19: on the first of the month, or at the signature; 29 February in common and leap years."""
    premier = delais.premier_jour_du_mois_ecrit(mois)
    naissances = [premier.replace(year=premier.year - 18) + timedelta(days=n) for n in range(-33, 34)]
    dates = [None, premier - timedelta(days=1), premier, date.fromisoformat(f"{mois}-15"), delais.fin_du_mois(premier)]
    faits = [
        _majeur(mois, date_naissance=naissance, contrat_debut=debut, precision_naissance=precision)
        for naissance in [*naissances, date(2008, 2, 29), date(2004, 2, 29)]
        for debut in dates
        for precision in get_args(Precision)
    ]
    comparer(faits)


def test_chaque_bord_du_contrat() -> None:
    """R. 5131-25 I: the months of signature and of end are due in full."""
    jours = [date(2025, 5, 31), date(2025, 6, 1), date(2025, 6, 30), date(2025, 7, 1)]
    faits = [_majeur(contrat_debut=d, contrat_fin=f) for d in jours for f in [None, *jours] if f is None or f >= d]
    assert set(comparer(faits)) == {"entiere", "hors_contrat"}


def test_de_tres_grandes_sommes_ne_debordent_pas() -> None:
    tout = tuple(Ressource(n.code, Decimal("999999999.99")) for n in NATURES if n.traitement != "non_cumulable")
    partielles = tuple(r for r in tout if r.nature in ("salaire", "indemnites_journalieres")) * 500
    deductibles = tuple(r for r in tout if r.nature == "stage_formation") * 500
    comparer([_majeur(ressources=tout), _majeur(ressources=partielles), _majeur(ressources=deductibles)])


def test_les_jours_extremes_qu_un_fait_accepte() -> None:
    premier, dernier = date(PREMIERE_ANNEE, 1, 1), date(DERNIERE_ANNEE, 12, 31)
    comparer([_majeur(date_naissance=premier, contrat_debut=premier, contrat_fin=dernier), _majeur()])


def test_personne() -> None:
    vides: dict[str, Any] = {"mayotte": np.empty(0, "?"), "date_naissance": np.empty(0, "M8[D]")}
    entiers = dict.fromkeys(("foyer", "ressource_ligne", "ressource_nature", "ressource_centimes"), np.empty(0, "i8"))
    assert len(colonnes.allocation(ColonnesAllocation(mois="2025-06", **vides, **entiers)).montant) == 0


def _colonnes(**change: Any) -> ColonnesAllocation:
    """Three people, two resources, then `change`."""
    base: dict[str, Any] = {
        "mois": "2025-06",
        "date_naissance": np.array(["2003-05-20", "2008-06-30", "2007-06-02"], "M8[D]"),
        "foyer": coder("foyer", ["non_imposable", "premiere_tranche", "au_dela"]),
        "mayotte": np.array([False, False, True]),
        "ressource_ligne": np.array([0, 1]),
        "ressource_nature": coder("ressource_nature", ["salaire", "autre"]),
        "ressource_centimes": np.array([60000, 60000]),
    }
    return ColonnesAllocation(**{**base, **change})


def test_ce_que_rend_le_calcul() -> None:
    rendu = colonnes.allocation(_colonnes())
    assert rendu.montant.tolist() == [41406, 22468, 0]  # 561,68 − 300 × 561,68 / (0,80 × 1801,80 − 300) = 414,06
    assert rendu.forfait.tolist() == [56168, 22468, 0]
    assert [colonnes.STATUTS[code] for code in rendu.statut] == ["diminuee", "entiere", "foyer_au_dela"]
    assert rendu.due.tolist() == [True, True, False]
    assert isinstance(rendu.en_euros(0), Montant)
    assert str(rendu.en_euros(0)) == "414.06"
    assert rendu.montant.dtype == rendu.forfait.dtype == np.int64


def test_les_baremes_lus_sont_nommes_et_disent_leur_retard() -> None:
    rendu = colonnes.allocation(_colonnes(mois="2026-06"))
    en_retard = {lu.nom for lu in rendu.baremes if lu.revalorisation_due_le == date(2026, 4, 1)}
    assert "cej.forfait.majeur_non_imposable" in en_retard
    assert len({lu.nom for lu in rendu.baremes}) == len(rendu.baremes)
    assert {lu.nom for lu in rendu.baremes} >= {"smic.horaire_brut", "cej.part_smic_degressivite", "age.majorite"}


def test_les_types_plus_etroits_sont_acceptes() -> None:
    etroites = _colonnes(
        foyer=np.array([0, 1, 2], "u1"),
        ressource_ligne=np.array([0, 1], "i4"),
        ressource_nature=np.array([0, 24], "u8"),
        ressource_centimes=np.array([60000, 60000], "u4"),
    )
    assert colonnes.allocation(etroites).montant.tolist() == [41406, 22468, 0]


@pytest.mark.parametrize("contigues", [True, False])
def test_une_colonne_prise_dans_une_table(contigues: bool) -> None:
    table = np.array([[60000, 0], [60000, 0]])
    montants = table[:, 0] if contigues else table.T[0]
    assert colonnes.allocation(_colonnes(ressource_centimes=montants)).montant[0] == 41406


JOURS = np.array(["2025-01-01", "2025-02-01", "NaT"], "M8[D]")


@pytest.mark.parametrize(
    ("change", "champ", "lignes"),
    [
        ({"foyer": np.array([0, 3, -1])}, "foyer", (1, 2)),
        ({"autonomie_fiscale": np.array([0, 0, 3])}, "autonomie_fiscale", (2,)),
        ({"precision_naissance": np.array([0, -1, 0])}, "precision_naissance", (1,)),
        ({"ressource_nature": np.array([0, len(NATURES)])}, "ressource_nature", (1,)),
        ({"ressource_ligne": np.array([3, 0])}, "ressource_ligne", (0,)),
        ({"ressource_ligne": np.array([0, -1])}, "ressource_ligne", (1,)),
        ({"ressource_centimes": np.array([0, -1])}, "ressource_centimes", (1,)),
        ({"ressource_centimes": np.array([10**11, 10**11 - 1])}, "ressource_centimes", (0,)),
        ({"ressource_centimes": np.array([2**63, 0], "u8")}, "ressource_centimes", (0,)),
        ({"date_naissance": np.array(["2003-05-20", "NaT", "2003-05-20"], "M8[D]")}, "date_naissance", (1,)),
        ({"date_naissance": np.array(["2003-05-20", "10000-01-01", "0000-12-31"], "M8[D]")}, "date_naissance", (1, 2)),
        ({"contrat_debut": np.array(["NaT", "NaT", "10000-01-01"], "M8[D]")}, "contrat_debut", (2,)),
        ({"contrat_fin": JOURS}, "contrat_debut", (0, 1)),
        (
            {"contrat_fin": JOURS, "contrat_debut": np.array(["2025-01-01", "NaT", "NaT"], "M8[D]")},
            "contrat_debut",
            (1,),
        ),
        ({"contrat_fin": JOURS, "contrat_debut": JOURS + 1}, "contrat_fin", (0, 1)),
    ],
)
def test_une_ligne_fausse_nomme_sa_colonne_et_son_rang(change: Any, champ: str, lignes: tuple[int, ...]) -> None:
    with pytest.raises(LigneInvalide, match=f"« {champ} », ligne {lignes[0]}") as levee:
        _colonnes(**change)
    assert (levee.value.champ, levee.value.lignes) == (champ, lignes)
    assert ("autre" in levee.value.message) == (len(lignes) > 1)


@pytest.mark.parametrize(
    ("change", "champ"),
    [
        ({"mois": "2025-6"}, "mois"),
        ({"mois": None}, "mois"),
        ({"date_naissance": ["2003-05-20"]}, "date_naissance"),
        ({"date_naissance": np.array(["2003-05-20"] * 3, "M8[s]")}, "date_naissance"),
        ({"contrat_debut": np.array([0, 0, 0])}, "contrat_debut"),
        ({"foyer": np.array([0.0, 1.0, 2.0])}, "foyer"),
        ({"foyer": np.array(["non_imposable"] * 3)}, "foyer"),
        ({"foyer": np.array([0, 0])}, "foyer"),
        ({"foyer": np.zeros((3, 1), "i1")}, "foyer"),
        ({"foyer": np.ma.masked_array([0, 0, 0], [True, False, False])}, "foyer"),
        ({"foyer": np.array([0, 1, 2], "m8[D]")}, "foyer"),
        ({"mayotte": np.array([0, 1, 0])}, "mayotte"),
        ({"ressource_centimes": np.array([600.0, 600.0])}, "ressource_centimes"),
        ({"ressource_centimes": np.array([60000])}, "ressource_centimes"),
    ],
)
def test_une_colonne_d_une_autre_forme_est_refusee(change: Any, champ: str) -> None:
    with pytest.raises(FaitInvalide) as levee:
        _colonnes(**change)
    assert levee.value.champ == champ


@pytest.mark.parametrize(
    ("naissance", "precision", "debut", "refusee"),
    [
        ("2025-06-01", "jour", "NaT", False),
        ("2025-06-02", "jour", "NaT", True),
        ("2025-06-02", "jour", "2025-06-02", False),
        ("2025-06-03", "jour", "2025-06-02", True),
        ("2025-06-30", "mois", "NaT", False),
        ("2025-07-01", "mois", "2025-06-30", True),
        ("2025-12-31", "annee", "NaT", False),
    ],
)
def test_une_naissance_dans_l_avenir(naissance: str, precision: Precision, debut: str, refusee: bool) -> None:
    """Refused on the same rows as by the rule, one by one."""
    signature = None if debut == "NaT" else date.fromisoformat(debut)
    un = _majeur(date_naissance=date.fromisoformat(naissance), precision_naissance=precision, contrat_debut=signature)
    if not refusee:
        comparer([_majeur(), un])
        return
    with pytest.raises(FaitInvalide, match="jour où l'âge est compté"):
        cej.allocation(un, LE)
    with pytest.raises(LigneInvalide, match=r"« date_naissance », ligne 1 .*compté") as levee:
        colonnes.allocation(en_colonnes([_majeur(), un]))
    assert levee.value.lignes == (1,)


def test_un_mois_d_avant_le_cej() -> None:
    with pytest.raises(HorsPeriode):
        colonnes.allocation(_colonnes(mois="2022-02"))
    with pytest.raises(FaitInvalide) as refus:
        cej.allocation(_majeur("2022-02"), LE)
    assert refus.value.champ == "mois"


def test_un_mot_inconnu() -> None:
    with pytest.raises(LigneInvalide, match=r"« ressource_nature », ligne 1 .*salaire") as levee:
        coder("ressource_nature", ["salaire", "loto", "salaire", "tombola"])
    assert levee.value.lignes == (1, 3)
    copie = pickle.loads(pickle.dumps(levee.value))
    assert (copie.champ, copie.lignes, copie.message) == ("ressource_nature", (1, 3), levee.value.message)


def test_une_decision_seule_n_attend_pas_numpy() -> None:
    """The columns are the one module that loads NumPy; the rules alone start without it."""
    programme = "import imilo.droit, sys; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", programme], check=True)
