"""The main job's console output: tables and lines, in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from jiebang_client.results import Action, Inquiry, RenewalProgress
from rich.console import Console
from rich.table import Table

from jiebang.app.demo.lookup_snapshot import LookupSnapshot, PlatformSnapshot, Step
from jiebang.app.demo.proof import ProofLine, RenewalProof
from jiebang.app.demo.texts import Texts
from jiebang.app.http import terms
from jiebang.app.http.action_terms import KINDS

_WHOSE = {"BEFORE_ACTIVATION": "stranger", "AFTER_ACTIVATION": "own"}


@dataclass(slots=True)
class ConsoleReport:
    """`names` are the platforms' names by key, collected from the answers."""

    console: Console
    texts: Texts
    names: dict[str, str] = field(default_factory=dict[str, str])

    def print_line(self, text: str, style: str = "") -> None:
        self.console.print(text, style=style, markup=False, highlight=False)

    def print_heading(self, phrase: str, **values: object) -> None:
        self.print_line("")
        self.print_line(self.texts(phrase, **values), "bold cyan")

    def print_answer(self, step: Step) -> None:
        """Print one answer as it arrives."""
        if step["result"]:
            return
        result = step["platform"]
        if result is None:
            said = self.texts("counted")
        else:
            self.names[result["platform"]["id"]] = result["platform"]["name"]
            outcome = self.outcome_text(result["outcome"], result["reason"])
            count = f" {len(result['accounts'])}" if result["accounts"] else ""
            said = f"{result['platform']['name']}: {outcome}{count}"
        self.print_line(f"  [{step['answered']:>2}/{step['asked']}] {said}")

    def print_snapshot(self, snapshot: LookupSnapshot) -> None:
        for finding in snapshot.platforms.values():
            self.names.setdefault(
                finding.key, finding.name or self.category_label(finding.category)
            )
        table = self._new_table("platform", "answer", "accounts", "eligible")
        for finding in snapshot.platforms.values():
            table.add_row(
                self.platform_name(finding.key),
                self.outcome_text(finding.outcome, finding.reason),
                *self._account_cells(finding),
            )
        self.console.print(table)
        summary = snapshot.summary
        self.print_line(
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

    def print_event(self, event: RenewalProgress) -> None:
        """Print one step of an action; inquiries are shown by their result."""
        action = event["action"]
        if event["kind"] != "ACTION" or action is None:
            return
        kind = self.texts.word(KINDS, action["kind"])
        self.print_line(f"  {self.name_of(action)}: {kind} - {self.action_text(action)}")

    def print_proof(self, proof: RenewalProof) -> None:
        table = self._new_table("platform", "before", "action", "after", "holds")
        for line in proof.lines:
            table.add_row(self.platform_name(line.key), *self._proof_cells(line))
        for finding, after in proof.own:
            lost = finding in proof.missing_own
            table.add_row(
                self.platform_name(finding.key),
                f"{finding.own_count} ({self.texts('own')})",
                "",
                str(after),
                self.texts("broken" if lost else "kept"),
            )
        self.console.print(table)

    def platform_name(self, key: str) -> str:
        return self.names.get(key) or self.category_label(key)

    def name_of(self, item: Inquiry | Action) -> str:
        """Return the name of an item's platform, or of its category."""
        platform = item["platform"]
        return platform["name"] if platform else self.category_label(item["category"])

    def category_label(self, category: str) -> str:
        return self.texts("folded", category=self.texts.word(terms.CATEGORIES, category))

    def outcome_text(self, outcome: str, reason: str | None) -> str:
        said = self.texts.word(terms.OUTCOMES, outcome)
        why = self.texts.word(terms.UNKNOWN_REASONS, reason) if reason else ""
        return f"{said} ({why})" if why else said

    def action_text(self, action: Action) -> str:
        """Describe an action's status, with what it waits for or why it ended."""
        said = self.texts.word(terms.STATUSES, action["status"])
        told = (
            (terms.PROGRESS, action["progress"]),
            (terms.DENY_REASONS, action["reason"]),
            (terms.VERIFICATIONS, None if action["progress"] else action["verification"]),
        )
        details = [self.texts.word(table, name) for table, name in told if name]
        return f"{said} ({', '.join(details)})" if details else said

    def relation_text(self, relation: str) -> str:
        return self.texts(_WHOSE.get(relation, "unclear"))

    def _account_cells(self, finding: PlatformSnapshot) -> tuple[str, str]:
        """Return the cells for whose the accounts are, and what can be done with each group."""
        groups = Counter((account["relation"], account["reason"]) for account in finding.accounts)
        whose = [
            f"{count} {self.relation_text(relation)}" for (relation, _), count in groups.items()
        ]
        verdicts = [
            self.texts("cannot", why=self.texts.word(terms.DENY_REASONS, reason))
            if reason
            else self.texts("can")
            for _, reason in groups
        ]
        return "\n".join(whose), "\n".join(verdicts)

    def _proof_cells(self, line: ProofLine) -> tuple[str, str, str, str]:
        told = "\n".join(self._count_action_texts(line.actions))
        after = "?" if line.after is None else str(line.after)
        verdict = "broken" if line.failure else "gone" if not line.after else "refused"
        return str(line.before), told, after, self.texts(verdict)

    def _count_action_texts(self, actions: Iterable[Action]) -> list[str]:
        counted = Counter(self.action_text(action) for action in actions)
        return [f"{count} x {state}" if count > 1 else state for state, count in counted.items()]

    def _new_table(self, *columns: str) -> Table:
        table = Table()
        for column in columns:
            table.add_column(self.texts(column), overflow="fold")
        return table
