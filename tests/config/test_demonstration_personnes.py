"""Who the demonstration invents: numbers that belong to nobody, plausible shares, always the same people."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta
from random import Random

import phonenumbers
import pytest
from stdnum.fr import nir as stdnum_nir
from stdnum.fr import siret as stdnum_siret

from imilo.acteurs.models import CODE_STRUCTURE
from imilo.acteurs.profils import Profil
from imilo.config.demonstration import fictif
from imilo.config.demonstration.copie import champ
from imilo.config.demonstration.horloge import Histoire, a_l_instant, derouler
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personas import DOMAINE, PERSONAS, persona
from imilo.config.demonstration.personnes import Fabrique, Personne
from imilo.config.demonstration.territoire import code_structure
from imilo.config.demonstration.tirage import Tirage
from imilo.jeunes.nir import lire_nir
from imilo.jeunes.telephones import afficher, lire_telephone
from imilo.parcours.dossiers.documents import type_reconnu

JOUR = date(2026, 11, 22)
COMMUNES = Tirage({"37261": 3.0, "37050": 1.0})


def inventer(combien: int, graine: str = "imilo", jour: date = JOUR) -> list[Personne]:
    hasard = Random(graine)
    fabrique = Fabrique(hasard, Noms(hasard), jour, COMMUNES)
    return [fabrique.personne(rang, COMMUNES) for rang in range(combien)]


def age(personne: Personne) -> int:
    n = personne.naissance
    return JOUR.year - n.year - ((JOUR.month, JOUR.day) < (n.month, n.day))


@pytest.fixture(scope="module")
def gens() -> list[Personne]:
    return inventer(6000)


def part(gens: list[Personne], condition: object) -> float:
    assert callable(condition)
    return sum(bool(condition(p)) for p in gens) / len(gens)


def test_the_same_seed_and_day_give_the_same_people() -> None:
    assert inventer(200) == inventer(200)


def test_another_seed_or_another_day_gives_others() -> None:
    assert inventer(200) != inventer(200, graine="autre")
    veille = inventer(50, jour=JOUR - timedelta(days=1))
    assert [p.nom for p in veille] == [p.nom for p in inventer(50)]
    assert [p.naissance for p in veille] != [p.naissance for p in inventer(50)]


@pytest.mark.parametrize(
    ("ages", "attendue"), [(range(18), 0.06), (range(18, 22), 0.48), (range(22, 26), 0.40), (range(26, 40), 0.06)]
)
def test_ages_are_those_of_the_public(gens: list[Personne], ages: range, attendue: float) -> None:
    assert part(gens, lambda p: age(p) in ages) == pytest.approx(attendue, abs=0.025)


@pytest.mark.parametrize(
    ("niveaux", "attendue"),
    [({"AFS", "CP4", "CFG", "C3A", "C12"}, 0.23), ({"NV5"}, 0.32), ({"NV1", "NV2", "NV3", "NV4"}, 0.45)],
)
def test_diplomas_are_those_of_the_public(gens: list[Personne], niveaux: set[str], attendue: float) -> None:
    assert part(gens, lambda p: p.diplome in niveaux) == pytest.approx(attendue, abs=0.025)


def test_names_have_a_long_tail_and_homonyms_exist(gens: list[Personne]) -> None:
    familles = Counter(p.nom for p in gens)
    assert max(familles.values()) > len(gens) * 0.005
    assert sum(1 for n in familles.values() if n == 1) > len(familles) / 2
    assert len({(p.nom, p.prenom) for p in gens}) < len(gens)


def test_nir_are_well_formed_given_once_and_given_by_nobody(gens: list[Personne]) -> None:
    numeros = [p.nir for p in gens if p.nir]
    assert len(numeros) == len(set(numeros)) > 1000
    for numero in numeros[:300]:
        assert stdnum_nir.is_valid(numero)
        lu = lire_nir(numero)
        assert lu is not None
        assert lu.mois is None  # a month that civil status never gives
        assert numero[10:13] == "000"


@pytest.mark.parametrize("lieu", ["37261", "2A004", "2B033", "97411", "99352"])
def test_the_key_of_a_nir_holds_for_every_place(lieu: str) -> None:
    assert stdnum_nir.is_valid(fictif.nir(sexe="F", annee=2004, lieu=lieu, rang=3))


def test_no_nir_is_left_past_the_months_that_nobody_has() -> None:
    assert fictif.nir(sexe="M", annee=2004, lieu="37261", rang=50) == ""


def test_telephones_are_of_the_ranges_set_apart_and_our_form_takes_them() -> None:
    numeros = [fictif.telephone(rang) for rang in range(50_000)]
    assert len(set(numeros)) == 50_000
    assert all(numero.startswith(fictif.FIXES) for numero in numeros)
    for numero in numeros[::2500]:
        assert phonenumbers.is_valid_number(phonenumbers.parse(numero))
        assert lire_telephone(afficher(numero), "37", champ="telephone") == numero


@pytest.mark.parametrize("rang", [50_000, 123_456, 9_999_999])
def test_past_the_ranges_a_telephone_is_shared(rang: int) -> None:
    assert fictif.telephone(rang) == fictif.telephone(rang % 50_000)


def test_a_country_has_thousands_of_first_names_and_few_homonyms() -> None:
    hasard = Random(1)
    parts = {}
    for longue in (False, True):
        noms = Noms(hasard, longue=longue)
        tires = Counter((noms.famille(hasard), noms.prenom(hasard, "F")) for _ in range(40_000))
        parts[longue] = sum(n for n in tires.values() if n > 1) / 40_000
        prenoms = {prenom for _, prenom in tires}
        assert (len(prenoms) > 3000) is longue
        assert all(p == p.strip() and p[0].isupper() and p.isprintable() for p in prenoms)
    assert parts[True] < parts[False] / 4


def test_ranks_of_nir_are_read_back_from_those_given() -> None:
    hasard = Random("imilo")
    fabrique = Fabrique(hasard, Noms(hasard), JOUR, COMMUNES, premier_nir=20)
    gens = [fabrique.personne(rang, COMMUNES) for rang in range(3000)]
    lus = fictif.suite_des_nir((p.nir for p in gens if p.nir), annee=JOUR.year, depuis=20)
    assert lus == {cle: min(rang, 50) for cle, rang in fabrique.rangs_nir.items()}


def test_the_document_of_the_bulk_load_is_a_pdf_always_the_same() -> None:
    contenu, taille, somme = fictif.document()
    assert (contenu, taille, somme) == fictif.document()
    assert type_reconnu(contenu) == "application/pdf"
    assert (len(contenu), hashlib.sha256(contenu).hexdigest()) == (taille, somme)


@pytest.mark.parametrize(
    ("valeur", "attendue"), [(None, r"\N"), (3, "3"), ("é\tà", r"é\tà"), ("a\nb\\n", r"a\nb\\n"), ("", "")]
)
def test_a_value_is_escaped_for_copy(valeur: object, attendue: str) -> None:
    assert champ(valeur) == attendue


def test_siret_are_valid_and_of_no_company() -> None:
    sirets = {fictif.siret(rang, etablissement) for rang in (1, 37, 988) for etablissement in (1, 2, 3)}
    assert len(sirets) == 9
    assert all(stdnum_siret.is_valid(s) and s.startswith("9990") for s in sirets)


@pytest.mark.parametrize("departement", ["01", "2A", "37", "971", "988"])
def test_codes_of_structures_are_well_formed(departement: str) -> None:
    CODE_STRUCTURE(code_structure(departement))


def test_there_is_a_persona_for_each_profile_and_two_counsellors_in_the_same_structure() -> None:
    assert {p.profil for p in PERSONAS} == set(Profil.values)
    assert len({p.courriel for p in PERSONAS}) == len(PERSONAS)
    assert all(p.courriel.endswith(f"@{DOMAINE}") for p in PERSONAS)
    conseillers = Counter(p.departement for p in PERSONAS if p.profil == Profil.CONSEILLER)
    assert conseillers == {"37": 2, "974": 1}
    with pytest.raises(KeyError):
        persona("personne")


def test_stories_are_told_in_the_order_of_time() -> None:
    from django.utils import timezone

    depart = timezone.now().replace(microsecond=0) - timedelta(days=30)
    dits: list[tuple[str, int]] = []

    def histoire(nom: str, pas: int) -> Histoire:
        for rang in range(3):
            dits.append((nom, (timezone.now() - depart).days))
            yield depart + timedelta(days=pas * (rang + 1))

    racontees = [(depart, histoire("a", 2)), (depart + timedelta(days=1), histoire("b", 4))]
    derouler(racontees, limite=depart + timedelta(days=5))
    assert dits == [("a", 0), ("b", 1), ("a", 2), ("a", 4), ("b", 4)]


def test_the_clock_goes_back_to_its_own_time() -> None:
    from django.utils import timezone

    avant = timezone.now
    passe = avant() - timedelta(days=400)

    def echouer() -> None:
        with a_l_instant(passe):
            assert timezone.now() == passe
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        echouer()
    assert timezone.now is avant
