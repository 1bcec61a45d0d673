"""Payments: amounts by month, what is to be corrected, the lines, one of them, and sending again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.droit.montants import Montant
from imilo.echanges.connecteurs.asp import corrections, selectors
from imilo.echanges.connecteurs.asp.a_envoyer import a_envoyer
from imilo.echanges.connecteurs.asp.codes import Ou
from imilo.echanges.connecteurs.asp.models import Ligne
from imilo.echanges.connecteurs.asp.selectors import GERER, VOIR
from imilo.journal.services import consigner, consulter
from imilo.parcours.dossiers.liens import Lien
from imilo.socle.erreurs import RegleViolee
from imilo.web.asp.formulaires import A_CORRIGER, FormulaireLignes
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 100
MOIS_MONTRES = 13
MONTREES = 20


@permission(VOIR)
@require_GET
def accueil(requete: Requete) -> HttpResponseBase:
    """Where payments stand: what waits for somebody, amounts by month, what doesn't leave yet."""
    qui, ou, le = requete.user, requete.structure, aujourd_hui(requete.structure)
    fin = debut_du_mois(le)
    pretes = a_envoyer(ou)
    a_faire = [r for r in pretes.retenues if r.a_faire]
    contexte = {
        "le": le,
        "attentes": selectors.attentes(structure=ou, le=le),
        "sommes": selectors.sommes(agent=qui, structure=ou, depuis=mois_plus(fin, -MOIS_MONTRES + 1), jusqu_a=fin),
        "a_corriger": selectors.lignes_visibles(agent=qui, structure=ou).a_corriger()[:MONTREES],
        "a_completer": a_faire[:MONTREES],
        "a_completer_nombre": len(a_faire),
        "en_attente": len(pretes.retenues) - len(a_faire),
        "pretes": pretes.nombre,
    }
    return render(requete, "web/asp/asp.html", contexte)


def _demande(requete: Requete) -> tuple[FormulaireLignes, Any]:
    visibles = selectors.lignes_visibles(agent=requete.user, structure=requete.structure)
    connus = visibles.filter(mois__isnull=False).order_by("-mois").values_list("mois", flat=True).distinct()
    form = FormulaireLignes(requete.GET, mois=[m for m in connus if m is not None])
    return form, form.filtrer(visibles)


@permission(VOIR)
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """The lines, a hundred on a page; those rejected can be sent again together."""
    form, lignes = _demande(requete)
    page = Paginator(lignes, PAR_PAGE).get_page(requete.GET.get("page"))
    contexte = {
        "form": form,
        "page": page,
        "export": urlencode(form.parametres),
        "ici": requete.get_full_path(),
        "a_renvoyer": form.cleaned_data.get("etat") == A_CORRIGER and page.paginator.count,
        "rien_encore": not page.paginator.count and not any(form.parametres.values()),
    }
    modele = "_lignes.html" if requete.htmx else "lignes.html"
    return render(requete, f"web/asp/{modele}", contexte)


TITRES = (
    "Dossier", "Nom", "Prénom", "Objet", "Mois", "Référence", "Envoyé (€)", "Payé (€)", "Payé le", "État", "Code",
    "Ce que dit l'ASP", "Fichier", "Ligne",
)  # fmt: skip


def _euros(somme: Montant | None) -> str:
    return "" if somme is None else francais.nombre(somme)


def _rangee(ligne: Ligne) -> list[Any]:
    jeune = ligne.dossier.jeune
    return [
        ligne.dossier, jeune.nom_naissance, jeune.prenom, ligne.objet,
        f"{ligne.mois:%m/%Y}" if ligne.mois else "", ligne.reference, _euros(ligne.montant),
        _euros(ligne.paye), ligne.paye_le, ligne.get_etat_display(), ligne.code,
        ligne.sens.libelle if ligne.code else "", ligne.envoi.nom, ligne.numero,
    ]  # fmt: skip


@permission(VOIR)
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV. One fact, and one consultation of each dossier."""
    _, lignes = _demande(requete)
    listees = list(lignes)
    for dossier in {ligne.dossier_id: ligne.dossier for ligne in listees}.values():
        consulter(requete.user, dossier, "export")
    consigner(requete.user, "asp.exportees", structure=requete.structure, nombre=len(listees))
    le = aujourd_hui(requete.structure)
    return reponse_csv(f"paiements-{le:%Y-%m-%d}", TITRES, map(_rangee, listees))


def ou_corriger(ligne: Ligne) -> Lien:
    """Where what is wrong with a line is put right."""
    dossier = str(ligne.dossier)
    contrat = Lien("contrat", (dossier, ligne.contrat_id), "Ouvrir le contrat", "dossier.lire")
    if ligne.sens.ou == Ou.COMPTE:
        return Lien("rubrique", (dossier, "compte"), "Ouvrir le compte bancaire", "dossier.lire")
    if ligne.sens.ou == Ou.IDENTITE:
        return Lien("dossier", (dossier,), "Ouvrir le dossier", "dossier.lire")
    if ligne.sens.ou == Ou.CONTRAT:
        return contrat
    if ligne.pacea_id is not None:
        return Lien("pacea-allocation", (dossier, ligne.pacea_id), "Ouvrir la décision")
    if ligne.decision is None:
        return contrat
    return Lien("allocation", (dossier, ligne.contrat_id, ligne.decision.code_mois), "Ouvrir la décision")


@permission(VOIR)
@require_GET
def ligne(requete: Requete, ligne_id: int) -> HttpResponseBase:
    """One line: what was sent, what was answered, what to do, and the other times it left."""
    visibles = selectors.lignes_visibles(agent=requete.user, structure=requete.structure)
    trouvee = visibles.filter(pk=ligne_id).first() if ligne_id < 1 << 62 else None
    if trouvee is None:
        raise Http404
    consulter(requete.user, trouvee.dossier, "allocation", objet=trouvee)
    autres = visibles.de_la_meme_chose(trouvee)
    contexte = {"ligne": trouvee, "autres": autres, "lien": ou_corriger(trouvee), "ici": requete.get_full_path()}
    return render(requete, "web/asp/ligne.html", contexte)


@permission(GERER)
@require_POST
@envoi_unique
def renvoyer(requete: Requete) -> HttpResponseBase:
    """Say that lines are corrected: they leave again."""
    cles = [int(c) for c in requete.POST.getlist("ligne") if c.isascii() and c.isdigit() and len(c) < 19]
    try:
        nombre = corrections.renvoyer(requete.user, structure=requete.structure, lignes=cles)
    except RegleViolee as erreur:
        messages.error(requete, erreur.message if cles else "Cochez au moins une ligne à renvoyer.")
    else:
        dit = "La ligne repartira" if nombre == 1 else f"Les {nombre} lignes repartiront"
        messages.success(requete, f"{dit} au prochain envoi, dans quelques minutes.")
    return HttpResponseRedirect(_suite(requete))


def _suite(requete: Requete) -> str:
    suite = requete.POST.get("suite", "")
    return suite if url_has_allowed_host_and_scheme(suite, allowed_hosts=None) else reverse("web:asp")
