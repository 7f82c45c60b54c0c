"""Messages in Chinese and English: nothing is missing, unused or inconsistent."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest
from scripts import translations
from tests.schema.conftest import Endpoint, subscribe

from jiebang.gateway.domain.wording import Wording
from jiebang.schema.translation import translate

TRANSLATIONS = {str(one.id): str(one.string) for one in translations.read_catalogue() if one.id}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def test_every_wording_is_translated_and_nothing_else() -> None:
    assert set(translations.wordings()) == set(TRANSLATIONS), "run: python scripts/translations.py"
    assert len(TRANSLATIONS) > 100


def test_a_wordings_template_stands_in_the_code() -> None:
    """Otherwise the extraction could not find it."""
    for source in translations.SOURCES:
        for path in source.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "Wording":
                    assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}"


@pytest.mark.parametrize("template", sorted(TRANSLATIONS))
def test_a_translation_says_the_same(template: str) -> None:
    chinese = TRANSLATIONS[template]
    assert placeholders(chinese) == placeholders(template)
    assert CHINESE.search(chinese) or not re.search(r"[A-Za-z]", re.sub(r"{\w+}", "", template))
    # What programs call things is never translated.
    quoted = re.findall(r"`[^`]*`", template)
    assert sorted(re.findall(r"`[^`]*`", chinese)) == sorted(quoted)


def test_the_compiled_catalogue_is_the_written_one() -> None:
    assert translations.MO.read_bytes() == translations.compile_catalogue(
        translations.read_catalogue()
    ), "run: python scripts/translations.py"


def test_values_are_put_in_and_inner_wordings_translated() -> None:
    whole = Wording("{fault} ({detail})", fault=Wording("This is a landline."), detail="x")
    assert translate(whole, "zh-CN") == "这是固定电话。（x）"
    assert translate(whole, "en") == "This is a landline. (x)"
    assert translate("unknown", "zh-CN") == "unknown"


LANDLINE = '{ registeredAccounts(number: "010-88888888") { number } }'
SAID = {"en": "This is a landline.", "zh-CN": "这是固定电话。", "fr": "这是固定电话。"}


@pytest.mark.parametrize("language", SAID)
async def test_errors_speak_the_callers_language(endpoint: Endpoint, language: str) -> None:
    error = (await endpoint.ask(LANDLINE, accept_language=language)).error
    assert (error["message"], error["reason"]) == (SAID[language], "NUMBER_NOT_MOBILE")
    assert bool(CHINESE.search(error["hint"])) is (language != "en")


async def test_without_a_word_it_is_chinese(endpoint: Endpoint) -> None:
    assert (await endpoint.ask(LANDLINE)).error["message"] == SAID["zh-CN"]


async def test_one_document_in_two_languages(endpoint: Endpoint) -> None:
    """Validation is cached, its language is not."""
    roots = "{ " + " ".join(f"p{n}: __typename" for n in range(9)) + " }"
    for _ in range(2):
        english = (await endpoint.ask(roots, accept_language="en")).error["message"]
        chinese = (await endpoint.ask(roots, accept_language="zh")).error["message"]
        assert english.startswith("Too large: roots is 9")
        assert chinese.startswith("文档过大：roots 为 9")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "The body is not JSON in UTF-8."), ("zh-CN", "请求体不是")]
)
async def test_so_does_what_never_becomes_graphql(
    endpoint: Endpoint, language: str, said: str
) -> None:
    reply = await endpoint.send("{", accept_language=language)
    assert said in reply.error["message"]


async def test_so_does_a_socket(strict_endpoint: Endpoint) -> None:
    for language, said in (("en", "Only trusted"), ("zh-CN", "只允许执行")):
        headers = {"Accept-Language": language}
        async with strict_endpoint.open_websocket(**headers) as socket:
            await subscribe(socket, "{ __typename }")
            assert (await socket.receive_json())["payload"][0]["message"].startswith(said)


async def test_so_does_a_refusal(endpoint: Endpoint) -> None:
    document = """mutation { withdrawRenewal(input: {id: "x"}) {
        ... on Refused { code message hint } } }"""
    for language, said in (("en", "This is not the id"), ("zh-CN", "这不是有效的")):
        found = (await endpoint.ask(document, accept_language=language)).data["withdrawRenewal"]
        assert found["code"] == "IDENTIFIER_NOT_FOUND"
        assert found["message"].startswith(said)
