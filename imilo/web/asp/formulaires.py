"""The filter of the lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from imilo.droit import francais
from imilo.droit.delais import premier_jour_du_mois_ecrit
from imilo.echanges.connecteurs.asp.models import EtatLigne, LigneQuerySet
from imilo.jeunes.annuaire import porte_un_nir
from imilo.web.formulaires import NIR_DANS_UN_FILTRE, FormulaireDSFR

A_CORRIGER, CORRIGEES, TENUES = "a_corriger", "corrigees", "tenues"
CONTRATS = "contrats"
ETATS = (
    ("", "Tous"),
    (A_CORRIGER, "Rejetées, à corriger"),
    (CORRIGEES, "Rejetées, corrigées depuis"),
    (EtatLigne.ENVOYEE.value, EtatLigne.ENVOYEE.label),
    (EtatLigne.ACCEPTEE.value, "Acceptées, à payer"),
    (EtatLigne.PAYEE.value, "Payées"),
    (TENUES, "Acceptées ou payées"),
)


class FormulaireLignes(FormulaireDSFR):
    """What a GET asks for; what it can't read counts as not asked."""

    filtre = True
    mois = forms.ChoiceField(label="Mois payé", required=False)
    etat = forms.ChoiceField(label="État", required=False, choices=ETATS)
    qui = forms.CharField(label="Nom ou dossier", required=False, max_length=100)

    def __init__(self, donnees: Any, *, mois: Sequence[date]) -> None:
        propres = {nom: str(donnees.get(nom, "")) for nom in ("mois", "etat", "qui")}
        self.nir = porte_un_nir(propres["qui"])  # kept in none of the page's links
        self.parametres = propres | ({"qui": ""} if self.nir else {})
        super().__init__(self.parametres)
        choix = self.fields["mois"]
        assert isinstance(choix, forms.ChoiceField)
        dits = [(f"{m:%Y-%m}", francais.mois(m)) for m in mois]
        choix.choices = [("", "Tous"), *dits, (CONTRATS, "Les contrats et avenants seulement")]
        if self.is_valid() and self.nir:
            self.add_error("qui", NIR_DANS_UN_FILTRE)

    def filtrer(self, lignes: LigneQuerySet) -> LigneQuerySet:
        """The lines asked for."""
        d = self.cleaned_data
        if d.get("mois") == CONTRATS:
            lignes = lignes.filter(mois__isnull=True)
        elif d.get("mois"):
            lignes = lignes.filter(mois=premier_jour_du_mois_ecrit(d["mois"]))
        lignes = _de_l_etat(lignes, d.get("etat") or "")
        texte = (d.get("qui") or "").strip()
        if not texte:
            return lignes
        if texte.isascii() and texte.isdigit():
            return lignes.filter(dossier__numero=int(texte[:9]))
        for mot in texte.split():
            lignes = lignes.filter(dossier__jeune__nom_naissance__icontains=mot) | lignes.filter(
                dossier__jeune__prenom__icontains=mot
            )
        return lignes


def _de_l_etat(lignes: LigneQuerySet, etat: str) -> LigneQuerySet:
    if etat == A_CORRIGER:
        return lignes.a_corriger()
    if etat == CORRIGEES:
        return lignes.filter(etat=EtatLigne.REJETEE, corrigee_le__isnull=False)
    if etat == TENUES:
        return lignes.filter(etat__in=(EtatLigne.ACCEPTEE, EtatLigne.PAYEE))
    return lignes.filter(etat=etat) if etat else lignes
