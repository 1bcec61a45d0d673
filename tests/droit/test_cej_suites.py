"""What follows a CEJ: prolonged, documents awaited, paid against due; and what is known since when."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import cej, delais, porte
from imilo.droit.cej.droits import droit_allocation_1
from imilo.droit.cej.trop_percu import CauseTropPercu
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.lectures import Lectures
from imilo.droit.montants import Montant
from imilo.droit.registre import regles
from tests.droit import phrases_dites

JOURS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
OUI_NON = st.booleans()


@pytest.mark.parametrize("chemin", sorted(phrases_dites.DOSSIER.glob("*.txt")), ids=lambda chemin: chemin.stem)
def test_chaque_phrase_est_celle_qui_a_ete_relue(chemin: Any) -> None:
    """`python -m tests.droit.phrases_dites <rule>` writes the file anew, once its change was read."""
    assert phrases_dites.phrases(chemin.stem) == chemin.read_text(encoding="utf-8")


def test_chaque_regle_du_cej_a_ses_phrases_relues() -> None:
    relues = {chemin.stem for chemin in phrases_dites.DOSSIER.glob("*.txt")}
    assert {regle.nom for regle in regles() if regle.nom.startswith("cej.")} <= relues


@pytest.mark.parametrize(
    "regle", [r for r in regles() if r.nom.startswith(("age.", "cej.", "conservation."))], ids=repr
)
def test_les_faits_d_une_regle_ne_changent_plus(regle: Any) -> None:
    for type_faits in (regle.type_faits, cej.MoisPaye):
        assert type_faits.__dataclass_params__.frozen
        assert "__slots__" in vars(type_faits)


# cej.prolongation


@st.composite
def prolongations(draw: st.DrawFn) -> cej.FaitsProlongation:
    debut = draw(JOURS)
    fin = debut + timedelta(days=draw(st.integers(0, 600)))
    parcours = debut + timedelta(days=draw(st.integers(0, 700)))
    return cej.FaitsProlongation(
        debut=debut,
        fin=fin,
        cause=draw(st.sampled_from(["exceptionnelle", "parcours_relais"])),
        fin_demandee=draw(st.none() | st.integers(1, 400).map(lambda n: fin + timedelta(days=n))),
        besoins_du_jeune=draw(OUI_NON),
        prolongation_motivee=draw(OUI_NON),
        parcours_sur_la_liste=draw(OUI_NON),
        parcours_debut=parcours,
        parcours_fin=parcours + timedelta(days=draw(st.integers(0, 400))),
    )


CACHABLES = ("besoins_du_jeune", "prolongation_motivee", "parcours_sur_la_liste", "parcours_debut", "parcours_fin")


@given(prolongations(), JOURS, st.sets(st.sampled_from(CACHABLES)))
def test_une_prolongation_dite_le_reste_quoi_qu_on_apprenne(
    faits: cej.FaitsProlongation, le: date, caches: set[str]
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    dit = cej.prolongation(replace(faits, **inconnus), le).resultat
    entier = cej.prolongation(faits, le).resultat
    assert set(dit["a_completer"]) <= caches
    assert entier["possible"] is not None
    if dit["possible"] is None:
        assert dit["a_completer"]
    else:
        assert dit["possible"] == entier["possible"]


@given(prolongations(), JOURS)
def test_une_prolongation_finit_apres_le_contrat(faits: cej.FaitsProlongation, le: date) -> None:
    resultat = cej.prolongation(faits, le).resultat
    if not resultat["possible"]:
        return
    assert resultat["dernier_jour"] is not None
    assert resultat["dernier_jour"] > faits.fin
    assert faits.fin_demandee is None or faits.fin_demandee <= resultat["dernier_jour"]
    if faits.cause == "exceptionnelle":
        assert le <= faits.fin
        assert resultat["dernier_jour"] == delais.dernier_jour(faits.debut, 18)
    else:
        assert resultat["dernier_jour"] == delais.fin_du_mois(resultat["dernier_jour"])


@given(prolongations())
def test_ce_qui_prolonge_ne_depasse_pas_ce_que_la_duree_permet(faits: cej.FaitsProlongation) -> None:
    """`cej.duree` and `cej.prolongation` read the same article: what one gives, the other allows."""
    certaine = replace(faits, besoins_du_jeune=True, prolongation_motivee=True, parcours_sur_la_liste=True)
    resultat = cej.prolongation(certaine, faits.debut).resultat
    if not resultat["possible"]:
        return
    relais = faits.cause == "parcours_relais"
    duree = cej.FaitsDuree(
        debut=faits.debut,
        fin=resultat["dernier_jour"],
        prolongation=faits.cause,
        prolongation_motivee=True,
        fin_initiale=faits.fin,
        parcours_debut=faits.parcours_debut if relais else None,
        parcours_fin=faits.parcours_fin if relais else None,
        parcours_sur_la_liste=True if relais else None,
    )
    assert cej.duree(duree, faits.debut).resultat["conforme"] is True


# cej.pieces


@st.composite
def dossiers(draw: st.DrawFn) -> cej.FaitsPieces:
    signe = draw(JOURS)
    ouvert = draw(st.none() | st.integers(0, 90).map(lambda n: signe + timedelta(days=n)))
    premier = delais.debut_du_mois(ouvert or signe)
    rangs = draw(st.sets(st.integers(0, 8), max_size=5))
    fin = draw(st.none() | st.integers(0, 540).map(lambda n: signe + timedelta(days=n)))
    jours = [delais.mois_plus(premier, rang) for rang in rangs]
    mois = tuple(jour.isoformat()[:7] for jour in jours)  # some after an end that was known later
    decide = signe + timedelta(days=draw(st.integers(0, 100)))
    return cej.FaitsPieces(
        contrat_signe_le=signe,
        droit_ouvert_le=ouvert,
        contrat_fin=fin,
        dossier_complet_le=draw(st.none() | st.integers(0, 500).map(lambda n: signe + timedelta(days=n))),
        eligibilite_demontree=draw(OUI_NON),
        decision_conservatoire_le=decide if mois else None,
        mois_conservatoires=mois,
    )


def _au(faits: cej.FaitsPieces, le: date) -> cej.FaitsPieces:
    """Leave out of the facts what is still to come on the day `le`."""
    decide, recu = faits.decision_conservatoire_le, faits.dossier_complet_le
    pris = decide if decide is not None and decide <= le else None
    passes = tuple(m for m in faits.mois_conservatoires if pris and delais.premier_jour_du_mois_ecrit(m) <= le)
    return replace(
        faits,
        decision_conservatoire_le=pris,
        dossier_complet_le=recu if recu is not None and recu <= le else None,
        mois_conservatoires=passes,
    )


LECTURES_PIECES = st.fixed_dictionaries(
    {
        "cej.pieces_depart": st.sampled_from(["ouverture_du_droit", "signature"]),
        "cej.pieces_mois_entame": st.sampled_from(["conserve", "perdu"]),
        "cej.pieces_duree_conservatoire": st.sampled_from(["mensualites", "de_date_a_date"]),
    }
).map(Lectures.choisir)


@given(dossiers(), st.integers(0, 700), LECTURES_PIECES)
def test_ce_qui_est_perdu_n_est_ni_acquis_ni_dans_le_delai(
    faits: cej.FaitsPieces, ecart: int, lectures: Lectures
) -> None:
    le = faits.contrat_signe_le + timedelta(days=ecart)
    faits = _au(faits, le)
    resultat = cej.pieces(faits, le, lectures=lectures).resultat
    perdus, acquis = set(resultat["mois_perdus"]), set(resultat["mois_acquis"])
    assert resultat["limite"] > faits.contrat_signe_le
    assert not perdus & acquis
    assert acquis <= set(faits.mois_conservatoires)
    assert not perdus or resultat["dans_le_delai"] is False
    assert all(mois < resultat["premier_mois_conserve"] for mois in perdus)
    assert (resultat["conservatoire_possible"] is True) >= bool(acquis)
    if lectures.sur("cej.pieces_duree_conservatoire") == "mensualites":
        assert resultat["mois_conservatoires_restants"] is not None
        assert len(acquis) + resultat["mois_conservatoires_restants"] in (0, 3)


@given(dossiers(), st.integers(0, 700), st.integers(1, 300))
def test_attendre_ne_rend_aucun_mois(faits: cej.FaitsPieces, ecart: int, de_plus: int) -> None:
    """A month said lost is lost for good, whenever the file comes after."""
    le = faits.contrat_signe_le + timedelta(days=ecart)
    attendu = replace(_au(faits, le), dossier_complet_le=None)
    plus_tard = le + timedelta(days=de_plus)
    perdus = set(cej.pieces(attendu, le).resultat["mois_perdus"])
    assert perdus <= set(cej.pieces(attendu, plus_tard).resultat["mois_perdus"])
    recu = replace(attendu, dossier_complet_le=plus_tard)
    if faits.decision_conservatoire_le is None or faits.decision_conservatoire_le < plus_tard:
        assert perdus <= set(cej.pieces(recu, plus_tard).resultat["mois_perdus"])


@given(dossiers(), st.integers(0, 700))
def test_une_eligibilite_a_dire_ne_fait_rien_perdre(faits: cej.FaitsPieces, ecart: int) -> None:
    le = faits.contrat_signe_le + timedelta(days=ecart)
    faits = _au(faits, le)
    cache = cej.pieces(replace(faits, eligibilite_demontree=None), le).resultat
    entier = cej.pieces(faits, le).resultat
    assert (cache["conservatoire_possible"] is None) == bool(cache["a_completer"])
    assert set(cache["mois_perdus"]) <= set(entier["mois_perdus"])
    assert cache["conservatoire_possible"] in (None, entier["conservatoire_possible"])


# cej.trop_percu

MONTANTS = st.decimals("0", "700", places=2)
CAUSES: tuple[CauseTropPercu, ...] = get_args(CauseTropPercu)


@st.composite
def mois_payes(draw: st.DrawFn) -> cej.FaitsTropPercu:
    rangs = draw(st.lists(st.integers(0, 30), min_size=1, max_size=6, unique=True))
    conservatoires = draw(st.sets(st.sampled_from(rangs), max_size=3))
    return cej.FaitsTropPercu(
        tuple(
            cej.MoisPaye(
                delais.mois_plus(date(2025, 1, 1), rang).isoformat()[:7],
                draw(MONTANTS),
                draw(MONTANTS),
                conservatoire=rang in conservatoires,
                perdu=rang not in conservatoires and draw(OUI_NON),
                cause=draw(st.sampled_from(CAUSES)),
            )
            for rang in rangs
        )
    )


LE = date(2028, 1, 1)


@given(mois_payes())
def test_les_comptes_tombent_juste(faits: cej.FaitsTropPercu) -> None:
    """What was paid, less what goes back or is let go, plus what is still paid or lost, is what was due."""
    resultat = cej.trop_percu(faits, LE).resultat
    rembourse, acquis, laisse = resultat["a_rembourser"], resultat["acquis"], resultat["non_reclame"]
    assert isinstance(rembourse, Montant)
    assert isinstance(acquis, Montant)
    assert isinstance(laisse, Montant)
    assert min(rembourse, acquis, laisse, resultat["a_verser"], resultat["perdu"]) >= 0
    ecart = sum((un.verse - (0 if un.perdu and un.verse else un.du) for un in faits.mois), Decimal(0))
    assert rembourse + acquis + laisse - resultat["a_verser"] - resultat["perdu"] == ecart
    assert [ligne["mois"] for ligne in resultat["lignes"]] == sorted(un.mois for un in faits.mois)


@given(mois_payes())
def test_ce_qu_aucun_article_ne_dit_acquis_se_reclame(faits: cej.FaitsTropPercu) -> None:
    """R. 5131-25 II says acquired what was paid provisionally; code civil, article 1302-1, the rest goes back."""
    par_mois = {un.mois: un for un in faits.mois}
    for ligne in cej.trop_percu(faits, LE).resultat["lignes"]:
        un = par_mois[ligne["mois"]]
        if un.verse > un.revient:
            acquis = un.conservatoire and un.cause != "fraude_ou_fausse_declaration"
            assert ligne["suite"] == ("acquis" if acquis else "a_rembourser")


@given(mois_payes())
def test_l_autre_lecture_ne_reclame_que_la_fraude_et_l_autonomie(faits: cej.FaitsTropPercu) -> None:
    rendue = cej.trop_percu(faits, LE, lectures=Lectures.depuis_texte("cej.trop_percu_sans_texte=non_reclame"))
    par_mois = {un.mois: un for un in faits.mois}
    for ligne in rendue.resultat["lignes"]:
        if ligne["suite"] == "a_rembourser":
            assert par_mois[ligne["mois"]].cause in ("fraude_ou_fausse_declaration", "autonomie_fiscale_non_confirmee")
        assert ligne["suite"] != "acquis" or par_mois[ligne["mois"]].conservatoire


@given(mois_payes(), st.integers(0, 5))
def test_une_cause_a_dire_ne_change_rien_de_ce_qui_est_dit(faits: cej.FaitsTropPercu, rang: int) -> None:
    cache = replace(faits.mois[rang % len(faits.mois)], cause=None)
    caches = cej.FaitsTropPercu(tuple(cache if un.mois == cache.mois else un for un in faits.mois))
    dit, entier = cej.trop_percu(caches, LE).resultat, cej.trop_percu(faits, LE).resultat
    for dite, entiere in zip(dit["lignes"], entier["lignes"], strict=True):
        assert dite["suite"] in (None, entiere["suite"])
    assert dit["a_verser"] == entier["a_verser"]
    assert (dit["a_rembourser"] is None) == bool(dit["a_completer"])


def test_un_mois_paye_refuse_ce_qui_n_est_pas_une_reponse() -> None:
    for champ in ("conservatoire", "perdu"):
        with pytest.raises(FaitInvalide) as refus:
            cej.MoisPaye("2025-06", Decimal("1.00"), Decimal("1.00"), **{champ: None})  # type: ignore[arg-type]  # what an untyped caller may pass
        assert (refus.value.champ, refus.value.message) == (champ, "Répondez par oui ou par non.")
    with pytest.raises(FaitInvalide) as refus:
        cej.MoisPaye("2025-06", Decimal("1.00"), Decimal("1.00"), cause="oubli")  # type: ignore[arg-type]  # the same
    assert refus.value.champ == "cause"
    with pytest.raises(FaitInvalide) as refus:
        cej.FaitsTropPercu(("2025-06",))  # type: ignore[arg-type]  # the same
    assert refus.value.champ == "mois"


# cej.droit_allocation, version 2 beside version 1; cej.forfait, revised

DROITS = st.builds(
    cej.FaitsDroitAllocation,
    contrat_signe_le=st.none() | JOURS,
    logement=st.sampled_from([None, "hors_foyer_parental", "foyer_parental"]),
    soutien_parental=st.sampled_from([None, "aucun", "limite", "suffisant"]),
    rsa=st.sampled_from([None, "non", "beneficiaire", "conjoint", "personne_a_charge"]),
    prime_activite=st.sampled_from([None, "non", "ouverte", "activite_anterieure", "personne_a_charge"]),
    suspensif=st.sampled_from([None, "aucun", "service_civique"]),
)


@given(DROITS, JOURS)
def test_sans_jours_les_deux_versions_disent_la_meme_chose(faits: cej.FaitsDroitAllocation, le: date) -> None:
    avant, apres = droit_allocation_1(faits, le), cej.droit_allocation(faits, le)
    assert avant.motifs == apres.motifs
    assert avant.resultat["ouvert"] == apres.resultat["ouvert"]
    jours = ("prime_activite_depuis", "suspensif_depuis", "suspensif_jusqu_au")
    assert avant.resultat["a_completer"] == tuple(c for c in apres.resultat["a_completer"] if c not in jours)
    assert avant.resultat["suspendu"] is bool(apres.resultat["suspendu"])
    assert (apres.resultat["suspendu"] is None) == (faits.suspensif is None)


@given(JOURS, st.integers(0, 300), st.integers(-30, 400))
def test_une_suspension_va_du_premier_au_dernier_jour(depuis: date, duree: int, ecart: int) -> None:
    fin, le = depuis + timedelta(days=duree), max(depuis + timedelta(days=ecart), date(2025, 1, 1))
    faits = cej.FaitsDroitAllocation(suspensif="service_civique", suspensif_depuis=depuis, suspensif_jusqu_au=fin)
    rendue = cej.droit_allocation(faits, le)
    assert rendue.resultat["suspendu"] == (depuis <= le <= fin)
    assert rendue.motif("rien_qui_suspende").satisfait is not rendue.resultat["suspendu"]


@given(st.dates(date(2025, 1, 1), date(2026, 3, 1)), st.integers(-90, 90), st.integers(-60, 200))
def test_un_montant_revise_est_celui_de_l_un_des_deux_foyers(changement: date, apres: int, ecart: int) -> None:
    demande = changement + timedelta(days=apres)
    le = demande + timedelta(days=ecart)
    faits = cej.FaitsForfait(
        date(1999, 1, 1),
        "non_imposable",
        mayotte=False,
        foyer_avant="premiere_tranche",
        changement_le=changement,
        revision_demandee_le=demande,
    )
    revise = le >= max(changement, demande).replace(day=1)
    seul = replace(
        faits,
        foyer="non_imposable" if revise else "premiere_tranche",
        **dict.fromkeys(("foyer_avant", "changement_le", "revision_demandee_le")),  # type: ignore[arg-type]  # all three may be None
    )
    assert cej.forfait(faits, le).resultat == cej.forfait(seul, le).resultat


@pytest.mark.parametrize(
    ("type_faits", "base"),
    [
        (cej.FaitsProlongation, {"debut": date(2025, 1, 1), "fin": date(2025, 6, 1), "cause": "exceptionnelle"}),
        (cej.FaitsPieces, {"contrat_signe_le": date(2025, 1, 1)}),
        (
            cej.FaitsForfait,
            {"date_naissance": date(2000, 1, 1), "foyer": "non_imposable", "mayotte": False, "foyer_avant": "au_dela"},
        ),
        (cej.FaitsDroitAllocation, {"suspensif": "service_civique", "prime_activite": "ouverte"}),
        (cej.FaitsEligibilite, {"date_naissance": date(2000, 1, 1), "cej_precedent": "termine"}),
    ],
)
def test_un_texte_n_est_pas_un_jour(type_faits: Any, base: dict[str, Any]) -> None:
    jours = [champ.name for champ in fields(type_faits) if champ.name.endswith(("_le", "_depuis", "_au", "debut"))]
    jours += [champ.name for champ in fields(type_faits) if "fin" in champ.name or champ.name.startswith("terme")]
    assert jours
    for champ in jours:
        with pytest.raises(FaitInvalide) as refus:
            type_faits(**{**base, champ: "2025-01-01"})
        assert refus.value.champ == champ


@pytest.mark.parametrize("tu", ["ressources", "mayotte"])
def test_ce_qui_change_le_montant_se_dit_meme_quand_il_n_y_en_a_pas(tu: str) -> None:
    """Nothing said isn't nothing received: the door asks."""
    dits = {"date_naissance": "2003-05-20", "foyer": "non_imposable", "mayotte": False, "mois": "2025-06"}
    bruts = {champ: valeur for champ, valeur in {**dits, "ressources": []}.items() if champ != tu}
    with pytest.raises(FaitInvalide) as refus:
        porte.lire_faits(cej.allocation, bruts)
    assert refus.value.champ == tu


def test_le_forfait_demande_le_lieu() -> None:
    with pytest.raises(FaitInvalide) as refus:
        porte.lire_faits(cej.forfait, {"date_naissance": "2003-05-20", "foyer": "non_imposable"})
    assert refus.value.champ == "mayotte"
