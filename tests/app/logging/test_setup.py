"""No log line contains a phone number or a secret, however it got there."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from jiebang.app.auth.tokens import generate_keypair, mint
from jiebang.app.logging.redaction import REDACTOR, Redactor
from jiebang.app.logging.setup import Format, configure_logs
from jiebang.gateway.domain.errors import GatewayError
from jiebang.gateway.domain.phone_number import parse_number

LIBRARIES = ["uvicorn.error", "strawberry.execution", "sqlalchemy.engine.Engine", "pgqueuer", "x"]

national = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
fillers = st.text(st.sampled_from(" -\t\u3000\u00a0\u2011\u2013\uff0d\u200b\uff08)("), max_size=3)
WIDE = {str(digit): [chr(0xFF10 + digit), chr(0x1D7D8 + digit)] for digit in range(10)}


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A national number, in one of the many spellings of people and programs."""
    number = draw(national)
    text = draw(st.sampled_from(["", "86", "+86", "0086", "\uff0b86"])) + number
    written = [draw(st.sampled_from([digit, *WIDE.get(digit, [])])) for digit in text]
    spelt = draw(fillers).join(written) if draw(st.booleans()) else "".join(written)
    return number, spelt


def encodings(text: str) -> list[str]:
    return [
        text,
        quote(text),
        quote(text, safe=""),
        quote_plus(text),
        quote(quote(text)),
        json.dumps(text),
        repr(text),
        ascii(text),
        json.dumps({"a": ascii(text)}),
        repr([{"number": text}]),
    ]


def digits_in(text: str) -> str:
    """Return all digits a reader could recognize, after NFKC."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isdecimal())


@dataclass(frozen=True)
class Log:
    stream: io.StringIO

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Log]]:
    """Configure logging into a buffer, and restore everything afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)

    def configure(level: str = "debug", form: Format = "json") -> Log:
        stream = io.StringIO()
        configure_logs(level, form, stream)
        return Log(stream)

    yield configure
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@given(spellings())
def test_a_spelling_is_accepted_by_the_parser(spelling: tuple[str, str]) -> None:
    number, spelt = spelling
    try:
        assert parse_number(spelt) == f"+86{number}"
    except GatewayError:
        assert len(spelt) > 64


@given(spellings(), st.sampled_from(["", "phone=", "tel:", "号码", "x", "%", '"', "("]))
def test_no_spelling_of_a_number_stays(spelling: tuple[str, str], before: str) -> None:
    number, spelt = spelling
    for text in encodings(before + spelt + " called"):
        masked = Redactor().redact(text)
        assert number not in digits_in(masked), text
        assert "<number>" in masked


@given(spellings(), st.text(max_size=20), st.text(max_size=20))
def test_nothing_around_a_number_lets_it_through(
    spelling: tuple[str, str], before: str, after: str
) -> None:
    number, spelt = spelling
    text = f"{before}|{spelt}|{after}"
    assert number not in Redactor().redact(text)
    assert spelt not in Redactor().redact(text)


@given(st.text() | st.text("\\%uUxnfFdD0123456789+-eyJ.:/@\uff11"))
def test_any_text_can_be_redacted_again(text: str) -> None:
    redactor = Redactor()
    once = redactor.redact(text)
    assert redactor.redact(once) == once


@given(national)
def test_no_way_into_a_log_line_lets_a_number_through(number: str) -> None:
    redactor = Redactor()
    values: dict[object, object] = {
        number: number,
        int(number): int(number),
        "float": float(number),
        "bytes": number.encode(),
        "deep": [({"a": {number}},)],
        "error": ValueError(f"no {number}"),
        "object": Log(io.StringIO(number)),
        "nested": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": [number]}}}}}}}},
    }
    assert number not in json.dumps(redactor.clean(values))


def test_foreign_numbers_are_taken_out_too() -> None:
    assert Redactor().redact("from +852 6123-4567 to") == "from <number> to"
    assert Redactor().redact("%2B85261234567") == "<number>"


@pytest.mark.parametrize(
    "text",
    [
        "renewal 01JD3X8Q5T took 12.5 ms on 127.0.0.1:8000",
        "2025-11-23T18:05:00+00:00",
        "138****1234",
        "attempt 13 of 20, 1763900000 s, 1763900000000 ms",
        "GET /graphql?query=%7B%20platforms%20%7D 200",
        "平台 net_disk 没有回答",
        "port 65535, 12345678901234567890 rows",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert Redactor().redact(text) == text


def test_tokens_and_webhook_secrets_are_taken_out() -> None:
    pair = generate_keypair()
    token = mint(pair.private, "https://id.example", "jiebang", "cmcc", "a", ())
    redactor = Redactor()
    for text in (f"Authorization: Bearer {token}", f"bearer%20{token}", f"got {token!r}"):
        assert token.split(".")[1] not in redactor.redact(text)
    assert redactor.redact("Bearer abc.def") == "Bearer <token>"
    assert redactor.redact("whsec_MfKQ9r8GKYqrTwjU/+=x") == "<secret>"
    assert "dXNlcjpwYXNz" not in redactor.redact("{'Authorization': 'Basic dXNlcjpwYXNz'}")
    assert redactor.redact("postgresql://jb:p@ss@db/x").startswith("postgresql://jb:<secret>@")


@given(st.text(min_size=4, max_size=40))
def test_a_registered_secret_is_taken_out_in_every_spelling(secret: str) -> None:
    redactor = Redactor()
    redactor.register_secret(secret)
    for spelt in (secret, quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert redactor.redact(f"[{spelt}]") == "[<secret>]"


def test_too_short_a_secret_would_take_everything_out() -> None:
    redactor = Redactor()
    for value in ("", "a", "200"):
        redactor.register_secret(value)
    assert redactor.redact("status 200") == "status 200"


def test_the_value_of_a_name_like_password_is_never_shown() -> None:
    cleaned = Redactor().clean({"Set-Cookie": "a=b", "API_KEY": "k", "token": 5, "tokens": "k"})
    assert cleaned == {"Set-Cookie": "<secret>", "API_KEY": "<secret>", "token": 5, "tokens": "k"}


def test_an_event_is_one_line_of_json(start: Callable[..., Log]) -> None:
    log = start()
    structlog.get_logger("jiebang.test").info("looked up 平台", platform="net_disk", asked=3)
    (event,) = log.events
    assert event["event"] == "looked up 平台"
    assert (event["level"], event["logger"], event["asked"]) == ("info", "jiebang.test", 3)
    assert event["timestamp"].endswith("Z")


def test_bound_context_is_on_every_line(start: Callable[..., Log]) -> None:
    log = start()
    with structlog.contextvars.bound_contextvars(renewal="r1"):
        structlog.get_logger().info("ours")
        logging.getLogger("uvicorn.error").warning("theirs")
    assert [event["renewal"] for event in log.events] == ["r1", "r1"]


@pytest.mark.parametrize("name", LIBRARIES)
def test_lines_of_libraries_are_redacted_too(start: Callable[..., Log], name: str) -> None:
    logging.getLogger(name).addHandler(logging.NullHandler())
    log = start()
    logging.getLogger(name).error("for %s at %s", "13800001234", {"n": 13800001234})
    (event,) = log.events
    assert event["event"] == "for <number> at {'n': <number>}"
    assert event["logger"] == name


@pytest.mark.parametrize("form", ["json", "console"])
def test_exceptions_and_tracebacks_are_redacted(start: Callable[..., Log], form: Format) -> None:
    log = start(form=form)
    try:
        try:
            raise KeyError("13800001234")
        except KeyError as error:
            raise RuntimeError("Bearer abc.def") from error
    except RuntimeError:
        structlog.get_logger().exception("ours 13800001234")
        logging.getLogger("strawberry.execution").exception("theirs +86 138-0000-1234")
    assert log.text.count("Traceback") >= 4
    assert "KeyError" in log.text
    assert "13800001234" not in log.text
    assert "abc.def" not in log.text


def test_extra_fields_of_a_record_are_kept_and_redacted(start: Callable[..., Log]) -> None:
    log = start()
    logging.getLogger("x").info("asked", extra={"about": "13800001234", "tries": 2})
    assert (log.events[0]["about"], log.events[0]["tries"]) == ("<number>", 2)


def test_uncaught_errors_are_logged_and_redacted(start: Callable[..., Log]) -> None:
    log = start()
    sys.excepthook(ValueError, ValueError("13800001234"), None)
    thread = threading.Thread(target=int, args=("13800001234x",))
    thread.start()
    thread.join()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert [event["event"] for event in log.events] == ["The process ends", "A thread ends"]
    assert "13800001234" not in log.text


def test_warnings_are_logged_and_redacted(start: Callable[..., Log]) -> None:
    log = start()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("about 13800001234", stacklevel=1)
    assert "about <number>" in log.events[0]["event"]


def test_a_line_that_cannot_be_written_shows_nothing(
    start: Callable[..., Log], capsys: pytest.CaptureFixture[str]
) -> None:
    log = start()
    logging.getLogger("x").info("%d", "13800001234")
    assert log.text == ""
    shown = capsys.readouterr().err
    assert "A log line of x could not be written: TypeError" in shown
    assert "1380000" not in shown


def test_a_registered_secret_stays_out_of_the_log(start: Callable[..., Log]) -> None:
    log = start()
    REDACTOR.register_secret("only-in-this-test")
    structlog.get_logger().info("key only-in-this-test", where={"only-in-this-test": 1})
    assert log.events[0]["event"] == "key <secret>"
    assert "only-in-this-test" not in log.text


def test_lines_below_the_level_are_not_written(start: Callable[..., Log]) -> None:
    log = start(level="warning")
    structlog.get_logger().info("ours")
    logging.getLogger("x").info("theirs")
    structlog.get_logger().warning("heard")
    assert [event["event"] for event in log.events] == ["heard"]


def test_statements_are_not_logged_one_by_one(start: Callable[..., Log]) -> None:
    log = start()
    logging.getLogger("sqlalchemy.engine.Engine").info("select 1")
    logging.getLogger("pgqueuer").debug("tick")
    assert log.text == ""


def test_without_a_terminal_the_lines_are_json(start: Callable[..., Log]) -> None:
    log = start(form="auto")
    structlog.get_logger().info("x")
    assert log.events[0]["event"] == "x"
