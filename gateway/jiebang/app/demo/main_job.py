"""The main job, run once by an ordinary GraphQL client."""

from __future__ import annotations

import asyncio
import time

import aiohttp
from jiebang_client import Client, new_key, unless_refused
from jiebang_client.documents import REQUEST_ACTIONS, START_RENEWAL
from rich.console import Console

from jiebang.app.demo.follow import FollowedRenewal, follow_renewal, item_key
from jiebang.app.demo.lookup_snapshot import complete_snapshot, take_snapshot
from jiebang.app.demo.manual_steps import print_manual_steps
from jiebang.app.demo.proof import RenewalProof, prove
from jiebang.app.demo.report import ConsoleReport
from jiebang.app.demo.signup import FORUM, sign_up
from jiebang.app.demo.stories import NEW_HOLDER, DemoStory
from jiebang.app.demo.supervisor import Installation
from jiebang.app.demo.texts import Texts
from jiebang.app.http.action_terms import KINDS


async def play_main_job(
    console: Console,
    texts: Texts,
    installation: Installation,
    session: aiohttp.ClientSession,
    stories: list[DemoStory],
) -> bool:
    """Look up, unbind, follow, look up again; whether the proof holds. Raises `ClientError`."""
    story = next(one for one in stories if one.id == NEW_HOLDER)
    token = installation.issuer.holder_token("new-holder", story.holder)
    language = texts.language.tag
    async with Client(url=installation.graphql, token=token, language=language) as client:
        return await _play(
            client, ConsoleReport(console, texts), session, installation.sandbox, story
        )


async def _play(
    client: Client,
    report: ConsoleReport,
    session: aiohttp.ClientSession,
    sandbox: str,
    story: DemoStory,
) -> bool:
    started = time.monotonic()
    texts = report.texts
    report.print_line(texts("notice"), "bold yellow")

    report.print_heading("step_lookup", number=story.number)
    report.print_line(story.text[texts.language.tag])
    first = await sign_up(session, sandbox, FORUM, story.number)
    before = await take_snapshot(client, report.print_answer)
    forum = before.platforms[FORUM].name
    report.print_line(texts("signup_before", platform=forum, said=first.message))
    report.print_heading("step_eligible")
    report.print_snapshot(before)

    report.print_heading("step_act")
    courses = await _start_renewals(client, report, before.account_ids_offering("CEASE_CONTACT"))
    acting = time.monotonic()
    await asyncio.gather(
        *(
            follow_renewal(
                client,
                course,
                report.print_event,
                lambda: report.print_line(f"  {texts('resumed')}"),
            )
            for course in courses
        )
    )
    report.print_line(texts("settled", seconds=time.monotonic() - acting))

    inquiries = [one for course in courses for one in course.inquiries.values()]
    actions = [one for course in courses for one in course.actions.values()]
    report.print_heading("step_after")
    after = await take_snapshot(client, lambda _: None)
    after = await complete_snapshot(client, after, {item_key(action) for action in actions})
    report.print_snapshot(after)

    report.print_heading("step_proof")
    proof = prove(before, after, inquiries, actions)
    report.print_proof(proof)
    second = await sign_up(session, sandbox, FORUM, story.number)
    report.print_line(texts("signup_after", platform=forum, said=second.message))
    report.print_heading("step_left")
    print_manual_steps(report, after, inquiries, actions)
    report.print_line("")
    if proof.is_valid and second.accepted:
        seconds = time.monotonic() - started
        report.print_line(texts("proven", count=proof.unbound_count, seconds=seconds), "bold green")
        return True
    report.print_line(texts("not_proven"), "bold red")
    if not second.accepted:
        report.print_line(f"  {texts('failure_signup', platform=forum)}", "red")
    _print_failures(report, proof)
    return False


async def _start_renewals(
    client: Client, report: ConsoleReport, dunning_accounts: list[str]
) -> list[FollowedRenewal]:
    """Start the renewal, and ask debt collectors who call the new holder to stop."""
    started = await client.ask(START_RENEWAL({"input": {"idempotencyKey": new_key()}}))
    accepted = [unless_refused(started["startRenewal"])]
    if dunning_accounts:
        asked = await client.ask(
            REQUEST_ACTIONS(
                {
                    "input": {
                        "kind": "CEASE_CONTACT",
                        "accountIds": dunning_accounts,
                        "idempotencyKey": new_key(),
                    }
                }
            )
        )
        accepted.append(unless_refused(asked["requestActions"]))
    report.print_line(report.texts("started", count=len(dunning_accounts)))
    return [FollowedRenewal.of(one["renewal"]) for one in accepted]


def _print_failures(report: ConsoleReport, proof: RenewalProof) -> None:
    """Print every reason why the proof is invalid."""
    texts = report.texts
    for line in proof.lines:
        if line.failure:
            failed = line.failed_action
            said = texts(
                line.failure,
                platform=report.platform_name(line.key),
                count=line.after,
                kind=texts.word(KINDS, failed["kind"] if failed else "UNBIND"),
                status=report.action_text(failed) if failed else "",
            )
            report.print_line(f"  {said}", "red")
    for finding in proof.missing_own:
        report.print_line(
            f"  {texts('failure_own', platform=report.platform_name(finding.key))}", "red"
        )
    for key in proof.wrongly_removed:
        report.print_line(
            f"  {texts('failure_touched', platform=report.platform_name(key))}", "red"
        )
    if not proof.unbound_count:
        report.print_line(f"  {texts('failure_nothing')}", "red")
