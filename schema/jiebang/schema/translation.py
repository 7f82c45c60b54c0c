"""Translate wordings into the caller's language: the only place that does.

The code has the English text, the catalogues in ``locale/`` the others. docs/graphql.md says what
stays English.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import cast

from graphql import GraphQLError

from jiebang.gateway.domain.wording import Wording

LOCALE = Path(__file__).with_name("locale")


def translate(text: str, language: str) -> str:
    """Return a wording in `language` (``zh-CN`` or ``en``); any other text unchanged."""
    if not isinstance(text, Wording):
        return text
    if language == "en":
        return str(text)
    values = {
        name: translate(value, language) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    return _catalogue(language).gettext(text.template).format(**values)


def translate_error(error: GraphQLError, language: str) -> GraphQLError:
    """Return a copy with message and hint in `language`; the original may be cached."""
    extensions = dict(error.extensions or {})
    hint = extensions.get("hint")
    if not isinstance(error.message, Wording) and not isinstance(hint, Wording):
        return error
    if hint is not None:
        extensions["hint"] = translate(cast("str", hint), language)
    return GraphQLError(
        translate(error.message, language),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions=extensions,
    )


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("jiebang", LOCALE, [language.replace("-", "_")])
