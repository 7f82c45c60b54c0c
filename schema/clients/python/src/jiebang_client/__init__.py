"""A client of Jiebang: ask, act with keys that can be sent again, follow over broken connections.

Every operation is one of the gateway's trusted documents, `jiebang_client.documents`, and sent by
its hash; what it takes and gives is typed in `inputs`, `results` and `words`.
"""

from jiebang_client.backoff import Backoff
from jiebang_client.client import Client
from jiebang_client.errors import (
    ClientError,
    Refusal,
    RequestFailed,
    Unreachable,
    unless_refused,
)
from jiebang_client.key import new_key, repeatable_key

__all__ = [
    "Backoff",
    "Client",
    "ClientError",
    "Refusal",
    "RequestFailed",
    "Unreachable",
    "new_key",
    "repeatable_key",
    "unless_refused",
]
