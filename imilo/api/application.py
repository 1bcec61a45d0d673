"""The APIs: the operator contract under its own error form, that of the CFA, and their OpenAPI pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from imilo.api.apprentissage.routes import routeur as cfa
from imilo.api.operateurs import erreurs
from imilo.api.operateurs.routes import routeur
from imilo.api.operateurs.schemas import SituationEnvoyee
from imilo.api.problemes import probleme
from imilo.echanges.connecteurs.apprentissage.organismes import TropDAppels

CHAMPS_DU_CONTRAT = frozenset(SituationEnvoyee.model_fields)

operateurs = NinjaAPI(
    title="I-MILO, contrat des opérateurs",
    version="1",
    description=(
        "Les appels que fait l'Application CEJ. Chaque famille d'appels a sa clé, dans l'en-tête "
        "`X-Gravitee-Api-Key`. Les erreurs sont `{code, message}`."
    ),
    urls_namespace="api-operateurs",
    docs_url="/docs",
)
operateurs.add_router("", routeur)


@operateurs.exception_handler(AuthenticationError)
def cle_refusee(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    return erreurs.cle_refusee()


@operateurs.exception_handler(ValidationError)
def demande_incorrecte(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    # The names of fields are the contract's; what was sent in them is never repeated.
    champs = sorted({str(e["loc"][-1]) for e in exc.errors} & CHAMPS_DU_CONTRAT)
    lesquels = f" : {', '.join(champs)}" if champs else ""
    return erreurs.erreur(400, "DEMANDE_INCORRECTE", f"La demande n'a pas la forme attendue par le contrat{lesquels}.")


@operateurs.exception_handler(HttpError)
def corps_illisible(request: HttpRequest, exc: HttpError) -> HttpResponse:
    return erreurs.erreur(exc.status_code, "DEMANDE_INCORRECTE", "Le corps de la demande n'est pas du JSON lisible.")


apprentissage = NinjaAPI(
    title="I-MILO, dossiers d'apprenants",
    version="3",
    description=(
        "Les appels que fait le logiciel d'un CFA. La clé de l'établissement est dans l'en-tête "
        "`Authorization: Bearer`. Trois mille appels par minute et par établissement."
    ),
    urls_namespace="api-apprentissage",
    docs_url="/docs",
)
apprentissage.add_router("", cfa)


@apprentissage.exception_handler(AuthenticationError)
def cle_du_cfa_refusee(request: HttpRequest, exc: AuthenticationError) -> HttpResponse:
    return probleme(403, "Clé refusée", "La clé de l'établissement est absente, inconnue, expirée ou révoquée.")


@apprentissage.exception_handler(TropDAppels)
def trop_d_appels(request: HttpRequest, exc: TropDAppels) -> HttpResponse:
    reponse = probleme(429, "Trop d'appels", f"Recommencez dans {exc.secondes} secondes.")
    reponse["Retry-After"] = str(exc.secondes)
    return reponse


@apprentissage.exception_handler(ValidationError)
def parametre_incorrect(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    return probleme(400, "Demande incorrecte", "Un paramètre n'a pas la forme attendue.")
