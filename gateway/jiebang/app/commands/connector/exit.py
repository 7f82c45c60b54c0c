"""Error messages and exit codes of the connector commands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import typer

from jiebang.app.commands.connector.terminal import escape_controls
from jiebang.sdk import ConnectorSpec, Subject


def sentence(error: Exception) -> str:
    """Format an error's text as a sentence, with a capital and a full stop.

    Errors of the contract start in lower case because they follow a position in a file.
    """
    text = str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def refuse(message: str) -> NoReturn:
    """Exit with 2 and one sentence on standard error."""
    typer.echo(escape_controls(message), err=True)
    raise typer.Exit(2)


def read_input(name: str) -> bytes:
    """Read a file, or standard input if it is called ``-``. Exits if that is not possible."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        refuse(f"{name} cannot be read: {error.strerror}.")


def require_served_region(spec: ConnectorSpec, subject: Subject) -> None:
    """Exit if the gateway would not query this connector for the number's region."""
    if subject.region not in spec.regions:
        served = ", ".join(sorted(spec.regions))
        refuse(f"{spec.id} only serves numbers from {served}; this one is from {subject.region}.")
