"""The main job, played once by an ordinary GraphQL client."""

from __future__ import annotations

import asyncio
import time
import uuid

import aiohttp
from rich.console import Console

from jiebang.app.demo.client import Client, Data, RequestFailed
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
    """Look up, unbind, follow, look up again; whether the proof holds. Raises
    `RequestFailed`."""
    started = time.monotonic()
    story = next(one for one in stories if one.id == NEW_HOLDER)
    token = installation.issuer.holder_token("new-holder", story.holder)
    client = Client(session, installation.graphql, token, texts.language.tag)
    report = ConsoleReport(console, texts)
    report.print_line(texts("pretend"), "bold yellow")

    report.print_heading("step_lookup", number=story.number)
    report.print_line(story.text[texts.language.tag])
    first = await sign_up(session, installation.sandbox, FORUM, story.number)
    before = await take_snapshot(client, report.print_answer)
    forum = before.platforms[FORUM].name
    report.print_line(texts("signup_before", platform=forum, said=first.message))
    report.print_heading("step_eligible")
    report.print_snapshot(before)

    report.print_heading("step_act")
    followed = await _start_renewals(client, report, before.account_ids_offering("CEASE_CONTACT"))
    acting = time.monotonic()
    await asyncio.gather(
        *(
            follow_renewal(
                client,
                course,
                report.print_event,
                lambda: report.print_line(f"  {texts('resumed')}"),
            )
            for course in followed
        )
    )
    report.print_line(texts("settled", seconds=time.monotonic() - acting))

    inquiries = [one for course in followed for one in course.inquiries.values()]
    actions = [one for course in followed for one in course.actions.values()]
    report.print_heading("step_after")
    after = await take_snapshot(client, lambda _: None)
    after = await complete_snapshot(client, after, {item_key(action) for action in actions})
    report.print_snapshot(after)

    report.print_heading("step_proof")
    proof = prove(before, after, inquiries, actions)
    report.print_proof(proof)
    second = await sign_up(session, installation.sandbox, FORUM, story.number)
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
    """Start the renewal; where debt collectors call the new holder, ask them to stop."""
    accepted = [
        await _accepted_renewal(
            client, "start_renewal", "startRenewal", idempotencyKey=str(uuid.uuid4())
        )
    ]
    if dunning_accounts:
        accepted.append(
            await _accepted_renewal(
                client,
                "request_actions",
                "requestActions",
                kind="CEASE_CONTACT",
                accountIds=dunning_accounts,
                idempotencyKey=str(uuid.uuid4()),
            )
        )
    report.print_line(report.texts("started", count=len(dunning_accounts)))
    return [FollowedRenewal.of(renewal) for renewal in accepted]


async def _accepted_renewal(client: Client, operation: str, field: str, **given: object) -> Data:
    answer: Data = (await client.ask(operation, input=given))[field]
    if answer["__typename"] != "RenewalAccepted":
        raise RequestFailed(answer["message"])
    renewal: Data = answer["renewal"]
    return renewal


def _print_failures(report: ConsoleReport, proof: RenewalProof) -> None:
    """Every reason why the proof does not hold."""
    texts = report.texts
    for line in proof.lines:
        if line.failure:
            failed = line.failed_action or {}
            said = texts(
                line.failure,
                platform=report.platform_name(line.key),
                count=line.after,
                kind=texts.word(KINDS, failed.get("kind", "UNBIND")),
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
