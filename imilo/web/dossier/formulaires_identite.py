"""Forms that correct the identity, the contact details and the proof of identity of a dossier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django import forms

from imilo.acteurs.politique import masquer
from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.identite import CHAMPS, Identite, differences_du_nir, identite_de
from imilo.jeunes.models import Jeune
from imilo.jeunes.telephones import afficher
from imilo.parcours.dossiers.coordonnees import CHAMPS_ARRIVEE, CHAMPS_COORDONNEES
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.identite import Piece
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.web.accueil.formulaires import ChampsCoordonnees, ChampsIdentite, ChezUneStructure, nombres

SECRETS = frozenset({"nir", "piece_numero"})


class Versionne(ChezUneStructure):
    """A form that remembers which version of the row it shows."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class FormulaireIdentite(ChampsIdentite, Versionne):
    """The identity of a person. The stored NIR isn't shown: a blank field keeps it."""

    nir_retirer = forms.BooleanField(label="Retirer le numéro enregistré", required=False)
    doublons_vus = forms.CharField(required=False, max_length=1000)
    doublon_ecarte = forms.CharField(
        label="Pourquoi ce n'est pas la même personne",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        self.jeune = dossier.jeune
        kwargs["initial"] = {**depart_identite(self.jeune), **kwargs.get("initial", {})}
        super().__init__(*args, structure=dossier.structure, **kwargs)
        if self.jeune.nir:
            self.fields["nir"].help_text = f"Enregistré : {masquer(self.jeune.nir)}. Vide : il est gardé."
        else:
            del self.fields["nir_retirer"]

    def identite(self) -> Identite:
        saisie = super().identite()
        if saisie.nir:
            return saisie
        return replace(saisie, nir="" if self.cleaned_data.get("nir_retirer") else self.jeune.nir)

    def differences(self, identite: Identite) -> tuple[str, ...]:
        """A stored NIR was judged when it was entered, against the same facts."""
        faits = ("nir", "sexe", "naissance", "naissance_precision", "naissance_pays_id", "naissance_commune_id")
        stockee = identite_de(self.jeune)
        if all(getattr(identite, f) == getattr(stockee, f) for f in faits):
            return ()
        return differences_du_nir(identite)

    @property
    def vus(self) -> frozenset[int]:
        return frozenset(nombres(str(self.cleaned_data.get("doublons_vus") or "")))


class FormulaireCoordonnees(ChampsCoordonnees, Versionne):
    """Contact details and what was noted at arrival."""

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        kwargs["initial"] = {**depart_coordonnees(dossier), **kwargs.get("initial", {})}
        super().__init__(*args, structure=dossier.structure, **kwargs)
        self.premier_accueil = dossier.premier_accueil


class FormulairePiece(Versionne):
    """The identity document, seen in the original."""

    piece_type = forms.ChoiceField(label="Pièce présentée")
    piece_numero = forms.CharField(
        label="Numéro de la pièce",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    piece_vue_le = forms.DateField(label="Original vu le")
    piece_expire_le = forms.DateField(label="Valable jusqu'au", required=False)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        super().__init__(*args, structure=dossier.structure, **kwargs)
        self.choix("piece_type", codes(Liste.PIECE_IDENTITE, self.le))
        self.initial = {"piece_vue_le": self.le, **{c: v for c, v in depart_piece(dossier).items() if v}}
        if dossier.piece_numero:
            self.fields[
                "piece_numero"
            ].help_text = f"Enregistré : {masquer(dossier.piece_numero)}. À recopier en entier."

    def piece(self) -> Piece:
        d = self.cleaned_data
        return Piece(
            piece_type=d["piece_type"],
            piece_numero=d["piece_numero"],
            piece_vue_le=d["piece_vue_le"],
            piece_expire_le=d["piece_expire_le"],
        )


def depart_identite(jeune: Jeune) -> dict[str, Any]:
    """Field → stored value as a form shows it."""
    valeurs = {c.removesuffix("_id"): getattr(jeune, c) for c in CHAMPS if c not in ("nir", "naissance_precision")}
    return valeurs | {
        "version": jeune.version,
        "naissance": naissance_affichee(jeune.naissance, jeune.naissance_precision),
    }


def depart_coordonnees(dossier: Dossier) -> dict[str, Any]:
    """Field → stored value as a form shows it."""
    champs = (*CHAMPS_COORDONNEES, *CHAMPS_ARRIVEE)
    valeurs = {c.removesuffix("_id"): getattr(dossier, c) for c in champs}
    return valeurs | {
        "version": dossier.version,
        "telephone": afficher(dossier.telephone),
        "telephone_2": afficher(dossier.telephone_2),
    }


def depart_piece(dossier: Dossier) -> dict[str, Any]:
    """Field → stored value as a form shows it: all but the number."""
    return {c: getattr(dossier, c) for c in ("version", "piece_type", "piece_vue_le", "piece_expire_le")}


def en_texte(valeur: Any) -> str:
    """A value as a browser would have sent it; "" for what it would not send."""
    if valeur is None or valeur is False:
        return ""
    if valeur is True:
        return "on"
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)
