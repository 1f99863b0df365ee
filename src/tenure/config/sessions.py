"""Sessions and the person behind them, each read by one plain statement: every signed-in page pays for both."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection

from tenure.accounts.models import Person
from tenure.clock.queries import real_now

# live_session: the session of a cookie that has not run out
LIVE_SESSION = "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s"
# active_person: the person of a session, unless the account was closed
ACTIVE_PERSON = "SELECT {columns} FROM accounts_person WHERE id = %s AND is_active"


class SessionStore(DatabaseStore):
    """Django's sessions in the database."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        with connection.cursor() as cursor:
            cursor.execute(LIVE_SESSION, [self.session_key, real_now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return None
        data, expires_at = row
        return self.model(session_key=str(self.session_key), session_data=data, expire_date=expires_at)


class SignedIn(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-in by address and password."""

    def get_user(self, user_id: int) -> Person | None:
        names = [field.attname for field in Person._meta.concrete_fields]
        with connection.cursor() as cursor:
            cursor.execute(ACTIVE_PERSON.format(columns=", ".join(names)), [user_id])
            row = cursor.fetchone()
        return Person.from_db(connection.alias, names, row) if row else None
