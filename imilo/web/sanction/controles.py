"""The random controls: draw those of a month, list them, note what each found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.decision import depuis_json, rejouer
from imilo.droit.delais import debut_du_mois, mois_plus, premier_jour_du_mois_ecrit
from imilo.parcours.sanctions import selectors, services
from imilo.parcours.sanctions.models import ControleAleatoire, Manquement, Origine, ResultatControle, TirageControle
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.sanction.formulaires import texte_long

EN_ARRIERE = 2  # months that may still be drawn: this one and the one before


class FormulaireTirage(FormulaireDSFR):
    """The month and the share."""

    mois = forms.ChoiceField(label="Mois")
    pourcentage = forms.IntegerField(
        label="Part des dossiers contrôlés (%)",
        min_value=1,
        max_value=100,
        help_text="La loi en veut une part, sans dire laquelle (L. 5426-1 IV) : la structure la choisit.",
    )

    def __init__(self, *args: Any, libres: list[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [(f"{m:%Y-%m}", francais.mois(m)) for m in libres]
        self.fields["mois"].choices = choix  # type: ignore[attr-defined]  # a ChoiceField


class FormulairePart(FormulaireDSFR):
    """The share drawn each month."""

    pourcentage = forms.IntegerField(
        label="Part des dossiers contrôlés chaque mois (%)",
        min_value=1,
        max_value=100,
        help_text="La loi en veut une part, sans dire laquelle (L. 5426-1 IV) : la structure la choisit.",
    )


class FormulaireControle(FormulaireDSFR):
    """What a control found."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    resultat = forms.ChoiceField(label="Résultat", choices=ResultatControle.choices, widget=forms.RadioSelect)
    constat = texte_long("Ce que vous avez vérifié", aide="Présences, actions du plan, démarches.", longueur=2000)


def _libres(tirages: list[TirageControle], le: date) -> list[date]:
    """The months that may be drawn and aren't yet, the latest first."""
    pris = {t.mois for t in tirages}
    mois = [mois_plus(debut_du_mois(le), -n) for n in range(EN_ARRIERE)]
    return [m for m in mois if m not in pris]


@permission("sanction.suivre")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """The draws, the latest month first."""
    le = aujourd_hui(requete.structure)
    tirages = list(selectors.tirages(structure=requete.structure))
    contexte = {
        "tirages": [(t, francais.mois(t.mois)) for t in tirages],
        "libres": _libres(tirages, le),
        "part": francais.pourcentage(selectors.part_a_tirer(structure=requete.structure)),
    }
    return render(requete, "web/sanction/controles.html", contexte)


@permission("controle.gerer")
@envoi_unique
def regler(requete: Requete) -> HttpResponseBase:
    """Set the share that is drawn each month."""
    part = int(selectors.part_a_tirer(structure=requete.structure) * 100)
    envoye = requete.method == "POST"
    form = FormulairePart(requete.POST if envoye else None, initial={"pourcentage": part})
    retour = reverse("web:controles")
    if envoye and form.is_valid():
        nouvelle = Decimal(form.cleaned_data["pourcentage"]) / 100
        if form.accepte(services.regler_part, requete.user, structure=requete.structure, part=nouvelle):
            messages.success(requete, "La part est enregistrée : elle sert au prochain tirage.")
            return HttpResponseRedirect(retour)
    contexte = {"form": form, "retour": retour}
    return render(requete, "web/sanction/part.html", contexte, status=422 if form.is_bound else 200)


@permission("controle.gerer")
@envoi_unique
def tirer(requete: Requete) -> HttpResponseBase:
    """Draw the controls of a month."""
    le = aujourd_hui(requete.structure)
    tirages = list(selectors.tirages(structure=requete.structure))
    libres = _libres(tirages, le)
    retour = reverse("web:controles")
    if not libres:
        messages.info(requete, "Les contrôles de ce mois sont déjà tirés au sort.")
        return HttpResponseRedirect(retour)
    part = int(selectors.part_a_tirer(structure=requete.structure) * 100)
    envoye = requete.method == "POST"
    form = FormulaireTirage(requete.POST if envoye else None, libres=libres, initial={"pourcentage": part})
    if envoye and form.is_valid():
        tirage = form.appliquer(
            services.tirer_controles,
            requete.user,
            structure=requete.structure,
            mois=premier_jour_du_mois_ecrit(form.cleaned_data["mois"]),
            part=Decimal(form.cleaned_data["pourcentage"]) / 100,
        )
        if tirage is not None:
            messages.success(requete, "Les dossiers sont tirés au sort.")
            return HttpResponseRedirect(reverse("web:controles-du-mois", args=[tirage.code]))
    effectif = len(selectors.controlables(structure=requete.structure, le=le))
    contexte = {"form": form, "effectif": effectif, "retour": retour}
    return render(requete, "web/sanction/tirer.html", contexte, status=422 if form.is_bound else 200)


def _tirage_ou_404(requete: Requete, mois: str) -> TirageControle:
    tirage = selectors.tirage(structure=requete.structure, mois=premier_jour_du_mois_ecrit(mois))
    if tirage is None:
        raise Http404("Les contrôles de ce mois ne sont pas tirés au sort.")
    return tirage


@permission("sanction.suivre")
@require_GET
def du_mois(requete: Requete, mois: str) -> HttpResponseBase:
    """The dossiers drawn, what each control found, and the draw made again."""
    tirage = _tirage_ou_404(requete, mois)
    decision = depuis_json(tirage.decision)
    contexte = {
        "tirage": tirage,
        "du_mois": francais.du_mois(tirage.mois),
        "part": francais.pourcentage(tirage.part),
        "controles": selectors.controles(tirage=tirage),
        "decision": decision,
        "identique": not rejouer(decision).ecarts,
    }
    return render(requete, "web/sanction/controles_du_mois.html", contexte)


@permission("sanction.suivre")
@envoi_unique
def noter(requete: Requete, mois: str, controle_id: int) -> HttpResponseBase:
    """Note what a control found; a failing leads to its procedure."""
    tirage = _tirage_ou_404(requete, mois)
    controle = next((c for c in selectors.controles(tirage=tirage) if c.pk == controle_id), None)
    if controle is None:
        raise Http404("Aucun contrôle à cette adresse.")
    envoye = requete.method == "POST"
    initiales = {"version": controle.version, "resultat": controle.resultat, "constat": controle.constat}
    form = FormulaireControle(requete.POST if envoye else None, initial=initiales)
    if envoye and form.is_valid():
        fait = form.appliquer(services.noter_controle, requete.user, controle, **form.cleaned_data)
        if fait is not None:
            messages.success(requete, "Le contrôle est enregistré.")
            return HttpResponseRedirect(_suite(fait, controle))
    retour = reverse("web:controles-du-mois", args=[tirage.code])
    contexte = {"controle": controle, "dossier": controle.dossier, "form": form, "retour": retour}
    return render(requete, "web/sanction/controle.html", contexte, status=422 if form.is_bound else 200)


def _suite(fait: ControleAleatoire, controle: ControleAleatoire) -> str:
    """Where to go next: to note the failing that was found, else back to the list."""
    if fait.resultat != ResultatControle.MANQUEMENT:
        return reverse("web:controles-du-mois", args=[controle.tirage.code])
    proposes = {"manquement": Manquement.ENGAGEMENTS, "origine": Origine.CONTROLE, "faits": fait.constat}
    return reverse("web:sanction-noter", args=[str(controle.dossier)]) + "?" + urlencode(proposes)
