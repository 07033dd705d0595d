"""One settings file, read from the environment (`docs/settings.md` lists every name)."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from coklit import env

ROOT = Path(__file__).resolve().parent.parent

# --- the installation -------------------------------------------------------------------------------
DEBUG = env.flag("COKLIT_DEBUG")
SECRET_KEY = env.text("COKLIT_SECRET_KEY")
BASE_URL = env.text("COKLIT_BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.words("COKLIT_ALLOWED_HOSTS", "localhost,127.0.0.1")
DEMO = env.flag("COKLIT_DEMO")
LOG_LEVEL = env.text("COKLIT_LOG_LEVEL", "INFO")

ROOT_URLCONF = "coklit.urls"
WSGI_APPLICATION = "coklit.wsgi.application"
AUTH_USER_MODEL = "voters.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "masuk"
LOGIN_REDIRECT_URL = "dasbor"

INSTALLED_APPS = [
    "coklit.apps.CoklitConfig",
    "voters.apps.VotersConfig",
    "reports.apps.ReportsConfig",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "voters.apps.AdminPagesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "coklit.apps.installation",
            ],
        },
    },
]

# --- data -------------------------------------------------------------------------------------------
# Pages, workers, tests and benchmarks use "default", the web role; only migrations use the owner, whose address the
# processes that serve do not need to know.
_WEB = env.database(env.text("COKLIT_DATABASE_URL"), pool_size=env.number("COKLIT_DATABASE_POOL", 0))
_OWNER_URL = env.text("COKLIT_DATABASE_OWNER_URL", "")
DATABASES = {"default": _WEB, "owner": env.database(_OWNER_URL) if _OWNER_URL else _WEB}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.text("COKLIT_CACHE_URL", "redis://127.0.0.1:6379/1"),
        "KEY_PREFIX": "coklit",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# A foreign key that is also the primary key is meant: one current result for one voter (docs/adr/0006).
SILENCED_SYSTEM_CHECKS = ["fields.W342"]

# --- tasks ------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.text("COKLIT_BROKER_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Jakarta"
# A night's mails and files take minutes: they wait in lines of their own, so that recounts never wait for them.
CELERY_TASK_ROUTES = {
    "reports.tasks.send_nightly": {"queue": "mail"},
    "voters.tasks.run_import": {"queue": "imports"},
}
CELERY_BEAT_SCHEDULE = {
    "recount what changed": {
        "task": "reports.tasks.roll_up",
        "schedule": 1.0,
        # A run that waited longer than this is worth nothing: the next one does its work.
        "options": {"expires": 5},
    },
    "apply stored batches": {
        "task": "voters.tasks.apply_stored_batches",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "keep refused attempts": {
        "task": "voters.tasks.keep_refused_attempts",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "delete uploads whose time is over": {
        "task": "voters.tasks.expire_uploads",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "resume imports": {"task": "voters.tasks.resume_imports", "schedule": 30.0, "options": {"expires": 30}},
    "nightly mail": {"task": "reports.tasks.send_nightly", "schedule": 60.0, "options": {"expires": 60}},
}

# --- back-pressure ----------------------------------------------------------------------------------
# Uploads that are let in: of one phone, of one kab/kota, of all; and those applied at once, the rest being stored for
# the workers. 0 is no limit (docs/operations.md).
SYNC_DEVICE_PER_MINUTE = env.number("COKLIT_SYNC_DEVICE_PER_MINUTE", 30)
SYNC_KABKOTA_PER_SECOND = env.number("COKLIT_SYNC_KABKOTA_PER_SECOND", 100)
SYNC_SYSTEM_PER_SECOND = env.number("COKLIT_SYNC_SYSTEM_PER_SECOND", 400)
SYNC_APPLY_PER_SECOND = env.number("COKLIT_SYNC_APPLY_PER_SECOND", 300)

# --- uploads ----------------------------------------------------------------------------------------
# Files that people bring in hold personal data: a folder of its own, outside of everything that is served.
UPLOADS_DIR = Path(env.text("COKLIT_UPLOADS_DIR", str(ROOT / ".local" / "uploads")))
UPLOADS_KEEP_DAYS = env.number("COKLIT_UPLOADS_KEEP_DAYS", 30)
UPLOAD_MAX_MB = env.number("COKLIT_UPLOAD_MAX_MB", 2048)
WORKBOOK_MAX_MB = env.number("COKLIT_WORKBOOK_MAX_MB", 32)
# While a large file comes in, it waits on the same disk: the system's folder may be memory.
FILE_UPLOAD_TEMP_DIR = UPLOADS_DIR if UPLOADS_DIR.is_dir() else None

# --- language, time ---------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = True

# --- mail -------------------------------------------------------------------------------------------
_MAIL = env.smtp(env.text("COKLIT_SMTP_URL", "smtp://127.0.0.1:25"))
EMAIL_HOST = _MAIL["EMAIL_HOST"]
EMAIL_PORT = _MAIL["EMAIL_PORT"]
EMAIL_HOST_USER = _MAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _MAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _MAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("COKLIT_FROM_EMAIL", "Coklit <coklit@localhost>")

# --- static -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "staticfiles"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": UPLOADS_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# --- security ---------------------------------------------------------------------------------------
# The address on the card of a new account: printed on a Friday, used by the end of the next week but one.
PASSWORD_RESET_TIMEOUT = 14 * 24 * 3600
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
_HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS and env.flag("COKLIT_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
BEHIND_PROXY = env.flag("COKLIT_BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Unfold's Alpine.js evaluates expressions: its pages, and only they, get this looser policy (voters/admin/site.py).
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# --- API --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["voters.api.auth.DeviceAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "voters.api.errors.answer_for",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Coklit",
    "DESCRIPTION": "Device API of Coklit: the list of a TPS comes down, results go up.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Coklit",
    "SITE_HEADER": "Coklit",
    "SITE_SYMBOL": "how_to_reg",
    "SITE_URL": "/",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("coklit.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "COLORS": {
        "primary": {
            "50": "254 242 242",
            "100": "254 226 226",
            "200": "254 202 202",
            "300": "252 165 165",
            "400": "224 92 92",
            "500": "190 40 44",
            "600": "161 21 28",
            "700": "136 17 24",
            "800": "112 18 23",
            "900": "92 19 23",
            "950": "50 6 9",
        },
    },
    "SIDEBAR": {"navigation": "voters.admin.site.navigation", "show_search": True},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
