"""The main job on screen: tables and lines, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from jiebang_client.results import Action, Inquiry, RenewalProgress
from rich.console import Console
from rich.table import Table

from jiebang.app.demo.lookup_snapshot import Finding, Picture, Step
from jiebang.app.demo.proof import Line, Proof
from jiebang.app.demo.texts import Texts
from jiebang.app.http import terms

_WHOSE = {"BEFORE_ACTIVATION": "stranger", "AFTER_ACTIVATION": "own"}


@dataclass(slots=True)
class Report:
    """`names` are the platforms' names by key, learned from the answers."""

    console: Console
    texts: Texts
    names: dict[str, str] = field(default_factory=dict[str, str])

    def say(self, text: str, style: str = "") -> None:
        self.console.print(text, style=style, markup=False, highlight=False)

    def heading(self, phrase: str, **values: object) -> None:
        self.say("")
        self.say(self.texts(phrase, **values), "bold cyan")

    def answer(self, step: Step) -> None:
        """One answer as it comes in."""
        if step["result"]:
            return
        result = step["platform"]
        if result is None:
            said = self.texts("counted")
        else:
            self.names[result["platform"]["id"]] = result["platform"]["name"]
            outcome = self.outcome(result["outcome"], result["reason"])
            count = f" {len(result['accounts'])}" if result["accounts"] else ""
            said = f"{result['platform']['name']}: {outcome}{count}"
        self.say(f"  [{step['answered']:>2}/{step['asked']}] {said}")

    def picture(self, picture: Picture) -> None:
        for finding in picture.findings.values():
            self.names.setdefault(finding.key, finding.name or self.folded(finding.category))
        table = self._table("platform", "answer", "accounts", "eligible")
        for finding in picture.findings.values():
            table.add_row(
                self.name(finding.key),
                self.outcome(finding.outcome, finding.reason),
                *self._accounts(finding),
            )
        self.console.print(table)
        summary = picture.summary
        self.say(
            self.texts(
                "summary",
                asked=summary["asked"],
                bound=summary["bound"],
                not_bound=summary["notBound"],
                pending=summary["pending"],
                unknown=summary["unknown"],
                guidance=summary["guidance"],
            )
        )

    def event(self, event: RenewalProgress) -> None:
        """One step of an action; inquiries are told of by their result."""
        action = event["action"]
        if event["kind"] != "ACTION" or action is None:
            return
        kind = self.texts.word(terms.KINDS, action["kind"])
        self.say(f"  {self.name_of(action)}: {kind} - {self.state(action)}")

    def proof(self, proof: Proof) -> None:
        table = self._table("platform", "before", "action", "after", "holds")
        for line in proof.lines:
            table.add_row(self.name(line.key), *self._line(line))
        for finding, after in proof.own:
            lost = finding in proof.lost
            table.add_row(
                self.name(finding.key),
                f"{finding.own} ({self.texts('own')})",
                "",
                str(after),
                self.texts("broken" if lost else "kept"),
            )
        self.console.print(table)

    def name(self, key: str) -> str:
        return self.names.get(key) or self.folded(key)

    def name_of(self, item: Inquiry | Action) -> str:
        """Of an inquiry's or action's platform, or of its category."""
        platform = item["platform"]
        return platform["name"] if platform else self.folded(item["category"])

    def folded(self, category: str) -> str:
        return self.texts("folded", category=self.texts.word(terms.CATEGORIES, category))

    def outcome(self, outcome: str, reason: str | None) -> str:
        said = self.texts.word(terms.OUTCOMES, outcome)
        why = self.texts.word(terms.UNKNOWN_REASONS, reason) if reason else ""
        return f"{said} ({why})" if why else said

    def state(self, action: Action) -> str:
        """How far an action is, with what it waits for or why it ended."""
        said = self.texts.word(terms.STATUSES, action["status"])
        told = (
            (terms.PROGRESS, action["progress"]),
            (terms.DENY_REASONS, action["reason"]),
            (terms.VERIFICATIONS, None if action["progress"] else action["verification"]),
        )
        details = [self.texts.word(table, name) for table, name in told if name]
        return f"{said} ({', '.join(details)})" if details else said

    def whose(self, relation: str) -> str:
        return self.texts(_WHOSE.get(relation, "unclear"))

    def _accounts(self, finding: Finding) -> tuple[str, str]:
        """The cells about whose the accounts are, and what can be done about each kind."""
        groups = Counter((account["relation"], account["reason"]) for account in finding.accounts)
        whose = [f"{count} {self.whose(relation)}" for (relation, _), count in groups.items()]
        verdicts = [
            self.texts("cannot", why=self.texts.word(terms.DENY_REASONS, reason))
            if reason
            else self.texts("can")
            for _, reason in groups
        ]
        return "\n".join(whose), "\n".join(verdicts)

    def _line(self, line: Line) -> tuple[str, str, str, str]:
        told = "\n".join(self._shown(line.actions))
        after = "?" if line.after is None else str(line.after)
        verdict = "broken" if line.failure else "gone" if not line.after else "refused"
        return str(line.before), told, after, self.texts(verdict)

    def _shown(self, actions: Iterable[Action]) -> list[str]:
        counted = Counter(self.state(action) for action in actions)
        return [f"{count} x {state}" if count > 1 else state for state, count in counted.items()]

    def _table(self, *columns: str) -> Table:
        table = Table()
        for column in columns:
            table.add_column(self.texts(column), overflow="fold")
        return table
