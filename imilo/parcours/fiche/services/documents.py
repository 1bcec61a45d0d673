"""Documents filed on the dossier: what they are, until when they hold; their bytes are checked before anything."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from django.db import transaction
from django.db.models import ProtectedError

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.documents import enregistrer_document, verifier_fichier
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.fiche.models import Justificatif
from imilo.parcours.fiche.services.donnees import verrouiller
from imilo.socle.erreurs import RegleViolee

CHAMPS = {"justificatif_dates": "expire_le"}
DOCUMENTS_MAX = 200  # of one dossier
TRES_LOIN = timedelta(days=40 * 366)


def _verifier(justificatif: Justificatif, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure)
    if justificatif.emis_le is not None and justificatif.emis_le > le:
        raise RegleViolee("Cette date est à venir : vérifiez-la.", "emis_le")
    if justificatif.expire_le is not None and justificatif.expire_le > le + TRES_LOIN:
        raise RegleViolee("Cette date est trop lointaine : vérifiez l'année.", "expire_le")


@transaction.atomic
def deposer(
    agent: Agent,
    dossier: Dossier,
    *,
    type: str,  # noqa: A002  # the column's name, and the trade's word
    titre: str,
    contenu: bytes,
    emis_le: date | None = None,
    expire_le: date | None = None,
) -> Justificatif:
    """File a document: PDF, JPEG or PNG really readable, 10 MB at most, whatever its name. Fact `document.depose`.

    Raises `RegleViolee` at the field; the same bytes twice under one type are refused.
    """
    dossier = verrouiller(dossier)
    type_mime = verifier_fichier(contenu, champ="fichier")
    if Document.objects.filter(dossier=dossier).count() >= DOCUMENTS_MAX:
        raise RegleViolee(f"Ce dossier a déjà {DOCUMENTS_MAX} documents : retirez ceux qui ne servent plus.", "fichier")
    empreinte = hashlib.sha256(contenu).hexdigest()
    if Justificatif.objects.filter(dossier=dossier, type=type, document__sha256=empreinte).exists():
        raise RegleViolee("Ce fichier est déjà dans le dossier, sous ce type.", "fichier")
    document = enregistrer_document(
        agent, dossier=dossier, genre=GenreDocument.JUSTIFICATIF, titre=titre, contenu=contenu, type_mime=type_mime
    )
    justificatif = Justificatif(
        dossier=dossier,
        structure_id=dossier.structure_id,
        document=document,
        type=type,
        emis_le=emis_le,
        expire_le=expire_le,
    )
    _verifier(justificatif, dossier)
    enregistrer(justificatif, champs=CHAMPS, premier=True)
    consigner(agent, "document.depose", document, justificatif=justificatif.pk, type=type)
    return justificatif


@transaction.atomic
def requalifier(
    agent: Agent,
    justificatif: Justificatif,
    *,
    version: int,
    type: str,  # noqa: A002  # the column's name, and the trade's word
    emis_le: date | None,
    expire_le: date | None,
) -> Justificatif:
    """Correct what a document is or until when it holds. Fact `document.modifie`. Raises as `deposer`."""
    stocke = reprendre(justificatif, version=version)
    stocke.dossier = justificatif.dossier
    stocke.type, stocke.emis_le, stocke.expire_le = type, emis_le, expire_le
    stocke.version += 1
    _verifier(stocke, justificatif.dossier)
    enregistrer(stocke, champs=CHAMPS)
    consigner(agent, "document.modifie", stocke, type=type)
    return stocke


@transaction.atomic
def retirer_document(agent: Agent, justificatif: Justificatif, *, version: int) -> None:
    """Take out a document filed by mistake, with its bytes. Fact `document.retire`. Raises `RegleViolee` when it proves
    something elsewhere in the dossier (an absence, an activity)."""
    stocke = reprendre(justificatif, version=version)
    document = Document.objects.defer("contenu").get(pk=stocke.document_id)
    consigner(agent, "document.retire", document, type=stocke.type)
    stocke.delete()
    try:
        document.delete()
    except ProtectedError as erreur:
        raise RegleViolee("Ce document sert de preuve ailleurs dans le dossier : retirez-le d'abord de là.") from erreur
