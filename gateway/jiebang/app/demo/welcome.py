"""The welcome text of the running demonstration: addresses, tokens and a first request."""

from __future__ import annotations

import json
import shlex

from rich.console import Console
from rich.table import Table

from jiebang.app.demo.directory import log_directory
from jiebang.app.demo.stories import NEW_HOLDER, DemoStory
from jiebang.app.demo.supervisor import Installation
from jiebang.app.demo.texts import Texts

_QUESTION = (
    "query Lookup { registeredAccounts { number basis summary { asked bound notBound unknown "
    "pending guidance } platforms { platform { name } outcome reason accounts { relation "
    "eligible reason } } sensitive { category bound } } }"
)


def print_welcome(
    console: Console, texts: Texts, installation: Installation, stories: list[DemoStory]
) -> None:
    """Print the text. Lines meant for copying stand alone and are never wrapped."""
    tokens = {
        story.id: installation.issuer.holder_token(story.id, story.holder) for story in stories
    }

    def say(line: str = "") -> None:
        console.out(line, highlight=False)

    say()
    console.print(texts("notice"), style="bold yellow", markup=False)
    say()
    for what, where in (
        ("page", f"{installation.url}/"),
        ("inbox", f"{installation.sandbox}/inbox"),
        ("graphql", installation.graphql),
        ("explorer", installation.graphql),
        ("sandbox", installation.sandbox),
        ("logs", str(log_directory(installation.data))),
    ):
        say(f"{texts(what)}: {where}")
    say()
    console.print(_stories_table(texts, stories))
    say()
    say(f"{texts('tokens')}:")
    say(f"# {texts('service')}")
    say(f"service={installation.issuer.service_token()}")
    for story in stories:
        say(f"# {story.number}: {story.text[texts.language.tag]}")
        say(f"{story.id}={tokens[story.id]}")
    say()
    say(f"{texts('paste')}:")
    say(curl_line(installation.graphql, tokens[NEW_HOLDER], texts.language.tag))
    say()
    console.print(texts("stop"), style="bold", markup=False)


def curl_line(url: str, token: str, language: str) -> str:
    """Return the holder's query as one line for a POSIX shell."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Accept-Language": language,
    }
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    body = json.dumps({"query": _QUESTION, "operationName": "Lookup"})
    return shlex.join(["curl", "-sS", url, *given, "--data", body])


def _stories_table(texts: Texts, stories: list[DemoStory]) -> Table:
    table = Table(title=texts("stories"), title_justify="left")
    for name in ("number", "basis", "tells"):
        table.add_column(texts(name), no_wrap=name != "tells")
    for story in stories:
        basis = type(story.holder.tenure).__name__.upper()
        table.add_row(story.number, basis, story.text[texts.language.tag])
    return table
