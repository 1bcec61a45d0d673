"""What tests need of personal links: the messages received, and a client that has given its code."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.genres import genre_de
from imilo.parcours.liens.services import Contact, envoyer_lien
from imilo.parcours.messagerie.models import MessageSortant
from imilo.socle.perimetre import perimetre


def textes(structure_id: int) -> list[str]:
    """What was written to people of a structure, oldest first."""
    with perimetre(structure_id):
        return [m.corps for m in MessageSortant.objects.order_by("pk")]


def jeton_recu(structure_id: int) -> str:
    """The token of the last link sent."""
    trouves = [t[1] for texte in textes(structure_id) if (t := re.search(r"/l/([\w-]+)$", texte))]
    return trouves[-1]


def code_recu(structure_id: int) -> str:
    """The last code sent."""
    trouves = [t[1] for texte in textes(structure_id) if (t := re.match(r"(\d{6}) ", texte))]
    return trouves[-1]


def ouvrir(
    client: Client,
    genre: str,
    dossier: Dossier,
    agent: Agent | None = None,
    *,
    objet_id: int | None = None,
    contact: Contact | None = None,
) -> str:
    """Send a link and pass its door with `client`, by its pages. Returns the address of the page that it opens."""
    contact = contact or Contact("sms", dossier.telephone or "+33612345678")
    with perimetre(dossier.structure_id):
        envoyer_lien(agent, dossier, genre=genre, objet_id=objet_id, contact=contact)
    jeton = jeton_recu(dossier.structure_id)
    assert client.post(reverse("web:jeune_porte", args=[jeton])).status_code == 302
    reponse = client.post(reverse("web:jeune_code", args=[jeton]), {"code": code_recu(dossier.structure_id)})
    page = reverse(f"web:{genre_de(genre).vue}", args=[jeton])
    assert reponse["Location"] == page
    return page
