"""What a platform posts by itself, read as a connector reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from jiebang.app.commands.connector.exit import refuse
from jiebang.app.commands.connector.outcome import error_line, outcome_lines
from jiebang.app.commands.connector.placeholder import CALLBACK
from jiebang.app.commands.connector.rules import callback_lines
from jiebang.gateway.catalogue.catalogue import RegisteredConnector
from jiebang.sdk import METHODS, Capability, ConnectorError, Json, Update, VerifiedCallback
from jiebang.transport.reply import WholeReply


def posted_lines(entry: RegisteredConnector, replies: Sequence[WholeReply]) -> Iterator[str]:
    """How what the platform posts would be read. Its signature is not looked at."""
    auth = entry.spec.callback_auth
    if auth is None:
        refuse(f"{entry.spec.id} names no scheme to check callbacks by.")
    yield f"{entry.spec.id}: {Capability.CALLBACK.value}"
    yield ""
    yield f"The platform posts to the address it was given, such as {CALLBACK}."
    yield f"Believed only if {type(auth).__name__} holds, with the setting {auth.key}."
    if not replies:
        yield "It sends nothing. Give a posted body with --reply to see how it would be read."
    for count, reply in enumerate(replies, 1):
        yield ""
        yield f"Body {count}, taken for signed"
        try:
            body: Json = reply.json()
            yield from (f"  {line}" for line in callback_lines(entry.connector, body))
            event = VerifiedCallback(event_id="EVENT", headers=reply.headers, json=body)
            parse: Callable[..., Sequence[Update]] = getattr(
                entry.connector, METHODS[Capability.CALLBACK]
            )
            updates = parse(event)
        except ConnectorError as error:
            yield f"Outcome: {error_line(error)}; it says nothing, and the platform is asked"
            continue
        except Exception as error:  # a connector may be anybody's
            yield f"Outcome: BUG: the connector raised {type(error).__name__}"
            continue
        for update in updates:
            named = "the address" if update.remote_ref is None else "an id in the body"
            yield f"Outcome, for the order that {named} names"
            yield from (f"  {line}" for line in outcome_lines(update.outcome))
