import { dataOf, post, type Endpoint } from "./endpoint.js";
import { Unreachable } from "./errors.js";
import type { Request } from "./operation.js";

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until `Unreachable`; 30,000 by default. */
  readonly timeoutMs?: number;
}

/** Variables may be left out where the document needs none. */
export type Given<Variables, Options> = {} extends Variables
  ? [variables?: Variables, options?: Options]
  : [variables: Variables, options?: Options];

/**
 * The data of a query or a mutation. Throws `RequestFailed`, `Unreachable`, and the reason of an
 * aborted signal. Nothing is sent a second time: after `Unreachable` that is the caller's choice.
 */
export async function ask<Result, Variables>(
  endpoint: Endpoint,
  request: Request<Result, Variables>,
  ...[variables, options]: Given<Variables, AskOptions>
): Promise<Result> {
  const late = AbortSignal.timeout(options?.timeoutMs ?? 30_000);
  const signal = options?.signal === undefined ? late : AbortSignal.any([options.signal, late]);
  try {
    const accept = "application/graphql-response+json, application/json;q=0.9";
    const answer = await post(endpoint, request, variables, accept, signal);
    if ("headers" in answer) throw new Unreachable("The gateway answered with a stream.");
    return dataOf<Result>(answer);
  } catch (error) {
    if (late.aborted && error === late.reason) throw new Unreachable("The gateway does not answer in time.");
    throw error;
  }
}

/** A new idempotency key. Keep it, and send the same one when the same request is sent again. */
export function newKey(): string {
  return crypto.randomUUID();
}
