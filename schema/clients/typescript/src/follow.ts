import type { Given } from "./ask.js";
import { dataOf, eventOf, post, type Answer, type Endpoint } from "./endpoint.js";
import { RequestFailed, Unreachable } from "./errors.js";
import { eventsOf, within } from "./events.js";
import type { Subscription } from "./operation.js";

/** Milliseconds. */
const LONGEST_PAUSE = 30_000;

export interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Connections that fail one after another, soon and without any event, before it gives up; 10 by default. */
  readonly attempts?: number;
  /** Milliseconds before the first new attempt, doubled each time up to 30,000; 500 by default. */
  readonly pauseMs?: number;
  /** Milliseconds without an answer, event or heartbeat after which a stream counts as cut; 60,000 by default. */
  readonly idleMs?: number;
  /** Called before each new attempt. */
  readonly onReconnect?: () => void;
}

/**
 * What a subscription sends over Server-Sent Events, until the gateway ends it. Where the document can
 * be taken up, a stream that was cut is: after the last event's cursor, so that each event comes once.
 *
 * Throws `RequestFailed`, `Unreachable` (also for a cut stream that cannot be taken up), and the
 * reason of an aborted signal. Leaving the loop ends the stream.
 */
export async function* follow<Result, Variables>(
  endpoint: Endpoint,
  subscription: Subscription<Result, Variables>,
  ...[variables, options = {}]: Given<Variables, FollowOptions>
): AsyncGenerator<Result, void> {
  const once = (given: unknown, signal: AbortSignal) =>
    stream<Result>(endpoint, subscription, given, signal, options.idleMs ?? 60_000);
  yield* resuming(subscription, variables, options, once);
}

/** One connection: yields until the gateway's own end, throws `Unreachable` at any other. */
export type Once<Result> = (variables: unknown, signal: AbortSignal) => AsyncGenerator<Result, void>;

/** Connection after connection, each going on where the one before was. */
export async function* resuming<Result, Variables>(
  subscription: Subscription<Result, Variables>,
  variables: Variables | undefined,
  options: FollowOptions,
  once: Once<Result>,
): AsyncGenerator<Result, void> {
  let given: unknown = variables;
  let failed = 0;
  for (;;) {
    const gone = new AbortController(); // whatever of this connection is still under way
    const signal = options.signal === undefined ? gone.signal : AbortSignal.any([options.signal, gone.signal]);
    const began = Date.now();
    try {
      for await (const result of once(given, signal)) {
        failed = 0;
        const after = cursorOf(result);
        if (subscription.resumes && after !== undefined) given = { ...(given as object), after };
        yield result;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      // Days without an event are no failures, though proxies may cut an idle stream each minute.
      if (Date.now() - began >= LONGEST_PAUSE) failed = 0;
      failed += 1;
      if (!subscription.resumes || !isPassing(error) || failed >= (options.attempts ?? 10)) throw error;
    } finally {
      gone.abort();
    }
    const pause = Math.min((options.pauseMs ?? 500) * 2 ** (failed - 1), LONGEST_PAUSE);
    await rest(pause * (0.5 + Math.random() / 2), options.signal); // not all clients at the same moment
    options.onReconnect?.();
  }
}

async function* stream<Result>(
  endpoint: Endpoint,
  subscription: Subscription<Result, never>,
  variables: unknown,
  signal: AbortSignal,
  idleMs: number,
): AsyncGenerator<Result, void> {
  const response = await within(post(endpoint, subscription, variables, "text/event-stream", signal), idleMs);
  if (!("headers" in response)) {
    dataOf(response);
    throw new RequestFailed([{ message: "The gateway did not answer with a stream." }]);
  }
  if (response.body !== null) {
    const events = eventsOf(response.body, idleMs);
    try {
      for await (const event of events) {
        if (event.kind === "complete") return;
        if (event.kind === "next") yield eventOf<Result>(JSON.parse(event.data) as Answer);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RequestFailed || error instanceof Unreachable) throw error;
      throw new Unreachable("The stream was cut.", { cause: error });
    }
  }
  throw new Unreachable("The stream ended early.");
}

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof RequestFailed && error.code === "UNAVAILABLE");
}

function cursorOf(result: unknown): unknown {
  const [event] = Object.values(result as Record<string, { cursor?: unknown } | null>);
  return event?.cursor;
}

function rest(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal?.addEventListener("abort", end, { once: true });
  });
}
