"""The columns of the caseload: the dossier's own, and those that other applications declare.

portefeuille.declarer_colonne(Colonne("contrat", "Contrat", annotations, valeur, tri="contrat_fin"))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, DateField, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable

from imilo.acteurs import politique
from imilo.jeunes.models import Precision
from imilo.parcours.dossiers.models import Acte, Categorie, Completude, Situation, Statut

Valeur = str | date | datetime | None


def _aucune(le: date) -> Mapping[str, Combinable]:
    return {}


@dataclass(frozen=True)
class Colonne:
    """A column of the caseload.

    `annotations(le)` gives expressions over Dossier, by name; `lus`, fields of the dossier to read ("telephone",
    "adresse_commune__nom"). `tri` names what sorts. `valeur(ligne)` gives what is shown: text, a day or an instant,
    or None; `ligne` has an attribute for each annotation and each field read, and `structure`. `defaut`: shown to
    who has chosen no columns. `famille`: its line of the field policy; a profile that doesn't see that line in full has
    no such column, on screen nor in exports.
    """

    code: str
    libelle: str
    annotations: Callable[[date], Mapping[str, Combinable]]
    valeur: Callable[[Any], Valeur]
    tri: str | tuple[str, ...]
    lus: tuple[str, ...] = ()
    defaut: bool = True
    famille: str = "dossier"

    @property
    def tris(self) -> tuple[str, ...]:
        return (self.tri,) if isinstance(self.tri, str) else self.tri


_declarees: dict[str, Colonne] = {}


def declarer_colonne(colonne: Colonne) -> None:
    """Add a column. Raises `ValueError` when its code is taken already."""
    if colonne.code in {c.code for c in colonnes()}:
        raise ValueError(f"La colonne {colonne.code} est déjà déclarée.")
    _declarees[colonne.code] = colonne


def colonnes(profil: str | None = None) -> tuple[Colonne, ...]:
    """Every column in the order of the screen; with a profile, those that it may see."""
    toutes = (*_AVANT, *_declarees.values(), *_APRES)
    return toutes if profil is None else tuple(c for c in toutes if politique.vu(profil, c.famille))


def colonnes_montrees(profil: str, choisies: Sequence[str]) -> tuple[Colonne, ...]:
    """The columns for a profile: those chosen that exist and that it may see, else the usual ones."""
    permises = colonnes(profil)
    gardees = tuple(c for c in permises if c.code in choisies)
    return gardees or tuple(c for c in permises if c.defaut)


def _situation_courante(le: date) -> Mapping[str, Combinable]:
    """Category of the first situation that runs on the day, in the order of priority of the categories."""
    rang = Case(*[When(categorie=c, then=Value(i)) for i, c in enumerate(Categorie.values)], default=Value(99))
    en_cours = Situation.objects.filter(dossier=OuterRef("pk"), debut__lte=le).filter(
        Q(fin__isnull=True) | Q(fin__gte=le)
    )
    return {"situation": Subquery(en_cours.order_by(rang, "-debut", "-pk").values("categorie")[:1])}


def _dernier_contact(le: date) -> Mapping[str, Combinable]:
    actes = Acte.objects.filter(dossier=OuterRef("pk"), le__lte=le)
    return {"dernier_contact": Subquery(actes.order_by("-le").values("le")[:1], output_field=DateField())}


def _rang_completude(le: date) -> Mapping[str, Combinable]:
    rangs = [When(completude=c, then=Value(i)) for i, c in enumerate(Completude.values)]
    return {"rang_completude": Case(*rangs, default=Value(0))}


def naissance_lue(ligne: Any) -> Valeur:
    """The date of birth as far as it is known: a day when it is whole, else words."""
    jour: date = ligne.jeune__naissance
    precision = ligne.jeune__naissance_precision
    if precision == Precision.ANNEE:
        return f"{jour:%Y} (jour et mois inconnus)"
    return f"{jour:%m/%Y} (jour inconnu)" if precision == Precision.MOIS else jour


def _referent(ligne: Any) -> str:
    return f"{ligne.referent__prenom} {ligne.referent__nom}".strip() if ligne.referent__nom else ""


STATUTS, COMPLETUDES = dict(Statut.choices), dict(Completude.choices)
_AVANT = (
    Colonne("age", "Naissance", _aucune, naissance_lue, "jeune__naissance", famille="etat_civil"),
    Colonne(
        "commune", "Commune", _aucune, lambda x: x.adresse_commune__nom, "adresse_commune__cle",
        ("adresse_commune__nom",), famille="coordonnees",
    ),
    Colonne("statut", "Statut", _aucune, lambda x: STATUTS[x.statut], "statut"),
    Colonne(
        "completude", "Complétude", _rang_completude, lambda x: COMPLETUDES[x.completude], "rang_completude",
        ("completude",),
    ),
    Colonne("situation", "Situation", _situation_courante, lambda x: x.situation, "situation", famille="situations"),
    Colonne(
        "dernier_contact", "Dernier contact", _dernier_contact, lambda x: x.dernier_contact, "dernier_contact",
        famille="actes",
    ),
)  # fmt: skip
_APRES = (
    Colonne(
        "referent", "Référent", _aucune, _referent, ("referent__nom", "referent__prenom"),
        ("referent__nom", "referent__prenom"),
    ),
    Colonne(
        "referent_depuis", "Référent depuis", _aucune, lambda x: x.referent_depuis, "referent_depuis",
        ("referent_depuis",), defaut=False,
    ),
    Colonne(
        "premier_accueil", "Premier accueil", _aucune, lambda x: x.premier_accueil, "premier_accueil",
        ("premier_accueil",), defaut=False,
    ),
    Colonne(
        "telephone", "Téléphone", _aucune, lambda x: x.telephone, "telephone", ("telephone",), defaut=False,
        famille="coordonnees",
    ),
    Colonne(
        "courriel", "Courriel", _aucune, lambda x: x.courriel, "courriel", ("courriel",), defaut=False,
        famille="coordonnees",
    ),
    Colonne("numero", "Dossier", _aucune, lambda x: f"{x.numero:07d}", "numero", defaut=False),
)  # fmt: skip
