"""`jiebang connector new`: generate the files of a new connector."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from jiebang.app.commands.connector.exit import refuse, sentence
from jiebang.connectors.scaffold import KINDS, ConnectorDraft, check_value, files
from jiebang.sdk import Category, ContractError


def new(
    kind: Annotated[str | None, typer.Option(help=", ".join(KINDS))] = None,
    name: Annotated[str | None, typer.Option("--id", help="For example beiguo_wangpan.")] = None,
    zh: Annotated[str | None, typer.Option(help="The platform's Chinese name.")] = None,
    en: Annotated[str | None, typer.Option(help="The platform's English name.")] = None,
    category: Annotated[
        str | None, typer.Option(help=", ".join(sorted(Category)), show_default=False)
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="The interface's base URL.")] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="The new folder; default: the id.")
    ] = None,
    asks: Annotated[
        bool, typer.Option("--input/--no-input", help="Prompt for missing values.")
    ] = True,
) -> None:
    """Generate a new connector that passes its own tests, as a starting point."""
    prompter = _Prompter(asks)
    kind = prompter.ask(kind, "--kind", f"Kind ({', '.join(KINDS)})", "kind", "rest")
    name = prompter.ask(name, "--id", "Id (lower-case letters, digits and _)", "id")
    zh = prompter.ask(zh, "--zh", "Name in Chinese", "zh")
    en = prompter.ask(en, "--en", "Name in English", "en")
    usual = Category.TOOLS.value
    if kind == "guide":
        category = prompter.ask(
            category, "--category", "Category, such as shopping", "category", usual
        )
    else:
        base_url = prompter.ask(
            base_url, "--base-url", "Base URL of the interface", "base_url", _example_url(name)
        )
    try:
        draft = ConnectorDraft(
            kind=kind,
            id=name,
            zh=zh,
            en=en,
            category=category or usual,
            base_url=base_url or _example_url(name),
        )
    except ContractError as error:
        refuse(sentence(error))
    folder = into or Path(name)
    _write_files(folder, files(draft))
    typer.echo(f"Created a new {kind} connector in {folder}. Next:")
    target = folder if kind == "python" else folder / f"{name}.yaml"
    level = "" if draft.level == "bronze" else f" --level {draft.level}"
    typer.echo(f"  jiebang connector check {folder}")
    typer.echo(f"  jiebang connector test {target}{level}")


class _Prompter:
    """Prompts for missing values as long as input is available; input may be piped."""

    def __init__(self, is_interactive: bool) -> None:
        self._is_interactive = is_interactive

    def ask(
        self, value: str | None, flag: str, question: str, field: str, default: str | None = None
    ) -> str:
        if value is None and self._is_interactive:
            try:
                return str(typer.prompt(question, default=default, value_proc=_validator(field)))
            except typer.Abort:
                if sys.stdin.isatty():
                    raise
                self._is_interactive = False
                typer.echo()  # keep the last prompt on its own line
        if value is not None:
            try:
                check_value(field, value)
            except ContractError as error:
                refuse(sentence(error))
            return value
        if default is not None:
            return default
        refuse(f"{flag} is missing, and there is no terminal to prompt for it.")


def _validator(field: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        try:
            check_value(field, value.strip())
        except ContractError as error:
            raise typer.BadParameter(sentence(error)) from None
        return value.strip()

    return check


def _example_url(name: str) -> str:
    host = name.replace("_", "-") if name.isascii() and name.replace("_", "").isalnum() else "api"
    return f"https://{host}.example"


def _write_files(folder: Path, content: dict[str, str]) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            refuse(f"{folder} already exists and is not overwritten.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in content.items():
            with (folder / name).open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        refuse(f"{folder} cannot be written: {error.strerror}.")
