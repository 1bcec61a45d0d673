"""Communes that answer to what is being typed, as choices to insert in a form."""

from __future__ import annotations

import re
from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.jeunes.dates import lire_naissance
from imilo.referentiels.selectors import chercher_communes
from imilo.socle.erreurs import RegleViolee
from imilo.web.permissions import permission
from imilo.web.referentiel.champs import LIMITE, Saisie, evidente
from imilo.web.requete import Requete

NOM_DE_CHAMP = re.compile(r"\A[a-z][a-z0-9_\-]{0,50}\Z")


@permission("referentiel.lire")
@require_GET
def communes(requete: Requete) -> HttpResponse:
    """The choices for `?champ=` and what that field holds, as of a day (any usual form; else today): that of
    the parameter `le`, or of the parameter that `date_de` names."""
    champ = requete.GET.get("champ", "")
    if not NOM_DE_CHAMP.match(champ):
        return HttpResponse(status=400)
    texte = requete.GET.get(f"{champ}_texte", "").strip()[:200]
    le = timezone.localdate()
    with suppress(RegleViolee):  # the day isn't typed yet
        le, _ = lire_naissance(requete.GET.get(requete.GET.get("date_de", "le"), ""), le=le)
    departement = requete.structure.code_departement
    trouvees = chercher_communes(texte, le=le, limite=LIMITE, departement=departement) if len(texte) > 1 else []
    contexte = {"nom": champ, "saisie": Saisie("", texte, texte), "communes": trouvees}
    contexte["evidente"] = evidente(texte, trouvees)
    return render(requete, "web/referentiel/_communes.html", contexte)
