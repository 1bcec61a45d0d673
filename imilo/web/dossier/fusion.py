"""Two counsellors on the same form: what the other saved is taken where this form left things as they were,
and shown, to be chosen, where both changed the same field. Nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from imilo.jeunes.models import Precision
from imilo.jeunes.telephones import afficher
from imilo.parcours.dossiers.services.versions import Ecart, ModifieEntreTemps
from imilo.referentiels.selectors import commune
from imilo.web.dossier.formulaires_identite import SECRETS, en_texte
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.referentiel.champs import ChampCommune

PREFIXE = "fusion-"
PRENDRE = "stocke"
TELEPHONES = ("telephone", "telephone_2")


@dataclass(frozen=True)
class Ligne:
    """A field that somebody else changed, in words."""

    champ: str
    libelle: str
    avant: str
    stocke: str
    saisi: str
    dispute: bool
    ecart: Ecart


def donnees_fusionnees(post: QueryDict, stockees: Mapping[str, Any]) -> QueryDict:
    """What was posted, with the stored value of each field for which it was chosen."""
    donnees = post.copy()
    for cle, choix in post.items():
        champ = cle.removeprefix(PREFIXE)
        if cle.startswith(PREFIXE) and choix == PRENDRE and champ in stockees:
            _poser(donnees, champ, stockees[champ])
    return donnees


def reprendre(form: FormulaireDSFR, conflit: ModifieEntreTemps, stockees: Mapping[str, Any]) -> list[Ligne]:
    """Put in a bound form the stored values that it didn't dispute and the stored version, and tell each change.

    `stockees`: field → stored value as the form shows it.
    """
    assert isinstance(form.data, QueryDict)
    donnees = form.data.copy()
    disputes = {_champ(e) for e in conflit.ecarts if e.dispute}
    for ecart in conflit.ecarts:
        if _champ(ecart) not in disputes and _champ(ecart) in stockees:
            _poser(donnees, _champ(ecart), stockees[_champ(ecart)])
    donnees["version"] = str(conflit.version)
    lignes = {_champ(e): _ligne(form, e, dispute=_champ(e) in disputes) for e in conflit.ecarts}
    form.data = donnees
    form.add_error(None, conflit.message)
    return [ligne for champ, ligne in lignes.items() if champ in form.fields]


def _champ(ecart: Ecart) -> str:
    """The field of the form: how much of a date of birth is known is typed with it."""
    return "naissance" if ecart.champ == "naissance_precision" else ecart.champ


def _poser(donnees: QueryDict, champ: str, valeur: Any) -> None:
    donnees[champ] = en_texte(valeur)
    for suffixe in ("_texte", "_pour"):
        if champ + suffixe in donnees:  # a commune: the code alone decides
            donnees[champ + suffixe] = ""


def _ligne(form: FormulaireDSFR, ecart: Ecart, *, dispute: bool) -> Ligne:
    champ = form.fields.get(_champ(ecart), forms.Field())
    avant, stocke, saisi = (_en_mots(ecart.champ, champ, v) for v in (ecart.avant, ecart.stocke, ecart.saisi))
    return Ligne(_champ(ecart), str(champ.label or ecart.libelle), avant, stocke, saisi, dispute, ecart)


def _en_mots(nom: str, champ: forms.Field, valeur: Any) -> str:
    if nom == "naissance_precision":
        return str(Precision(valeur).label) if valeur in Precision.values else "vide"
    if valeur in (None, ""):
        return "vide"
    if nom in SECRETS:
        return "un numéro (masqué)"
    if nom in TELEPHONES:
        return afficher(str(valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(champ, ChampCommune):
        return str(commune(str(valeur)) or valeur)
    if isinstance(champ, forms.ChoiceField):
        return str(dict(champ.choices).get(valeur, valeur))  # type: ignore[arg-type]  # flat lists of pairs here
    return str(valeur)
