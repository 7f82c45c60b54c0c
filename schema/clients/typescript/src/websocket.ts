import { createClient, type SubscribePayload } from "graphql-ws/client";
import type { Given } from "./ask.js";
import { bearer, eventOf, type Answer, type Endpoint } from "./endpoint.js";
import { RequestFailed, Unreachable, type GraphQLFault } from "./errors.js";
import { resuming, type FollowOptions } from "./follow.js";
import { payload, type Subscription } from "./operation.js";

export interface WebSocketOptions extends FollowOptions {
  /** Instead of the global one, which Node has from version 22 on: that of the package `ws`. */
  readonly webSocketImpl?: unknown;
}

/**
 * As `follow`, over a WebSocket of its own with graphql-transport-ws. The token travels in
 * `connection_init`; texts come in the language of the browser's own `Accept-Language`.
 */
export async function* followByWebSocket<Result, Variables>(
  endpoint: Endpoint,
  subscription: Subscription<Result, Variables>,
  ...[variables, options = {}]: Given<Variables, WebSocketOptions>
): AsyncGenerator<Result, void> {
  const once = (given: unknown, signal: AbortSignal) =>
    conversation<Result>(endpoint, subscription, given, signal, options);
  yield* resuming(subscription, variables, options, once);
}

async function* conversation<Result>(
  endpoint: Endpoint,
  subscription: Subscription<Result, never>,
  variables: unknown,
  signal: AbortSignal,
  options: WebSocketOptions,
): AsyncGenerator<Result, void> {
  const authorization = await bearer(endpoint);
  signal.throwIfAborted();
  const idleMs = options.idleMs ?? 60_000;
  let ended = false;
  let left = false; // messages still come after that, until the connection is closed
  let closed: unknown;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: endpoint.url.replace(/^http/, "ws"),
    connectionParams: authorization === undefined ? {} : { authorization },
    webSocketImpl: quiet(options.webSocketImpl),
    keepAlive: Math.floor(idleMs / 2), // the answers break the silence
    // Its own attempts would begin from the first event again; after a close in good order it makes
    // one in any case, unless it is disposed of by then.
    retryAttempts: 0,
    on: {
      message: (message) => {
        hear();
        ended ||= message.type === "complete";
      },
      closed: (event) => {
        closed = event;
        void dispose();
      },
    },
  });
  const end = () => client.terminate();
  const hear = () => {
    clearTimeout(silence);
    if (!left) silence = setTimeout(end, idleMs);
  };
  // Disposing of a connection that breaks off meanwhile fails, and nobody minds.
  const dispose = () => Promise.resolve(client.dispose()).catch(() => undefined);
  signal.addEventListener("abort", end, { once: true });
  try {
    hear();
    // With the text: graphql-ws sends nothing without one.
    const request = payload(subscription, variables, true) as unknown as SubscribePayload;
    for await (const answer of client.iterate(request)) yield eventOf<Result>(answer as Answer);
    if (!ended) throw typed(closed);
  } catch (error) {
    signal.throwIfAborted();
    throw typed(error);
  } finally {
    left = true;
    clearTimeout(silence);
    signal.removeEventListener("abort", end);
    await dispose();
  }
}

type Socket = new (url: string, protocols: string) => EventTarget;

/** That of the package `ws` throws where nobody listens when it is ended before it is open. */
function quiet(given: unknown): unknown {
  const socket = (given ?? (globalThis as { WebSocket?: unknown }).WebSocket) as Socket | undefined;
  if (socket === undefined) return undefined;
  return class extends socket {
    constructor(url: string, protocols: string) {
      super(url, protocols);
      this.addEventListener("error", () => undefined);
    }
  };
}

/** What graphql-ws closes with when it is told to `terminate`. */
const ENDED_HERE = 4499;

/** Errors of the operation come as a list; the end of a connection as an event with its code. */
function typed(error: unknown): Error {
  if (error instanceof RequestFailed || error instanceof Unreachable) return error;
  if (Array.isArray(error)) return new RequestFailed(error as GraphQLFault[]);
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 4401 || code === 4403)
    return new RequestFailed([{ message: "The gateway refused the token.", extensions: { code: "UNAUTHENTICATED" } }]);
  if (typeof code === "number" && code >= 4400 && code < 4500 && code !== 4408 && code !== ENDED_HERE)
    return new RequestFailed([{ message: `The gateway closed the connection (${code}).` }]);
  return new Unreachable("The connection was cut.", { cause: error });
}
