"""Sanctions: what holds whatever the failing, and above all whatever isn't known yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import delais, lectures, sanction
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.lectures import Lectures
from imilo.droit.registre import regles
from imilo.droit.sanction.faits_procedure import MentionDecision, MentionNotification
from imilo.droit.sanction.modele import ARTICLES, Manquement, Rang
from tests.droit import phrases_dites
from tests.droit.exemples_yaml import exemples

JOURS = st.dates(date(2025, 6, 1), date(2030, 12, 31))
OUI_NON = st.booleans()
MANQUEMENTS = st.sampled_from(get_args(Manquement))
LECTURES = st.fixed_dictionaries(
    {
        nom: st.sampled_from(sorted(question.choix))
        for nom, question in lectures.questions().items()
        if nom.startswith("sanction.")
    }
).map(Lectures.choisir)
CHOISIES = [exemple.brut.get("lectures", {}) for exemple in exemples()]


def test_chaque_regle_de_sanction_a_ses_phrases_relues() -> None:
    relues = {chemin.stem for chemin in phrases_dites.DOSSIER.glob("*.txt")}
    assert {regle.nom for regle in regles() if regle.nom.startswith(("sanction.", "controle."))} <= relues


@pytest.mark.parametrize("nom", sorted(nom for nom in lectures.questions() if nom.startswith("sanction.")))
def test_chaque_lecture_des_sanctions_a_un_exemple_de_chacun_de_ses_choix(nom: str) -> None:
    """The default reading is taken by the examples that name none."""
    assert {choix[nom] for choix in CHOISIES if nom in choix} == set(lectures.question(nom).choix) - {
        lectures.question(nom).defaut
    }


# sanction.quantum


@st.composite
def envisagees(draw: st.DrawFn) -> sanction.SanctionEnvisagee:
    nature: Any = draw(st.sampled_from(["avertissement", "suspension", "suppression", "radiation"]))
    revenu = nature in ("suspension", "suppression")
    mois = None if nature == "avertissement" else draw(st.integers(1, 13))
    return sanction.SanctionEnvisagee(
        nature,
        part=draw(st.sampled_from([Decimal("0.29"), Decimal("0.30"), Decimal("0.75"), Decimal(1)])) if revenu else None,
        mois=mois,
        objet=draw(st.sampled_from(["allocation", "revenu_remplacement"])),
        fin_le=date(2199, 12, 31) if nature == "avertissement" else None,
    )


@st.composite
def manquements(draw: st.DrawFn) -> sanction.FaitsQuantum:
    return sanction.FaitsQuantum(
        manquement=draw(MANQUEMENTS),
        rang=draw(st.sampled_from(get_args(Rang))),
        constate_le=draw(JOURS),
        allocation=draw(OUI_NON),
        revenu_remplacement=draw(OUI_NON),
        rsa=draw(OUI_NON),
        accompagnement_mission_locale=draw(OUI_NON),
        motif_legitime=draw(OUI_NON),
        refus=draw(st.integers(0, 3)),
        envisagee=draw(st.none() | envisagees()),
    )


INCERTAINS = ("allocation", "revenu_remplacement", "rsa", "accompagnement_mission_locale", "motif_legitime", "refus")
REPONSES = ("sanctionnable", "competente", "conforme", "entraine_radiation")


@given(manquements(), st.sets(st.sampled_from(INCERTAINS)), LECTURES)
def test_ce_qui_est_dit_d_un_manquement_tient_quoi_qu_on_apprenne(
    faits: sanction.FaitsQuantum, caches: set[str], lues: Lectures
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    partielle = sanction.quantum(replace(faits, **inconnus), faits.constate_le, lectures=lues).resultat
    entiere = sanction.quantum(faits, faits.constate_le, lectures=lues).resultat
    for reponse in REPONSES:
        dite = dict(partielle)[reponse]
        assert dite is None or dite == dict(entiere)[reponse]
    assert partielle["sanctionnable"] is not None or partielle["a_completer"]
    assert set(partielle["a_completer"]) <= caches
    assert not entiere["a_completer"]
    if entiere["sanctionnable"]:
        assert all(mesure in entiere["mesures"] for mesure in partielle["mesures"])


@given(manquements(), LECTURES)
def test_les_bornes_d_une_mesure_sont_dans_l_ordre_et_se_prononcent(
    faits: sanction.FaitsQuantum, lues: Lectures
) -> None:
    resultat = sanction.quantum(faits, faits.constate_le, lectures=lues).resultat
    assert resultat["sanctionnable"] == bool(resultat["mesures"])
    for mesure in resultat["mesures"]:
        part, mois = mesure["part_minimale"], mesure["mois_minimum"]
        assert (part is None) == (mesure["objet"] in ("rsa", "inscription"))
        assert part is None or (Decimal(0) < part <= Decimal(1) == mesure["part_maximale"])
        assert mois is None or mois <= (mesure["mois_maximum"] or 0)
        if mesure["objet"] == "rsa" or mesure["quand"].startswith("si_"):
            continue
        objet: Any = mesure["objet"] if part is not None else "allocation"
        nature: Any = mesure["nature"]
        fin_le = faits.constate_le if nature == "avertissement" else None
        envisagee = sanction.SanctionEnvisagee(nature, part, mois, objet, fin_le)
        assert sanction.quantum(replace(faits, envisagee=envisagee), faits.constate_le, lectures=lues).resultat[
            "conforme"
        ]


@given(manquements())
def test_la_mission_locale_ne_prononce_que_ce_que_la_loi_lui_donne(faits: sanction.FaitsQuantum) -> None:
    """L. 5426-1 I: suspensions and suppressions of the allowances; R. 5412-4 adds the warning."""
    for mesure in sanction.quantum(faits, faits.constate_le).resultat["mesures"]:
        if mesure["competent"] == "mission_locale":
            assert faits.accompagnement_mission_locale
            assert mesure["objet"] == "allocation" or mesure["nature"] == "avertissement"
        if mesure["nature"] == "radiation":
            assert (mesure["proposee_par"] == "mission_locale") == faits.accompagnement_mission_locale


@given(manquements())
def test_le_manquement_repete_coute_au_moins_autant_que_le_premier(faits: sanction.FaitsQuantum) -> None:
    premier, repete = (
        sanction.quantum(replace(faits, rang=rang), faits.constate_le).resultat["mesures"]
        for rang in ("premier", "reitere")
    )
    for objet in ("allocation", "revenu_remplacement", "inscription"):
        durees = [
            max((m["mois_maximum"] or 0 for m in mesures if m["objet"] == objet), default=0)
            for mesures in (premier, repete)
        ]
        assert durees == sorted(durees)


@pytest.mark.parametrize(
    ("champ", "faits"),
    [
        ("nature", {"nature": "amende"}),
        ("part", {"nature": "suspension", "mois": 1}),
        ("part", {"nature": "radiation", "part": Decimal("0.50"), "mois": 1}),
        ("part", {"nature": "suspension", "part": Decimal("NaN"), "mois": 1}),
        ("part", {"nature": "suspension", "part": 1, "mois": 1}),
        ("mois", {"nature": "avertissement", "mois": 1}),
        ("fin_le", {"nature": "avertissement", "fin_le": "2025-10-10"}),
        ("fin_le", {"nature": "radiation", "mois": 1, "fin_le": date(2025, 10, 10)}),
        ("mois", {"nature": "radiation", "mois": 121}),
        ("mois", {"nature": "radiation", "mois": True}),
        ("mois", {"nature": "radiation", "mois": "1"}),
        ("objet", {"nature": "radiation", "mois": 1, "objet": "rsa"}),
    ],
)
def test_une_sanction_envisagee_mal_ecrite(champ: str, faits: dict[str, Any]) -> None:
    with pytest.raises(FaitInvalide) as refus:
        sanction.SanctionEnvisagee(**faits)
    assert refus.value.champ == champ


def test_une_radiation_de_dix_ans_se_demande_encore() -> None:
    assert sanction.SanctionEnvisagee("radiation", mois=120).mois == 120


@pytest.mark.parametrize("champ", [*INCERTAINS, "constate_le", "envisagee"])
def test_un_texte_ne_repond_a_aucun_fait_d_un_manquement(champ: str) -> None:
    faits: dict[str, Any] = {"manquement": "engagements", "rang": "premier", "constate_le": date(2025, 9, 1)}
    with pytest.raises(FaitInvalide) as refus:
        sanction.FaitsQuantum(**{**faits, champ: "oui"})
    assert refus.value.champ == champ


# sanction.rang


@st.composite
def sanctions_precedentes(draw: st.DrawFn) -> sanction.SanctionPrecedente:
    constate = draw(JOURS)
    notifiee = constate + timedelta(days=draw(st.integers(0, 60)))
    return sanction.SanctionPrecedente(
        draw(MANQUEMENTS), constate, notifiee, notifiee + timedelta(days=draw(st.integers(0, 120)))
    )


@st.composite
def suites(draw: st.DrawFn) -> sanction.FaitsRang:
    precedentes = draw(st.lists(sanctions_precedentes(), max_size=4))
    manquement = draw(MANQUEMENTS)
    semblables = any(ARTICLES[precedente.manquement] == ARTICLES[manquement] for precedente in precedentes)
    return sanction.FaitsRang(
        manquement,
        draw(JOURS),
        tuple(precedentes),
        se_poursuit=draw(OUI_NON) if semblables else False,
        nouvelle_orientation_le=draw(st.none() | JOURS),
    )


@given(suites(), LECTURES)
def test_le_rang_dit_tient_quoi_qu_on_apprenne(faits: sanction.FaitsRang, lues: Lectures) -> None:
    entiere = sanction.rang(faits, faits.constate_le, lectures=lues).resultat
    partielle = sanction.rang(replace(faits, se_poursuit=None), faits.constate_le, lectures=lues).resultat
    assert partielle["rang"] in (None, entiere["rang"])
    assert partielle["sanctionnable"] in (None, entiere["sanctionnable"])
    assert partielle["rang"] is not None or partielle["a_completer"] == ("se_poursuit",)
    assert entiere["a_completer"] == ()
    assert (entiere["rang"] is None) == (entiere["sanctionnable"] is False)


@given(suites(), LECTURES)
def test_l_ordre_des_sanctions_precedentes_ne_compte_pas(faits: sanction.FaitsRang, lues: Lectures) -> None:
    retournees = replace(faits, precedentes=faits.precedentes[::-1])
    un, deux = (sanction.rang(f, faits.constate_le, lectures=lues).resultat for f in (faits, retournees))
    if len({(s.notifiee_le, s.constate_le) for s in faits.precedentes}) == len(faits.precedentes):
        assert un == deux


@given(suites())
def test_une_repetition_est_dans_les_vingt_quatre_mois_de_sa_reference(faits: sanction.FaitsRang) -> None:
    resultat = sanction.rang(faits, faits.constate_le).resultat
    reference, fin = resultat["reference_le"], resultat["reiteration_jusqu_au"]
    if reference is None or fin is None:
        assert resultat["rang"] == "premier"
        return
    assert fin == delais.terme(reference, 24)
    assert faits.nouvelle_orientation_le is None or not (
        reference <= faits.nouvelle_orientation_le <= faits.constate_le
    )
    if resultat["rang"] == "reitere":
        assert reference < faits.constate_le <= fin


@pytest.mark.parametrize("champ", ["manquement", "constate_le", "notifiee_le", "fin_le"])
def test_une_sanction_precedente_mal_ecrite(champ: str) -> None:
    faits: dict[str, Any] = {
        "manquement": "fraude",
        "constate_le": date(2025, 9, 1),
        "notifiee_le": date(2025, 9, 2),
        "fin_le": date(2025, 9, 3),
    }
    with pytest.raises(FaitInvalide) as refus:
        sanction.SanctionPrecedente(**{**faits, champ: "2025-09-01"})
    assert refus.value.champ == champ


@pytest.mark.parametrize(
    "champ", ["manquement", "constate_le", "se_poursuit", "nouvelle_orientation_le", "precedentes"]
)
def test_une_suite_de_sanctions_mal_ecrite(champ: str) -> None:
    faits: dict[str, Any] = {"manquement": "fraude", "constate_le": date(2025, 9, 1)}
    with pytest.raises(FaitInvalide) as refus:
        sanction.FaitsRang(**{**faits, champ: "2025-09-01"})
    assert refus.value.champ == champ


# sanction.procedure


@st.composite
def procedures(draw: st.DrawFn) -> sanction.FaitsProcedure:
    notifiee = draw(JOURS)

    def apres(jour: date | None, plus: int) -> date | None:
        return None if jour is None else draw(st.none() | st.integers(0, plus).map(lambda n: jour + timedelta(days=n)))

    demandee, decidee = apres(notifiee, 20), apres(notifiee, 60)
    return sanction.FaitsProcedure(
        mineur=draw(OUI_NON),
        protege=draw(OUI_NON),
        notifiee_le=notifiee,
        representants_notifies_le=apres(notifiee, 10),
        mentions_notification=tuple(draw(st.sets(st.sampled_from(get_args(MentionNotification)), min_size=4))),
        observations_le=apres(notifiee, 20),
        audition_demandee_le=demandee,
        audition_le=apres(demandee, 20),
        decidee_le=decidee,
        radiation=draw(OUI_NON),
        mentions_decision=tuple(draw(st.sets(st.sampled_from(get_args(MentionDecision)), min_size=3))),
        decision_notifiee_le=apres(decidee, 10),
        decision_representants_le=apres(decidee, 10),
    )


ETATS = ["a_notifier", "observations", "audition", "a_decider", "decidee", "notifiee"]


@given(
    procedures(),
    st.integers(0, 80),
    st.sets(st.sampled_from(["mineur", "protege", "mentions_notification", "radiation", "mentions_decision"])),
    LECTURES,
)
def test_ce_qui_est_dit_d_une_procedure_tient_quoi_qu_on_apprenne(
    faits: sanction.FaitsProcedure, ecart: int, caches: set[str], lues: Lectures
) -> None:
    assert faits.notifiee_le is not None
    le = faits.notifiee_le + timedelta(days=ecart)
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entiere: dict[str, Any] = dict(sanction.procedure(faits, le, lectures=lues).resultat)
    partielle: dict[str, Any] = dict(sanction.procedure(replace(faits, **inconnus), le, lectures=lues).resultat)
    for champ in ("etat", "conforme", "en_retard", "peut_decider", "limite_observations", "limite_decision"):
        assert partielle[champ] is None or partielle[champ] == entiere[champ]
    assert set(partielle["a_completer"]) <= caches
    assert set(partielle["mentions_manquantes"]) <= set(entiere["mentions_manquantes"])
    assert not entiere["a_completer"]


@given(procedures(), st.integers(0, 80), LECTURES)
def test_les_delais_d_une_procedure_suivent_ce_qui_les_fait_courir(
    faits: sanction.FaitsProcedure, ecart: int, lues: Lectures
) -> None:
    assert faits.notifiee_le is not None
    le = faits.notifiee_le + timedelta(days=ecart)
    resultat = sanction.procedure(faits, le, lectures=lues).resultat
    observations, decision = resultat["limite_observations"], resultat["limite_decision"]
    if observations is not None:
        assert observations >= faits.notifiee_le + timedelta(days=10)
    if decision is not None:
        assert observations is not None
        entendu = faits.audition_le is not None and decision == faits.audition_le + timedelta(days=15)
        assert decision == observations + timedelta(days=15) or entendu
    assert (resultat["jours_restants"] is None) == (resultat["etat"] not in ("observations", "a_decider"))
    assert resultat["peut_decider"] == (resultat["etat"] == "a_decider")
    assert not (resultat["en_retard"] and resultat["conforme"])


@given(procedures(), LECTURES)
def test_une_procedure_n_avance_que_dans_un_sens(faits: sanction.FaitsProcedure, lues: Lectures) -> None:
    """Day after day, but for a hearing asked in the ten days, which keeps its place before the decision."""
    assert faits.notifiee_le is not None
    etats = [
        sanction.procedure(faits, faits.notifiee_le + timedelta(days=n), lectures=lues).resultat["etat"]
        for n in range(0, 91, 5)
    ]
    rangs = [ETATS.index(etat) for etat in etats if etat is not None]
    assert len(rangs) == len(etats)
    assert rangs == sorted(rangs)


@pytest.mark.parametrize("champ", sorted(sanction.FaitsProcedure.__slots__))
def test_un_nombre_ne_repond_a_aucun_fait_d_une_procedure(champ: str) -> None:
    faits: dict[str, Any] = {
        "notifiee_le": date(2025, 9, 1),
        "audition_demandee_le": date(2025, 9, 2),
        "decidee_le": date(2025, 9, 2),
        champ: 3,
    }
    with pytest.raises(FaitInvalide) as refus:
        sanction.FaitsProcedure(**faits)
    assert refus.value.champ == champ


def test_les_mentions_se_rangent_dans_l_ordre_du_texte() -> None:
    faits = sanction.FaitsProcedure(mentions_decision=("voies_recours", "motivation", "motivation"))
    assert faits.mentions_decision == ("motivation", "voies_recours")


# sanction.levee


@given(JOURS, st.integers(1, 12), st.none() | JOURS, st.none() | OUI_NON, JOURS)
def test_une_suspension_levee_ne_dure_pas_plus_que_prononcee(
    debut: date, mois: int, conforme: date | None, definies: bool | None, le: date
) -> None:
    faits = sanction.FaitsLevee("engagements", "suspension", debut, mois, conforme, definies)
    resultat = sanction.levee(faits, le).resultat
    assert resultat["terme"] == delais.dernier_jour(debut, mois)
    for sue in (True, False):
        entiere = sanction.levee(replace(faits, conditions_definies=sue), le).resultat
        if definies is None and resultat["levee"] is not None:
            assert resultat["levee"] == entiere["levee"]
    if resultat["levee"]:
        assert conforme is not None
        assert resultat["levee_le"] == conforme <= min(le, resultat["terme"])
        assert resultat["dernier_jour"] is None or debut <= resultat["dernier_jour"] < conforme
    elif resultat["levee"] is False:
        assert resultat["dernier_jour"] == resultat["terme"]


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("debut", "2025-09-01"), ("conforme_le", "2025-09-01"), ("conditions_definies", "oui"), ("mois", 1.5)],
)
def test_une_levee_mal_ecrite(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {
        "manquement": "engagements",
        "nature": "suspension",
        "debut": date(2025, 9, 1),
        "mois": 2,
        champ: valeur,
    }
    with pytest.raises(FaitInvalide) as refus:
        sanction.FaitsLevee(**faits)
    assert refus.value.champ == champ


@pytest.mark.parametrize("manquement", ["reconversion", "refus_offres", "fraude", "activite_breve"])
def test_ce_qui_est_supprime_n_est_pas_leve(manquement: Any) -> None:
    faits = sanction.FaitsLevee(manquement, "suppression", date(2025, 9, 1), 2, date(2025, 9, 10), True)
    rendue = sanction.levee(faits, date(2025, 9, 20))
    assert rendue.resultat["levee"] is False
    assert rendue.motif("suspension").article == ARTICLES[manquement]


# sanction.effet_allocation

PARTS = st.sampled_from([Decimal("0.30"), Decimal("0.333"), Decimal("0.50"), Decimal("0.99"), Decimal(1)])
MONTANTS = st.integers(0, 99_999).map(lambda centimes: Decimal(centimes) / 100)


@st.composite
def effets(draw: st.DrawFn) -> sanction.FaitsEffet:
    debut = draw(st.dates(date(2025, 6, 1), date(2029, 12, 31)))
    ecrits = [f"{delais.mois_plus(debut, n):%Y-%m}" for n in range(8)]
    premier = draw(st.integers(0, 4))
    duree = draw(st.integers(1, 4))
    jours = st.dates(delais.mois_plus(debut, -1), delais.veille(delais.mois_plus(debut, premier + duree)))
    return sanction.FaitsEffet(
        mois=tuple(sanction.MoisAlloue(mois, draw(MONTANTS)) for mois in ecrits),
        manquement="engagements",
        nature="suspension",
        part=draw(PARTS),
        premier_mois=ecrits[premier],
        duree=duree,
        levee_le=draw(st.none() | jours),
    )


@given(effets(), LECTURES)
def test_un_mois_est_du_ou_retenu_jamais_les_deux_en_entier(faits: sanction.FaitsEffet, lues: Lectures) -> None:
    resultat = sanction.effet_allocation(faits, date(2031, 1, 1), lectures=lues).resultat
    for alloue, mois in zip(faits.mois, resultat["mois"], strict=True):
        assert mois["mois"] == alloue.mois
        assert mois["du"] + mois["retenu"] == alloue.montant
        assert min(mois["du"], mois["retenu"]) >= 0
        assert mois["touche"] or mois["retenu"] == 0
        if faits.part == 1 and faits.levee_le is None:
            assert (mois["du"] == 0) or not mois["touche"]
    assert resultat["retenu_total"] == sum(mois["retenu"] for mois in resultat["mois"])
    assert resultat["a_reverser"] in (0, resultat["retenu_total"])
    touches = sum(mois["touche"] for mois in resultat["mois"])
    assert touches <= (faits.duree or 0)
    assert faits.levee_le is not None or touches == faits.duree


@given(effets(), LECTURES)
def test_lever_une_suspension_ne_retient_jamais_davantage(faits: sanction.FaitsEffet, lues: Lectures) -> None:
    avec, sans = (
        sanction.effet_allocation(f, date(2031, 1, 1), lectures=lues).resultat["retenu_total"]
        for f in (faits, replace(faits, levee_le=None))
    )
    assert avec <= sans


@given(effets(), LECTURES)
def test_une_part_plus_grande_ne_laisse_jamais_davantage(faits: sanction.FaitsEffet, lues: Lectures) -> None:
    part, totalite = (
        sanction.effet_allocation(f, date(2031, 1, 1), lectures=lues).resultat["retenu_total"]
        for f in (faits, replace(faits, part=Decimal(1)))
    )
    assert part <= totalite


@given(effets(), JOURS, st.integers(1, 12), st.none() | JOURS, JOURS)
def test_une_radiation_empeche_jusqu_a_un_jour_dit(
    faits: sanction.FaitsEffet, debut: date, mois: int, rsa: date | None, le: date
) -> None:
    radie = replace(faits, radiation=sanction.Radiation(debut, mois), rsa_demande_le=rsa)
    resultat = sanction.effet_allocation(radie, le).resultat
    possible = resultat["inscription_possible_le"]
    assert possible is not None
    assert debut <= possible <= delais.lendemain(delais.dernier_jour(debut, mois))
    assert resultat["inscription_empechee"] == (debut <= le < possible)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("part", 1),
        ("part", Decimal("Infinity")),
        ("premier_mois", 202510),
        ("duree", "2"),
        ("levee_le", "2025-10-10"),
        ("rsa_demande_le", "2025-10-10"),
        ("mois", (Decimal(1),)),
        ("nature", "radiation"),
    ],
)
def test_un_effet_mal_ecrit(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {
        "mois": (),
        "manquement": "engagements",
        "nature": "suspension",
        "part": Decimal("0.50"),
        "premier_mois": "2025-10",
        "duree": 2,
        champ: valeur,
    }
    with pytest.raises(FaitInvalide) as refus:
        sanction.FaitsEffet(**faits)
    assert refus.value.champ == champ


@pytest.mark.parametrize(("champ", "faits"), [("debut", ("2025-10-01", 1)), ("mois", (date(2025, 10, 1), None))])
def test_une_radiation_mal_ecrite(champ: str, faits: tuple[Any, Any]) -> None:
    with pytest.raises(FaitInvalide) as refus:
        sanction.Radiation(*faits)
    assert refus.value.champ == champ
