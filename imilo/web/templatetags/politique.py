"""The field policy in templates: `{% vue "propositions" as v %}`, `{% selon "nir" jeune.nir %}`.

The reach is `portee` of the context, the holder's own structure when there is none.
"""

from __future__ import annotations

from typing import Any

from django import template

from imilo.acteurs import politique

register = template.Library()


def _qui(context: dict[str, Any]) -> tuple[str | None, str]:
    affectation = context.get("affectation")
    return (affectation.profil if affectation else None), context.get("portee") or politique.Portee.ICI


@register.simple_tag(takes_context=True)
def vue(context: dict[str, Any], famille: str) -> str:
    """ "vu", "masque", or "" (hidden: false in an `if`)."""
    profil, portee = _qui(context)
    regle = politique.visibilite(profil, famille, portee=portee)
    return "" if regle == politique.Visibilite.CACHE else str(regle)


@register.simple_tag(takes_context=True)
def selon(context: dict[str, Any], famille: str, valeur: object) -> str:
    """The value whole, masked or nothing, as the policy says."""
    profil, portee = _qui(context)
    return politique.montrer(profil, famille, valeur, portee=portee)
