"""The people of a structure who can be chosen for an act of the path."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil, peut


def agents_qui_peuvent(action: str, *, structure: Structure, le: date) -> QuerySet[Agent]:
    """Active agents who have a place in `structure` on that day with a profile that may do `action`, by name."""
    profils = [p for p in Profil if peut(p, action)]
    places = Affectation.objects.en_cours(le=le).filter(structure=structure, profil__in=profils)
    return Agent.objects.filter(pk__in=places.values("agent"), is_active=True).order_by("nom", "prenom", "pk")
