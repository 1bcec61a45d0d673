"""The young person declares what they received, on their telephone, under a personal link."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.parcours.allocations import selectors, services
from imilo.parcours.allocations.models import Declaration, PrimeActivite, Rsa, Suspensif
from imilo.parcours.allocations.rappels import GENRE, mois_a_declarer
from imilo.parcours.contrats.models import ContratEngagement, Logement, Soutien
from imilo.parcours.contrats.selectors import contrat as contrat_du_dossier
from imilo.web.allocation.formulaires import (
    SANS_CHOIX,
    BaseRessources,
    FormulairesRessources,
    ligne_initiale,
)
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.jeune.acces import RequeteJeune, page_du_lien

PREFIXE = "ressources"
RECOPIES = ("foyer_fiscal", "autonomie_fiscale")  # what a counsellor looks at with the tax notice


class FormulaireDuJeune(FormulaireDSFR):
    """Their own situation, in the second person."""

    logement = forms.ChoiceField(
        label="Où vivez-vous ?",
        choices=[(Logement.HORS_FOYER, "Pas chez mes parents"), (Logement.FOYER, "Chez mes parents")],
        widget=forms.RadioSelect,
    )
    soutien_parental = forms.ChoiceField(
        label="Si vous vivez chez vos parents : vous aident-ils avec de l'argent ?",
        choices=[
            *SANS_CHOIX,
            (Soutien.AUCUN, "Non"),
            (Soutien.LIMITE, "Oui, un peu"),
            (Soutien.SUFFISANT, "Oui, assez pour vivre"),
        ],
        required=False,
    )
    rsa = forms.ChoiceField(
        label="Quelqu'un chez vous reçoit-il le RSA ?",
        choices=[
            (Rsa.NON, "Non"),
            (Rsa.BENEFICIAIRE, "Oui, moi"),
            (Rsa.CONJOINT, "Oui, la personne avec qui je suis en couple"),
            (Rsa.A_CHARGE, "Oui, quelqu'un qui me compte à sa charge"),
        ],
    )
    prime_activite = forms.ChoiceField(
        label="Recevez-vous la prime d'activité ?",
        choices=[
            (PrimeActivite.NON, "Non"),
            (PrimeActivite.OUVERTE, "Oui"),
            (PrimeActivite.ANTERIEURE, "Oui, pour un travail d'avant mon contrat"),
            (PrimeActivite.A_CHARGE, "Quelqu'un la reçoit et me compte à sa charge"),
        ],
    )
    suspensif = forms.ChoiceField(
        label="Êtes-vous en service civique, en volontariat ou en contrat d'insertion ?",
        choices=[(Suspensif.AUCUN, "Non"), *Suspensif.choices[1:]],
    )
    exact = forms.BooleanField(
        label="Je déclare que tout cela est exact.",
        error_messages={"required": "Cochez cette case si tout est exact, puis envoyez."},
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("logement") == Logement.FOYER and not donnees.get("soutien_parental"):
            self.add_error("soutien_parental", "Vous vivez chez vos parents : dites s'ils vous aident.")
        return donnees

    def situation(self, source: Declaration | ContratEngagement) -> services.SituationDuMois:
        """What they say, and the tax household that was looked at before."""
        dites = {c: v for c, v in self.cleaned_data.items() if c not in ("version", "exact")}
        return services.SituationDuMois(**dites, **{c: getattr(source, c) for c in RECOPIES})


@page_du_lien(GENRE)
def declarer(requete: RequeteJeune) -> HttpResponseBase:
    """One month that is over: what was received, and what changed. Sent again until somebody has verified it."""
    contrat = contrat_du_dossier(dossier=requete.dossier, contrat_id=requete.lien.objet_id or 0)
    if contrat is None:
        raise Http404("Ce contrat n'existe plus.")
    attendus = mois_a_declarer(contrat, le=aujourd_hui(requete.structure))
    voulu = requete.GET.get("mois", "")
    demande = next((m for m in attendus if f"{m:%Y-%m}" == voulu), None)
    mois = demande or (attendus[0] if attendus else None)
    contexte = {"structure": requete.structure, "jeton": requete.jeton, "contrat": contrat}
    contexte["autres"] = [(f"{m:%Y-%m}", francais.mois(m)) for m in attendus if m != mois]
    if mois is None:
        return render(requete, "web/allocation/jeune_rien.html", contexte)
    decision = selectors.decision(contrat=contrat, mois=mois)
    declaration = decision.declaration if decision else None
    source = declaration or selectors.derniere_declaration(contrat=contrat, avant=mois) or contrat
    form, lignes = _formulaires(requete, source, declaration)
    valides = requete.method == "POST" and all([form.is_valid(), lignes.is_valid()])
    if form.is_bound and demande is None:  # decided meanwhile: what was typed must not become another month's
        form.add_error(None, f"Ce mois n'attend plus de réponse. Si c'était {francais.mois(mois)}, envoyez de nouveau.")
        valides = False
    if valides and _envoyer(requete, contrat, mois, form, lignes, source):
        adresse = reverse("web:jeune_ressources", args=[requete.jeton])
        return HttpResponseRedirect(f"{adresse}?mois={mois:%Y-%m}&envoye=1")
    contexte |= {
        "form": form, "lignes": lignes, "code": f"{mois:%Y-%m}", "du_mois": francais.du_mois(mois),
        "declaration": declaration, "envoye": "envoye" in requete.GET and declaration is not None,
    }  # fmt: skip
    statut = 422 if form.is_bound else 200
    return render(requete, "web/allocation/jeune_ressources.html", contexte, status=statut)


def _formulaires(
    requete: RequeteJeune, source: Declaration | ContratEngagement, declaration: Declaration | None
) -> tuple[FormulaireDuJeune, BaseRessources]:
    donnees, fichiers = (requete.POST, requete.FILES) if requete.method == "POST" else (None, None)
    initiales = {c: getattr(source, c) for c in FormulaireDuJeune.base_fields if hasattr(source, c)}
    initiales["version"] = declaration.version if declaration else None
    recues = [ligne_initiale(r) for r in declaration.ressources.all()] if declaration else []
    return (
        FormulaireDuJeune(donnees, initial=initiales),
        cast(BaseRessources, FormulairesRessources(donnees, fichiers, initial=recues, prefix=PREFIXE)),
    )


def _envoyer(  # noqa: PLR0917  # who, what month, and both forms with what they start from
    requete: RequeteJeune,
    contrat: ContratEngagement,
    mois: date,
    form: FormulaireDuJeune,
    lignes: BaseRessources,
    source: Declaration | ContratEngagement,
) -> bool:
    return form.accepte(
        services.declarer_par_le_jeune,
        contrat,
        mois=mois,
        situation=form.situation(source),
        ressources=lignes.ressources(),
        version=form.cleaned_data["version"],
        depose_par=contrat.referent,
        acteur=requete.lien.acteur,
    )
