"""Masking of labels: enough to recognise one's own account, not enough to identify others."""

from __future__ import annotations

from typing import Literal

Mask = Literal["name", "phone", "email"]


def mask_name(text: str) -> str:
    """Keep the first character: ``张**``."""
    return f"{text[:1]}**"


def mask_phone(text: str) -> str:
    """Keep the first three and last four national digits: ``138****1234``; empty for other text."""
    digits = "".join(mark for mark in text if mark.isascii() and mark.isdigit())
    digits = digits.removeprefix("86") if len(digits) == 13 else digits
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 else "****"


def mask_email(text: str) -> str:
    """Keep the first character and the domain: ``a***@x.com``."""
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at and local and domain else mask_name(text)


MASKS = {"name": mask_name, "phone": mask_phone, "email": mask_email}


def mask_label(text: str, kind: Mask, /) -> str:
    """Mask `text` with the mask of this kind."""
    return MASKS[kind](text.strip())
