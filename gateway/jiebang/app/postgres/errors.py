"""How the embedded PostgreSQL can fail; each message says what to do about it.

EmbeddedPostgresError
├── ProgramsMissing   there is no PostgreSQL for this machine in the environment
├── DirectoryUnusable     its directory cannot be made, entered or written
├── InitFailed        a fresh database directory could not be made
├── StartFailed       the server does not start or does not answer
└── StopFailed        the server does not stop
"""

from __future__ import annotations


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot do what was asked of it."""


class ProgramsMissing(EmbeddedPostgresError):
    """The PostgreSQL wheel is missing, or does not run on this machine."""


class DirectoryUnusable(EmbeddedPostgresError):
    """The directory cannot be created, entered or written."""


class InitFailed(EmbeddedPostgresError):
    """`initdb` failed."""


class StartFailed(EmbeddedPostgresError):
    """The server does not start or does not answer."""


class StopFailed(EmbeddedPostgresError):
    """The server does not stop."""
