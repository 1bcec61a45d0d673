"""Who, from another structure, opened dossiers of ours: for the data protection officer and the direction."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.acces.selectors import Recherche, acces_recus
from imilo.web.acces.formulaires import FormulaireRecus
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 50
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


@permission("acces.surveiller")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """What the filters list, as CSV. One fact."""
    form = FormulaireRecus(requete.GET or {}, structure=requete.structure)
    if not form.is_valid():
        return liste(requete)
    lignes = list(acces_recus(structure=requete.structure, recherche=form.recherche()))
    consigner(requete.user, "acces.exportes", structure=requete.structure, nombre=len(lignes))
    nom = f"acces-motives-{aujourd_hui(requete.structure):%Y-%m-%d}"
    return reponse_csv(nom, TITRES, (_rangee(acces) for acces in lignes))


def _rangee(acces: AccesMotive) -> tuple[object, ...]:
    return (
        timezone.localtime(acces.ouvert_le),
        getattr(acces, "numero", None) or "dossier restreint",
        acces.agent,
        acces.origine.nom,
        acces.get_motif_display(),
        acces.precision,
        timezone.localtime(min(acces.expire_le, acces.clos_le or acces.expire_le)),
        getattr(acces, "pages", None) or 0,
    )
