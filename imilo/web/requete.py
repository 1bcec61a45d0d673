"""What a view receives: Django's request, once the middlewares have said who asks, and from where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from imilo.acteurs.models import Affectation, Agent, Structure

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class Requete(HttpRequest):
    """The request of a signed-in agent. A view decorated with `@permission` always has all of these."""

    user: Agent
    affectation: Affectation
    structure: Structure
    htmx: HtmxDetails
