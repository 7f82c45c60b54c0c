"""`jiebang connector new`: the files a connector begins with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jiebang.app.commands.connector.refusal import refuse, sentence
from jiebang.connectors.scaffold import KINDS, Draft, files
from jiebang.sdk import Category, ContractError


def new(
    kind: Annotated[str | None, typer.Option(help=", ".join(KINDS))] = None,
    name: Annotated[str | None, typer.Option("--id", help="Such as beiguo_wangpan.")] = None,
    zh: Annotated[str | None, typer.Option(help="The platform's Chinese name.")] = None,
    en: Annotated[str | None, typer.Option(help="The platform's English name.")] = None,
    category: Annotated[
        str | None, typer.Option(help=", ".join(sorted(Category)), show_default=False)
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="Where the interface is, https.")] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="The new folder; by default the id.")
    ] = None,
    asks: Annotated[
        bool, typer.Option("--input/--no-input", help="Ask for what is missing.")
    ] = True,
) -> None:
    """Write a new connector: it passes its own tests at once, then make it yours."""
    asks = asks and sys.stdin.isatty()
    kind = _given(kind, "--kind", f"Kind ({', '.join(KINDS)})", asks, "rest")
    if kind not in KINDS:
        refuse(f"There is no kind {kind}; there are {', '.join(KINDS)}.")
    name = _given(name, "--id", "Id (small letters, digits and _)", asks)
    zh = _given(zh, "--zh", "Name in Chinese", asks)
    en = _given(en, "--en", "Name in English", asks)
    if asks and category is None and kind == "guide":
        category = _given(None, "--category", "Category, such as shopping", asks, "tools")
    elif asks and base_url is None:
        base_url = _given(None, "--base-url", "Address of the interface", asks, _address(name))
    try:
        draft = Draft(
            kind=kind,
            id=name,
            zh=zh,
            en=en,
            category=category or Category.TOOLS.value,
            base_url=base_url or _address(name),
        )
    except ContractError as error:
        refuse(sentence(error))
    folder = into or Path(name)
    _write(folder, files(draft))
    typer.echo(f"{folder} holds a new {kind} connector. Next:")
    target = folder if kind == "python" else folder / f"{name}.yaml"
    typer.echo(f"  jiebang connector check {folder}")
    typer.echo(f"  jiebang connector test {target}")


def _given(
    value: str | None, flag: str, question: str, asks: bool, default: str | None = None
) -> str:
    if value is not None:
        return value
    if asks:
        return str(typer.prompt(question, default=default))
    if default is not None:
        return default
    refuse(f"{flag} is missing, and there is nobody to ask.")


def _address(name: str) -> str:
    host = name.replace("_", "-") if name.isascii() and name.replace("_", "").isalnum() else "api"
    return f"https://{host}.example"


def _write(folder: Path, content: dict[str, str]) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            refuse(f"{folder} is there already, and nothing is overwritten.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in content.items():
            with (folder / name).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        refuse(f"{folder} cannot be written: {error.strerror}.")
