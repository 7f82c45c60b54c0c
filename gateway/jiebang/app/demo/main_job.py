"""The main job, played once by an ordinary GraphQL client."""

from __future__ import annotations

import asyncio
import time

import aiohttp
from jiebang_client import Client, new_key, unless_refused
from jiebang_client.documents import REQUEST_ACTIONS, START_RENEWAL
from rich.console import Console

from jiebang.app.demo.follow import Course, pursue, same_item
from jiebang.app.demo.lookup_snapshot import complete, take
from jiebang.app.demo.manual_steps import tell_remainder
from jiebang.app.demo.proof import Proof, prove
from jiebang.app.demo.report import Report
from jiebang.app.demo.signup import FORUM, sign_up
from jiebang.app.demo.stories import NEW_HOLDER, Story
from jiebang.app.demo.supervisor import Installation
from jiebang.app.demo.texts import Texts
from jiebang.app.http import terms


async def play(
    console: Console,
    texts: Texts,
    installation: Installation,
    session: aiohttp.ClientSession,
    stories: list[Story],
) -> bool:
    """Look up, unbind, follow, look up again; whether the proof holds. Raises `ClientError`."""
    story = next(one for one in stories if one.id == NEW_HOLDER)
    token = installation.issuer.holder_token("new-holder", story.holder)
    language = texts.language.tag
    async with Client(url=installation.graphql, token=token, language=language) as client:
        return await _play(client, Report(console, texts), session, installation.sandbox, story)


async def _play(
    client: Client, report: Report, session: aiohttp.ClientSession, sandbox: str, story: Story
) -> bool:
    started = time.monotonic()
    texts = report.texts
    report.say(texts("pretend"), "bold yellow")

    report.heading("step_lookup", number=story.number)
    report.say(story.text[texts.language.tag])
    first = await sign_up(session, sandbox, FORUM, story.number)
    before = await take(client, report.answer)
    forum = before.findings[FORUM].name
    report.say(texts("signup_before", platform=forum, said=first.said))
    report.heading("step_eligible")
    report.picture(before)

    report.heading("step_act")
    courses = await _act(client, report, before.offering("CEASE_CONTACT"))
    acting = time.monotonic()
    await asyncio.gather(
        *(
            pursue(client, course, report.event, lambda: report.say(f"  {texts('resumed')}"))
            for course in courses
        )
    )
    report.say(texts("settled", seconds=time.monotonic() - acting))

    inquiries = [one for course in courses for one in course.inquiries.values()]
    actions = [one for course in courses for one in course.actions.values()]
    report.heading("step_after")
    after = await take(client, lambda _: None)
    after = await complete(client, after, {same_item(action) for action in actions})
    report.picture(after)

    report.heading("step_proof")
    proof = prove(before, after, inquiries, actions)
    report.proof(proof)
    second = await sign_up(session, sandbox, FORUM, story.number)
    report.say(texts("signup_after", platform=forum, said=second.said))
    report.heading("step_left")
    tell_remainder(report, after, inquiries, actions)
    report.say("")
    if proof.holds and second.accepted:
        seconds = time.monotonic() - started
        report.say(texts("proven", count=proof.unbound, seconds=seconds), "bold green")
        return True
    report.say(texts("not_proven"), "bold red")
    if not second.accepted:
        report.say(f"  {texts('failure_signup', platform=forum)}", "red")
    _explain(report, proof)
    return False


async def _act(client: Client, report: Report, dunned: list[str]) -> list[Course]:
    """Start the renewal; where debt collectors call the new holder, ask them to stop."""
    started = await client.ask(START_RENEWAL({"input": {"idempotencyKey": new_key()}}))
    accepted = [unless_refused(started["startRenewal"])]
    if dunned:
        asked = await client.ask(
            REQUEST_ACTIONS(
                {
                    "input": {
                        "kind": "CEASE_CONTACT",
                        "accountIds": dunned,
                        "idempotencyKey": new_key(),
                    }
                }
            )
        )
        accepted.append(unless_refused(asked["requestActions"]))
    report.say(report.texts("started", count=len(dunned)))
    return [Course.of(one["renewal"]) for one in accepted]


def _explain(report: Report, proof: Proof) -> None:
    """Every reason why the proof does not hold."""
    texts = report.texts
    for line in proof.lines:
        if line.failure:
            failed = line.failed
            said = texts(
                line.failure,
                platform=report.name(line.key),
                count=line.after,
                kind=texts.word(terms.KINDS, failed["kind"] if failed else "UNBIND"),
                status=report.state(failed) if failed else "",
            )
            report.say(f"  {said}", "red")
    for finding in proof.lost:
        report.say(f"  {texts('failure_own', platform=report.name(finding.key))}", "red")
    for key in proof.touched:
        report.say(f"  {texts('failure_touched', platform=report.name(key))}", "red")
    if not proof.unbound:
        report.say(f"  {texts('failure_nothing')}", "red")
