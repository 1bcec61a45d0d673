"""The shared assessment on the partners' scale: constraints, appreciations, jobs, who found what, what is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.journal.models import Fait
from imilo.parcours.diagnostics.grille import contraintes, sujets
from imilo.parcours.diagnostics.models import Commentaire, Contrainte, Diagnostic, ElementDeContrainte
from imilo.parcours.diagnostics.selectors import commentaires_a_lire, dernier_diagnostic
from imilo.parcours.diagnostics.services import (
    AppreciationSaisie,
    ContrainteSaisie,
    ThemeSaisi,
    commenter,
    etablir_diagnostic,
    marquer_vu,
)
from imilo.parcours.dossiers.models import Dossier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

MOBILITE = ContrainteSaisie(
    "mobilite", "oui", "fort", True, "Vit loin du bourg",
    situations={"permis_absent": "oui", "transports_seuls": "non", "trajet_inconnu": "non_abordee"},
    objectifs={"passer_permis": "en_cours", "financer_transport": "non_aborde"},
)  # fmt: skip


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(structure, agent)


def etabli(agent: Agent, dossier: Dossier, **champs: Any) -> Diagnostic:
    options: dict[str, Any] = {
        "etabli_le": date(2026, 11, 2),
        "objectifs": "Un emploi en cuisine",
        "synthese": "",
        "themes": [ThemeSaisi("EMPLOI", "besoin", "Deux stages")],
        "avec_la_personne": True,
        **champs,
    }
    return etablir_diagnostic(agent, dossier, **options)


def lu(dossier: Dossier) -> Diagnostic:
    diagnostic = dernier_diagnostic(dossier=dossier)
    assert diagnostic is not None
    return diagnostic


def test_what_is_said_is_kept_and_what_is_not_leaves_no_row(agent: Agent, dossier: Dossier) -> None:
    etabli(
        agent, dossier, contraintes=[MOBILITE], metiers=["G1602", "K1304"],
        appreciations=[AppreciationSaisie("numerique_demarches", "aide"), AppreciationSaisie("agir_confiance", "oui")],
    )  # fmt: skip
    d = lu(dossier)
    (contrainte,) = d.contraintes.all()
    assert (contrainte.valeur, contrainte.impact, contrainte.prioritaire) == ("oui", "fort", True)
    assert [(e.genre, e.code, e.valeur) for e in contrainte.elements.all()] == [
        ("situation", "permis_absent", "oui"),
        ("situation", "transports_seuls", "non"),
        ("objectif", "passer_permis", "en_cours"),
    ]
    assert [(m.rang, m.rome) for m in d.metiers.all()] == [(1, "G1602"), (2, "K1304")]
    assert {a.sujet: a.valeur for a in d.appreciations.all()} == {
        "numerique_demarches": "aide",
        "agir_confiance": "oui",
    }
    assert (contrainte.constate_le, contrainte.constate_par) == (date(2026, 11, 2), agent)


def test_each_datum_keeps_its_author_and_day_until_it_changes(
    structure: Structure, agent: Agent, dossier: Dossier
) -> None:
    collegue = fabriques.agent(structure)
    premier = [AppreciationSaisie("agir_confiance", "non")]
    etabli(agent, dossier, contraintes=[MOBILITE], appreciations=premier, metiers=["G1602"])
    change = ContrainteSaisie(
        "mobilite", "oui", "moyen", True, "Vit loin du bourg",
        situations={"permis_absent": "oui", "transports_seuls": "non"},
        objectifs={"passer_permis": "realise"},
    )  # fmt: skip
    etabli(
        collegue, dossier, etabli_le=date(2026, 11, 20), contraintes=[change], appreciations=premier,
        metiers=["K1304", "G1602"], themes=[ThemeSaisi("EMPLOI", "point_fort", "Deux stages")],
    )  # fmt: skip
    d = lu(dossier)
    avant, apres = (date(2026, 11, 2), agent), (date(2026, 11, 20), collegue)
    (contrainte,) = d.contraintes.all()
    assert (contrainte.constate_le, contrainte.constate_par) == apres
    assert {e.code: (e.constate_le, e.constate_par) for e in contrainte.elements.all()} == {
        "permis_absent": avant, "transports_seuls": avant, "passer_permis": apres,
    }  # fmt: skip
    assert [(a.constate_le, a.constate_par) for a in d.appreciations.all()] == [avant]
    assert {m.rome: m.constate_par for m in d.metiers.all()} == {"K1304": collegue, "G1602": agent}
    assert [(t.constate_le, t.constate_par) for t in d.themes.all()] == [apres]


@pytest.mark.parametrize(
    ("saisie", "champ", "attendu"),
    [
        ([ContrainteSaisie("astrologie", "oui")], "contrainte_astrologie", "Choisissez dans la liste"),
        ([ContrainteSaisie("sante", "grave")], "contrainte_sante", "Choisissez dans la liste"),
        ([ContrainteSaisie("sante", "oui", "énorme")], "contrainte_sante", "Choisissez dans la liste"),
        ([ContrainteSaisie("sante", "oui", situations={"garde": "oui"})], "contrainte_sante", "Choisissez"),
        ([ContrainteSaisie("sante", "oui", situations={"sans_couverture": "realise"})], "contrainte_sante", "Choisis"),
        ([ContrainteSaisie("sante", "oui", objectifs={"bilan": "oui"})], "contrainte_sante", "Choisissez"),
        ([ContrainteSaisie("sante", "non_abordee", "fort")], "contrainte_sante", "Santé : dites d'abord"),
        (
            [ContrainteSaisie("sante", "non_abordee", objectifs={"bilan": "en_cours"})],
            "contrainte_sante",
            "Santé : dites d'abord",
        ),
        ([ContrainteSaisie("sante", "cloturee", prioritaire=True)], "contrainte_sante", "ne se traite plus"),
        (
            [MOBILITE, ContrainteSaisie("sante", "oui", prioritaire=True)],
            "prioritaire",
            "Une seule contrainte peut être traitée en premier",
        ),
    ],
)
def test_a_constraint_that_does_not_stand(
    agent: Agent, dossier: Dossier, saisie: list[ContrainteSaisie], champ: str, attendu: str
) -> None:
    with pytest.raises(RegleViolee, match=attendu) as refus:
        etabli(agent, dossier, contraintes=saisie)
    assert refus.value.champ == champ
    assert not Diagnostic.objects.exists()


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"metiers": ["Z9999"]}, "metiers"),
        ({"metiers": ["G1602", "K1304", "A1101", "A1201", "A1202", "A1203"]}, "metiers"),
        ({"appreciations": [AppreciationSaisie("agir_confiance", "autonome")]}, "appreciation_agir_confiance"),
        ({"appreciations": [AppreciationSaisie("humeur", "oui")]}, "appreciation_humeur"),
        ({"themes": [ThemeSaisi("EMPLOI", "contrainte")]}, "themes"),
    ],
)
def test_what_is_not_of_its_list(agent: Agent, dossier: Dossier, champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        etabli(agent, dossier, **champs)
    assert refus.value.champ == champ


def test_a_constraint_alone_is_enough_to_have_explored(agent: Agent, dossier: Dossier) -> None:
    etabli(agent, dossier, themes=[ThemeSaisi("EMPLOI", "non_explore")], contraintes=[ContrainteSaisie("sante", "oui")])
    with pytest.raises(RegleViolee, match="au moins un thème"):
        etabli(agent, dossier, themes=[], contraintes=[ContrainteSaisie("sante")])


def test_the_database_refuses_it_too(agent: Agent, dossier: Dossier) -> None:
    etabli(agent, dossier, contraintes=[MOBILITE, ContrainteSaisie("sante", "oui")])
    for ordre in (
        "UPDATE diagnostics_contrainte SET prioritaire = true WHERE code = 'sante'",
        "UPDATE diagnostics_contrainte SET valeur = 'cloturee' WHERE code = 'mobilite'",
        "UPDATE diagnostics_contrainte SET valeur = 'non_abordee', prioritaire = false WHERE code = 'mobilite'",
        "UPDATE diagnostics_elementdecontrainte SET valeur = 'realise' WHERE genre = 'situation'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordre)
    assert Contrainte.objects.count() == 2
    assert ElementDeContrainte.objects.count() == 3


def test_the_grid_is_whole() -> None:
    assert len(contraintes()) == 7
    for c in contraintes().values():
        assert c.situations, c.code
        assert c.objectifs, c.code
        assert c.pour_vous, c.code
    assert {s.groupe for s in sujets().values()} == {"numerique", "agir"}
    assert all("non_explore" in s.echelle for s in sujets().values())


@pytest.mark.usefixtures("structure")
def test_each_former_theme_that_was_a_constraint_is_a_theme_of_the_list() -> None:
    connus = dict(codes(Liste.THEME_DEMANDE, timezone.localdate()))
    assert {c.theme for c in contraintes().values() if c.theme} <= set(connus)


def test_what_the_person_says(agent: Agent, dossier: Dossier) -> None:
    d = etabli(agent, dossier)
    un = commenter(d, accord="en_partie", texte="J'ai le code", acteur="lien:7", lien_id=7)
    assert commenter(d, accord="en_partie", texte="J'ai le code", acteur="lien:7", lien_id=7) == un
    commenter(d, accord="oui", texte="", acteur="lien:7", representant="Ana LIMA")
    assert Commentaire.objects.count() == 2
    fait = Fait.objects.filter(genre="diagnostic.commente").order_by("id").first()
    assert fait is not None
    assert (fait.acteur, fait.agent_id, fait.identifiants) == ("lien:7", None, {"accord": "en_partie"})


@pytest.mark.parametrize(
    ("champs", "champ"),
    [({"accord": "non"}, "texte"), ({"accord": "en_partie", "texte": "  "}, "texte"), ({"accord": "bof"}, "accord")],
)
def test_a_disagreement_says_why(agent: Agent, dossier: Dossier, champs: dict[str, str], champ: str) -> None:
    with pytest.raises(RegleViolee) as refus:
        commenter(etabli(agent, dossier), acteur="lien:7", **{"texte": "", **champs})
    assert refus.value.champ == champ


def test_twenty_comments_then_one_talks(agent: Agent, dossier: Dossier) -> None:
    d = etabli(agent, dossier)
    for n in range(20):
        commenter(d, accord="oui", texte=f"{n}", acteur="lien:7")
    with pytest.raises(RegleViolee, match="parlez-en"):
        commenter(d, accord="oui", texte="encore", acteur="lien:7")


def test_the_counsellor_s_day_shows_them_until_they_are_read(
    structure: Structure, agent: Agent, dossier: Dossier
) -> None:
    d = etabli(agent, dossier)
    commenter(d, accord="oui", texte="Merci", acteur="lien:7")
    collegue = fabriques.agent(structure)
    assert [c.texte for c in commentaires_a_lire(agent=agent, structure=structure)] == ["Merci"]
    assert commentaires_a_lire(agent=collegue, structure=structure) == []
    assert marquer_vu(collegue, d) == 1
    assert marquer_vu(agent, d) == 0
    assert commentaires_a_lire(agent=agent, structure=structure) == []
    assert Commentaire.objects.get().vu_par == collegue
    assert Fait.objects.filter(genre="diagnostic.commentaire_lu").count() == 1


def test_nobody_rewrites_what_the_person_wrote(agent: Agent, dossier: Dossier) -> None:
    commenter(etabli(agent, dossier), accord="oui", texte="Merci", acteur="lien:7")
    for colonne in ("texte", "accord", "representant"):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as curseur,
        ):
            curseur.execute(f"UPDATE diagnostics_commentaire SET {colonne} = 'oui'")
