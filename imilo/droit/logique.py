"""Yes, no, and not known yet: what holds whatever the missing answers turn out to be."""

from __future__ import annotations


def et(*reponses: bool | None) -> bool | None:
    """Return no as soon as one is no, yes when all are yes, None while it depends."""
    if False in reponses:
        return False
    return None if None in reponses else True


def ou(*reponses: bool | None) -> bool | None:
    """Return yes as soon as one is yes, no when all are no, None while it depends."""
    if True in reponses:
        return True
    return None if None in reponses else False


def non(reponse: bool | None) -> bool | None:
    """Return the contrary, None while it isn't known."""
    return None if reponse is None else not reponse


def est(valeur: str | None, *codes: str) -> bool | None:
    """Say whether a code is one of `codes`, None while it isn't known."""
    return None if valeur is None else valeur in codes
