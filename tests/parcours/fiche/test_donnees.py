"""A datum of the file: written, corrected, confirmed, taken out; every section by the same services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Fait
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.portefeuille import Filtre, portefeuille
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.historiques import historique
from imilo.parcours.fiche.models import CompteBancaire, Confirmation, Enfant, Logement, Scolarite, TitreSejour
from imilo.parcours.fiche.presentation import en_mots
from imilo.parcours.fiche.rubriques import PAR_CODE, RUBRIQUES
from imilo.parcours.fiche.services import donnees, equipe
from imilo.socle.chiffrement import empreinte
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.socle.perimetre import perimetre
from imilo.web.contrat.formulaires_contrat import FormulaireContrat
from tests import fabriques
from tests.parcours.fiche.exemples import EXEMPLES, IBAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(
        dans_perimetre,
        agent,
        jeune_naissance=date(2004, 5, 1),
        jeune_nir="2040537001001",
        adresse_voie="rue des Essais",
    )


@pytest.fixture
def le(structure: Structure) -> date:
    return aujourd_hui(structure)


def ecrire(agent: Agent, dossier: Dossier, code: str, **valeurs: Any) -> Any:
    return donnees.ajouter(agent, dossier, PAR_CODE[code], valeurs=EXEMPLES[code] | valeurs)


def test_every_section_has_an_example() -> None:
    assert set(EXEMPLES) == {r.code for r in RUBRIQUES}
    assert all(set(EXEMPLES[r.code]) == set(r.champs) for r in RUBRIQUES)


@pytest.mark.parametrize("code", EXEMPLES)
def test_a_section_is_written_read_corrected_and_taken_out(code: str, agent: Agent, dossier: Dossier, le: date) -> None:
    rubrique = PAR_CODE[code]
    ligne = ecrire(agent, dossier, code)
    relue = selectors.ligne_de(dossier, rubrique, ligne.pk)
    assert relue is not None
    for champ, attendu in EXEMPLES[code].items():
        stocke = getattr(relue, champ)
        assert stocke == (attendu if champ != "telephone" else "+33612345678"), champ
    assert (relue.confirme_le, relue.confirme_par, relue.origine) == (le, agent, "saisie")
    lue = selectors.lire_rubrique(dossier, rubrique, profil=Profil.CONSEILLER, le=le)
    assert len(lue.lignes) == 1
    assert lue.lignes[0].titre

    premier = rubrique.champs[0]
    corrigee = donnees.corriger(agent, relue, version=1, valeurs=EXEMPLES[code] | {premier: getattr(relue, premier)})
    assert corrigee.version == 2
    with pytest.raises(VersionPerimee):
        donnees.corriger(agent, relue, version=1, valeurs=EXEMPLES[code])
    donnees.retirer(agent, corrigee, version=2)
    assert selectors.ligne_de(dossier, rubrique, ligne.pk) is None
    evenements = rubrique.modele.pgh_event_model.objects.filter(pgh_obj_id=ligne.pk)  # type: ignore[attr-defined]  # made by pghistory
    assert [e.pgh_label for e in evenements.order_by("pgh_id")] == ["avant_modification", "avant_suppression"]
    faits = list(Fait.objects.filter(dossier_id=dossier.pk).order_by("id").values_list("genre", flat=True))
    assert faits == ["fiche.completee", "fiche.modifiee", "fiche.retiree"]


@pytest.mark.parametrize(
    "cas",
    [
        ("sejour", {"numero": "??"}, "numero", "trois à trente"),
        (
            "sejour",
            {"delivre_le": date(2026, 1, 2), "expire_le": date(2026, 1, 1)},
            "expire_le",
            "précède la délivrance",
        ),
        ("sejour", {"expire_le": date(2199, 1, 1)}, "expire_le", "trop lointaine"),
        ("sejour", {"delivre_le": date(2098, 1, 1)}, "delivre_le", "à venir"),
        ("nir", {"preuve": ""}, "preuve", "quel document"),
        ("nir", {"vu_le": None}, "vu_le", "le jour"),
        ("representants", {"telephone": "12"}, "telephone", "n'existe pas"),
        ("representants", {"depuis": date(2026, 2, 1), "jusqu_au": date(2026, 1, 1)}, "jusqu_au", "précède"),
        ("protection", {"debut": date(1990, 1, 1)}, "debut", "naissance"),
        ("territoire", {"qpv": "non"}, "qpv_code", "quartier prioritaire"),
        ("territoire", {"qpv_code": "37"}, "qpv_code", "huit signes"),
        ("enfants", {"naissance": date(2007, 1, 1)}, "naissance", "l'année"),
        ("enfants", {"naissance": date(2098, 1, 1)}, "naissance", "lointaine"),
        ("foyer", {"personnes": 0}, "personnes", "1"),
        ("ressources", {"montant": Decimal(-1)}, "montant", "0"),
        ("ressources", {"nature": "aucune"}, "montant", "Aucune ressource"),
        ("compte", {"iban": "FR7630006000011234567890188"}, "iban", "mal recopié"),
        ("compte", {"iban": "30006000011234567890189"}, "iban", "deux lettres"),
        ("compte", {"iban": ""}, "iban", "Recopiez"),
        ("scolarite", {"ine": "123"}, "ine", "onze signes"),
        ("scolarite", {"uai": "037"}, "uai", "sept chiffres"),
        ("diplomes", {"niveau": "ZZ"}, "niveau", "liste"),
        ("langues", {"langue": "xx"}, "langue", "liste"),
        ("metiers", {"rome": "A9999"}, "rome", "ROME"),
        ("metiers", {"rang": 0}, "rang", "1 à 20"),
        ("mobilite", {"moyens": ["a_pied", "velo"]}, "moyens", "À pied"),
        ("permis", {"le": date(2026, 3, 1), "expire_le": date(2026, 1, 1)}, "expire_le", "précède"),
        ("experiences", {"intitule": ""}, "intitule", "vide"),
        ("experiences", {"debut": date(2026, 3, 1), "fin": date(2026, 1, 1)}, "fin", "précède"),
        ("contact", {"canal": "pigeon"}, "canal", "pas un choix"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_written(
    cas: tuple[str, dict[str, Any], str, str], agent: Agent, dossier: Dossier
) -> None:
    code, valeurs, champ, dit = cas
    with pytest.raises(RegleViolee, match=dit) as refus:
        ecrire(agent, dossier, code, **valeurs)
    assert refus.value.champ == champ
    assert not PAR_CODE[code].modele._default_manager.exists()
    assert not Fait.objects.filter(dossier_id=dossier.pk).exists()


def test_a_child_to_be_born_says_so(agent: Agent, dossier: Dossier, le: date) -> None:
    bientot = le + timedelta(days=60)
    with pytest.raises(RegleViolee, match="À naître"):
        ecrire(agent, dossier, "enfants", naissance=bientot)
    enfant = ecrire(agent, dossier, "enfants", naissance=bientot, residence="a_naitre")
    assert isinstance(enfant, Enfant)


def test_a_section_of_one_holds_one(agent: Agent, dossier: Dossier) -> None:
    ecrire(agent, dossier, "logement")
    with pytest.raises(RegleViolee, match="vient de remplir"):
        ecrire(agent, dossier, "logement")
    for n in range(3):
        ecrire(agent, dossier, "experiences", intitule=f"Poste {n}")
    assert (
        len(selectors.lire_rubrique(dossier, PAR_CODE["experiences"], profil="conseiller", le=date.today()).lignes) == 3
    )


def test_encrypted_numbers_are_bytes_in_the_database_and_kept_when_blank(agent: Agent, dossier: Dossier) -> None:
    compte = ecrire(agent, dossier, "compte")
    with connection.cursor() as curseur:
        curseur.execute("SELECT iban, iban_empreinte FROM fiche_comptebancaire WHERE id = %s", [compte.pk])
        octets, hachage = curseur.fetchone()
    assert IBAN.encode() not in bytes(octets)
    assert bytes(hachage) == empreinte(IBAN, "iban")
    corrige = donnees.corriger(
        agent, compte, version=1, valeurs={**EXEMPLES["compte"], "iban": "", "titulaire_nom": "X"}
    )
    assert isinstance(corrige, CompteBancaire)
    assert (corrige.iban, corrige.titulaire_nom) == (IBAN, "X")
    scolarite = ecrire(agent, dossier, "scolarite")
    sans = donnees.corriger(agent, scolarite, version=1, valeurs={**EXEMPLES["scolarite"], "ine": None})
    assert isinstance(sans, Scolarite)
    assert (sans.ine, sans.ine_empreinte) == ("", None)


def test_an_iban_is_read_as_it_is_copied(agent: Agent, dossier: Dossier) -> None:
    compte = ecrire(agent, dossier, "compte", iban="fr76 3000 6000 0112 3456 7890 189")
    assert isinstance(compte, CompteBancaire)
    assert compte.iban == IBAN
    assert en_mots(CompteBancaire._meta.get_field("iban"), compte.iban) == "FR76 •••• 189"


def test_what_a_partner_sends_says_who(agent: Agent, dossier: Dossier, le: date) -> None:
    ligne = donnees.ajouter(
        None, dossier, PAR_CODE["scolarite"], valeurs=EXEMPLES["scolarite"], origine="liste", precision="L. 313-7"
    )
    assert (ligne.confirme_par, ligne.origine_precision) == (None, "L. 313-7")
    lue = selectors.lire_rubrique(dossier, PAR_CODE["scolarite"], profil="conseiller", le=le)
    assert lue.confirme_par == "L. 313-7"
    assert Fait.objects.get(dossier_id=dossier.pk).acteur == "systeme"


def test_the_database_refuses_a_typed_datum_that_nobody_confirmed(dossier: Dossier) -> None:
    with pytest.raises(IntegrityError, match="saisie_par_quelqu_un"), transaction.atomic():
        Logement.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, type="propre", confirme_le=date(2026, 1, 1)
        )


def test_confirming_says_when_and_by_whom_without_changing_anything(
    agent: Agent, dossier: Dossier, structure: Structure, le: date
) -> None:
    logement = ecrire(agent, dossier, "logement")
    ancien = le - timedelta(days=500)
    Logement.objects.update(confirme_le=ancien)
    lue = selectors.lire_rubrique(dossier, PAR_CODE["logement"], profil="conseiller", le=le)
    assert lue.a_confirmer
    collegue = fabriques.agent(structure)
    assert donnees.confirmer(collegue, dossier, rubriques={"logement", "foyer"}) == 1
    logement.refresh_from_db()
    assert (logement.confirme_le, logement.confirme_par, logement.version) == (le, collegue, 1)
    assert not selectors.lire_rubrique(dossier, PAR_CODE["logement"], profil="conseiller", le=le).a_confirmer
    change = historique(logement)[0]  # the last one first
    assert ("confirmé le", f"{ancien:%d/%m/%Y}", f"{le:%d/%m/%Y}") in change.ecarts


def test_confirming_the_whole_file_is_one_fact_and_twice_is_none(agent: Agent, dossier: Dossier) -> None:
    ecrire(agent, dossier, "logement")
    ecrire(agent, dossier, "foyer")
    codes = selectors.rubriques_modifiables(Profil.CONSEILLER)
    avant = Fait.objects.count()
    # Both rows were typed today by the same person: only what is kept on the dossier is left to confirm.
    combien = donnees.confirmer(agent, dossier, rubriques=codes)
    assert combien == Confirmation.objects.count() > 0
    assert Fait.objects.count() == avant + 1
    assert donnees.confirmer(agent, dossier, rubriques=codes) == 0
    assert Fait.objects.count() == avant + 1


def test_a_number_that_changed_is_only_declared_again(agent: Agent, dossier: Dossier, le: date) -> None:
    etat = ecrire(agent, dossier, "nir")
    assert selectors.signal(etat, le=le) == ""
    etat.dossier.jeune.nir = "2040537001002"
    etat.dossier.jeune.save()
    assert "a changé" in selectors.signal(etat, le=le)


def test_a_quarter_is_that_of_the_address_of_the_day(agent: Agent, dossier: Dossier, le: date) -> None:
    territoire = ecrire(agent, dossier, "territoire")
    assert selectors.signal(territoire, le=le) == ""
    territoire.dossier.adresse_voie = "avenue d'ailleurs"
    assert "adresse a changé" in selectors.signal(territoire, le=le)


def test_without_a_number_its_state_means_nothing(agent: Agent, dans_perimetre: Structure) -> None:
    sans = fabriques.dossier(dans_perimetre, agent)
    with pytest.raises(RegleViolee, match="saisissez-le d'abord"):
        ecrire(agent, sans, "nir")


def test_history_never_shows_an_encrypted_number(agent: Agent, dossier: Dossier) -> None:
    titre = ecrire(agent, dossier, "sejour")
    corrige = donnees.corriger(agent, titre, version=1, valeurs=EXEMPLES["sejour"] | {"numero": "9988776655"})
    dit = str(historique(corrige))
    assert "un numéro (masqué)" in dit
    assert "9988776655" not in dit
    assert EXEMPLES["sejour"]["numero"] not in dit


def test_the_representative_of_the_day(agent: Agent, dossier: Dossier, le: date) -> None:
    ecrire(agent, dossier, "representants", nom="Ancien tuteur", jusqu_au=le - timedelta(days=1), depuis=None)
    assert selectors.representant_du_jour(dossier, le=le) is None
    ecrire(agent, dossier, "representants", nom="Jeanne Modèle")
    trouve = selectors.representant_du_jour(dossier, le=le)
    assert trouve is not None
    assert trouve.nom == "Jeanne Modèle"


def test_who_signs_with_the_person_is_the_representative_of_a_minor_or_protected_adult(
    agent: Agent, dossier: Dossier, dans_perimetre: Structure, le: date
) -> None:
    ecrire(agent, dossier, "representants")
    assert selectors.representant_qui_signe(dossier, le=le) is None  # of age, and not protected
    ecrire(agent, dossier, "protection")
    qui = selectors.representant_qui_signe(dossier, le=le)
    assert qui is not None
    mineur = fabriques.dossier(dans_perimetre, agent, jeune_naissance=le.replace(day=1, year=le.year - 17))
    ecrire(agent, mineur, "representants", nom="Sa mère")
    depart = FormulaireContrat(dossier=mineur, le=le, agent=agent).initial
    assert (depart["representant_nom"], depart["representant_qualite"]) == ("Sa mère", "Mère")


def test_tags_and_quarters_filter_the_caseload(agent: Agent, dossier: Dossier, structure: Structure, le: date) -> None:
    autre = fabriques.dossier(structure, agent)
    ecrire(agent, dossier, "territoire")
    etiquette = equipe.creer_etiquette(agent, structure, nom="Vélo")
    equipe.etiqueter(agent, dossier, etiquettes=[etiquette.pk])

    def trouves(**autres: str) -> set[int]:
        lignes = portefeuille(agent=agent, structure=structure, le=le, filtre=Filtre(autres=autres))
        return set(lignes.values_list("pk", flat=True))

    assert trouves() == {dossier.pk, autre.pk}
    assert trouves(etiquette=str(etiquette.pk)) == trouves(qpv="oui") == {dossier.pk}
    assert trouves(qpv="inconnu") == {autre.pk}
    assert trouves(qpv="non") == set()


def test_another_structure_neither_reads_nor_writes(agent: Agent, dossier: Dossier, autre_structure: Structure) -> None:
    titre = ecrire(agent, dossier, "sejour")
    with perimetre(autre_structure.pk):
        assert not TitreSejour.objects.exists()
        assert TitreSejour.objects.filter(pk=titre.pk).update(travail="non") == 0
        with pytest.raises(Dossier.DoesNotExist):
            ecrire(fabriques.agent(autre_structure), dossier, "logement")
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:  # noqa: PT012  # the key is checked at the end
            Logement.objects.create(
                dossier_id=dossier.pk, structure=autre_structure, type="rue", confirme_le=date(2026, 1, 1),
                confirme_par=agent,
            )  # fmt: skip
            curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("profil", "lues", "refusees"),
    [
        (Profil.ACCUEIL, {"contact", "representants", "territoire"}, {"sejour", "ressources", "compte", "protection"}),
        (Profil.GESTIONNAIRE, {"compte", "ressources", "logement", "contact"}, {"protection", "diplomes", "sejour"}),
        (Profil.CONSEILLER, {r.code for r in RUBRIQUES}, set()),
        (Profil.SUPPORT, set(), {r.code for r in RUBRIQUES}),
    ],
)
def test_each_profile_reads_what_its_work_needs(profil: Profil, lues: set[str], refusees: set[str]) -> None:
    codes = {r.code for r in selectors.rubriques_lisibles(profil)}
    assert lues <= codes
    assert not refusees & codes
