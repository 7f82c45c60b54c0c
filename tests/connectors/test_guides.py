"""The catalogue of guides for real platforms: every one loads, and names its sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jiebang.connectors import CATALOGUE
from jiebang.connectors.guide import GuideConnector, GuideKind
from jiebang.connectors.kinds import load
from jiebang.sdk import LANGUAGES, Category, Connector, ContractError, Guide, Platform, Precedence

Load = Callable[[str], Connector]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guides.md"
#: A category's row of the table: how many guides, how many of them Chinese, and which.
ROW = re.compile(r"^\| `([a-z_]+)` \| (\d+) \| (\d+) \|(.*)\|$", re.MULTILINE)
GUIDES = sorted((CATALOGUE / "guides").glob("*.yaml"))
WHOSE = {"platform", "press", "community"}
#: Eleven digits that start like a mobile number: guides must not contain any.
NUMBER = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def load_guide(path: Path) -> tuple[Platform, Guide]:
    connector = load(path, {"guide": GuideKind()})
    assert isinstance(connector, GuideConnector)
    assert connector.spec.precedence is Precedence.GUIDE
    (platform,) = connector.spec.platforms
    return platform, connector.guide(platform.id)


def every(holds: Callable[[Path], None]) -> Callable[[], None]:
    """A test that this holds for each of the guides; it names all for which it does not."""

    def test() -> None:
        faults: list[str] = []
        for path in GUIDES:
            try:
                holds(path)
            except AssertionError as fault:
                faults.append(f"{path.stem}: {fault}")
        assert not faults, "\n".join(faults)

    test.__name__, test.__doc__ = holds.__name__, holds.__doc__
    return test


def test_the_catalogue_holds_guides() -> None:
    assert len(GUIDES) >= 40


def test_the_page_says_what_is_covered() -> None:
    """Every category with its number of guides, and the Chinese ones by name."""
    names: dict[str, set[str]] = {category.value: set() for category in Category}
    for platform, _ in map(load_guide, GUIDES):
        names[platform.category.value].add(platform.name["zh-CN"])
    rows: list[tuple[str, str, str, str]] = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert [row[0] for row in rows] == sorted(names)
    for category, guides, chinese, which in rows:
        said = {name for name in which.strip().split(", ") if name}
        assert int(guides) == len(names[category]), category
        assert int(chinese) == len(said), category
        assert said <= names[category], category
    total = f"| all | {len(GUIDES)} | {sum(int(row[2]) for row in rows)} | |"
    assert total in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "docs/guides.md"])
def test_the_number_of_guides_is_said_right(page: str) -> None:
    said = re.findall(r"[Gg]uides for (\d+) real platforms", (ROOT / page).read_text("utf-8"))
    assert said == [str(len(GUIDES))]


def test_no_platform_has_two_guides() -> None:
    platforms = [load_guide(path)[0] for path in GUIDES]
    assert len({platform.id for platform in platforms}) == len(platforms)
    assert len({platform.site for platform in platforms}) == len(platforms)
    for language in LANGUAGES:
        assert len({platform.name[language] for platform in platforms}) == len(platforms)


@every
def test_a_guide_is_named_after_its_platform(path: Path) -> None:
    platform, guide = load_guide(path)
    assert path.stem == platform.id
    assert guide.id == f"guide_{platform.id}"


@every
def test_every_text_is_there_in_both_languages(path: Path) -> None:
    platform, guide = load_guide(path)
    assert guide.proof is not None
    for language in LANGUAGES:
        assert platform.name[language]
        assert guide.proof[language]
    assert len({len(guide.steps[language]) for language in LANGUAGES}) == 1, "a step untranslated"
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in "".join(guide.steps["en"]))
    chinese = "".join(guide.steps["zh-CN"])
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


@every
def test_sensitivity_site_and_official_help_are_said(path: Path) -> None:
    platform, guide = load_guide(path)
    assert platform.sensitive is not None
    assert platform.site is not None
    assert guide.official_help is not None
    addresses = [platform.site, guide.official_help, *(source.url for source in guide.sources)]
    assert all(address.startswith("https://") for address in addresses)


@every
def test_every_fact_has_a_source_that_was_read(path: Path) -> None:
    _, guide = load_guide(path)
    known = {fact for source in guide.sources for fact in source.about}
    assert {"steps", "coverage"} <= known
    assert guide.proof is not None
    assert ("proof" in known) is not guide.proof["en"].startswith("The source does not say")
    for source in guide.sources:
        assert source.about
        assert source.by in WHOSE
        assert source.read_on is not None
        # Dates are only compared with each other: the tests must not start to fail with time.
        assert source.dated is None or source.dated <= source.read_on
    assert guide.source_url == guide.sources[0].url


@every
def test_nobody_claims_to_have_walked_the_steps(path: Path) -> None:
    """Once a person has, the date is there, and not earlier than the reading of the source."""
    _, guide = load_guide(path)
    if guide.live_checked is not None:
        assert guide.read_on is not None
        assert date.fromisoformat(guide.live_checked) >= date.fromisoformat(guide.read_on)


@every
def test_the_cover_by_an_official_service_is_said(path: Path) -> None:
    _, guide = load_guide(path)
    assert guide.covered_by_official_service in {"yes", "no", "unknown"}


@every
def test_no_guide_carries_a_phone_number(path: Path) -> None:
    assert not NUMBER.search(path.read_text(encoding="utf-8"))


GUIDE = """\
manifest: 1
kind: guide
id: tiny
version: 0.1.0
name: {zh-CN: 小站, en: Tiny}
platform: {id: tiny_site, category: community}
guide:
  official_help: https://tiny.example/help
  steps: {zh-CN: [打开, 更换], en: [Open, Change]}
  sources:
    - {url: "https://tiny.example/phone", about: [steps], dated: 2026-01-02, read_on: 2026-06-01}
    - {url: "https://news.example/1", by: press, about: [proof], read_on: 2026-06-02}
  coverage:
    covered_by_official_service: "no"
    source: {url: "https://list.example/", by: press, read_on: 2026-06-03}
"""


def test_several_sources_and_the_cover_come_through(loaded: Load) -> None:
    connector = loaded(GUIDE)
    assert isinstance(connector, GuideConnector)
    guide = connector.guide("tiny_site")
    assert guide.official_help == "https://tiny.example/help"
    assert guide.covered_by_official_service == "no"
    assert [(source.by, source.about) for source in guide.sources] == [
        ("platform", ("steps",)),
        ("press", ("proof",)),
        ("press", ("coverage",)),
    ]
    assert (guide.source_url, guide.source_dated, guide.read_on) == (
        "https://tiny.example/phone",
        "2026-01-02",
        "2026-06-01",
    )


def test_the_source_of_the_cover_alone_is_not_the_source_of_the_steps(loaded: Load) -> None:
    start, end = GUIDE.index("  sources:"), GUIDE.index("  coverage:")
    connector = loaded(GUIDE[:start] + GUIDE[end:])
    assert isinstance(connector, GuideConnector)
    guide = connector.guide("tiny_site")
    assert guide.source_url is None
    assert len(guide.sources) == 1


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ('"no"', "perhaps", "acme.yaml:14:5 guide.coverage.covered_by_official_service: expected"),
        ("by: press, about", "by: rumour, about", "acme.yaml:12:39 guide.sources[1].by: expected"),
        ("[proof]", "[colour]", "guide.sources[1].about[0]: expected 'steps' or 'proof'"),
        (", read_on: 2026-06-02", "", "guide.sources[1].read_on: missing"),
        ("https://news", "http://news", "acme.yaml:12:8 guide.sources[1].url: expected an address"),
        ("https://tiny.example/help", "tiny", "acme.yaml:8:3 guide.official_help: expected"),
        (
            "  sources:",
            '  source: {url: "https://a.example", read_on: 2026-06-01}\n  sources:',
            "acme.yaml:7:1 guide: expected either source (one) or sources (a list)",
        ),
    ],
)
def test_a_mistake_about_a_source_is_named(
    loaded: Load, right: str, wrong: str, message: str
) -> None:
    assert right in GUIDE
    with pytest.raises(ContractError) as caught:
        loaded(GUIDE.replace(right, wrong, 1))
    assert message in str(caught.value)
