// Shows a person what is registered with their number as platforms answer, and unbinds it.
// JIEBANG_TOKEN is the person's own, after they have proven to hold the number.
import {
  ask,
  follow,
  newKey,
  unlessRefused,
  LookupProgress,
  Refusal,
  Renewal,
  RenewalProgress,
  RequestFailed,
  UnbindAccounts,
  Unreachable,
  type ActionPartsFragment,
  type Endpoint,
  type RenewalPartsFragment,
} from "@jiebang/client";
import { Screen } from "./screen.js";
import { View } from "./view.js";
import { wordsOf } from "./words.js";

const ATTEMPTS = 5;
/** Longer than usual: what is there already can be read meanwhile. */
const DEADLINE_MS = 8_000;
const language = process.env["JIEBANG_LANGUAGE"] ?? "zh-CN";
const words = wordsOf(language);
const screen = new Screen();

/** Does something again while nobody answers: only for what may be done twice. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Unreachable) || attempt === ATTEMPTS) throw error;
      screen.say(words.again);
      await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** attempt));
    }
  }
}

async function lookUp(endpoint: Endpoint): Promise<View> {
  const view = new View(words);
  const few = process.env["JIEBANG_PLATFORMS"]?.split(",");
  const variables = { deadlineMs: DEADLINE_MS, ...(few ? { platforms: few } : {}) };
  await persistently(async () => {
    for await (const { registeredAccountsProgress: step } of follow(endpoint, LookupProgress, variables)) {
      view.take(step);
      screen.draw([...view.lines(), view.progress]);
    }
  });
  return view;
}

async function unbind(endpoint: Endpoint, accountIds: string[]): Promise<RenewalPartsFragment> {
  const input = { accountIds, idempotencyKey: newKey() }; // one key for all attempts
  const { unbindAccounts } = await persistently(() => ask(endpoint, UnbindAccounts, { input }));
  return unlessRefused(unbindAccounts).renewal;
}

/** Says what happens until nothing more does by itself; how the renewal stands then. */
async function watch(endpoint: Endpoint, renewal: RenewalPartsFragment): Promise<RenewalPartsFragment> {
  const { id, cursor } = renewal;
  const told = new Map<string, string>();
  const tell = (action: ActionPartsFragment, status = action.status) => {
    const verified = status === "FULFILLED" && action.verification === "VERIFIED";
    const state = verified ? words.verified : words.statuses[status];
    if (action.platform && told.get(action.id) !== state) screen.say(`${action.platform.name}: ${state}`);
    told.set(action.id, state);
  };
  renewal.actions.forEach((one) => tell(one));
  if (!renewal.settled) {
    for await (const { renewalProgress: event } of follow(endpoint, RenewalProgress, { id, after: cursor })) {
      if (event.action) tell(event.action, event.status); // what it reached then: by now it may be further
      if (event.renewal.settled) break; // it may be so before the last events are told
    }
  }
  const { renewal: end } = await persistently(() => ask(endpoint, Renewal, { id }));
  end?.actions.forEach((one) => tell(one));
  return end ?? renewal;
}

async function main(): Promise<void> {
  const token = process.env["JIEBANG_TOKEN"];
  if (!token) throw new RequestFailed([{ message: "Put the token into the environment as JIEBANG_TOKEN." }]);
  const url = process.env["JIEBANG_URL"] ?? "http://127.0.0.1:8000/graphql";
  const endpoint: Endpoint = { url, token, language };

  const eligible = (await lookUp(endpoint)).eligible;
  if (eligible.length === 0) return screen.say(words.nothing);
  if ((await screen.question(words.confirm(eligible.length))) !== "yes") return screen.say(words.kept);
  const { actions } = await watch(endpoint, await unbind(endpoint, eligible));
  const unbound = actions.filter((one) => one.status === "FULFILLED");
  const verified = unbound.filter((one) => one.verification === "VERIFIED");
  screen.say(words.done(unbound.length, verified.length, actions.length));
}

main().catch((error: unknown) => {
  const expected = error instanceof RequestFailed || error instanceof Refusal || error instanceof Unreachable;
  if (!expected) throw error;
  const hint = error instanceof RequestFailed ? error.hint : error instanceof Refusal ? error.refused.hint : undefined;
  console.error([error.message, hint].filter(Boolean).join(" "));
  process.exitCode = 1;
});
