"""Merges and undoings at random, in chains and in any allowed order: in the end each dossier has what it had."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Acte, Dossier
from imilo.parcours.doublons import choix
from imilo.parcours.doublons.models import Fusion, Paire
from imilo.parcours.doublons.services.fusion import fusionner
from imilo.parcours.doublons.services.separation import refus, separer
from imilo.socle.erreurs import RegleViolee
from tests import fabriques
from tests.parcours.doublons.lignes import Remplissage, contenu, paire

GENRES = ("acte", "situation", "rendez_vous", "orientation", "diagnostic", "document", "contrat")
PRENOMS, TELEPHONES = ("Awa", "Awah", "Ava"), ("", "+33612345678", "+33699999999")
# What the dossiers below may differ by.
CODES = ("prenom", "naissance", "telephone", "premier_accueil", "statut")
assert set(CODES) <= set(choix.PAR_CODE)

dossiers = st.lists(
    st.tuples(
        st.lists(st.sampled_from(GENRES), max_size=6),
        st.sampled_from(PRENOMS),
        st.sampled_from(TELEPHONES),
        st.integers(2001, 2006),
        st.integers(2020, 2025),
    ),
    min_size=2,
    max_size=4,
)
# (which is kept, which is merged, what is taken), an undoing, or an act entered meanwhile.
fusions = st.tuples(st.just("fusion"), st.integers(0, 3), st.integers(1, 3), st.sets(st.sampled_from(CODES)))
separations = st.tuples(st.just("separation"), st.integers(0, 9))
gestes = st.lists(
    st.one_of(fusions, fusions, separations, st.tuples(st.just("acte"), st.integers(0, 3))), min_size=1, max_size=10
)


@contextmanager
def pour_rien() -> Iterator[None]:
    """What one example writes is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def fabriquer(chez: Structure, remplir: Remplissage, plan: list[Any]) -> list[Dossier]:
    faits = []
    for genres, prenom, telephone, annee, accueil in plan:
        dossier = fabriques.dossier(
            chez, telephone=telephone, premier_accueil=date(accueil, 1, 6), jeune_nom_naissance="Ndiaye",
            jeune_prenom=prenom, jeune_naissance=date(annee, 5, 1), statut="actif" if accueil % 2 else "en_veille",
        )  # fmt: skip
        remplir.quelques(dossier, genres)
        faits.append(dossier)
    return faits


def tout(tous: list[Dossier]) -> list[Any]:
    return [contenu(d) for d in tous]


def fusionner_s_il_se_peut(agent: Agent, garde: Dossier, absorbe: Dossier, repris: set[str]) -> None:
    presents = set(Dossier.objects.values_list("pk", flat=True))
    if garde.pk == absorbe.pk or not {garde.pk, absorbe.pk} <= presents:
        return
    petit, grand = sorted((garde.pk, absorbe.pk))
    la_paire = Paire.objects.filter(dossier_id=petit, autre=grand).first() or paire(garde, absorbe)
    fusionner(agent, la_paire, garde_id=garde.pk, repris=repris)


def separer_s_il_se_peut(agent: Agent, rang: int) -> None:
    """Undo one of the merges that stand; one that is refused changes nothing."""
    en_cours = list(Fusion.objects.filter(defaite_le__isnull=True).order_by("pk"))
    if not en_cours:
        return
    fusion = en_cours[rang % len(en_cours)]
    if refus(fusion):
        with pytest.raises(RegleViolee):
            separer(agent, fusion)
    else:
        separer(agent, fusion)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=dossiers, suite=gestes, graine=st.integers(0, 2**16))
def test_everything_comes_back(
    agent: Agent, dans_perimetre: Structure, plan: list[Any], suite: list[Any], graine: int
) -> None:
    with pour_rien():
        remplir = Remplissage(agent, random.Random(graine))
        tous = fabriquer(dans_perimetre, remplir, plan)
        avant = tout(tous)
        entres: dict[int, int] = {}  # acts entered meanwhile, and in which dossier
        for geste, *arguments in suite:
            if geste == "fusion":
                garde, ecart, repris = arguments
                fusionner_s_il_se_peut(agent, tous[garde % len(tous)], tous[(garde + ecart) % len(tous)], repris)
            elif geste == "separation":
                separer_s_il_se_peut(agent, arguments[0])
            elif Dossier.objects.filter(pk=(chez := tous[arguments[0] % len(tous)]).pk).exists():
                remplir.acte(chez)
                entres[Acte.objects.order_by("-pk").values_list("pk", flat=True)[0]] = chez.pk
        rester = random.Random(graine)
        for _ in range(50):
            if not Fusion.objects.filter(defaite_le__isnull=True).exists():
                break
            separer_s_il_se_peut(agent, rester.randrange(10))
        assert not Fusion.objects.filter(defaite_le__isnull=True).exists()
        assert {a.pk: a.dossier_id for a in Acte.objects.filter(pk__in=entres)} == entres
        Acte.objects.filter(pk__in=entres).delete()
        assert tout(tous) == avant
