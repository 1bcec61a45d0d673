"""Who, from another structure, opened dossiers of ours: for the data protection officer and the direction."""

from __future__ import annotations

import csv
from io import StringIO
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.acces.selectors import Recherche, acces_recus
from imilo.web.acces.formulaires import FormulaireRecus
from imilo.web.permissions import permission
from imilo.web.requete import Requete

PAR_PAGE = 50
FORMULES = ("=", "+", "-", "@", "\t", "\r", "\n")
TITRES = ("Ouvert le", "Dossier", "Agent", "Depuis la structure", "Raison", "Précision", "Fin", "Pages lues")


@permission("acces.surveiller")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """The list, filtered. It says who read and why, never who was read about: the number opens nothing to the DPD."""
    form = FormulaireRecus(requete.GET or {}, structure=requete.structure)
    recherche = form.recherche() if form.is_valid() else Recherche()
    lignes = acces_recus(structure=requete.structure, recherche=recherche)
    if form.errors:
        lignes = lignes.none()
    page = Paginator(lignes, PAR_PAGE).get_page(requete.GET.get("page"))
    contexte = {
        "form": form,
        "page": page,
        "maintenant": timezone.now(),
        "filtre": any(v for k, v in requete.GET.items() if k != "page"),
        "export": urlencode({k: v for k, v in requete.GET.items() if k != "page" and v}),
    }
    return render(requete, "web/acces/recus.html", contexte, status=422 if form.errors else 200)


def cellule(valeur: object) -> str:
    """The text of a cell, harmless in a spreadsheet: what would be a formula is plain text."""
    texte = str(valeur)
    return f"'{texte}" if texte.lstrip().startswith(FORMULES) or texte.startswith(FORMULES) else texte


@permission("acces.surveiller")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV. One fact."""
    form = FormulaireRecus(requete.GET or {}, structure=requete.structure)
    if not form.is_valid():
        return liste(requete)
    lignes = list(acces_recus(structure=requete.structure, recherche=form.recherche()))
    tampon = StringIO()
    ecrire = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrire.writerow(TITRES)
    for acces in lignes:
        fin = min(acces.expire_le, acces.clos_le or acces.expire_le)
        valeurs = (
            f"{timezone.localtime(acces.ouvert_le):%d/%m/%Y %H:%M}",
            acces.dossier,
            acces.agent,
            acces.origine.nom,
            acces.get_motif_display(),
            acces.precision,
            f"{timezone.localtime(fin):%d/%m/%Y %H:%M}",
            getattr(acces, "pages", None) or 0,
        )
        ecrire.writerow([cellule(v) for v in valeurs])
    consigner(requete.user, "acces.exportes", structure=requete.structure, nombre=len(lignes))
    reponse = HttpResponse("\ufeff" + tampon.getvalue(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = (
        f'attachment; filename="acces-motives-{aujourd_hui(requete.structure):%Y-%m-%d}.csv"'
    )
    return reponse
