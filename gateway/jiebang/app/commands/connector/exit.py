"""What a command says when it cannot do what was asked."""

from __future__ import annotations

from typing import NoReturn

import typer

from jiebang.app.commands.connector.terminal import escape_controls
from jiebang.sdk import ConnectorSpec, Subject


def sentence(error: Exception) -> str:
    """An error's text as a sentence: a capital first, a full stop at the end.

    Errors of the contract begin small, for they stand behind a place in a file.
    """
    text = str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def refuse(message: str) -> NoReturn:
    """End with 2 and one sentence on standard error."""
    typer.echo(escape_controls(message), err=True)
    raise typer.Exit(2)


def require_served_region(spec: ConnectorSpec, subject: Subject) -> None:
    """End the command for a number of a region where the gateway asks this connector nothing."""
    if subject.region not in spec.regions:
        served = ", ".join(sorted(spec.regions))
        refuse(f"{spec.id} is asked about numbers of {served} only; this is of {subject.region}.")
