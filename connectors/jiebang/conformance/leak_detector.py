"""What must not leak: numbers in every spelling, handles, original labels, secrets."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from jiebang.sdk import Account

_MIN_LENGTH = {"handle": 5, "secret": 6, "label": 2}


@dataclass(slots=True)
class LeakDetector:
    """Texts that must not leak, each with its kind."""

    marks: dict[str, str] = field(default_factory=dict[str, str], repr=False)

    def add_number(self, number: str) -> None:
        digits = number.removeprefix("+")
        national = digits.removeprefix("86") if number.startswith("+86") else digits
        self.marks[national] = "number"
        # There are so few numbers that a hash of one reveals the number.
        for text in (number, digits, national):
            for algorithm in ("md5", "sha1", "sha256"):
                hashed = hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()
                self.marks[hashed] = self.marks[hashed.upper()] = "hash of the number"

    def add_secret(self, text: str) -> None:
        self._add(text, "secret")

    def add_account(self, account: Account, texts: frozenset[str]) -> None:
        """Register the account's handle, and its label as it occurs in the reply's `texts`."""
        self._add(account.handle, "handle")
        for text in raw_labels(account, texts):
            if len(text) >= 4 or not text.isascii():
                self._add(text, "label")

    def find_leaks(self, text: str) -> list[str]:
        """Return what `text` leaks: number, handle, label, secret. Spaces and hyphens inside a
        number are ignored."""
        joined = re.sub(r"(?<=\d)[ \-](?=\d)", "", text)
        return sorted({kind for mark, kind in self.marks.items() if mark in text or mark in joined})

    def redact(self, text: str) -> str:
        """Return `text` with every leak replaced by its kind."""
        for mark in sorted(self.marks, key=len, reverse=True):
            text = text.replace(mark, f"<{self.marks[mark]}>")
        return text

    def _add(self, text: str, kind: str) -> None:
        if len(text) >= _MIN_LENGTH[kind]:
            self.marks.setdefault(text, kind)


def raw_labels(account: Account, texts: frozenset[str]) -> set[str]:
    """Return those of the reply's texts from which the account's masked label was made."""
    label = account.label
    if not label or "*" not in label:
        return set()
    return {
        text
        for text in texts
        if len(text) >= 2 and text != label and text[0] == label[0] and "*" not in text
    } - {account.handle}
