"""What was paid too much: the list of the structure, one claim, how it is settled."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.comptes import total
from imilo.droit.decision import depuis_json
from imilo.journal.services import consulter
from imilo.parcours.allocations import selectors_suites as selectors
from imilo.parcours.allocations import services
from imilo.parcours.allocations.models import Reglement
from imilo.parcours.allocations.services.trop_percus import POSSIBLES
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.allocation.formulaires import SANS_CHOIX, FormulaireVersion
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PAR_PAGE = 100


class FormulaireReglement(FormulaireVersion):
    """How a claim was settled, and when."""

    reglement = forms.ChoiceField(
        label="Comment est-il réglé ?", choices=[*SANS_CHOIX, *((r.value, r.label) for r in POSSIBLES)]
    )
    regle_le = forms.DateField(label="Depuis le")
    precision = forms.CharField(
        label="Précision",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Une remise se motive : dites pourquoi elle est accordée.",
    )


@permission("allocation.preparer")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Claims of the structure, those to settle first."""
    trouves = selectors.trop_percus(agent=requete.user, structure=requete.structure)
    a_regler = [t for t in trouves if t.reglement == Reglement.A_REGLER]
    contexte = {
        "page": Paginator(trouves, PAR_PAGE).get_page(requete.GET.get("page")),
        "nombre_a_regler": len(a_regler),
        "total_a_regler": total(t.montant for t in a_regler),
    }
    return render(requete, "web/allocation/trop_percus.html", contexte)


@permission("allocation.preparer")
@envoi_unique
def trop_percu(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """One claim: why, what the law says, its letter; posted, how it is settled."""
    dossier = dossier_ou_404(requete, numero)
    trop = selectors.trop_percu(dossier=dossier, cle=cle)
    if trop is None:
        raise Http404("Aucun trop-perçu à cette adresse.")
    initiales = {"version": trop.version, "regle_le": aujourd_hui(requete.structure)}
    form = FormulaireReglement(requete.POST if requete.method == "POST" else None, initial=initiales)
    if requete.method == "POST" and form.is_valid():
        try:
            if form.accepte(services.regler_trop_percu, requete.user, trop, **form.cleaned_data):
                messages.success(requete, "Le règlement est enregistré.")
                return HttpResponseRedirect(reverse("web:trop-percu", args=[numero, cle]))
        except NonHabilite as refus:
            form.refuser(RegleViolee(str(refus)))
    if requete.method == "GET":
        consulter(requete.user, dossier, "allocation", objet=trop)
    contexte = {
        "dossier": dossier,
        "trop": trop,
        "decision": trop.decision,
        "ecart": depuis_json(trop.decision.regularisation) if trop.decision.regularisation else None,
        "form": form,
        "a_regler": trop.reglement == Reglement.A_REGLER,
    }
    return render(requete, "web/allocation/trop_percu.html", contexte, status=422 if form.is_bound else 200)
