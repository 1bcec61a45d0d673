"""Tags about restricted dossiers."""

from __future__ import annotations

from typing import Any

from django import template

from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.acces.restrictions import a_qui_demander as _a_qui_demander

register = template.Library()


@register.simple_tag(takes_context=True)
def a_qui_demander(context: dict[str, Any], dossier_id: int) -> str:
    """The name of who restricted this dossier of the active structure; "" when nobody did."""
    structure = context["structure_active"]
    return _a_qui_demander(structure=structure, dossiers=[dossier_id], le=aujourd_hui(structure)).get(dossier_id, "")
