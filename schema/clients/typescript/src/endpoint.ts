import { RequestFailed, Unreachable, type GraphQLFault } from "./errors.js";
import { payload, type Operation } from "./operation.js";

/** Where to ask, and as whom. */
export interface Endpoint {
  /** The GraphQL endpoint, `https://.../graphql`. */
  readonly url: string;
  /** The bearer token, or what gives the present one; it is asked for each request. */
  readonly token?: string | (() => string | Promise<string>);
  /** Of texts that people read: `zh-CN` (the gateway's default) or `en`. Over a WebSocket the browser's own counts. */
  readonly language?: string;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
}

export async function bearer(endpoint: Endpoint): Promise<string | undefined> {
  const token = typeof endpoint.token === "function" ? await endpoint.token() : endpoint.token;
  return token === undefined ? undefined : `Bearer ${token}`;
}

/**
 * POST a document by its hash; with its text, too, where the gateway does not know the hash.
 * Throws `Unreachable` where no answer comes, and the signal's reason once it is aborted.
 */
export async function post(
  endpoint: Endpoint,
  operation: Operation<unknown, never>,
  variables: unknown,
  accept: string,
  signal: AbortSignal,
): Promise<Response | Answer> {
  for (const withText of [false, true]) {
    const response = await send(endpoint, JSON.stringify(payload(operation, variables, withText)), accept, signal);
    if (response.ok && isStream(response)) return response;
    const answer = await answerOf(response, signal);
    if (withText || !isUnknownHash(answer.errors)) return answer;
  }
  throw new Error("unreachable");
}

/** The body of an answer. */
export interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFault[];
}

/** The data of an answer. Throws `RequestFailed`. */
export function dataOf<Result>(answer: Answer): Result {
  if (answer.errors?.length) throw new RequestFailed(answer.errors);
  if (answer.data === undefined || answer.data === null) throw new RequestFailed([]);
  return answer.data as Result;
}

/**
 * The data of an event. A token that ran out meanwhile cuts the stream: whoever gives a newer one goes
 * on, and the old one is refused with the next request.
 */
export function eventOf<Result>(answer: Answer): Result {
  try {
    return dataOf(answer);
  } catch (error) {
    if (error instanceof RequestFailed && error.reason === "TOKEN_REFUSED")
      throw new Unreachable("The stream ended with its token.", { cause: error });
    throw error;
  }
}

function isUnknownHash(errors: readonly GraphQLFault[] | undefined): boolean {
  return errors?.[0]?.extensions?.code === "PERSISTED_QUERY_NOT_FOUND";
}

function isStream(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
}

async function send(endpoint: Endpoint, body: string, accept: string, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept, "Content-Type": "application/json" };
  const authorization = await bearer(endpoint);
  if (authorization !== undefined) headers["Authorization"] = authorization;
  if (endpoint.language !== undefined) headers["Accept-Language"] = endpoint.language;
  const ask = endpoint.fetch ?? fetch;
  try {
    return await ask(endpoint.url, { method: "POST", body, headers, signal, redirect: "error", credentials: "omit" });
  } catch (cause) {
    signal.throwIfAborted();
    throw new Unreachable("The gateway does not answer.", { cause });
  }
}

async function answerOf(response: Response, signal: AbortSignal): Promise<Answer> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    signal.throwIfAborted();
    throw new Unreachable("The gateway's answer broke off.", { cause });
  }
  const answer = parsed(text);
  if (answer !== undefined) return answer;
  if (response.status >= 500) throw new Unreachable(`Something before the gateway answered ${response.status}.`);
  throw new RequestFailed([{ message: `No GraphQL answers at this address (${response.status}).` }]);
}

function parsed(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return undefined;
    const known = "errors" in answer ? Array.isArray(answer.errors) : "data" in answer;
    return known ? (answer as Answer) : undefined;
  } catch {
    return undefined;
  }
}
