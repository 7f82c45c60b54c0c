"""How verdicts add up to a level, and what a target refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiebang.conformance import (
    CHECKS,
    Canaries,
    Level,
    Report,
    Result,
    Target,
    Upstream,
    Verdict,
    examine,
    fixtures_at,
)
from jiebang.conformance.leak_detector import LeakDetector
from jiebang.connectors.one_click import OneClick
from jiebang.sdk import ContractError

LOOKUP = "- {call: lookup, subject: {number: '13900000001'}"


def report(*changed: Result, cap: Level = Level.GOLD) -> Report:
    """A report in which everything passed, except for these."""
    other = {one.check: one for one in changed}
    return Report(
        connector="acme",
        version="1",
        cap=cap,
        results=tuple(
            other.get(one.id, Result(check=one.id, level=one.level, verdict=Verdict.PASSED))
            for one in CHECKS.values()
        ),
    )


def result(check: str, verdict: Verdict) -> Result:
    return Result(check=check, level=CHECKS[check].level, verdict=verdict, reason="because")


def test_all_that_hold_make_gold() -> None:
    assert report().level is Level.GOLD


def test_a_guide_stops_at_listed() -> None:
    assert report(cap=Level.LISTED).level is Level.LISTED


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.NOT_RUN])
@pytest.mark.parametrize(
    ("check", "level"),
    [
        ("owner", None),
        ("leaks", Level.LISTED),
        ("unbind", Level.BRONZE),
        ("chaos", Level.SILVER),
    ],
)
def test_the_level_ends_below_what_does_not_hold(
    check: str, level: Level | None, verdict: Verdict
) -> None:
    assert report(result(check, verdict)).level is level


def test_what_does_not_apply_holds() -> None:
    assert report(result("unbind", Verdict.NOT_APPLICABLE)).level is Level.GOLD


@pytest.mark.parametrize("check", ["leaks", "unbind"])
def test_an_exemption_ends_at_bronze(check: str) -> None:
    assert report(result(check, Verdict.EXEMPT)).level is Level.BRONZE


def target(**exempt: str) -> Target:
    canaries = Canaries(bound="13900000001", unbound="13900000002")
    platform = Upstream("http://127.0.0.1:9")
    return Target(connector=OneClick(), platform=platform, canaries=canaries, exempt=exempt)


def test_an_exemption_needs_a_reason() -> None:
    with pytest.raises(ContractError, match="needs a reason"):
        target(leaks=" ")


async def test_an_exemption_is_shown_with_its_reason() -> None:
    (only,) = (await examine(target(owner="nobody yet"), {"owner"})).results
    assert (only.verdict, only.reason) == (Verdict.EXEMPT, "nobody yet")


async def test_an_unknown_check_is_refused() -> None:
    with pytest.raises(ContractError, match="unknown check 'leeks'"):
        await examine(target(), {"leeks"})


def test_canaries_must_differ_however_they_are_written() -> None:
    with pytest.raises(ContractError, match="the same number"):
        Canaries(bound="139 0000 0001", unbound="+8613900000001")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("- {name: a, call: lookup, subject: {number: '+8613900000001'}}\n", ":1:"),
        ("- {name: a, call: lokup, subject: {number: '1'}, result: {}}\n", "call"),
        ("- {name: a, call: lookup, subject: {number: '1'}, result: {}, x: 1}\n", "unexpected"),
        ("a: 1\n", "expected a list"),
        ("- {call: {}, subject: {number: '13900000001'}, error: blocked}\n", "call: expected one"),
        ("- {call: lookup, subject: {number: '12'}, error: blocked}\n", "not a phone number"),
        ("- {call: lookup, subject: {number: '02112345678'}, error: blocked}\n", "a landline"),
        (f"{LOOKUP}, error: blokked}}\n", "error: expected one of blocked"),
        (f"{LOOKUP}, error: {{}}}}\n", "error: expected one of blocked"),
        (f"{LOOKUP}, account: abc, error: blocked}}\n", "account: expected a mapping"),
        (
            f"{LOOKUP}, error: blocked, exchange: [{{expect: {{mehtod: GET}}, reply: {{}}}}]}}\n",
            "expect.mehtod: unexpected field; did you mean method?",
        ),
        (
            f"{LOOKUP}, error: blocked, exchange: [{{reply: {{jsno: 1}}}}]}}\n",
            "reply.jsno: unexpected field; did you mean json?",
        ),
        (
            f"{LOOKUP}, error: blocked, exchange: [{{reply: {{headers: [a]}}}}]}}\n",
            "reply.headers: expected a mapping",
        ),
        (
            f"{LOOKUP}, error: blocked, exchange: [{{reply: {{status: 99999}}}}]}}\n",
            "reply.status: expected an HTTP status",
        ),
    ],
)
def test_a_wrong_recording_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "acme.fixtures.yaml"
    file.write_text(text)
    with pytest.raises(ContractError, match=r"acme\.fixtures\.yaml") as refused:
        fixtures_at(file)
    assert place in str(refused.value)


def test_a_number_in_a_recording_is_written_as_people_write_it(tmp_path: Path) -> None:
    file = tmp_path / "acme.fixtures.yaml"
    file.write_text(LOOKUP.replace("13900000001", "139 0000 0001") + ", error: blocked}\n")
    assert fixtures_at(file)[0].number == "+8613900000001"


@pytest.mark.parametrize(
    "text", ["+8613912345678", "13912345678", "139-1234-5678", "tel:+86 139 1234 5678"]
)
def test_a_number_is_found_in_every_spelling(text: str) -> None:
    detector = LeakDetector()
    detector.add_number("+8613912345678")
    assert detector.find_leaks(f"no {text} here") == ["number"]
    assert detector.find_leaks("no 138****5678 here") == []
