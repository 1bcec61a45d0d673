"""The page where the young person reads their week and says what they did."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.activites import selectors, services
from imilo.parcours.activites.models import ActiviteDeclaree
from imilo.parcours.activites.selectors import LigneHeures
from imilo.parcours.activites.semaines import lundi_de
from imilo.parcours.contrats.models import ActionPrevue
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.web.activite.formulaires import FormulaireActivite
from imilo.web.jeune.acces import RequeteJeune, page_du_lien

DERNIERES = 15


def _avec_leur_compte(dossier: Dossier) -> list[tuple[ActiviteDeclaree, LigneHeures | None]]:
    """The last declarations of the young person, each with its line of the ledger: what it adds. Two queries."""
    declarees = list(selectors.declarations(dossier=dossier).filter(par_le_jeune=True)[:DERNIERES])
    if not declarees:
        return []
    jours = [a.jour for a in declarees]
    lignes = selectors.lignes(dossiers=[dossier.pk], du=min(jours), au=max(jours))
    siennes = {x.cle: x for x in reversed(lignes) if x.source == "declaration"}
    return [(a, siennes.get(a.pk)) for a in declarees]


@page_du_lien("activite")
def activite(requete: RequeteJeune) -> HttpResponseBase:
    """This week's hours, the last declarations with their answers, and a form to declare another one."""
    dossier, le = requete.dossier, aujourd_hui(requete.structure)
    contrat, _ = selectors.plan_suivi(dossier=dossier)
    actions = ActionPrevue.objects.filter(contrat=contrat) if contrat else ActionPrevue.objects.none()
    form = FormulaireActivite(
        requete.POST if requete.method == "POST" else None,
        actions=actions,
        documents=Document.objects.none(),
        initial={"jour": le},
    )
    if requete.method == "POST" and form.is_valid():
        acteur = requete.lien.acteur
        if form.accepte(services.declarer_activite, None, dossier, saisie=form.saisie(), acteur=acteur):
            return HttpResponseRedirect(reverse("web:jeune_activite", args=[requete.jeton]) + "?merci")
    lundi = lundi_de(le)
    avant, cette = selectors.semaines(dossiers=[dossier.pk], du=lundi - timedelta(days=7), au=lundi)[dossier.pk]
    contexte = {
        "structure": requete.structure,
        "jeton": requete.jeton,
        "jeune": dossier.jeune,
        "form": form,
        "cette": cette,
        "avant": avant,
        "declarations": _avec_leur_compte(dossier),
        "merci": "merci" in requete.GET and not form.is_bound,
    }
    return render(requete, "web/activite/jeune.html", contexte, status=422 if form.errors else 200)
