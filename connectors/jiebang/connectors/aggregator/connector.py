"""A connector made from a manifest of kind `aggregator`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jiebang.connectors.aggregator.model import Aggregator, EntriesSection
from jiebang.connectors.aggregator.platform_entry import PlatformCodes, parse_platform
from jiebang.connectors.manifest.template import Value
from jiebang.connectors.manifest.tree import is_list
from jiebang.connectors.rest import RestConnector
from jiebang.connectors.rest.answer import ParsedAnswer
from jiebang.connectors.rest.outcome import identifier, lookup_outcome
from jiebang.connectors.rest.placeholders import settings_of
from jiebang.connectors.rest.request import prepare_request
from jiebang.sdk import (
    Account,
    Call,
    ConnectorError,
    Json,
    LookupOutcome,
    Pending,
    Platform,
    ProtocolFault,
    Subject,
    Unsupported,
)

Outcomes = dict[str, LookupOutcome | ConnectorError]


@dataclass(frozen=True, slots=True)
class AggregatorConnector(RestConnector):
    """Sends one request for all platforms; one that fails or is left out does not affect others."""

    manifest: Aggregator = field(repr=False)  # pyright: ignore[reportIncompatibleVariableOverride] - frozen

    @property
    def codes(self) -> PlatformCodes:
        return PlatformCodes(self.manifest.ids)

    async def catalogue(self, call: Call) -> Sequence[Platform | ConnectorError]:
        section = self.manifest.catalogue
        values = settings_of(self.spec.settings, call)
        request = prepare_request(
            section.request, self.manifest.auth, None, values, call, self.functions
        )
        rows: list[Json] = []
        async for answer in self._pages(request, section.pages, values, call):
            if answer is None:
                raise ProtocolFault("the pages of the list of platforms do not end")
            rows += self._rows(answer, section.each)
        return [parse_platform(section, self.codes, row) for row in rows]

    async def lookup(self, subject: Subject, call: Call) -> Mapping[str, Any]:
        section = self.manifest.lookup
        if section is None:
            raise Unsupported("the manifest has no section lookup")
        values = self._values(subject, call)
        answer = await self._ask(section.request, values, call)
        answers: Outcomes = {}
        for row in self._rows(answer, section.each):
            try:
                platform = self.codes.id_of(identifier(section.platform, row))
            except ProtocolFault:
                continue  # the platform is not identified, so it stays unanswered
            if platform not in call.platforms:
                continue
            if platform in answers:
                answers[platform] = ProtocolFault("two answers for one platform")
            else:
                answers[platform] = _read_entry(section, row, subject, platform, answer.retry_after)
        return answers

    def _rows(self, answer: ParsedAnswer, each: Any) -> list[Json]:
        answer.require_success(self.manifest.errors)
        rows = each.read(answer.document)
        if not is_list(rows):
            raise ProtocolFault("the answer has no list of platforms")
        return rows

    def _values(
        self,
        subject: Subject,
        call: Call,
        *,
        account: Account | None = None,
        pending: Pending | None = None,
    ) -> dict[str, Value]:
        """Return the template values, with the service's own platform codes."""
        codes = self.codes
        if account is not None:
            account = replace(account, platform=codes.code_of(account.platform))
        values = RestConnector._values(self, subject, call, account=account, pending=pending)
        asked = sorted(codes.code_of(platform) for platform in call.platforms)
        return values | {"call.platforms": tuple(asked)}


def _read_entry(
    section: EntriesSection, row: Json, subject: Subject, platform: str, wait: float | None
) -> LookupOutcome | ConnectorError:
    """Read what one entry says about its platform."""
    entry = ParsedAnswer(200, row, empty=False, retry_after=wait, write=False)
    try:
        rule = entry.find_rule(section.outcomes, section.errors)
        return lookup_outcome(rule, row, subject, platform)
    except ConnectorError as error:
        return error
