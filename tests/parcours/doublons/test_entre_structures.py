"""Between structures: a question, an answer, one person in the country; undone. Nobody reads the other's dossier."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from stdnum.fr.nir import calc_check_digits

from imilo.acteurs.models import Agent, Structure
from imilo.jeunes.annuaire import chercher, lire_demande
from imilo.jeunes.models import Jeune
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.doublons.models import Etat, Paire
from imilo.parcours.doublons.selectors import Filtre, comparer, paires
from imilo.parcours.doublons.services import decisions
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.doublons.sources import noter
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours.doublons.lignes import Remplissage

TREIZE = "2040537261001"
NIR = TREIZE + str(calc_check_digits(TREIZE + "00"))
MOT = "Même mère, même adresse"


class Deux:
    """A dossier here and one there, of the same person written otherwise, and the pair that both see."""

    def __init__(self, ici: Structure, la: Structure, moi: Agent) -> None:
        self.ici, self.la, self.moi, self.elle = ici, la, moi, fabriques.agent(la)
        with perimetre(ici.pk):
            self.mien = fabriques.dossier(
                ici, moi, jeune_nom_naissance="Ndiaye", jeune_prenom="Awa", jeune_naissance=date(2004, 5, 1)
            )
        with perimetre(la.pk):
            self.sien = fabriques.dossier(
                la, jeune_nom_naissance="N'Diaye", jeune_prenom="Hawa", jeune_naissance=date(2004, 5, 1),
                jeune_nir=NIR, jeune_autres_prenoms="Fatou", telephone="+33612345678",
            )  # fmt: skip
        with perimetre(ici.pk), connection.cursor() as curseur:
            curseur.execute("SELECT doublons_noter(%s, %s, 'probable', 8)", [self.mien.pk, self.sien.jeune_id])

    def paire(self, chez: Structure) -> Paire:
        with perimetre(chez.pk):
            return Paire.objects.get()

    def faire(self, chez: Structure, service: Callable[..., Paire], **champs: Any) -> Paire:
        qui = self.moi if chez == self.ici else self.elle
        with perimetre(chez.pk):
            return service(qui, Paire.objects.get(), **champs)

    def identites(self) -> list[dict[str, Any]]:
        lues = []
        for chez, dossier in ((self.ici, self.mien), (self.la, self.sien)):
            with perimetre(chez.pk):
                lu = Dossier.objects.get(pk=dossier.pk)
                (ligne,) = Jeune.objects.filter(pk=lu.jeune_id).values()
            lues.append({c: v for c, v in ligne.items() if c not in ("version", "modifie_le", "nir_empreinte")})
        return lues


@pytest.fixture
def deux(structure: Structure, autre_structure: Structure, agent: Agent) -> Deux:
    return Deux(structure, autre_structure, agent)


def test_each_sees_what_a_reception_desk_may(deux: Deux) -> None:
    with perimetre(deux.ici.pk):
        liste = list(paires(agent=deux.moi, structure=deux.ici, filtre=Filtre()))
        (c,) = comparer(liste, agent=deux.moi, structure=deux.ici)
    assert (c.autre, c.voisin.dossier_id, c.voisin.structure_id) == (None, None, deux.la.pk)
    assert (c.voisin.nom_naissance, c.voisin.prenom) == ("N'Diaye", "Hawa")
    assert c.jugement.differe == ()  # Awa is one letter from Hawa: near, and not said to differ too


def test_yes_makes_one_person_and_two_dossiers(deux: Deux) -> None:
    avant = deux.identites()
    deux.faire(deux.ici, decisions.demander, mot=MOT)
    recue = deux.paire(deux.la)
    assert (deux.paire(deux.ici).etat, recue.etat, recue.mot_recu) == (Etat.DEMANDEE, Etat.A_REPONDRE, MOT)
    deux.faire(deux.la, decisions.reunir, mot="Oui, c'est elle", champs=["prenom"])

    une, autre = deux.identites()
    assert une == autre
    assert (une["nom_naissance"], une["prenom"], une["nir"]) == ("Ndiaye", "Hawa", NIR)
    assert une["autres_prenoms"] == "Fatou"  # the asking structure had left it blank
    assert deux.paire(deux.ici).mot_recu == "Oui, c'est elle"
    with perimetre(deux.ici.pk):
        (trouve,) = chercher(lire_demande("hawa ndiaye", le=date(2026, 1, 1)))
        assert trouve.ici

    deux.faire(deux.ici, decisions.separer_les_personnes)
    assert deux.identites() == avant
    assert [deux.paire(s).etat for s in (deux.ici, deux.la)] == [Etat.A_DECIDER, Etat.A_DECIDER]


def test_what_was_corrected_since_stays(deux: Deux) -> None:
    deux.faire(deux.ici, decisions.demander, mot=MOT)
    deux.faire(deux.la, decisions.reunir, mot="", champs=["prenom"])
    with perimetre(deux.ici.pk):
        jeune = Dossier.objects.get(pk=deux.mien.pk).jeune
        jeune.prenom = "Awa-Hawa"
        jeune.save()
    deux.faire(deux.la, decisions.separer_les_personnes)
    ici, la = deux.identites()
    assert (ici["prenom"], ici["autres_prenoms"], la["prenom"]) == ("Awa-Hawa", "", "Hawa")


def test_no_is_remembered_by_both(deux: Deux) -> None:
    deux.faire(deux.ici, decisions.demander, mot=MOT)
    deux.faire(deux.la, decisions.refuser, mot="Deux cousines, vues ensemble")
    assert [deux.paire(s).etat for s in (deux.ici, deux.la)] == [Etat.DIFFERENTES, Etat.DIFFERENTES]
    assert deux.paire(deux.ici).mot_recu == "Deux cousines, vues ensemble"


def test_who_had_said_no_already_is_not_asked_again(deux: Deux) -> None:
    deux.faire(deux.la, decisions.dire_differentes, mot="Deux cousines")
    assert deux.faire(deux.ici, decisions.demander, mot=MOT).etat == Etat.DIFFERENTES
    assert deux.paire(deux.la).etat == Etat.DIFFERENTES


def test_nobody_answers_for_the_other(deux: Deux) -> None:
    deux.faire(deux.ici, decisions.demander, mot=MOT)
    numero = deux.paire(deux.ici).pk
    for fonction in ("doublons_reunir(%s, '', '{}')", "doublons_refuser(%s, '')"):
        with perimetre(deux.ici.pk), connection.cursor() as curseur:
            curseur.execute(f"SELECT {fonction}", [numero])
            assert curseur.fetchone()[0] == "demandee"
    la = deux.paire(deux.la).pk
    with perimetre(deux.ici.pk), connection.cursor() as curseur:
        curseur.execute("SELECT doublons_reunir(%s, '', '{}')", [la])
        assert curseur.fetchone()[0] == "introuvable"
        curseur.execute("UPDATE doublons_paire SET etat = 'reunie' WHERE id = %s", [la])
        assert curseur.rowcount == 0
    assert deux.identites()[0]["id"] != deux.identites()[1]["id"]


def test_a_merge_reaches_no_other_structure(deux: Deux) -> None:
    with perimetre(deux.ici.pk):
        with pytest.raises(RegleViolee, match="dans une autre structure"):
            fusionner(deux.moi, Paire.objects.get(), garde_id=deux.mien.pk)
        # Even with a pair that lies about where the other dossier is.
        Paire.objects.update(autre_structure=deux.ici)
        with pytest.raises(RegleViolee, match="n'existe plus"):
            fusionner(deux.moi, Paire.objects.get(), garde_id=deux.mien.pk)


def test_the_table_of_persons_made_one_is_closed(deux: Deux) -> None:
    with perimetre(deux.ici.pk), pytest.raises(DatabaseError) as refus, transaction.atomic():
        connection.cursor().execute("SELECT 1 FROM doublons_reunion")
    assert isinstance(refus.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_a_structure_with_a_dossier_of_each_merges_first(deux: Deux) -> None:
    with perimetre(deux.ici.pk):
        fabriques.dossier(deux.ici, jeune=Jeune(pk=deux.sien.jeune_id))
    deux.faire(deux.ici, decisions.demander, mot=MOT)
    with pytest.raises(RegleViolee, match="doit d'abord fusionner les siens"):
        deux.faire(deux.la, decisions.reunir, mot="Oui oui")
    assert deux.paire(deux.la).etat == Etat.A_REPONDRE


def test_two_contracts_of_the_same_days_forbid(deux: Deux) -> None:
    import random

    for chez, dossier, qui in ((deux.ici, deux.mien, deux.moi), (deux.la, deux.sien, deux.elle)):
        with perimetre(chez.pk):
            Remplissage(qui, random.Random(1)).contrat(dossier)
            ContratEngagement.objects.update(signe_le=date(2025, 1, 1), debut=date(2025, 1, 1), fin_le=date(2025, 1, 5))
    deux.faire(deux.ici, decisions.demander, mot=MOT)
    avant = deux.identites()
    with pytest.raises(RegleViolee, match="contrat d'engagement jeune pour les mêmes jours"):
        deux.faire(deux.la, decisions.reunir, mot="Oui oui")
    assert deux.identites() == avant


def test_a_question_needs_a_word_and_a_dossier_that_is_there(deux: Deux) -> None:
    with pytest.raises(RegleViolee, match="quelques mots"):
        deux.faire(deux.ici, decisions.demander, mot=" x ")
    with perimetre(deux.la.pk):
        Dossier.objects.all().delete()
    with pytest.raises(RegleViolee, match="n'existe plus sous ce numéro"):
        deux.faire(deux.ici, decisions.demander, mot=MOT)
    with perimetre(deux.ici.pk):
        liste = list(paires(agent=deux.moi, structure=deux.ici))
        assert comparer(liste, agent=deux.moi, structure=deux.ici) == []


def test_the_counter_feeds_both_queues(deux: Deux, structure: Structure) -> None:
    from imilo.jeunes.doublons import rapprocher
    from imilo.jeunes.identite import identite_de

    with perimetre(deux.ici.pk):
        nouveau = fabriques.dossier(
            deux.ici, jeune_nom_naissance="Ndiaye", jeune_prenom="Hawa", jeune_naissance=date(2004, 5, 1)
        )
        trouves = rapprocher(identite_de(nouveau.jeune), sauf=nouveau.jeune_id)
        noter(nouveau, trouves.candidats)
        assert Paire.objects.filter(origine="saisie").count() == 3
    with perimetre(deux.la.pk):
        assert Paire.objects.filter(autre=nouveau.pk).count() == 1
