"""Everything that differs from one installation to the next is read here, from the environment."""

import secrets
from contextlib import suppress
from pathlib import Path

from csp.constants import NONE, SELF

from tenure.config import environment as env
from tenure.config import links

CHECKOUT = Path(__file__).resolve().parents[3]
DATA = env.folder("TENURE_DATA", CHECKOUT / ".tenure")
POLICY_FILE = env.folder("TENURE_POLICY", CHECKOUT / "policy" / "standard.toml")

# --- kind of installation: a sandbox may move its clock and shows its mail; production may not -------------------
SANDBOX = env.flag("TENURE_SANDBOX", default=False)
DEBUG = False


def _secret() -> str:
    """TENURE_SECRET, or one made once and kept in the data folder, readable by its owner alone."""
    given = env.text("TENURE_SECRET", "")
    if given:
        return given
    kept = DATA / "secret"
    if not kept.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        draft = DATA / f"secret.{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):
            kept.hardlink_to(draft)  # the first of two starts wins, and the other reads what it wrote
        draft.unlink()
    return kept.read_text()


SECRET_KEY = _secret()
ALLOWED_HOSTS = env.words("TENURE_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = env.words("TENURE_ORIGINS", "")
HTTPS = env.flag("TENURE_HTTPS", default=False)
VENDOR_NAME = env.text("TENURE_VENDOR", "Halden Systems")
SITE_URL = env.text("TENURE_URL", "http://localhost:8000").rstrip("/")

# --- database: DATABASE_URL, set by the `tenure` command when the embedded one is used ---------------------------
DATABASE_URL = env.text("DATABASE_URL", "postgresql:///tenure")
# A statement is prepared once it has run so often on a connection (0: never); its values then travel beside it.
_PREPARE_AFTER = env.number("TENURE_DATABASE_PREPARE_AFTER", 2)
_OPTIONS: dict[str, object] = {
    "options": "-c jit=off",  # compiling costs more than it saves on statements as short as ours
    "server_side_binding": _PREPARE_AFTER > 0,
    "prepare_threshold": _PREPARE_AFTER or None,
}
DATABASES = {"default": env.database(DATABASE_URL, **_OPTIONS)}
DATABASES["default"]["CONN_MAX_AGE"] = env.number("TENURE_DATABASE_KEEP_SECONDS", 600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the house ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "tenure.portal",
    "tenure.desk",
    "tenure.api",
    "tenure.cli",
    "tenure.kit",
    "tenure.outlook",
    "tenure.cases",
    "tenure.renewals",
    "tenure.compliance",
    "tenure.activation",
    "tenure.entitlements",
    "tenure.catalog",
    "tenure.accounts",
    "tenure.papers",
    "tenure.outbox",
    "tenure.policy",
    "tenure.journal",
    "tenure.clock",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "lucide",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tenure.config.middleware.one_transaction",
    "tenure.config.middleware.who_and_when",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tenure.config.urls"
WSGI_APPLICATION = "tenure.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tenure.kit.context.page",
            ],
        },
    },
]

# --- sign-in -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the address is unique whatever its case: a constraint on lower(email)
AUTHENTICATION_BACKENDS = ["tenure.config.sessions.SignedIn"]
SESSION_ENGINE = "tenure.config.sessions"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/licences"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tenure.portal.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = links.activation_days
PASSWORD_RESET_TIMEOUT = links.password_seconds
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners open links; only the button confirms
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_CONFIRMATION_ANONYMOUS_REDIRECT_URL = "/account/login/"
ACCOUNT_EMAIL_CONFIRMATION_AUTHENTICATED_REDIRECT_URL = "/account"
ACCOUNT_FORMS = {
    "signup": "tenure.portal.signup.SignUp",
    "login": "tenure.portal.signup.SignIn",
    "add_email": "tenure.portal.signup.AddAddress",
    "change_password": "tenure.portal.signup.ChangePassword",
    "set_password": "tenure.portal.signup.SetPassword",
    "reset_password": "tenure.portal.signup.AskReset",
    "reset_password_from_key": "tenure.portal.signup.ResetPassword",
}
MFA_ADAPTER = "tenure.portal.signin.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = VENDOR_NAME

# --- language, zone ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("es", "Español"),
    ("zh-hans", "简体中文"),
    ("ja", "日本語"),
    ("pt", "Português"),
    ("ko", "한국어"),
    ("ru", "Русский"),
]
PSEUDO = env.flag("TENURE_PSEUDO", default=False)  # two test languages: accented, and right to left
if PSEUDO:
    LANGUAGES += [("en-xa", "Accented"), ("ar-xb", "Mirrored")]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "kit" / "locale"]

# --- static files ------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise wants the folder, though the finders serve
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# --- mail: everything goes through the outbox; SMTP is where the worker takes it -----------------------------------
EMAIL_BACKEND = "tenure.outbox.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = env.text("TENURE_MAIL_FROM", f"{VENDOR_NAME} <no-reply@halden.example>")
SMTP_HOST = env.text("TENURE_SMTP_HOST", "")
SMTP_PORT = env.number("TENURE_SMTP_PORT", 587)
SMTP_USER = env.text("TENURE_SMTP_USER", "")
SMTP_PASSWORD = env.text("TENURE_SMTP_PASSWORD", "")
SMTP_TLS = env.flag("TENURE_SMTP_TLS", default=True)
MAIL_IN = env.text("TENURE_MAIL_IN", "")  # a maildir: what comes back to the address above is read from its `new`

# --- files that come with a message are scanned where a clamd is named: "host:port", or the path of its socket ------
CLAMD = env.text("TENURE_CLAMD", "")

# --- headers and cookies -----------------------------------------------------------------------------------------
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
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tenure.kit.refusals.stale_form"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["tenure.kit.uploads.Bounded"]  # files reach only views marked by kit.uploads.takes_files
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}
APPEND_SLASH = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("TENURE_LOG_LEVEL", "WARNING")},
}
