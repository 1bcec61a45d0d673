"""Errors of the operator contract: `{code, message}`, the message in French."""

from __future__ import annotations

from django.http import JsonResponse

from imilo.socle.erreurs import RegleViolee

# The field of the contract that a service refuses, to the code of the error.
CODES_SITUATION = {
    "mesure": "MESURE_INCONNUE",
    "loginConseiller": "CONSEILLER_INCONNU",
    "dateDebut": "DATES_INCORRECTES",
    "dateFinReelle": "DATES_INCORRECTES",
    "commentaire": "COMMENTAIRE_INCORRECT",
}


def erreur(statut: int, code: str, message: str) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=statut, json_dumps_params={"ensure_ascii": False})


def cle_refusee() -> JsonResponse:
    return erreur(401, "CLE_REFUSEE", "La clé d'API est absente, inconnue, expirée ou d'une autre famille.")


def numero_incorrect() -> JsonResponse:
    return erreur(400, "NUMERO_INCORRECT", "Le numéro de dossier est un nombre de sept chiffres. Exemple : 1234567.")


def dossier_inconnu() -> JsonResponse:
    """Also the answer for a dossier out of the key's perimeter: it says nothing of what exists elsewhere."""
    return erreur(404, "DOSSIER_INCONNU", "Aucun dossier ne porte ce numéro.")


def dossier_non_justifie() -> JsonResponse:
    return erreur(
        403,
        "DOSSIER_NON_JUSTIFIE",
        "Ce dossier n'est pas encore justifié : la mission locale doit voir une pièce d'identité.",
    )


PAR_VERDICT = {"numero_incorrect": numero_incorrect, "non_justifie": dossier_non_justifie}


def situation_refusee(refus: RegleViolee) -> JsonResponse:
    return erreur(400, CODES_SITUATION.get(refus.champ or "", "DEMANDE_INCORRECTE"), refus.message)
