"""The person's page: prove a number, see it all, choose, confirm, follow to the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from playwright.async_api import Route, expect

if TYPE_CHECKING:
    from tests.browser.conftest import OpenWindow, Window

    from jiebang.app.demo.supervisor import Installation

STORIES = ("new_holder", "departing", "former", "quarantined")
NUMBER, UNHEARD = "13900007777", "13900006666"


async def open_accounts(
    window: OpenWindow, people: dict[str, Any], place: int = 0, **options: Any
) -> Window:
    """All the answers about one of the demonstration's people."""
    shown = await window(**options)
    page = await shown.go("#/")
    await page.locator(".holder button").nth(place).click()
    await expect(page.locator(".tray")).to_be_visible()
    return shown


async def order_eligible(shown: Window) -> None:
    """What is eligible is ordered, and the renewal is on screen."""
    await shown.page.locator(".tray .act").click()
    await shown.page.locator("dialog .act").click()
    await expect(shown.page).to_have_url(re.compile("#/renewal/"))


async def check_translated(shown: Window) -> None:
    """No value of a list and no key of a text is on screen."""
    raw = await shown.page.locator("main").inner_text()
    found = re.search(r"[A-Z]{3,}_[A-Z]{3,}|\b[a-z]+\.[A-Za-z]+\b", raw)
    assert not found, f"{found} on screen"


async def last_code(people: dict[str, Any]) -> str:
    """The code that the simulated phones were sent last."""
    headers = {"accept": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(people["inbox"]) as reply,
    ):
        found = re.findall(r"(?<!\d)\d{6}(?!\d)", await reply.text())
    return str(found[0])


async def test_a_number_is_proven_by_the_code_on_its_phone(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await window()
    page = await shown.go("#/")
    await shown.check_accessibility()
    await page.get_by_label("Mobile number").fill(NUMBER)
    await page.get_by_role("button", name="Send a code").click()
    await expect(page.locator(".said")).to_contain_text("139****7777")
    code = page.get_by_label("Code of six digits")
    await code.fill("000000")
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.locator(".said.wrong")).to_contain_text("more tries")
    found = await last_code(people)
    await code.fill(found)
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("139****7777")
    # Possession alone: nothing can be done.
    await expect(page.locator(".tray .act")).to_be_disabled()
    assert NUMBER not in await page.content()
    await shown.take_screenshot("proven")


@pytest.mark.parametrize("person", range(len(STORIES)), ids=STORIES)
async def test_each_story_is_told_in_full(
    window: OpenWindow, people: dict[str, Any], person: int
) -> None:
    shown = await open_accounts(window, people, person)
    page = shown.page
    await expect(page.locator("progress")).to_be_hidden()
    counts = [int(text) for text in await page.locator(".tile dd").all_inner_texts()]
    assert sum(counts) > 20
    await expect(page.locator(".overview .big")).to_contain_text("gave no clear answer")
    await check_translated(shown)
    await shown.check_accessibility()
    await shown.check_width()
    await shown.take_screenshot(f"accounts-{STORIES[person]}")


async def test_what_is_eligible_is_unbound_and_verified(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, len(people["holders"]) - 1)
    page = shown.page
    boxes = page.locator("input[data-account]")
    eligible = await boxes.count()
    assert eligible
    assert await page.locator("input[data-account]:checked").count() == eligible
    await page.locator(".tray .act").click()
    await expect(page.locator("dialog")).to_contain_text("No account is closed")
    await shown.check_accessibility()
    await shown.take_screenshot("confirm", whole=False)
    await page.locator("dialog .act").dblclick()
    await expect(page).to_have_url(re.compile("#/renewal/"))
    done = page.locator(".order .state", has_text="verified")
    await expect(done).to_have_count(await page.locator(".order").count(), timeout=60_000)
    address = page.url
    await page.locator(".order summary").first.click()
    told = page.locator(".order").first.locator(".timeline li")
    await expect(told.first).to_contain_text("accepted")
    await expect(told.last).to_contain_text("verified")
    await check_translated(shown)
    await shown.check_accessibility()
    await shown.check_width()
    await shown.take_screenshot("renewal")
    # Come back later by link, and see the same.
    await shown.go(address.partition("/#")[2].join(["#", ""]))
    await expect(page.locator(".order .state", has_text="verified").first).to_be_visible()


async def test_nothing_is_ordered_when_one_thinks_again_and_only_what_is_chosen_when_not(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 1)
    page = shown.page
    boxes = page.locator("input[data-account]")
    await page.locator(".tray .act").click()
    await page.locator("dialog button", has_text="Not yet").click()
    await expect(page.locator("dialog")).to_have_count(0)
    for place in range(1, await boxes.count()):
        await boxes.nth(place).uncheck()
    await expect(page.locator(".tray p")).to_contain_text("1 of ")
    await order_eligible(shown)
    await expect(page.locator(".order")).to_have_count(1)


async def test_a_step_by_hand_is_ticked_off_and_stays_so(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 0)
    await order_eligible(shown)
    page = shown.page
    chore = page.locator("details.hand", has_text="0 of").first
    await chore.locator("summary").click()
    await chore.locator("input[type=checkbox]").first.click()
    await expect(page.locator("details.hand", has_text="1 of").first).to_be_visible()
    await page.reload()
    await expect(page.locator("details.hand", has_text="1 of").first).to_be_visible()


SAID = """async ([bound, notBound, asked]) => {
  const { summary } = await import("/console/widgets/summary.js");
  const rest = { unknown: 0, pending: 0, needsAction: 0, guidance: asked - bound - notBound };
  const result = { basis: "CURRENT", summary: { asked, bound, notBound, ...rest } };
  const none = () => [];
  const lookup = { asked, result, accounts: none, eligibleAccounts: none };
  return summary(lookup, { t: (key) => `<${key}>` }).querySelector(".big").textContent;
}"""


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 4, 4), "<said.none>"),
        ((0, 1, 4), "<said.noneYet><said.open>"),  # not asked is no absence either
        ((0, 0, 4), "<said.nothing>"),
        ((0, 0, 0), "<accounts.emptyAsked>"),
    ],
)
async def test_no_account_is_said_only_where_every_platform_said_so(
    window: OpenWindow, counts: tuple[int, int, int], said: str
) -> None:
    page = await (await window()).go("#/")
    assert await page.evaluate(SAID, list(counts)) == said


async def test_what_is_withdrawn_is_not_called_done(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 4)
    await order_eligible(shown)
    page = shown.page
    await page.get_by_role("button", name="Withdraw what is not done").click()
    await shown.check_accessibility()
    await page.locator("dialog .act").click()
    await expect(page.locator(".overview")).to_contain_text("withdrawn at")
    await expect(page.locator(".overview .left")).to_contain_text("withdrawn before")
    await expect(page.get_by_role("button", name="Withdraw")).to_have_count(0)


PRESSED = """async () => {
  const { schedule } = await import("/console/widgets/dom.js");
  let [drawn, now] = [0, 1];
  performance.now = () => now;
  const plan = schedule(() => (drawn += 1));
  const say = (kind) => window.dispatchEvent(new PointerEvent(kind));
  const soon = async () => {
    await new Promise((done) => setTimeout(done));
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    return drawn;
  };
  const told = [];
  say("pointerdown"); plan(); plan(); told.push(await soon());
  say("pointerup"); told.push(await soon());
  say("pointerdown"); plan(); told.push(await soon());
  now += 1500; told.push(await soon());
  return told;
}"""


async def test_what_is_under_the_finger_is_not_exchanged(window: OpenWindow) -> None:
    page = await (await window()).go("#/")
    # Not while it is pressed; once when it is let go; and not for ever, if that is never heard.
    assert await page.evaluate(PRESSED) == [0, 1, 1, 2]


async def test_who_has_no_proof_any_more_is_led_back_to_where_they_were(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 0)
    page = shown.page
    await page.evaluate("sessionStorage.removeItem('jiebang.session')")
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("proof has run out")
    await shown.take_screenshot("expired")
    await page.get_by_role("link", name="Prove it again").click()
    await page.locator(".holder button").first.click()
    await expect(page.locator(".tray")).to_be_visible()
    assert page.url.endswith("#/accounts")


async def test_a_proof_that_runs_out_before_the_order_is_asked_for_again(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 1)
    page = shown.page
    shown.expect_fault("401")
    await page.locator(".tray .act").click()
    await page.evaluate("sessionStorage.removeItem('jiebang.session')")
    await page.locator("dialog .act").click()
    await expect(page.get_by_role("alert")).to_contain_text("proof has run out")
    await expect(page.locator("dialog")).to_have_count(0)


async def test_an_order_whose_answer_is_lost_is_taken_once(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 3)
    page = shown.page
    shown.expect_fault("ERR_FAILED")
    keys: list[str] = []

    async def lose(route: Route) -> None:
        found = re.search(r'"idempotencyKey":"([^"]+)"', route.request.post_data or "")
        if found is None:
            return await route.continue_()
        keys.append(found[1])
        await route.fetch()  # it arrives, and its answer does not
        await (route.abort() if len(keys) == 1 else route.continue_())

    await page.route("**/graphql", lose)
    await page.locator(".tray .act").click()
    await page.locator("dialog .act").click()
    await expect(page.locator("dialog .wrong")).to_contain_text("taken once only")
    await page.locator("dialog .act").click()
    await expect(page).to_have_url(re.compile("#/renewal/"))
    assert len(set(keys)) == 1 < len(keys)
    await page.get_by_role("link", name="My number").click()
    await expect(page.locator(".orders")).to_contain_text("Earlier orders (1)")


@pytest.mark.parametrize("id", ["", "%", "nothing", "%E4%B8%AD"])
async def test_an_address_of_no_order_says_so(
    window: OpenWindow, people: dict[str, Any], id: str
) -> None:
    shown = await open_accounts(window, people, 2)
    await shown.page.evaluate("to => { location.hash = to }", f"#/renewal/{id}")
    await expect(shown.page.get_by_role("heading", level=1)).to_have_text(
        "This order was not found"
    )


async def test_offline_it_says_so_and_goes_on_afterwards(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 0)
    shown.expect_fault("ERR_INTERNET_DISCONNECTED")
    await shown.context.set_offline(True)
    await expect(shown.page.locator(".banner")).to_be_visible()
    await shown.page.get_by_role("button", name="Ask again").click()
    await expect(shown.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await shown.context.set_offline(False)
    await shown.page.get_by_role("button", name="Try again").click()
    await expect(shown.page.locator(".tray")).to_be_visible()


@pytest.mark.parametrize(
    "options",
    [
        {"width": 320, "height": 640},
        {"width": 600, "height": 400, "device_scale_factor": 2},
        {"dark": True},
    ],
    ids=["a small phone", "200 % zoom", "dark"],
)
async def test_it_fits_and_is_read_aloud_everywhere(
    window: OpenWindow, people: dict[str, Any], options: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 0, language="zh-CN", **options)
    await expect(shown.page.get_by_role("heading", level=1)).to_contain_text("上的账号")
    await shown.check_width()
    await shown.check_accessibility()
    await shown.take_screenshot(f"accounts-zh-{'-'.join(map(str, options.values()))}")
    await shown.go("#/")
    await shown.check_width()
    await shown.check_accessibility()


async def test_the_other_language_asks_no_platform_again_and_keeps_the_choice(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 1)
    page = shown.page
    asked: list[str] = []
    hashes = await page.evaluate("async () => (await fetch('/console/documents.json')).json()")
    page.on("request", lambda one: asked.append(one.post_data or ""))
    await page.locator("input[data-account]").first.uncheck()
    counts = await page.locator(".tile dd").all_inner_texts()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("上的账号")
    await expect(page.locator("input[data-account]").first).not_to_be_checked()
    assert await page.locator(".tile dd").all_inner_texts() == counts
    await expect(page.locator("h4").first).to_have_text(re.compile("[一-鿿]"))
    await page.get_by_role("link", name="平台目录").click()
    await page.go_back()
    await expect(page.locator("input[data-account]").first).not_to_be_checked()
    assert not any(hashes["LookupProgress"] in body for body in asked)


async def test_all_are_chosen_or_none_at_once(window: OpenWindow, people: dict[str, Any]) -> None:
    shown = await open_accounts(window, people, 1)
    page = shown.page
    await page.get_by_role("button", name="Choose none").click()
    await expect(page.locator("input[data-account]:checked")).to_have_count(0)
    await expect(page.locator(".tray .act")).to_be_disabled()
    await page.get_by_role("button", name="Choose all").click()
    await expect(page.locator("input[data-account]:not(:checked)")).to_have_count(0)
    await expect(page.locator(".tray .act")).to_be_enabled()


@pytest.mark.parametrize(
    ("person", "kind", "button", "done"),
    [
        (0, "CEASE_CONTACT", "Ask to end contact", "done"),
        (2, "LOCK_ACCOUNT", "Ask to lock", "done"),
    ],
    ids=["contact ends", "an account is locked"],
)
async def test_platforms_are_asked_for_more_than_to_unbind(
    window: OpenWindow, people: dict[str, Any], person: int, kind: str, button: str, done: str
) -> None:
    shown = await open_accounts(window, people, person)
    page = shown.page
    offer = page.locator(f"[data-kind={kind}]")
    box = offer.locator("input").first
    await box.check()
    await offer.locator("button").click()
    await expect(page.locator("dialog")).to_contain_text("What will not happen")
    await shown.check_accessibility()
    await check_translated(shown)
    await page.get_by_role("button", name=button).click()
    await expect(page.locator(".order").first).to_be_visible()
    await expect(page.locator(".order .state").first).to_contain_text(done, timeout=60_000)
    # It is one of the earlier orders from now on, also for who comes without its address.
    await page.get_by_role("link", name="My number").click()
    await page.locator(".orders summary").click()
    await page.locator(".orders a").first.click()
    await expect(page.locator(".order .state").first).to_contain_text(done)


async def test_another_numbers_order_is_not_found(
    window: OpenWindow, people: dict[str, Any]
) -> None:
    shown = await open_accounts(window, people, 1)
    await shown.page.get_by_role("button", name="Choose none").click()
    await shown.page.locator("input[data-account]").first.check()
    await order_eligible(shown)
    address = shown.page.url.partition("#")[2]
    await shown.go("#/")
    await shown.page.get_by_role("button", name="Leave").click()
    await shown.page.locator(".holder button").nth(3).click()
    await expect(shown.page.locator(".tray")).to_be_visible()
    await shown.page.evaluate("to => { location.hash = to }", address)
    await expect(shown.page.get_by_role("heading", level=1)).to_have_text(
        "This order was not found"
    )
    await shown.check_accessibility()


async def test_on_paper_the_steps_are_unfolded(window: OpenWindow, people: dict[str, Any]) -> None:
    shown = await open_accounts(window, people, 3)
    page = shown.page
    step = page.locator("details.hand li").first
    await expect(step).to_be_hidden()
    await page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await page.emulate_media(media="print")
    await expect(step).to_be_visible()
    await expect(page.locator(".tray")).to_be_hidden()
    await page.evaluate("dispatchEvent(new Event('afterprint'))")
    await expect(step).to_be_hidden()


async def test_where_no_platform_answers_it_says_that_this_is_not_none(
    window: OpenWindow, people: dict[str, Any], demo: Installation
) -> None:
    shown = await window(language="zh-CN")
    page = await shown.go("#/")

    async def fault(name: str) -> None:
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{demo.sandbox}/control/faults", json={"platform": "*", "fault": name}
            ) as reply,
        ):
            assert reply.status == 200, await reply.text()

    # A number nobody asked about before: of others an answer that came later may be kept.
    await page.get_by_label("手机号码").fill(UNHEARD)
    await page.get_by_role("button", name="发送验证码").click()
    await expect(page.locator(".said")).to_contain_text("139****6666")
    await page.get_by_label("六位验证码").fill(await last_code(people))
    await fault("error")
    try:
        await page.get_by_role("button", name="确认").click()
        await expect(page.get_by_role("alert")).to_contain_text("不表示没有账号", timeout=30_000)
        await expect(page.locator(".overview .big")).to_contain_text("还没有平台明确说")
        await shown.check_accessibility()
        await shown.take_screenshot("all-failed")
    finally:
        await fault("none")


async def test_both_languages_say_everything(window: OpenWindow) -> None:
    shown = await window()
    page = await shown.go("#/")
    keys: dict[str, list[str]] = await page.evaluate(
        "async () => { const { WORDS } = await import('/console/words/person.js');"
        " return Object.fromEntries(Object.entries(WORDS).map(([k, v]) => [k, Object.keys(v)])) }"
    )
    assert set(keys["en"]) == set(keys["zh-CN"])
