"""Answers in pages and several lookups per number, over real HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.connectors.conftest import HEAD, Acme, ReceivedRequest, complaint

from jiebang.connectors.rest.page import join_pages, merge_lookups
from jiebang.sdk import Account, Bound, CredentialsFault, NotBound, ProtocolFault

BASE = HEAD + "config: {base_url: {type: url}, pin: {type: secret}}\n"
OUTCOMES = """\
  outcomes:
    - when: {jmespath: "length(rows) > `0`"}
      bound: {each: rows, handle: id}
    - {when: {jmespath: "rows == `[]`"}, not_bound: {}}
    - {when: {jmespath: "state == 'later'"}, needs_action: {kind: otp}}
"""


def paged_manifest(pages: str, request: str = "{method: GET, path: /b, params: {p: x}}") -> str:
    return f"{BASE}lookup:\n  request: {request}\n  pages: {pages}\n{OUTCOMES}"


def page(ids: str, following: object = None) -> tuple[int, dict[str, object]]:
    return 200, {"rows": [{"id": one} for one in ids], "next": following}


@pytest.fixture
def acme(acme: Acme) -> Acme:
    acme.path = "/api"
    return acme.load(paged_manifest("{next: next, param: cursor}"), pin="k")


def handles(answer: Any) -> str:
    assert isinstance(answer, Bound)
    return "".join(account.handle for account in answer.accounts)


@pytest.mark.parametrize(
    ("pages", "request_", "place"),
    [
        ("{next: next, param: cursor}", "{method: GET, path: /b, params: {p: x}}", "query"),
        ("{next: next, header: X-Cursor}", "{method: GET, path: /b}", "header"),
        ("{next: next, field: page.after}", "{method: POST, path: /b, json: {p: x}}", "json"),
        ("{next: next, field: after}", "{method: POST, path: /b, form: {p: x}}", "form"),
    ],
)
async def test_pages_are_turned_until_the_last(
    acme: Acme, pages: str, request_: str, place: str
) -> None:
    acme.load(paged_manifest(pages, request_))

    def cursor_of(seen: ReceivedRequest) -> object:
        match place:
            case "query":
                return seen.query.get("cursor")
            case "header":
                return seen.headers.get("x-cursor")
            case "json":
                return seen.json.get("page", {}).get("after")
            case _:
                return dict(pair.split("=") for pair in seen.body.decode().split("&")).get("after")

    book: dict[object, tuple[int, object]] = {None: page("ab", "c1"), "c1": page("", 7)}
    book["7"] = page("c", "")
    acme.platform.respond = lambda seen: book[cursor_of(seen)]
    answer = await acme.lookup()
    assert (handles(answer), answer.complete) == ("abc", True)
    assert len(acme.seen) == 3


async def test_no_page_with_an_account_is_an_absence_once_all_were_read(acme: Acme) -> None:
    acme.platform.respond = lambda seen: page("", None if "cursor" in seen.query else "c1")
    assert isinstance(await acme.lookup(), NotBound)
    assert len(acme.seen) == 2


async def test_too_many_pages_leave_the_list_incomplete(acme: Acme) -> None:
    acme.load(paged_manifest("{next: next, param: cursor, most: 3}"))
    acme.platform.respond = lambda seen: page(chr(97 + len(acme.seen)), len(acme.seen))
    answer = await acme.lookup()
    assert (handles(answer), answer.complete) == ("bcd", False)


async def test_too_many_pages_are_never_an_absence(acme: Acme) -> None:
    acme.load(paged_manifest("{next: next, param: cursor, most: 3}"))
    acme.platform.respond = lambda seen: page("", len(acme.seen))
    with pytest.raises(ProtocolFault, match="more pages"):
        await acme.lookup()
    assert len(acme.seen) == 3


CIRCLES: list[tuple[list[tuple[int, object]], int]] = [
    ([page("a", "c1"), page("b", "c1")], 2),
    ([page("a", "c1"), page("b", "c2"), page("c", "c1")], 3),
    ([page("a", "c1"), page("a")], 2),
    ([page("a", "c1"), (200, {"state": "later"})], 2),
    ([page("a", "c1"), (200, {})], 2),
    ([page("a", ["c1"])], 1),
    ([page("a", True)], 1),
    ([page("a", "c" * 5000)], 1),
]


@pytest.mark.parametrize(("answers", "asked"), CIRCLES)
async def test_pages_that_go_in_a_circle_or_make_no_sense_are_a_fault(
    acme: Acme, answers: Any, asked: int
) -> None:
    acme.platform.respond = lambda seen: answers[len(acme.seen) - 1]
    with pytest.raises(ProtocolFault):
        await acme.lookup()
    assert len(acme.seen) == asked


async def test_a_page_that_fails_is_not_swallowed(acme: Acme) -> None:
    acme.platform.respond = lambda seen: (401, {}) if "cursor" in seen.query else page("a", "c1")
    with pytest.raises(CredentialsFault):
        await acme.lookup()


@pytest.mark.parametrize(
    ("following", "path", "query"),
    [
        ("{base}/api/b?c=2&p=y", "/api/b", {"c": "2", "p": "y", "k": "k"}),
        ("/api/other?c=2", "/api/other", {"c": "2", "k": "k"}),
        ("?c=2&k=k", "/api/b", {"c": "2", "k": "k"}),
        ("b?c=2#end", "/api/b", {"c": "2", "k": "k"}),
    ],
)
async def test_the_next_page_can_be_an_address(
    acme: Acme, following: str, path: str, query: dict[str, str]
) -> None:
    text = paged_manifest("{next: next, url: true}")
    acme.load(text + "auth: {scheme: api_key, query: k, secret: pin}\n")
    address = following.replace("{base}", acme.platform.url)
    acme.platform.respond = lambda seen: page("b") if "c" in seen.query else page("a", address)
    assert handles(await acme.lookup()) == "ab"
    assert acme.seen[0].query == {"p": "x", "k": "k"}
    assert (acme.seen[1].path, acme.seen[1].query) == (path, query)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/api/b?c=2",
        "//evil.example/b",
        "http://user:pw@{host}/api/b",
        "https://{host}/api/b",
        "http://[/",
        "file:///etc/passwd",
    ],
)
async def test_a_next_page_elsewhere_is_not_asked_for(acme: Acme, address: str) -> None:
    acme.load(paged_manifest("{next: next, url: true}"))
    host = acme.platform.url.removeprefix("http://")
    acme.platform.respond = lambda seen: page("a", address.replace("{host}", host))
    with pytest.raises(ProtocolFault, match="not on the platform's host"):
        await acme.lookup()
    assert len(acme.seen) == 1


TWO = f"""\
{BASE}lookups:
  - request: {{method: GET, path: /b, params: {{p: "${{subject.number}}"}}}}
    outcomes: &both
      - when: {{jmespath: "length(rows) > `0`"}}
        bound: {{each: rows, handle: id}}
      - {{when: {{jmespath: "rows == `[]`"}}, not_bound: {{}}}}
  - request: {{method: GET, path: /b, params: {{p: "${{subject.national}}"}}}}
    outcomes: *both
"""


@pytest.mark.parametrize(
    ("international", "national", "found"),
    [("ab", "bc", "abc"), ("a", "", "a"), ("", "b", "b"), ("", "", None)],
)
async def test_a_number_is_looked_up_in_each_of_its_forms(
    acme: Acme, international: str, national: str, found: str | None
) -> None:
    acme.load(TWO)
    forms = {acme.subject.number: page(international), acme.subject.national: page(national)}
    acme.platform.respond = lambda seen: forms[seen.query["p"]]
    answer = await acme.lookup()
    assert {seen.query["p"] for seen in acme.seen} == {acme.subject.number, acme.subject.national}
    if found is None:
        assert answer == NotBound("rows == `[]`")
    else:
        assert handles(answer) == found
        assert answer.complete


@pytest.mark.parametrize("good", ["", "a"])
async def test_one_failed_form_is_never_an_absence(acme: Acme, good: str) -> None:
    acme.load(TWO)
    forms = {acme.subject.number: page(good), acme.subject.national: (401, {"why": "key"})}
    acme.platform.respond = lambda seen: forms[seen.query["p"]]
    with pytest.raises(CredentialsFault):
        await acme.lookup()
    assert len(asyncio.all_tasks()) < 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            paged_manifest("{next: next}"),
            "acme.yaml:10:3 lookup.pages: expected one of param, header, field and url: true",
        ),
        (paged_manifest("{next: next, param: c, header: h}"), "10:3 lookup.pages: expected one of"),
        (paged_manifest("{next: next, param: c, most: 1}"), "10:33 lookup.pages.most: expected"),
        (
            paged_manifest("{next: 'nex(', param: c}"),
            "10:11 lookup.pages.next: not a JMESPath expression",
        ),
        (
            paged_manifest("{next: next, url: true}", "{method: POST, path: /b, json: {}}"),
            "10:23 lookup.pages.url: only for requests with method GET",
        ),
        (
            paged_manifest("{next: next, field: c}"),
            "9:3 lookup.request: pages.field c needs a json mapping or a form",
        ),
        (
            TWO + "lookup: {request: {method: GET, path: /}, outcomes: []}\n",
            "8:1 lookups: expected lookup (one) or lookups (a list), not both",
        ),
        (
            TWO.replace("not_bound: {}", "needs_action: {kind: otp}"),
            "several lookups are merged, so each must say bound or not_bound",
        ),
        (
            TWO.replace("${subject.national}", "${subject.natoinal}"),
            "unknown placeholder ${subject.natoinal}; did you mean subject.national?",
        ),
        (BASE, "acme.yaml:1:1 lookup: missing; expected a mapping with request and outcomes"),
        (BASE + "lookups: []\n", "8:1 lookups: expected at least one entry"),
    ],
)
def test_a_mistake_is_named_with_its_place(acme: Acme, text: str, message: str) -> None:
    assert message in complaint(acme.load, text)


def bound(ids: set[int], complete: bool) -> Bound:
    accounts = tuple(Account(handle=str(one), platform="acme") for one in ids)
    return Bound(accounts=accounts, complete=complete)


OUTCOME: st.SearchStrategy[Bound | NotBound] = st.one_of(
    st.just(NotBound("none")),
    st.builds(bound, st.sets(st.integers(0, 6), min_size=1), st.booleans()),
)


@given(st.lists(OUTCOME, min_size=1, max_size=5), st.booleans())
def test_no_account_is_lost_and_none_is_invented(
    outcomes: list[Bound | NotBound], whole: bool
) -> None:
    handles = [
        one.handle for outcome in outcomes if isinstance(outcome, Bound) for one in outcome.accounts
    ]
    together = merge_lookups(outcomes)
    if handles:
        assert isinstance(together, Bound)
        assert sorted(one.handle for one in together.accounts) == sorted(set(handles))
    else:
        assert isinstance(together, NotBound)
    try:
        book = join_pages(outcomes, whole=whole)
    except ProtocolFault:
        assert len(set(handles)) < len(handles) or (not handles and not whole)
        return
    if isinstance(book, NotBound):
        assert whole
        assert not handles
    else:
        assert isinstance(book, Bound)
        assert [one.handle for one in book.accounts] == handles
        assert not book.complete or whole


async def test_a_cursor_with_a_line_break_goes_into_no_header(acme: Acme) -> None:
    """It is the platform's fault; the second page is not requested."""
    acme.platform.respond = lambda seen: page("ab", "2\r\nX-Evil: 1")
    acme.load(paged_manifest("{next: next, header: X-Cursor}", "{method: GET, path: /b}"))
    with pytest.raises(ProtocolFault, match="line break"):
        await acme.lookup()
    assert len(acme.seen) == 1
