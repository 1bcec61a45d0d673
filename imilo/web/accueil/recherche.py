"""The one box: who answers as one types, on the counter's page and under every page's header.

What is typed is posted, then shown under its own address, so that a page can be found again; a NIR never is: it
stays in the body of the request, out of addresses, histories and logs.
"""

from __future__ import annotations

from contextlib import nullcontext
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from imilo.jeunes.annuaire import LONGUEUR_MAX, porte_un_nir
from imilo.jeunes.quota import Compte, compter
from imilo.jeunes.telephones import afficher
from imilo.journal.services import consigner
from imilo.parcours.dossiers.selectors.recherche import LIMITE, Resultats, rechercher
from imilo.socle.abandons import Abandonnee, la_derniere_seule
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PROPOSITIONS = 7
NIR_DANS_L_ADRESSE = (
    "Un numéro de sécurité sociale ne s'écrit pas dans l'adresse d'une page, qui se garde : tapez-le dans la case."
)


@permission("annuaire.chercher")
@require_http_methods(["GET", "POST"])
def accueil(requete: Requete) -> HttpResponseBase:
    """One box, and who answers to it. As one types only the answers are sent (HTMX)."""
    texte = _texte(requete)
    if requete.method == "GET" and porte_un_nir(texte):
        return nir_refuse_dans_l_adresse(requete)
    if requete.method == "POST" and not requete.htmx and not porte_un_nir(texte):
        return HttpResponseRedirect(f"{reverse('web:accueil')}?{urlencode({'q': texte})}", status=303)
    try:
        resultats, compte = repondre(requete, texte)
    except Abandonnee:
        return HttpResponse(status=204)
    contexte = {
        "q": texte,
        "resultats": resultats,
        "compte": compte,
        "telephone": afficher(resultats.demande.telephone),
        # What a new dossier and the whole list are opened with: never the NIR.
        "q_repris": "" if porte_un_nir(texte) else texte,
        "peut_chercher": False,  # the page has the box: the header doesn't repeat it
    }
    modele = "_resultats.html" if requete.htmx else "accueil.html"
    return render(requete, f"web/accueil/{modele}", contexte)


@permission("annuaire.chercher")
@require_POST
def propositions(requete: Requete) -> HttpResponseBase:
    """The first answers, under the header's box (HTMX)."""
    texte = _texte(requete)
    try:
        resultats, compte = repondre(requete, texte, limite=PROPOSITIONS)
    except Abandonnee:
        return HttpResponse(status=204)
    contexte = {"q": texte, "resultats": resultats, "compte": compte, "q_repris": "" if porte_un_nir(texte) else texte}
    return render(requete, "web/accueil/_propositions.html", contexte)


def nir_refuse_dans_l_adresse(requete: Requete) -> HttpResponseRedirect:
    messages.warning(requete, NIR_DANS_L_ADRESSE)
    return HttpResponseRedirect(reverse("web:accueil"))


def repondre(
    requete: Requete, texte: str, *, limite: int = LIMITE, entier: bool = False
) -> tuple[Resultats, Compte | None]:
    """Who answers, people of other structures within the agent's quota (`entier`: see `compter`); the journal says
    how many, never who. Raises `Abandonnee` as one types on: only the last search of an agent answers."""
    profil = requete.affectation.profil
    with la_derniere_seule("recherche", requete.user.pk) if requete.htmx else nullcontext():
        resultats = rechercher(
            agent=requete.user, structure=requete.structure, texte=texte, profil=profil, limite=limite
        )
    compte = compter(requete.user, texte, entier=entier) if resultats.ailleurs else None
    if compte and not compte.permise:
        resultats = resultats.sans_ailleurs()
        if compte.atteint:
            consigner(requete.user, "annuaire.quota", structure=requete.structure)
    if resultats.demande.nir or (compte and compte.permise and compte.nouvelle):
        consigner(
            requete.user,
            "annuaire.cherche",
            structure=requete.structure,
            ici=len(resultats.ici),
            ailleurs=len(resultats.ailleurs),
            par="nir" if resultats.demande.nir else None,
        )
    return resultats, compte


def _texte(requete: Requete) -> str:
    donnees = requete.POST if requete.method == "POST" else requete.GET
    return str(donnees.get("q", ""))[:LONGUEUR_MAX]
