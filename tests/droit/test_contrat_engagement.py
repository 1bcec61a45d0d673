"""The contract: deadlines that never run backwards, mentions, hours and offers; the first versions still replay."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from imilo.droit import contrat_engagement, decision, serialisation
from imilo.droit.contrat_engagement import mentions, offre, revision
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import DecisionIllisible, FaitInvalide
from imilo.droit.lectures import Lectures
from imilo.droit.orientation import Organisme, Rsa
from imilo.droit.registre import trouver

ANCIENS = yaml.safe_load(
    (Path(__file__).parent / "exemples" / "anciennes" / "contrat_engagement.yaml").read_text(encoding="utf-8")
)
JOURS = st.dates(date(2025, 3, 22), date(2030, 12, 31))
LE = date(2025, 3, 10)


def _json(valeur: Any) -> Any:
    return {c: v.isoformat() if isinstance(v, date) else v for c, v in valeur.items()}


@pytest.mark.parametrize("exemple", [e for e in ANCIENS if "resultat" in e], ids=lambda e: e["nom"])
def test_la_premiere_version_dit_toujours_la_meme_chose(exemple: dict[str, Any]) -> None:
    regle = trouver(exemple["regle"], "1")
    faits = serialisation.decoder(regle.type_faits, _json(exemple["faits"]), "faits")
    rendue = regle(faits, exemple["le"])
    obtenu = serialisation.encoder(rendue.resultat)
    assert {cle: obtenu[cle] for cle in exemple["resultat"]} == _json(exemple["resultat"])
    assert {code: rendue.motif(code).satisfait for code in exemple.get("motifs", {})} == exemple.get("motifs", {})
    assert decision.rejouer(decision.depuis_json(decision.texte_canonique(rendue))).identique


@pytest.mark.parametrize("exemple", [e for e in ANCIENS if "erreur" in e], ids=lambda e: e["nom"])
def test_la_premiere_version_refuse_toujours(exemple: dict[str, Any]) -> None:
    regle = trouver(exemple["regle"], "1")
    with pytest.raises(DecisionIllisible) as refus:
        serialisation.decoder(regle.type_faits, _json(exemple["faits"]), "faits")
    assert isinstance(refus.value.__cause__, FaitInvalide)
    assert refus.value.__cause__.champ == exemple["erreur"]


@st.composite
def delais_de_signature(draw: st.DrawFn) -> contrat_engagement.FaitsDelaiSignature:
    """Draw a first decision and up to three reorientations, in order, signed or not."""

    def apres(jour: date, ecart: int = 70) -> date:
        return jour + timedelta(days=draw(st.integers(0, ecart)))

    def signature(jour: date) -> date | None:
        return apres(jour) if draw(st.booleans()) else None

    vers = st.sampled_from(get_args(Organisme))
    premiere = dernier = draw(JOURS)
    autres = []
    for _ in range(draw(st.integers(0, 3))):
        demandee = apres(dernier) if draw(st.booleans()) else None
        notifiee = apres(demandee or dernier)
        apres_diagnostic = draw(st.booleans())
        autres.append(
            contrat_engagement.Reorientation(demandee, notifiee, draw(vers), signature(notifiee), apres_diagnostic)
        )
        dernier = notifiee
    if draw(st.booleans()):
        autres.append(contrat_engagement.Reorientation(apres(dernier)))
    return contrat_engagement.FaitsDelaiSignature(premiere, tuple(autres), signature(premiere), draw(vers))


@given(delais_de_signature(), st.integers(-3, 300))
def test_le_delai_de_signature_tient_debout(faits: contrat_engagement.FaitsDelaiSignature, ecart: int) -> None:
    le = faits.notifiee_le + timedelta(days=ecart)
    rendue = contrat_engagement.delai_signature(faits, le)
    resultat = rendue.resultat
    limite = resultat["limite"]
    notifiees = [faits.notifiee_le, *(r.notifiee_le for r in faits.reorientations if r.notifiee_le)]
    if limite is not None:
        assert isinstance(limite, Echeance)
        assert any(28 <= (limite - notifiee).days <= 31 for notifiee in notifiees)
    assert resultat["echu"] == (resultat["etat"] == "echu")
    assert resultat["interrompu"] == (resultat["etat"] == "interrompu")
    assert (resultat["jours_restants"] is not None) == (resultat["etat"] in ("non_commence", "en_cours", "echu"))
    if resultat["jours_restants"] is not None:
        assert limite is not None
        assert resultat["jours_restants"] == max(0, (limite - le).days)
        assert resultat["echu"] == (le > limite)
    if resultat["interrompu"]:
        assert limite is None
        assert resultat["interruptions"][-1]["au"] is None
    for interruption in resultat["interruptions"]:
        assert interruption["du"] <= min(le, interruption["limite"])
        assert interruption["au"] is None or interruption["du"] <= interruption["au"] <= le
    assert decision.rejouer(decision.depuis_json(decision.texte_canonique(rendue))).identique


@given(delais_de_signature(), st.integers(0, 300))
def test_ce_qui_est_a_venir_ne_change_rien(faits: contrat_engagement.FaitsDelaiSignature, ecart: int) -> None:
    """Only what happened by the day counts: cutting the rest gives the same answer."""
    le = faits.notifiee_le + timedelta(days=ecart)
    passees: list[contrat_engagement.Reorientation] = []
    for r in faits.reorientations:
        if r.premier_jour > le:
            break
        connue = r.notifiee_le is not None and r.notifiee_le <= le
        signee = r.signe_le if r.signe_le is not None and r.signe_le <= le else None
        passees.append(
            replace(r, signe_le=signee) if connue else replace(r, notifiee_le=None, vers=None, signe_le=None)
        )
        if not connue:
            break
    signe_le = faits.signe_le if faits.signe_le is not None and faits.signe_le <= le else None
    coupes = replace(faits, reorientations=tuple(passees), signe_le=signe_le)
    assert (
        contrat_engagement.delai_signature(coupes, le).resultat
        == contrat_engagement.delai_signature(faits, le).resultat
    )


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(-5, 60), st.none() | st.integers(0, 60))
def test_sans_signature_la_seconde_version_dit_comme_la_premiere(
    notifiee: date, ecart: int, demande: int | None
) -> None:
    le = notifiee + timedelta(days=ecart)
    le = max(le, date(2025, 1, 1))
    demandee = None if demande is None else notifiee + timedelta(days=demande)
    autres = () if demandee is None else (contrat_engagement.Reorientation(demandee),)
    seconde = contrat_engagement.delai_signature(contrat_engagement.FaitsDelaiSignature(notifiee, autres), le).resultat
    ancienne = trouver("contrat_engagement.delai_signature", "1")
    premiere = ancienne(ancienne.type_faits(notifiee, nouvelle_orientation_demandee_le=demandee), le).resultat
    assert {cle: seconde[cle] for cle in premiere} == premiere  # type: ignore[literal-required]  # keys of both


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("notifiee_le", "2025-03-10"),
        ("signe_le", "2025-03-10"),
        ("vers", "mairie"),
        ("reorientations", ("2025-03-10",)),
    ],
)
def test_un_fait_du_delai_hors_de_ses_choix(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {"notifiee_le": LE, champ: valeur}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.FaitsDelaiSignature(**faits)
    assert refus.value.champ == champ


def test_une_liste_de_faits_devient_immuable() -> None:
    """What a caller gives as a list is kept as a tuple: facts don't change, and compare by value."""
    demande = contrat_engagement.Reorientation(LE)
    for liste, attendu in (
        (contrat_engagement.FaitsDelaiSignature(LE, [demande]).reorientations, (demande,)),  # type: ignore[arg-type]  # an untyped caller
        (contrat_engagement.FaitsContenu("cej", ["droits"]).mentions, ("droits",)),  # type: ignore[arg-type]  # same
        (contrat_engagement.FaitsActualisation(LE, formes=["sincerite"]).formes, ("sincerite",)),  # type: ignore[arg-type]  # same
        (contrat_engagement.FaitsOffreRaisonnable(LE, elements=["zone"]).elements, ("zone",)),  # type: ignore[arg-type]  # same
    ):
        assert liste == attendu


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("demandee_le", "2025-03-10"),
        ("notifiee_le", 20250310),
        ("signe_le", "2025-03-10"),
        ("vers", "mairie"),
        ("apres_diagnostic", "oui"),
    ],
)
def test_un_fait_de_reorientation_hors_de_ses_choix(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {"demandee_le": LE, "notifiee_le": LE, "vers": "mission_locale", champ: valeur}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.Reorientation(**faits)
    assert refus.value.champ == champ


HEURES = st.builds(
    contrat_engagement.FaitsDureeHebdomadaire,
    heures=st.sampled_from([Decimal(h) for h in ("0", "0.5", "14.9", "15", "35")]),
    amenagement=st.sampled_from(get_args(contrat_engagement.AmenagementHeures)),
    diagnostic_realise=st.booleans(),
    a_sa_demande=st.booleans(),
    difficultes_averees=st.booleans(),
    enfant_assez_jeune=st.booleans(),
)
CACHABLES = ("diagnostic_realise", "a_sa_demande", "difficultes_averees", "enfant_assez_jeune")


@given(HEURES, st.sets(st.sampled_from(CACHABLES)), JOURS)
def test_les_heures_permises_le_restent(
    faits: contrat_engagement.FaitsDureeHebdomadaire, caches: set[str], le: date
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entier = contrat_engagement.duree_hebdomadaire(faits, le).resultat
    cache = contrat_engagement.duree_hebdomadaire(replace(faits, **inconnus), le).resultat
    assert cache["conforme"] in (None, entier["conforme"])
    assert set(cache["a_completer"]) <= caches
    assert bool(cache["a_completer"]) == (cache["conforme"] is None)
    if entier["conforme"] and faits.heures < entier["minimum"]:
        assert faits.amenagement != "aucun"
    assert (entier["intensite"] == "sans_duree") == (faits.heures == 0)


@pytest.mark.parametrize(
    ("heures", "amenagement", "dit"),
    [
        ("8", "aucun", "Sans raison personnelle"),
        ("8", "situation_individuelle", "Moins d'heures ne se décide qu'après"),
        ("0", "aucun", "Sans raison personnelle"),
        ("0", "situation_individuelle", "mais pas zéro"),
        ("0", "sante_handicap_invalidite", "ne sont pas toutes remplies"),
    ],
)
def test_chaque_refus_d_heures_dit_sa_raison(
    heures: str, amenagement: contrat_engagement.AmenagementHeures, dit: str
) -> None:
    faits = contrat_engagement.FaitsDureeHebdomadaire(
        Decimal(heures), amenagement, diagnostic_realise=False, a_sa_demande=False
    )
    rendue = contrat_engagement.duree_hebdomadaire(faits, LE)
    assert rendue.resultat["conforme"] is False
    assert dit in rendue.motif("heures_hebdomadaires").phrase


@given(JOURS, st.integers(-4800, 4800))
def test_l_enfant_a_moins_de_douze_ans_jusqu_au_dernier_jour_dit(naissance: date, ecart: int) -> None:
    le = max(naissance + timedelta(days=ecart), naissance)
    faits = contrat_engagement.FaitsDureeHebdomadaire(
        Decimal(0), "parent_isole_sans_garde", a_sa_demande=True, difficultes_averees=True, enfant_ne_le=naissance
    )
    resultat = contrat_engagement.duree_hebdomadaire(faits, le).resultat
    assert isinstance(resultat["sans_duree_jusqu_au"], Echeance)
    assert resultat["conforme"] == (le <= resultat["sans_duree_jusqu_au"])
    assert resultat["sans_duree_jusqu_au"].year - naissance.year in (11, 12)


@pytest.mark.parametrize("champ", [*CACHABLES, "enfant_ne_le"])
def test_un_fait_des_heures_en_toutes_lettres(champ: str) -> None:
    faits: dict[str, Any] = {"heures": Decimal(0), champ: "oui"}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.FaitsDureeHebdomadaire(**faits)
    assert refus.value.champ == champ


MENTIONS = get_args(contrat_engagement.Mention)
CONTENUS = st.builds(
    contrat_engagement.FaitsContenu,
    cadre=st.sampled_from(get_args(contrat_engagement.Cadre)),
    mentions=st.lists(st.sampled_from(MENTIONS), unique=True).map(tuple),
    sans_duree_hebdomadaire=st.booleans(),
    actions_datees=st.booleans(),
    parcours_en_cours=st.booleans(),
    insertion_sociale=st.booleans(),
    projet_salarie=st.sampled_from(get_args(contrat_engagement.ProjetSalarie)),
    projet_creation=st.booleans(),
    projet_reconversion=st.booleans(),
    allocation_ouverte=st.booleans(),
    rsa=st.sampled_from(get_args(Rsa)),
    obligations_rsa=st.booleans(),
)
CACHABLES_CONTENU = [
    champ.name for champ in fields(contrat_engagement.FaitsContenu) if champ.name not in ("cadre", "mentions")
]


@given(CONTENUS, st.sets(st.sampled_from(CACHABLES_CONTENU)), JOURS)
def test_un_contrat_dit_conforme_ou_non_le_reste(
    faits: contrat_engagement.FaitsContenu, caches: set[str], le: date
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entier = contrat_engagement.contenu(faits, le).resultat
    cache = contrat_engagement.contenu(replace(faits, **inconnus), le).resultat
    assert cache["conforme"] in (None, entier["conforme"])
    assert cache["obligatoire"] in (None, entier["obligatoire"])
    assert set(cache["manquantes"]) <= set(entier["manquantes"]) <= set(entier["exigees"])
    assert set(cache["a_completer"]) <= caches
    if cache["obligatoire"] is None or (cache["conforme"] is None and (cache["obligatoire"] or faits.mentions)):
        assert cache["a_completer"]
    if entier["obligatoire"] or faits.mentions:
        assert entier["conforme"] == (entier["manquantes"] == ())
    else:
        assert (entier["conforme"], entier["manquantes"]) == (None, ())


@given(CONTENUS, st.sampled_from(MENTIONS), JOURS)
def test_ajouter_une_mention_ne_rend_jamais_un_contrat_moins_conforme(
    faits: contrat_engagement.FaitsContenu, mention: contrat_engagement.Mention, le: date
) -> None:
    avant = contrat_engagement.contenu(faits, le).resultat
    assume(avant["obligatoire"] or faits.mentions)
    apres = contrat_engagement.contenu(replace(faits, mentions=(*faits.mentions, mention)), le).resultat
    assert set(apres["manquantes"]) == set(avant["manquantes"]) - {mention}


def test_chaque_mention_a_une_exigence_et_ses_faits() -> None:
    assert {e.mention for e in mentions.EXIGENCES} == set(MENTIONS)
    assert len({(e.mention, e.article) for e in mentions.EXIGENCES}) == len(mentions.EXIGENCES)
    cadres = [contrat_engagement.FaitsContenu(cadre) for cadre in get_args(contrat_engagement.Cadre)]
    for vides in cadres:
        demandees = [e.mention for e in mentions.EXIGENCES if e.exigee(vides) is not False]
        assert len(set(demandees)) == len(demandees)
    for exigence in mentions.EXIGENCES:
        assert set(exigence.selon) <= set(CACHABLES_CONTENU)
        assert any(exigence.exigee(vides) is None for vides in cadres) == bool(exigence.selon)


@pytest.mark.parametrize("champ", [c for c in CACHABLES_CONTENU if c not in ("projet_salarie", "rsa")])
def test_un_fait_du_contenu_en_toutes_lettres(champ: str) -> None:
    faits: dict[str, Any] = {"cadre": "cej", champ: "oui"}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.FaitsContenu(**faits)
    assert refus.value.champ == champ


@given(JOURS, st.integers(1, 144), st.integers(0, 900), st.integers(0, 900))
def test_une_actualisation_n_est_jamais_due_avant_son_depart(debut: date, mois: int, revu: int, ecart: int) -> None:
    actualise = debut + timedelta(days=revu)
    le = max(actualise, debut + timedelta(days=ecart))
    formes = get_args(contrat_engagement.Forme)
    faits = contrat_engagement.FaitsActualisation(debut, mois, actualise, change_d_organisme=False, formes=formes)
    resultat = contrat_engagement.actualisation(faits, le).resultat
    assert resultat["prochaine_le"] is not None
    assert resultat["prochaine_le"] > actualise
    assert resultat["due"] == (le >= resultat["prochaine_le"])


ACTUALISATIONS = st.builds(
    contrat_engagement.FaitsActualisation,
    signe_le=st.just(date(2025, 5, 1)),
    periodicite=st.integers(1, 12),
    actualise_le=st.none() | st.dates(date(2025, 5, 1), date(2026, 5, 1)),
    projet_etabli_le=st.none() | st.dates(date(2025, 5, 1), date(2026, 5, 1)),
    insertion_sociale=st.booleans(),
    change_d_organisme=st.booleans(),
    formes=st.sampled_from([get_args(contrat_engagement.Forme), ("sincerite",)]),
)


@given(
    ACTUALISATIONS,
    st.sets(st.sampled_from(["periodicite", "insertion_sociale", "change_d_organisme", "formes"])),
    st.dates(date(2026, 5, 1), date(2026, 12, 31)),
)
def test_une_actualisation_dite_due_ou_non_le_reste(
    faits: contrat_engagement.FaitsActualisation, caches: set[str], le: date
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entier = contrat_engagement.actualisation(faits, le).resultat
    cache = contrat_engagement.actualisation(replace(faits, **inconnus), le).resultat
    assert cache["due"] in (None, entier["due"])
    # Another organism takes the place of every other reason.
    assert set(cache["raisons"]) <= set(entier["raisons"]) or entier["raisons"] == ("autre_organisme",)
    assert set(cache["a_completer"]) <= caches
    assert bool(cache["a_completer"]) == (cache["due"] is None)


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("signe_le", "2025-03-10"),
        ("actualise_le", "2025-03-10"),
        ("projet_etabli_le", "2025-03-10"),
        ("valable_le", "2025-03-10"),
        ("periodicite", Decimal(3)),
        ("insertion_sociale", "oui"),
        ("change_d_organisme", "oui"),
    ],
)
def test_un_fait_d_actualisation_hors_de_ses_choix(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {"signe_le": LE, champ: valeur}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.FaitsActualisation(**faits)
    assert refus.value.champ == champ
    assert set(revision.FORMES) == set(get_args(contrat_engagement.Forme))


SALAIRES = st.decimals("1000", "3000", places=2)
OFFRES = st.builds(
    contrat_engagement.OffreEmploi,
    emploi_recherche=st.booleans(),
    dans_la_zone=st.booleans(),
    salaire=SALAIRES,
    salaire_attendu=SALAIRES,
    salaire_normal=SALAIRES,
    minimum_respecte=st.booleans(),
    temps_partiel=st.booleans(),
    temps_complet_recherche=st.booleans(),
    compatible_competences=st.booleans(),
)
OFFRES_RAISONNABLES = st.builds(
    contrat_engagement.FaitsOffreRaisonnable,
    signe_le=JOURS,
    insertion_sociale=st.booleans(),
    projet_salarie=st.sampled_from(get_args(contrat_engagement.ProjetSalarie)),
    elements=st.lists(st.sampled_from(get_args(offre.Element)), unique=True).map(tuple),
    zone_en_france=st.booleans(),
    salaire_coherent=st.booleans(),
    offre=st.none() | OFFRES,
)
CACHABLES_OFFRE = [champ.name for champ in fields(contrat_engagement.OffreEmploi)]
LECTURES = st.sampled_from(["des_la_signature", "projet_etabli"]).map(
    lambda choix: Lectures.choisir({"contrat_engagement.delai_offre": choix})
)


@given(
    OFFRES_RAISONNABLES,
    st.sets(st.sampled_from(["insertion_sociale", "projet_salarie", "zone_en_france", "salaire_coherent"])),
    st.sets(st.sampled_from(CACHABLES_OFFRE)),
    JOURS,
    LECTURES,
)
def test_une_offre_qui_peut_etre_refusee_ou_non_le_reste(
    faits: contrat_engagement.FaitsOffreRaisonnable,
    caches: set[str],
    caches_de_l_offre: set[str],
    le: date,
    lues: Lectures,
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    if faits.offre is not None:
        inconnus_de_l_offre: dict[str, Any] = dict.fromkeys(caches_de_l_offre)
        inconnus["offre"] = replace(faits.offre, **inconnus_de_l_offre)
    le = max(le, faits.signe_le)
    entier = contrat_engagement.offre_raisonnable(faits, le, lectures=lues).resultat
    cache = contrat_engagement.offre_raisonnable(replace(faits, **inconnus), le, lectures=lues).resultat
    for cle in ("applicable", "etat", "limite", "refus_possible"):
        assert cache[cle] in (None, entier[cle])  # type: ignore[literal-required]  # keys of the result
    # Nothing is compared with a definition that turns out not to exist.
    sans_objet = offre.DU_CONTRAT if "offre_non_definie" in entier["motifs_refus"] else ()
    assert set(cache["motifs_refus"]) - set(sans_objet) <= set(entier["motifs_refus"])
    assert set(cache["a_completer"]) <= caches | {f"offre.{champ}" for champ in caches_de_l_offre}
    if cache["applicable"] is None or cache["etat"] is None or (faits.offre and cache["refus_possible"] is None):
        assert cache["a_completer"]
    assert (entier["refus_possible"] is True) == bool(entier["motifs_refus"])
    assert (entier["limite"] is not None) == entier["applicable"]
    if entier["limite"] is not None:
        assert entier["limite"] > faits.signe_le


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("signe_le", "2025-04-10"),
        ("insertion_sociale", "oui"),
        ("zone_en_france", "oui"),
        ("salaire_coherent", "oui"),
        ("offre", "un emploi"),
    ],
)
def test_un_fait_de_l_offre_raisonnable_hors_de_ses_choix(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {"signe_le": LE, champ: valeur}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.FaitsOffreRaisonnable(**faits)
    assert refus.value.champ == champ


@pytest.mark.parametrize("champ", CACHABLES_OFFRE)
def test_un_fait_de_l_offre_en_toutes_lettres(champ: str) -> None:
    faits: dict[str, Any] = {champ: "beaucoup"}
    with pytest.raises(FaitInvalide) as refus:
        contrat_engagement.OffreEmploi(**faits)
    assert refus.value.champ == champ
    assert set(offre.REFUS) == set(get_args(contrat_engagement.MotifRefus))
    assert set(offre.ELEMENTS) == set(get_args(offre.Element))
