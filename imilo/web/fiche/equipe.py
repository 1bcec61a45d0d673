"""Notes, tags and household links of a dossier."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import dossier_visible
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.models import LienDeFoyer, Note
from imilo.parcours.fiche.services import equipe as services
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.fiche.ecrans import Ecran, corriger, retirer, saisir
from imilo.web.fiche.formulaires_suivi import FormulaireEtiquettes, FormulaireLien, FormulaireNote
from imilo.web.fiche.views import adresse_de
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _retour(dossier: Dossier, ancre: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{adresse_de(dossier)}#{ancre}")


def _ecran(modele: str, dossier: Dossier, message: str, ancre: str, **contexte: Any) -> Ecran:
    suite = f"{adresse_de(dossier)}#{ancre}"
    return Ecran(f"web/fiche/{modele}.html", {"dossier": dossier, **contexte}, message, suite)


def _note(dossier: Dossier, cle: int) -> Note:
    trouvee = Note.objects.filter(dossier=dossier, pk=cle).first()
    if trouvee is None:
        raise Http404
    return trouvee


@permission("dossier.suivre")
@envoi_unique
def note_nouvelle(requete: Requete, numero: str) -> HttpResponseBase:
    """Write a note."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireNote(requete.POST if requete.method == "POST" else None)
    ecran = _ecran("note", dossier, "La note est enregistrée.", "notes")

    def ecrire(d: dict[str, Any]) -> Note:
        return services.ecrire_note(requete.user, dossier, texte=d["texte"], portee=d["portee"])

    return saisir(requete, ecran, form, ecrire)


@permission("dossier.suivre")
@envoi_unique
def note_modifier(requete: Requete, numero: str, note_id: int) -> HttpResponseBase:
    """Correct a note, or change who reads it."""
    dossier = dossier_ou_404(requete, numero)
    note = _note(dossier, note_id)
    form = FormulaireNote(requete.POST if requete.method == "POST" else None, note=note)
    ecran = _ecran("note", dossier, "La note est enregistrée.", "notes", note=note)

    def changer(version: int, d: dict[str, Any]) -> Note:
        return services.corriger_note(requete.user, note, version=version, texte=d["texte"], portee=d["portee"])

    return corriger(requete, ecran, form, note, changer)


@permission("dossier.suivre")
@envoi_unique
def note_retirer(requete: Requete, numero: str, note_id: int) -> HttpResponseBase:
    """Ask, then take a note out."""
    dossier = dossier_ou_404(requete, numero)
    note = _note(dossier, note_id)
    ecran = _ecran("note_retirer", dossier, "La note est retirée.", "notes", note=note, bouton="Retirer cette note")
    return retirer(requete, ecran, note, lambda v: services.retirer_note(requete.user, note, version=v))


@permission("dossier.suivre")
@envoi_unique
def etiquettes(requete: Requete, numero: str) -> HttpResponseBase:
    """Choose the tags of a dossier."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireEtiquettes(
        requete.POST if requete.method == "POST" else None, dossier=dossier, structure=requete.structure
    )
    ecran = _ecran("etiquettes_du_dossier", dossier, "Les étiquettes sont à jour.", "etiquettes")
    return saisir(requete, ecran, form, lambda _: services.etiqueter(requete.user, dossier, etiquettes=form.choisies()))


@permission("dossier.suivre")
@envoi_unique
def lien_nouveau(requete: Requete, numero: str) -> HttpResponseBase:
    """Say that another dossier of the structure is of the same household."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireLien(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid():
        d = form.cleaned_data
        autre = dossier_visible(agent=requete.user, structure=requete.structure, numero=d["numero"])
        if autre is None:
            form.add_error("numero", "Aucun dossier de votre structure ne porte ce numéro.")
        elif form.accepte(services.lier, requete.user, dossier, autre=autre, nature=d["nature"]):
            messages.success(requete, f"Le lien avec {autre.jeune.nom_complet} est noté sur les deux dossiers.")
            return _retour(dossier, "liens")
    contexte = {"dossier": dossier, "form": form}
    return render(requete, "web/fiche/lien.html", contexte, status=422 if form.errors else 200)


@permission("dossier.suivre")
@envoi_unique
def lien_retirer(requete: Requete, numero: str, lien_id: int) -> HttpResponseBase:
    """Ask, then take a household link out on both sides."""
    dossier = dossier_ou_404(requete, numero)
    lien = LienDeFoyer.objects.filter(dossier=dossier, pk=lien_id).first()
    if lien is None:
        raise Http404
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid() and form.accepte(services.delier, requete.user, lien):
        messages.success(requete, "Le lien est retiré des deux dossiers.")
        return _retour(dossier, "liens")
    contexte = {
        "dossier": dossier,
        "form": form,
        "lien": next((x for x in selectors.liens_de(dossier) if x.lien.pk == lien.pk), None),
        "bouton": "Retirer ce lien",
        "retour": f"{adresse_de(dossier)}#liens",
    }
    return render(requete, "web/fiche/lien_retirer.html", contexte)
