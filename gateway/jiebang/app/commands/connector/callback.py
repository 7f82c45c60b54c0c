"""A platform's callback, read as the connector would read it."""

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
    """Yield how a callback would be read. Its signature is not checked."""
    auth = entry.spec.callback_auth
    if auth is None:
        refuse(f"{entry.spec.id} does not declare how to verify callbacks.")
    yield f"{entry.spec.id}: {Capability.CALLBACK.value}"
    yield ""
    yield f"The platform posts to the callback URL it was given, such as {CALLBACK}."
    yield f"Trusted only if {type(auth).__name__} verifies, with the setting {auth.key}."
    if not replies:
        yield "It sends nothing. Give a callback body with --reply to see how it would be read."
    for count, reply in enumerate(replies, 1):
        yield ""
        yield f"Body {count}, assumed to be signed"
        try:
            body: Json = reply.json()
            yield from (f"  {line}" for line in callback_lines(entry.connector, body))
            event = VerifiedCallback(event_id="EVENT", headers=reply.headers, json=body)
            parse: Callable[..., Sequence[Update]] = getattr(
                entry.connector, METHODS[Capability.CALLBACK]
            )
            updates = parse(event)
        except ConnectorError as error:
            yield f"Outcome: {error_line(error)}; ignored, and the platform is polled"
            continue
        except Exception as error:  # third-party connectors may raise anything
            yield f"Outcome: BUG: the connector raised {type(error).__name__}"
            continue
        for update in updates:
            named = "the callback URL" if update.remote_ref is None else "an id in the body"
            yield f"Outcome, for the order identified by {named}"
            yield from (f"  {line}" for line in outcome_lines(update.outcome))
