"""What is written, what is refused, and what each role may do with it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from imilo.acteurs.models import Agent, Structure
from imilo.journal.genres import CONSULTATIONS, GENRES, Registre, libelle
from imilo.journal.lots import Inscrite, datees, inscrire_en_lot
from imilo.journal.models import Consultation, Fait
from imilo.journal.services import (
    GenreInconnu,
    ValeurDansLeJournal,
    consigner,
    consigner_ensemble,
    consulter,
    verifier_acteur,
    verifier_identifiants,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import perimetre


def test_un_fait_dit_qui_ou_quoi_et_quand(dans_perimetre: Structure, agent: Agent) -> None:
    dossier = Dossier(pk=42, structure_id=dans_perimetre.pk)
    avant = datetime.now(UTC)
    consigner(agent, "dossier.ouvert", dossier, origine="mission_locale")
    fait = Fait.objects.get()
    assert (fait.agent_id, fait.structure_id, fait.dossier_id) == (agent.pk, dans_perimetre.pk, 42)
    assert (fait.genre, fait.objet_type, fait.objet_id) == ("dossier.ouvert", "dossiers.dossier", 42)
    assert (fait.acteur, fait.identifiants) == ("agent", {"origine": "mission_locale"})
    assert avant <= fait.le <= datetime.now(UTC)
    assert fait.libelle == "Dossier ouvert"


def test_sans_structure_le_fait_est_de_celle_du_perimetre(dans_perimetre: Structure) -> None:
    consigner(None, "annuaire.cherche")
    fait = Fait.objects.get()
    assert (fait.structure_id, fait.agent_id, fait.acteur) == (dans_perimetre.pk, None, "systeme")


def test_beaucoup_de_faits_a_la_fois_sont_les_memes_qu_un_a_un(dans_perimetre: Structure, agent: Agent) -> None:
    dossiers = [Dossier(pk=cle, structure_id=dans_perimetre.pk) for cle in (7, 8)]
    for rang, dossier in enumerate(dossiers):
        consigner(agent, "dossier.ouvert", dossier, lot=3, rang=rang)
    consigner_ensemble(agent, [("dossier.ouvert", d) for d in dossiers], lot=3, rang=[0, 1])
    lus = [(f.genre, f.acteur, f.agent_id, f.structure_id, f.objet_type, f.objet_id, f.dossier_id, f.identifiants)
           for f in Fait.objects.order_by("id")]  # fmt: skip
    assert lus[:2] == lus[2:]
    with pytest.raises(GenreInconnu):
        consigner_ensemble(agent, [("dossier.envole", dossiers[0])], lot=3)
    with pytest.raises(ValeurDansLeJournal):
        consigner_ensemble(agent, [("dossier.ouvert", dossiers[0])], lot="Léa Martin")


def test_une_consultation_par_une_cle_d_api(dans_perimetre: Structure) -> None:
    consulter(None, Dossier(pk=7, structure_id=dans_perimetre.pk), "sue", acteur="cle_api:3")
    vue = Consultation.objects.get()
    assert (vue.genre, vue.acteur, vue.agent_id, vue.dossier_id) == ("sue", "cle_api:3", None, 7)


def test_un_fait_annule_avec_l_acte_ne_laisse_rien(dans_perimetre: Structure) -> None:
    with transaction.atomic():
        consigner(None, "dossier.ouvert")
        transaction.set_rollback(True)
    assert not Fait.objects.exists()


def test_un_genre_inconnu_est_refuse(dans_perimetre: Structure) -> None:
    with pytest.raises(GenreInconnu):
        consigner(None, "dossier.envole")
    with pytest.raises(GenreInconnu):
        consulter(None, Dossier(pk=1, structure_id=dans_perimetre.pk), "par_la_fenetre")


@pytest.mark.parametrize(
    "valeur",
    ["Dupont", "Jean-Pierre", "rue des Lilas", "a@b.fr", "0612345678", "06.12.34.56.78", 1030375120005, "", "x" * 61,
     "é", "1 rue", 1.5, None.__class__],
)  # fmt: skip
def test_ce_qui_ressemble_a_une_valeur_est_refuse(valeur: object) -> None:
    with pytest.raises(ValeurDansLeJournal):
        verifier_identifiants({"code": valeur})  # type: ignore[dict-item]  # what a caller may get wrong


@pytest.mark.parametrize("cle", ["nom", "nir", "telephone", "courriel", "naissance"])
def test_une_cle_de_valeur_est_refusee(cle: str) -> None:
    with pytest.raises(ValeurDansLeJournal):
        verifier_identifiants({cle: "code"})


@pytest.mark.parametrize(
    "valeur", [0, 9_999_999, "65440S00", "cej", "2026-11", "2026-11-22", "L5131-6", "fin_de_contrat"]
)
def test_numeros_et_codes_courts_passent(valeur: int | str) -> None:
    assert verifier_identifiants({"code": valeur, "absent": None}) == {"code": valeur}


@given(st.text(st.characters(categories=["Lu", "Ll", "Zs"]), min_size=2).filter(lambda t: t != t.lower()))
def test_aucun_nom_propre_ne_passe(nom: str) -> None:
    with pytest.raises(ValeurDansLeJournal):
        verifier_identifiants({"code": nom})


def test_acteurs() -> None:
    assert verifier_acteur(None, True) == "agent"
    assert verifier_acteur("cle_api:12", False) == "cle_api:12"
    with pytest.raises(ValeurDansLeJournal):
        verifier_acteur("Jean Dupont", False)


def test_un_objet_sans_numero_est_refuse(dans_perimetre: Structure) -> None:
    from django.contrib.sessions.models import Session

    with pytest.raises(TypeError):
        consigner(None, "session.ouverte", Session(pk="abc"))


def test_on_ne_lit_que_sa_structure(structure: Structure, autre_structure: Structure) -> None:
    with perimetre(structure.pk):
        consigner(None, "acte.saisi")
    with perimetre(autre_structure.pk):
        consigner(None, "acte.saisi")
        assert Fait.objects.count() == 1
    consigner(None, "session.ouverte")
    assert not Fait.objects.exists()
    with perimetre(structure.pk):
        assert [f.structure_id for f in Fait.objects.all()] == [structure.pk]


def test_on_n_ecrit_pas_pour_une_autre_structure(structure: Structure, autre_structure: Structure) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), perimetre(structure.pk):
        consigner(None, "acte.saisi", structure=autre_structure)


INTERDITS = [
    "UPDATE {t} SET genre = 'x'",
    "DELETE FROM {t}",
    "TRUNCATE {t}",
    "INSERT INTO {t} (id, acteur, genre) VALUES (1, 'agent', 'x')",
    "INSERT INTO {t} (xid, acteur, genre) VALUES ('1', 'agent', 'x')",
    "SELECT * FROM {t}_defaut",
    "INSERT INTO {t}_defaut (acteur, genre) VALUES ('agent', 'x')",
    "ALTER TABLE {t} DISABLE ROW LEVEL SECURITY",
    "DROP TABLE {t}",
    "SELECT setval('{t}_id_seq', 1)",
]


@pytest.mark.parametrize("registre", list(Registre))
@pytest.mark.parametrize("requete", INTERDITS)
def test_le_role_qui_tourne_ajoute_et_lit_seulement(
    dans_perimetre: Structure, registre: Registre, requete: str
) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(requete.format(t=registre.table))


@pytest.mark.parametrize(
    "requete",
    [
        "INSERT INTO journal_fait (le, acteur, genre) VALUES (now() - interval '1 day', 'agent', 'x')",
        "SELECT * FROM journal_maillon",
        "INSERT INTO journal_maillon VALUES ('fait', 1, 1, 1, now(), '')",
        "SELECT * FROM journal_filigrane",
        "SELECT * FROM journal_sceau",
        "DELETE FROM journal_base",
        "SELECT journal_preparer_partitions(current_date, current_date)",
        "SELECT journal_fermer_partition('journal_fait')",
    ],
)
def test_le_web_n_a_rien_a_faire_des_chaines(db: None, requete: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(requete)


@pytest.mark.usefixtures("comme_lots")
@pytest.mark.parametrize(
    "requete",
    [
        *(r.format(t="journal_fait") for r in INTERDITS),
        "UPDATE journal_maillon SET rang = 2",
        "DELETE FROM journal_maillon",
        "TRUNCATE journal_maillon",
        "UPDATE journal_sceau SET n = 2",
        "DELETE FROM journal_sceau",
        "DELETE FROM journal_filigrane",
        "UPDATE journal_base SET identite = gen_random_uuid()",
    ],
)
def test_les_lots_ne_changent_rien_non_plus(requete: str) -> None:
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(requete)


@pytest.mark.usefixtures("comme_lots")
def test_les_lots_inscrivent_le_passe() -> None:
    le = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)
    lignes = [Inscrite(le, 5, None, "acte.saisi", dossier_id=n, identifiants={"acte": n}) for n in range(5)]
    with perimetre("*"):
        assert inscrire_en_lot(Registre.FAIT, lignes, lot=2) == 5
        fait = Fait.objects.order_by("id")[3]
        assert (fait.le, fait.structure_id, fait.acteur, fait.identifiants) == (le, 5, "systeme", {"acte": 3})
        with pytest.raises(GenreInconnu):
            inscrire_en_lot(Registre.FAIT, [Inscrite(le, 5, None, "inconnu")])


@pytest.mark.usefixtures("comme_lots")
def test_les_lots_datent_ce_que_les_services_ecrivent() -> None:
    le = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    with perimetre(5):
        with datees(le):
            consigner(None, "acte.saisi", acte=1)
        consigner(None, "acte.saisi", acte=2)
        un, deux = Fait.objects.order_by("id")
    assert un.le == le
    assert deux.le > le


def test_le_web_ne_date_rien(dans_perimetre: Structure) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), datees(datetime(2026, 11, 2, tzinfo=UTC)):
        consigner(None, "acte.saisi")


def test_chaque_genre_a_son_libelle() -> None:
    assert libelle(Registre.FAIT, "contrat.signe") == "Contrat signé"
    assert libelle(Registre.CONSULTATION, "d_une_version_future") == "d_une_version_future"
    assert all(c == c.strip() and c for c in [*GENRES.values(), *CONSULTATIONS.values()])
