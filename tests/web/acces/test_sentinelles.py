"""The field policy on the real pages: a dossier full of marks, and no page shows one that its reader may not read.

Every text field of every family that a dossier holds gets a mark of its own; every page that names a dossier, the
page of a motivated access and the call of the operators are fetched by every profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from imilo.acteurs import politique
from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.politique import Portee, Visibilite
from imilo.acteurs.profils import Profil, peut
from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.allocations.models import DecisionAllocation
from imilo.parcours.allocations.services import RessourceSaisie, SituationDuMois, declarer_ressources
from imilo.parcours.contrats.models import FoyerFiscal, Logement
from imilo.parcours.dossiers.models import Acte, Document, Dossier, Proposition, Situation
from imilo.socle.chiffrement import ChampChiffre
from imilo.socle.familles import champs_declares
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.code.test_portes import GARDEES, nom_complet
from tests.parcours import parcours_cej

pytestmark = pytest.mark.django_db

MARQUE = "Zq{:03d}x"
MARQUES = re.compile(r"Zq\d{3}x")
ECRITES = (models.CharField, models.TextField)
# Codes of a list, numbers checked by a shape, addresses of a network: not text that somebody typed.
CODES = re.compile(
    r"(?:type|modalite|theme|venue|motif|moyen|niveau|precision|telephone|telephone_2|adresse_code_postal|numero_ft"
    r"|rome_\w+|qualification|situation_emploi|code_postal|type_mime|sha256|document_sha256|mois|nature|categorie)\Z"
)


@pytest.fixture
def dossier(structure: Structure, agent: Agent, directrice: Agent) -> Dossier:
    """A dossier brought to a signed contract and a month to decide, with a row of each other kind."""
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, piece_type="CNI", piece_vue_le=date(2026, 1, 5), telephone_2="")
        commun = {"dossier": dossier, "structure": structure}
        acte = Acte.objects.create(
            **commun, agent=agent, le=date(2026, 3, 4), duree=30, type="ACCOMPAGNEMENT", modalite="INDIVIDUEL",
            theme="EMPLOI",
        )  # fmt: skip
        Proposition.objects.create(**commun, acte=acte, theme="EMPLOI", intitule="Offre", le=acte.le)
        Situation.objects.create(**commun, categorie="Scolarité", debut=date(2026, 2, 1))
        RendezVous.objects.create(
            **commun, agent=agent, debut=timezone.now() + timedelta(days=3), modalite="INDIVIDUEL", duree=30
        )
        Document.objects.create(
            **commun, genre="justificatif", titre="Pièce", type_mime="application/pdf", taille=3, sha256="0" * 64,
            contenu=b"%PDF", depose_par=agent,
        )  # fmt: skip
        AccesMotive.objects.create(
            **commun, agent=fabriques.agent(), origine=fabriques.structure(), motif="urgence", precision="À dire",
            ouvert_le=timezone.now(), expire_le=timezone.now() + timedelta(hours=48),
        )  # fmt: skip
        contrat = parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))
        assert contrat.signe_le is not None
        declarer_ressources(
            agent,
            contrat,
            mois=contrat.signe_le.replace(day=1),
            situation=SituationDuMois(logement=Logement.HORS_FOYER, foyer_fiscal=FoyerFiscal.NON_IMPOSABLE),
            ressources=(RessourceSaisie("salaire", Decimal(600)),),
            version=None,
        )
        return dossier


def _champs() -> Iterator[tuple[type[models.Model], models.Field[Any, Any], str]]:
    """The text fields that a family declares, of rows that hang on a dossier or on its person."""
    for champ in sorted(champs_declares()):
        application, nom, colonne = champ.split(".")
        modele = apps.get_model(application, nom)
        f = modele._meta.get_field(colonne)
        texte = isinstance(f, ECRITES) and not f.choices and (f.max_length or 99) >= 7
        if (texte or isinstance(f, ChampChiffre)) and not CODES.match(colonne):
            yield modele, f, champ


def _valeur(f: models.Field[Any, Any], marque: str) -> str:
    if isinstance(f, ChampChiffre):
        return f"{marque}0000000000"  # long enough that its mask isn't the whole of it
    return f"{marque}@essai.example" if isinstance(f, models.EmailField) else marque


def marquer(dossier: Dossier) -> dict[str, str]:
    """Write a mark in every text field of the dossier; mark to field, for those that were written."""
    posees: dict[str, str] = {}
    for n, (modele, f, champ) in enumerate(_champs()):
        marque = MARQUE.format(n)
        if modele._meta.label == "jeunes.Jeune":
            lignes = modele._default_manager.filter(pk=dossier.jeune_id)
        elif modele is Dossier:
            lignes = modele._default_manager.filter(pk=dossier.pk)
        elif "dossier" in {c.name for c in modele._meta.concrete_fields}:
            lignes = modele._default_manager.filter(dossier=dossier)
        else:
            continue
        try:
            with transaction.atomic():
                if lignes.update(**{f.name: _valeur(f, marque)}):
                    posees[marque] = champ
        except IntegrityError:
            continue  # a state that doesn't hold this field yet: a notification not made, a contract not ended
    return posees


def adresses(dossier: Dossier) -> list[str]:
    """Every page whose address names a dossier, with the numbers of its rows."""
    decision = DecisionAllocation.objects.get(dossier=dossier)
    premiers = {
        "acte_id": Acte, "proposition_id": Proposition, "situation_id": Situation, "rendez_vous_id": RendezVous,
        "document_id": Document,
    }  # fmt: skip
    valeurs: dict[str, Any] = {nom: m._default_manager.filter(dossier=dossier)[0].pk for nom, m in premiers.items()}
    valeurs |= {"numero": str(dossier), "contrat_id": decision.contrat_id, "mois": f"{decision.mois:%Y-%m}"}
    valeurs |= {"source": "allocation-droit", "objet": decision.pk}
    trouvees = []
    for _, espaces, route in GARDEES:
        noms = route.pattern.converters
        if "numero" in noms and set(noms) <= set(valeurs):
            try:
                trouvees.append(reverse(nom_complet(espaces, route), kwargs={n: valeurs[n] for n in noms}))
            except NoReverseMatch:
                continue
    return trouvees


def fuites(client: Client, pages: list[str], qui: str, portee: Portee, posees: dict[str, str]) -> list[tuple[str, str]]:
    """Marks that a page shows although the policy hides or masks their field: (page, field)."""
    trouvees = []
    lues = 0
    for page in pages:
        reponse = client.get(page)
        if reponse.status_code != 200 or "text/html" not in reponse["Content-Type"]:
            continue
        lues += 1
        for marque in set(MARQUES.findall(unescape(reponse.content.decode()))):
            champ = posees[marque]
            if politique.visibilite_du_champ(qui, champ, portee=portee) != Visibilite.VU:
                trouvees.append((page, champ))
    assert lues or not peut(qui, "dossier.lire")
    return trouvees


def connecter(chez: Structure, profil: Profil) -> Client:
    client = Client()
    client.force_login(fabriques.agent(chez, profil))
    return client


def test_no_page_shows_what_its_reader_may_not_read(dossier: Dossier, structure: Structure) -> None:
    with perimetre(structure.pk):
        posees, pages = marquer(dossier), adresses(dossier)
    assert len(posees) > 30
    assert len(pages) > 15
    par_profil = {p: fuites(connecter(structure, p), pages, p, Portee.ICI, posees) for p in Profil}
    assert {p: sorted(f) for p, f in par_profil.items() if f} == {}


def test_a_leak_is_found(dossier: Dossier, structure: Structure) -> None:
    """The same walk, under a policy that hides what the pages do show: each of these is caught."""
    with perimetre(structure.pk):
        posees, pages = marquer(dossier), adresses(dossier)
    vraie = politique.visibilite

    def plus_stricte(profil: str | None, famille: str, *, portee: str = Portee.ICI) -> Visibilite:
        cachee = famille in ("coordonnees", "comptes_rendus", "contrats_cej")
        return Visibilite.CACHE if cachee else vraie(profil, famille, portee=portee)

    client = connecter(structure, Profil.CONSEILLER)
    reponses = {page: client.get(page) for page in pages}

    class Rejoue:
        """The pages as they were made under the real policy."""

        def get(self, page: str) -> Any:
            return reponses[page]

    with patch.object(politique, "visibilite", plus_stricte):
        trouvees = {champ for _, champ in fuites(Rejoue(), pages, "conseiller", Portee.ICI, posees)}  # type: ignore[arg-type]  # answers as a client does
    assert {"dossiers.Dossier.courriel", "dossiers.Acte.compte_rendu", "contrats.ContratEngagement.objectifs"} <= trouvees


def test_from_another_structure_only_what_the_reach_shows(
    dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    with perimetre(structure.pk):
        posees = marquer(dossier)
    for profil in (Profil.CONSEILLER, Profil.DIRECTION):
        qui = fabriques.agent(autre_structure, profil)
        with perimetre(structure.pk):
            acces = AccesMotive.objects.create(
                dossier=dossier, structure=structure, agent=qui, origine=autre_structure, motif="urgence",
                ouvert_le=timezone.now(), expire_le=timezone.now() + timedelta(hours=48),
            )  # fmt: skip
        client = Client()
        client.force_login(qui)
        page = reverse("web:acces-lire", args=[structure.pk, acces.pk])
        assert fuites(client, [page], profil, Portee.ACCES_MOTIVE, posees) == []


def test_the_operators_receive_what_their_reach_shows(dossier: Dossier, structure: Structure) -> None:
    from django.db import connection

    with perimetre(structure.pk):
        posees = marquer(dossier)
        with connection.cursor() as curseur:
            curseur.execute("SELECT api_dossier_operateur(%s)::text", [dossier.pk])
            texte = str(curseur.fetchone()[0])
    vues = set(MARQUES.findall(texte))
    assert vues
    for marque in vues:
        regle = politique.visibilite_du_champ(politique.AUTRE_SYSTEME, posees[marque], portee=Portee.API_OPERATEURS)
        assert regle == Visibilite.VU, posees[marque]


def test_lists_and_exports_obey(dossier: Dossier, structure: Structure) -> None:
    """The caseload, the search and the day: what they show of a dossier is for every profile that opens them."""
    with perimetre(structure.pk):
        posees = marquer(dossier)
        Dossier.objects.filter(pk=dossier.pk).update(referent=None)
    pages = [reverse("web:portefeuille") + "?referent=tous", reverse("web:journee"), reverse("web:accueil") + "?q=Zq"]
    for profil in (p for p in Profil if peut(p, "dossier.lire")):
        assert fuites(connecter(structure, profil), pages, profil, Portee.ICI, posees) == [], profil
