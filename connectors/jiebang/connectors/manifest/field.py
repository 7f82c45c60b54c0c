"""The field types of manifests."""

from __future__ import annotations

import re
from collections.abc import Sized
from datetime import date, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    Strict,
    StringConstraints,
)

from jiebang.connectors.manifest.tree import is_list
from jiebang.sdk import LANGUAGES, Rate

_DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
#: A header name (RFC 9110, section 5.6.2); and the headers that only the client may set.
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CLIENTS = frozenset({"host", "content-length", "transfer-encoding", "connection", "upgrade"})
#: The longest duration, so that adding it to a date stays in the calendar's range.
_MAX_DURATION = timedelta(days=3650)
_MAX_LINE_LENGTH = 500
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


Filled = TypeVar("Filled", bound=Sized)


class Model(BaseModel):
    """A part of a manifest. Unknown fields are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, populate_by_name=False
    )


#: A string. An unquoted number is refused: YAML would have dropped its + or its zeros.
Str = Annotated[str, Strict(), StringConstraints(min_length=1)]
Int = Annotated[int, Strict()]
Bool = Annotated[bool, Strict()]


def duration(value: object) -> timedelta:
    """Parse ``1500ms``, ``2s``, ``10m``, ``6h`` or ``3d``."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or float(match[1]) <= 0 or len(match[1]) > 9:
        raise ValueError("expected a duration such as 1500ms, 2s, 10m, 6h or 3d")
    found = timedelta(seconds=float(match[1]) * _UNITS[match[2]])
    if found > _MAX_DURATION:
        raise ValueError(f"expected a duration of at most {_MAX_DURATION.days}d")
    return found


def rate(value: object) -> Rate:
    """Parse ``5/1s``: at most five calls per second."""
    calls, slash, per = value.partition("/") if isinstance(value, str) else ("", "", "")
    if not (slash and calls.isascii() and calls.isdigit() and 0 < int(calls[:9]) < 1_000_000):
        raise ValueError("expected calls per duration, such as 5/1s or 1000/1h")
    return Rate(calls=float(calls), per=duration(per))


def header_name(value: str) -> str:
    if not _HEADER.fullmatch(value):
        raise ValueError("expected a header name, such as X-App, without spaces or colons")
    if value.lower() in _CLIENTS:
        raise ValueError(f"{value} is set by the client; leave it out")
    return value


def header_text(value: str) -> str:
    if not value.isprintable():
        raise ValueError("a header must be one line without control characters")
    return value


def line(value: str) -> str:
    """Validate a displayed line: without characters that move the cursor or reorder text."""
    if not value.isprintable():
        raise ValueError("expected one line of text, without control characters")
    if len(value) > _MAX_LINE_LENGTH:
        raise ValueError(f"expected at most {_MAX_LINE_LENGTH} characters")
    return value


def check_https(value: str) -> str:
    if not re.fullmatch(r"https://[^\s/?#@]+([/?#]\S*)?", value):
        raise ValueError("expected an address that begins with https://")
    return value


def function_name(value: str) -> str:
    if not _FUNCTION.fullmatch(value):
        raise ValueError("expected package.module:function")
    return value


def day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("expected a day such as 2026-11-01") from None


def _require_languages(value: dict[str, Any]) -> dict[str, Any]:
    missing = [language for language in LANGUAGES if not value.get(language)]
    if missing:
        raise ValueError(f"missing in {' and '.join(missing)}; expected zh-CN and en")
    return value


def require_entries(value: Filled) -> Filled:
    # pydantic's own min_length also complains when there are entries, but all are invalid.
    if not value:
        raise ValueError("expected at least one entry")
    return value


def _as_list(value: object) -> list[Any]:
    return value if is_list(value) else [value]


Duration = Annotated[timedelta, PlainValidator(duration, json_schema_input_type=str)]
RateField = Annotated[Rate, PlainValidator(rate, json_schema_input_type=str)]
HeaderName = Annotated[Str, AfterValidator(header_name)]
HeaderText = Annotated[Str, AfterValidator(header_text)]
HttpsUrl = Annotated[Str, AfterValidator(check_https)]
#: A function in an importable module: ``acme_jiebang.reading:outcome``.
FunctionName = Annotated[Str, AfterValidator(function_name)]
Line = Annotated[Str, AfterValidator(line)]
Text = Annotated[dict[str, Line], AfterValidator(_require_languages)]
Steps = Annotated[
    dict[str, Annotated[tuple[Line, ...], AfterValidator(require_entries)]],
    AfterValidator(_require_languages),
]
#: One HTTP status or several.
Statuses = Annotated[
    tuple[Int, ...], BeforeValidator(_as_list, json_schema_input_type=int | list[int])
]
