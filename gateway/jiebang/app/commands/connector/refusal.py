"""What a command says when it cannot do what was asked."""

from __future__ import annotations

from typing import NoReturn

import typer


def refuse(message: str) -> NoReturn:
    """End with 2 and one sentence on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(2)
