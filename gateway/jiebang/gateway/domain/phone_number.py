"""Phone numbers: normalization to E.164, and masking for display."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from jiebang.gateway.domain.errors import InvalidArgument, Reason, ServiceNotApplicable
from jiebang.gateway.domain.wording import Wording

_FILLERS = re.compile(r"[\s\-\u2010-\u2015\u00ad\u200b\u2060\ufeff()]+")
_MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_E164 = re.compile(r"\+[1-9][0-9]{4,14}")
_MAX_LENGTH = 64
_EXAMPLE = Wording("Send a mobile number like 13800001234, or E.164 like +85261234567 if foreign.")


def parse_number(text: str, *, field: str = "number") -> str:
    """Return `text` as E.164.

    NFKC turns full-width digits into plain ones; spaces, hyphens and brackets are dropped. Accepted
    are mainland mobile numbers (`1[3-9]` and nine digits, optionally after 86, +86 or 0086) and any
    other number in E.164. Raises `InvalidArgument`: NUMBER_MALFORMED, or NUMBER_NOT_MOBILE for a
    landline.
    """
    if len(text) > _MAX_LENGTH:
        raise _number_malformed(field)
    plain = _FILLERS.sub("", unicodedata.normalize("NFKC", text))
    if mainland := _MAINLAND.fullmatch(plain):
        return f"+86{mainland[1]}"
    parsed = _parse(plain, field)
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise InvalidArgument(
            Reason.NUMBER_NOT_MOBILE, Wording("This is a landline."), field=field, hint=_EXAMPLE
        )
    if parsed.country_code == 86 or not _E164.fullmatch(plain):
        raise _number_malformed(field)
    return plain


def _parse(plain: str, field: str) -> phonenumbers.PhoneNumber:
    """Return a valid number; digits without a country code are read as mainland numbers."""
    try:
        parsed = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        raise _number_malformed(field) from None
    if not phonenumbers.is_valid_number(parsed):
        raise _number_malformed(field)
    return parsed


def region_of(number: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of an E.164 number; `ZZ` if it has none."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or (
        "CN" if number.startswith("+86") else "ZZ"
    )


def require_covered(number: str, regions: frozenset[str]) -> str:
    """Return the number's region. Raises `ServiceNotApplicable` if no connector covers it."""
    region = region_of(number)
    if region not in regions:
        raise ServiceNotApplicable(
            Reason.NUMBER_REGION_NOT_COVERED,
            Wording("No connector covers numbers from {region}.", region=region),
            field="number",
            hint=Wording("Regions covered: {regions}.", regions=", ".join(sorted(regions)) or "-"),
        )
    return region


def mask_number(number: str) -> str:
    """Return the number as `138****1234`; foreign numbers keep their last two digits."""
    if number.startswith("+86"):
        return f"{number[3:6]}****{number[-4:]}"
    return f"{number[:3]}****{number[-2:]}"


def _number_malformed(field: str) -> InvalidArgument:
    return InvalidArgument(
        Reason.NUMBER_MALFORMED, Wording("This is not a phone number."), field=field, hint=_EXAMPLE
    )
