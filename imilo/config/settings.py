"""Settings of I-MILO, read from the environment.

Everything has a default that suits a laptop; production sets `IMILO_ENV=production`, which refuses to
start without its own secrets, its own database roles and a real ProConnect.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from pghistory import ContextJSONField

from imilo.droit.lectures import Lectures
from imilo.socle.chemins import dossier_imilo, lire_ou_creer_secrets
from imilo.socle.urls_base import Role, url_pour

django_stubs_ext.monkeypatch()

env = environ.Env()
RACINE = Path(__file__).resolve().parent.parent
IMILO_HOME = dossier_imilo()
ENVIRONNEMENT = env.str("IMILO_ENV", default="demonstration")
if ENVIRONNEMENT not in ("demonstration", "production"):
    raise ImproperlyConfigured(
        f"IMILO_ENV vaut « {ENVIRONNEMENT} » : seuls « demonstration » et « production » existent."
    )
PRODUCTION = ENVIRONNEMENT == "production"
TESTS = "pytest" in sys.modules

# Secrets: from the environment in production, else made once under IMILO_HOME (mode 0600).
_secrets = {} if PRODUCTION else lire_ou_creer_secrets(IMILO_HOME)
SECRET_KEY = env.str("IMILO_SECRET_KEY", default=_secrets.get("secret_key", ""))
# Key ring "identifier:base64", first = the one that encrypts; the others only decrypt (rotation).
CLES_CHIFFREMENT = env.list("IMILO_CLES_CHIFFREMENT", default=[_secrets.get("chiffrement", "")])
CLE_EMPREINTE = env.str("IMILO_CLE_EMPREINTE", default=_secrets.get("empreinte", ""))
CLE_SCEAU = env.str("IMILO_CLE_SCEAU", default=_secrets.get("sceau", ""))
if PRODUCTION and not (SECRET_KEY and CLES_CHIFFREMENT[0] and CLE_EMPREINTE and CLE_SCEAU):
    raise ImproperlyConfigured(
        "En production, IMILO_SECRET_KEY, IMILO_CLES_CHIFFREMENT, IMILO_CLE_EMPREINTE et IMILO_CLE_SCEAU "
        "doivent être donnés par l'environnement."
    )

DEBUG = False
ALLOWED_HOSTS = env.list("IMILO_HOTES", default=[] if PRODUCTION else ["127.0.0.1", "localhost", "testserver", "[::1]"])
ROOT_URLCONF = "imilo.config.urls"
WSGI_APPLICATION = "imilo.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "widget_tweaks",
    "dsfr",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "imilo.socle",
    "imilo.journal",
    "imilo.referentiels",
    "imilo.acteurs",
    "imilo.jeunes",
    "imilo.parcours.dossiers",
    "imilo.parcours.messagerie",
    "imilo.parcours.acces",
    "imilo.parcours.liens",
    "imilo.parcours.diagnostics",
    "imilo.parcours.fiche",
    "imilo.parcours.doublons",
    "imilo.parcours.agenda",
    "imilo.parcours.portefeuilles",
    "imilo.parcours.contrats",
    "imilo.parcours.activites",
    "imilo.parcours.sanctions",
    "imilo.parcours.allocations",
    "imilo.parcours.transferts",
    "imilo.parcours.arrivees",
    "imilo.echanges.connecteurs.apprentissage",
    "imilo.echanges.connecteurs.asp",
    "imilo.echanges.connecteurs.listes",
    "imilo.web",
    "imilo.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "imilo.web.intergiciels.entetes_de_securite",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "imilo.web.intergiciels.session_bornee",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "imilo.web.intergiciels.PerimetreDeLaRequete",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["imilo.web.templatetags.francais"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "imilo.web.contexte.commun",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# One role per process: the web runs as imilo_app, batches as imilo_lots, migrations as the owner.
IMILO_ROLE = Role(env.str("IMILO_ROLE", default="app"))
# A page reads one dossier with ten tables beside it: PostgreSQL would try all the orders of eight of them, 8 ms for
# half a millisecond of reading; it takes the order written from the fifth on. Nothing here is worth compiling.
REGLAGES_DE_SESSION = "-c idle_in_transaction_session_timeout=60000 -c join_collapse_limit=4 -c jit=off"
_base = environ.Env.db_url_config(url_pour(IMILO_ROLE, IMILO_HOME))
DATABASES = {
    "default": {
        **_base,
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # What the URL asks for is kept: the folder of the socket, sslmode.
        "OPTIONS": {**_base.get("OPTIONS", {}), "options": REGLAGES_DE_SESSION},
    }
}

AUTH_USER_MODEL = "acteurs.Agent"
LOGIN_URL = "web:connexion"
SESSION_ENGINE = "imilo.web.sessions"  # in the database, found by agent: they can be ended from outside
SESSION_COOKIE_AGE = 12 * 3600  # also the absolute limit, kept by imilo.web.intergiciels.session_bornee
SESSION_INACTIVITE = env.int("IMILO_SESSION_INACTIVITE", default=30 * 60)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "imilo.web.erreurs.formulaire_perime"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-imilo", "__Host-imilo-csrf"
    SECURE_SSL_REDIRECT = env.bool("IMILO_REDIRIGER_HTTPS", default=True)
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# ProConnect. The sandbox is a provider of ours that speaks the same protocol; never in production.
BAC_A_SABLE = env.bool("IMILO_BAC_A_SABLE", default=not PRODUCTION)
if PRODUCTION and BAC_A_SABLE:
    raise ImproperlyConfigured("Le ProConnect de démonstration ne peut pas être allumé en production.")
PROCONNECT_DOMAINE = env.str("PROCONNECT_DOMAIN", default="")
PROCONNECT_CLIENT_ID = env.str("PROCONNECT_CLIENT_ID", default="imilo-demonstration")
PROCONNECT_CLIENT_SECRET = env.str("PROCONNECT_CLIENT_SECRET", default=_secrets.get("proconnect", ""))
if PRODUCTION and not (PROCONNECT_DOMAINE and PROCONNECT_CLIENT_SECRET):
    raise ImproperlyConfigured("En production, PROCONNECT_DOMAIN et PROCONNECT_CLIENT_SECRET sont requis.")

# Messages to people (docs/messages.md). In the demonstration nothing leaves: a visible mailbox shows them.
BOITE_VISIBLE = BAC_A_SABLE
_MESSAGERIE = "imilo.parcours.messagerie.expediteurs"
_boite = f"{_MESSAGERIE}.BoiteVisible" if BOITE_VISIBLE else ""
EXPEDITEURS = {
    "sms": env.str("IMILO_EXPEDITEUR_SMS", default=_boite or f"{_MESSAGERIE}.PasserelleSms"),
    "courriel": env.str("IMILO_EXPEDITEUR_COURRIEL", default=_boite or f"{_MESSAGERIE}.CourrielSmtp"),
}
SMS_ADRESSE, SMS_JETON = env.str("IMILO_SMS_URL", default=""), env.str("IMILO_SMS_JETON", default="")
_smtp = env.email_url("IMILO_SMTP", default="smtp://")  # smtp+tls://user:password@host:587
EMAIL_HOST, EMAIL_PORT = _smtp["EMAIL_HOST"] or "", _smtp["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp["EMAIL_HOST_USER"] or "", _smtp["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp.get("EMAIL_USE_TLS", False), _smtp.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.str("IMILO_COURRIEL_EXPEDITEUR", default="ne-pas-repondre@imilo.example")
# Where people reach this site: the start of the links that they receive.
ADRESSE_PUBLIQUE = env.str(
    "IMILO_ADRESSE_PUBLIQUE", default="" if PRODUCTION else f"http://127.0.0.1:{env.int('IMILO_PORT', default=8000)}"
).rstrip("/")

# Where the journal is sealed a second time, out of the database.
SCEAUX = Path(env.str("IMILO_SCEAUX", default=str(IMILO_HOME / "sceaux")))

# Only the State's own services may bear its brand block and its typeface.
# Where the text leaves a choice (docs/droit/lectures.md): `question=choix,question=choix`.
IMILO_LECTURES = Lectures.depuis_texte(env.str("IMILO_LECTURES", default=""))
MARQUE_DE_L_ETAT = env.bool("IMILO_MARQUE_ETAT", default=False)
# Searches of an agent, in an hour, that may show people of other structures.
ANNUAIRE_QUOTA = env.int("IMILO_ANNUAIRE_QUOTA", default=60)

# No act for so many days: *Ma journée* says that there is no news of the person.
SANS_NOUVELLES_JOURS = env.int("IMILO_SANS_NOUVELLES_JOURS", default=30)

# Arrivals: closed after so many days without news; without a dossier, erased so many days after they are over.
ARRIVEES_EXPIRATION_JOURS = env.int("IMILO_ARRIVEES_EXPIRATION", default=365)
ARRIVEES_GARDE_JOURS = env.int("IMILO_ARRIVEES_GARDE", default=365)

# The folder where others leave lists (docs/formats/depot.md); empty: nobody does.
DEPOT_LISTES = env.str("IMILO_DEPOT_LISTES", default="")

# The paying agency (docs/formats/asp.md): a folder, or sftp://account@server:22/path with a key and known hosts.
ASP = env.str("IMILO_ASP", default="" if PRODUCTION else str(IMILO_HOME / "asp"))
ASP_CLE = env.str("IMILO_ASP_CLE", default="")
ASP_HOTES_CONNUS = env.str("IMILO_ASP_HOTES_CONNUS", default="")
# Days after a deposit without an answer: *Ma journée* says that the agency is late.
ASP_RETARD_JOURS = env.int("IMILO_ASP_RETARD_JOURS", default=3)

# A resource of a month from which a decision is looked at before it is taken: typed wrong, most likely (euros).
ALLOCATION_MONTANT_A_REGARDER = env.int("IMILO_ALLOCATION_MONTANT_A_REGARDER", default=5000)

# How many days before its end a residence permit, or another document, is to be seen to.
ALERTE_SEJOUR_JOURS = env.int("IMILO_ALERTE_SEJOUR", default=60)
ALERTE_DOCUMENT_JOURS = env.int("IMILO_ALERTE_DOCUMENT", default=30)

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"  # a default: each structure has its own
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = TESTS  # else every file is listed once, when a process starts

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# The context of a change (who, in which request) is stored in the event row itself: no shared table to guard.
PGHISTORY_CONTEXT_FIELD = ContextJSONField()
PGHISTORY_DEFAULT_TRACKERS = ()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": env.str("IMILO_LOG", default="WARNING")},
}
