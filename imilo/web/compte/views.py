"""The agent's own account."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("compte.voir")
def compte(requete: Requete) -> HttpResponseBase:
    """Who I am here."""
    return render(requete, "web/compte/compte.html")
