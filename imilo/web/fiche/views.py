"""The full file on one page; each section is corrected in place, or on its own page without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.politique import vu
from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.suivi import Changement
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.historiques import PROVENANCE
from imilo.parcours.fiche.models import Donnee
from imilo.parcours.fiche.presentation import MASQUE
from imilo.parcours.fiche.rubriques import PAR_CODE, Rubrique
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER_PAR_CODE
from imilo.parcours.fiche.services import donnees as services
from imilo.referentiels.rome import chercher_metiers
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.fiche import ecrans
from imilo.web.fiche.ecrans import Ecran
from imilo.web.fiche.formulaires import FormulaireRubrique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def exiger(requete: Requete, action: str) -> None:
    """Refuse (403) when the active profile may not do this action of a section."""
    if not peut(requete.affectation.profil, action):
        raise PermissionDenied(action)


def rubrique_lue(requete: Requete, code: str, *, ecrire: bool = False) -> Rubrique:
    """The section, 404 for none; 403 when the active profile doesn't read it, or doesn't write it where it must."""
    trouvee = PAR_CODE.get(code)
    if trouvee is None:
        raise Http404
    if not vu(requete.affectation.profil, trouvee.famille):
        raise PermissionDenied(trouvee.famille)
    if ecrire:
        exiger(requete, trouvee.ecrire)
    return trouvee


def ligne_ou_404(dossier: Dossier, rubrique: Rubrique, ligne_id: int) -> Donnee:
    """The row of this section of this dossier, 404 for none."""
    ligne = selectors.ligne_de(dossier, rubrique, ligne_id)
    if ligne is None:
        raise Http404
    return ligne


def adresse_de(dossier: Dossier, code: str = "") -> str:
    return reverse("web:fiche", args=[str(dossier)]) + (f"#rubrique-{code}" if code else "")


@permission("dossier.lire")
@require_GET
def fiche(requete: Requete, numero: str) -> HttpResponseBase:
    """Everything that the structure knows of the person and that this profile reads."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "fiche")
    le, profil = aujourd_hui(requete.structure), requete.affectation.profil
    groupes = selectors.lire_fiche(dossier, profil=profil, le=le)
    lues = [r for g in groupes for r in g.rubriques]
    contexte = {
        "dossier": dossier,
        "groupes": groupes,
        "a_confirmer": sum(1 for r in lues if r.remplie and r.a_confirmer),
        "vides": sum(1 for r in lues if not r.remplie),
        "confirmables": bool(selectors.rubriques_modifiables(profil)),
        "etiquettes": selectors.etiquettes_de(dossier),
        "liens": selectors.liens_de(dossier),
        "notes": list(selectors.notes(dossier, profil=profil)[:20]),
    }
    return render(requete, "web/fiche/fiche.html", contexte)


def _section(
    requete: Requete, dossier: Dossier, rubrique: Rubrique, *, fait: str = "", statut: int = 200
) -> HttpResponse:
    """The section alone, as HTMX puts it in place."""
    lue = selectors.lire_rubrique(
        dossier, rubrique, profil=requete.affectation.profil, le=aujourd_hui(requete.structure)
    )
    contexte = {"dossier": dossier, "r": lue, "fait": fait}
    return render(requete, "web/fiche/_rubrique.html", contexte, status=statut)


def _enregistre(requete: Requete, dossier: Dossier, rubrique: Rubrique, message: str) -> HttpResponseBase:
    """After a write: the section in place, or the page at that section."""
    suite = adresse_de(dossier, rubrique.code)
    if not requete.htmx:
        messages.success(requete, message)
        return HttpResponseRedirect(suite)
    reponse = _section(requete, dossier, rubrique, fait=message, statut=201)
    reponse.headers["Location"] = suite  # where the same form sent twice leads
    return reponse


def _formulaire(
    requete: Requete,
    dossier: Dossier,
    rubrique: Rubrique,
    form: FormulaireRubrique,
    change: Changement | None = None,
) -> HttpResponse:
    modele = "_formulaire" if requete.htmx else "saisie"
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    contexte = {"dossier": dossier, "rubrique": rubrique, "form": form, "ligne": form.ligne, "change": change}
    return render(requete, f"web/fiche/{modele}.html", contexte, status=statut)


@permission("dossier.lire")
@require_GET
def rubrique(requete: Requete, numero: str, code: str) -> HttpResponseBase:
    """One section, to put back in place of its form; without HTMX, the page at that section."""
    dossier = dossier_ou_404(requete, numero)
    trouvee = rubrique_lue(requete, code)
    if not requete.htmx:
        return HttpResponseRedirect(adresse_de(dossier, code))
    return _section(requete, dossier, trouvee)


@permission("dossier.lire")
@envoi_unique
def ajouter(requete: Requete, numero: str, code: str) -> HttpResponseBase:
    """A first or another row of a section."""
    dossier = dossier_ou_404(requete, numero)
    trouvee = rubrique_lue(requete, code, ecrire=True)
    le = aujourd_hui(requete.structure)
    form = FormulaireRubrique(
        requete.POST if requete.method == "POST" else None, rubrique=trouvee, le=le, initial=_connu(dossier, code, le)
    )
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(services.ajouter, requete.user, dossier, trouvee, valeurs=form.valeurs())
    ):
        return _enregistre(requete, dossier, trouvee, "C'est enregistré.")
    return _formulaire(requete, dossier, trouvee, form)


def _connu(dossier: Dossier, code: str, le: date) -> dict[str, Any]:
    """What is known already: nothing is typed twice."""
    if code == "compte":
        return {"titulaire_nom": dossier.jeune.nom_complet, "titulaire": "personne", "rib_vu_le": le}
    return {"constate_le": le} if code == "territoire" else {}


@permission("dossier.lire")
@envoi_unique
def corriger(requete: Requete, numero: str, code: str, ligne_id: int) -> HttpResponseBase:
    """Correct a row; who saved it meanwhile is told."""
    dossier = dossier_ou_404(requete, numero)
    trouvee = rubrique_lue(requete, code, ecrire=True)
    ligne = ligne_ou_404(dossier, trouvee, ligne_id)
    le = aujourd_hui(requete.structure)
    form = FormulaireRubrique(requete.POST if requete.method == "POST" else None, rubrique=trouvee, le=le, ligne=ligne)
    change = None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(
            form,
            ligne,
            lambda: services.corriger(
                requete.user, ligne, version=form.cleaned_data["version"] or 0, valeurs=form.valeurs()
            ),
        )
        if fait is not None:
            return _enregistre(requete, dossier, trouvee, "C'est enregistré.")
    return _formulaire(requete, dossier, trouvee, form, _sans_secret(change, trouvee))


def _sans_secret(change: Changement | None, rubrique: Rubrique) -> Changement | None:
    """What somebody else changed, without the numbers that are encrypted nor what goes without saying."""
    if change is None:
        return None
    ecarts = [
        replace(e, avant=MASQUE, apres=MASQUE) if e.champ in rubrique.secrets else e
        for e in change.ecarts
        if e.champ not in PROVENANCE
    ]
    return replace(change, ecarts=tuple(ecarts))


@permission("dossier.lire")
@envoi_unique
def retirer(requete: Requete, numero: str, code: str, ligne_id: int) -> HttpResponseBase:
    """Ask, then take a row out. History keeps it."""
    dossier = dossier_ou_404(requete, numero)
    trouvee = rubrique_lue(requete, code, ecrire=True)
    ligne = ligne_ou_404(dossier, trouvee, ligne_id)
    le, profil = aujourd_hui(requete.structure), requete.affectation.profil

    @cache
    def telle_qu_elle_est() -> selectors.LigneLue | None:
        lue = selectors.lire_rubrique(dossier, trouvee, profil=profil, le=le)
        return next((x for x in lue.lignes if x.donnee.pk == ligne.pk), None)

    contexte = {
        "dossier": dossier,
        "rubrique": trouvee,
        "ligne": telle_qu_elle_est,  # read by the template: after a conflict, as somebody else left it
        "bouton": "Retirer de la fiche",
    }
    message = "C'est retiré de la fiche ; l'historique le garde."
    ecran = Ecran("web/fiche/retirer.html", contexte, message, adresse_de(dossier, code))
    return ecrans.retirer(requete, ecran, ligne, lambda version: services.retirer(requete.user, ligne, version=version))


@permission("dossier.lire")
@require_POST
def confirmer_une(requete: Requete, numero: str, code: str) -> HttpResponseBase:
    """This section still holds, says the person in front of us."""
    dossier = dossier_ou_404(requete, numero)
    if code not in selectors.rubriques_modifiables(requete.affectation.profil):
        if code not in PAR_CODE and code not in DU_DOSSIER_PAR_CODE:
            raise Http404
        raise PermissionDenied(code)
    services.confirmer(requete.user, dossier, rubriques={code})
    if requete.htmx:
        if code in PAR_CODE:
            return _section(requete, dossier, PAR_CODE[code], fait="C'est confirmé.")
        return _section_du_dossier(requete, dossier, code, fait="C'est confirmé.")
    messages.success(requete, "C'est confirmé.")
    return HttpResponseRedirect(adresse_de(dossier, code))


def _section_du_dossier(requete: Requete, dossier: Dossier, code: str, *, fait: str) -> HttpResponse:
    lue = selectors.lire_rubrique_du_dossier(
        dossier,
        DU_DOSSIER_PAR_CODE[code],
        selectors.dites_du_dossier(dossier),
        profil=requete.affectation.profil,
        le=aujourd_hui(requete.structure),
    )
    return render(requete, "web/fiche/_rubrique.html", {"dossier": dossier, "r": lue, "fait": fait})


@permission("dossier.lire")
@require_POST
def confirmer_tout(requete: Requete, numero: str) -> HttpResponseBase:
    """Every section that this profile writes still holds."""
    dossier = dossier_ou_404(requete, numero)
    codes = selectors.rubriques_modifiables(requete.affectation.profil)
    if not codes:
        raise PermissionDenied("fiche")
    combien = services.confirmer(requete.user, dossier, rubriques=codes)
    texte = f"{combien} information{'s' if combien > 1 else ''} confirmée{'s' if combien > 1 else ''}."
    messages.success(requete, texte if combien else "Tout était déjà confirmé aujourd'hui.")
    return HttpResponseRedirect(adresse_de(dossier))


@permission("dossier.lire")
@require_GET
def numero_en_entier(requete: Requete, numero: str, code: str, ligne_id: int) -> HttpResponseBase:
    """An encrypted number in full, to whom the section says; the journal keeps that it was read."""
    dossier = dossier_ou_404(requete, numero)
    trouvee = rubrique_lue(requete, code)
    exiger(requete, trouvee.secret)
    ligne = ligne_ou_404(dossier, trouvee, ligne_id)
    if not trouvee.secrets:
        raise Http404
    consulter(requete.user, dossier, "compte_bancaire" if code == "compte" else "numero", objet=ligne)
    champ = trouvee.secrets[0]
    colonne = trouvee.modele._meta.get_field(champ)
    contexte = {
        "dossier": dossier,
        "rubrique": trouvee,
        "libelle": getattr(colonne, "verbose_name", champ),
        "valeur": _par_groupes(str(getattr(ligne, champ))) if champ == "iban" else getattr(ligne, champ),
        "retour": adresse_de(dossier, code),
    }
    modele = "_numero" if requete.htmx else "numero"
    return render(requete, f"web/fiche/{modele}.html", contexte)


def _par_groupes(iban: str) -> str:
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


@permission("referentiel.lire")
@require_GET
def metiers(requete: Requete) -> HttpResponseBase:
    """Jobs whose name begins as what is typed, for the list under the field."""
    texte = requete.GET.get(requete.GET.get("champ", "rome"), "")
    return render(requete, "web/fiche/_metiers.html", {"metiers": chercher_metiers(texte, limite=12)})
