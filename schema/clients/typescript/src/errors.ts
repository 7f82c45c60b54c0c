import type { RefusedPartsFragment } from "./types.js";

/** One entry of `errors`, as GraphQL defines it, with Jiebang's extensions. */
export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly reason?: string;
    readonly field?: string;
    readonly hint?: string;
    readonly traceId?: string;
    readonly [more: string]: unknown;
  };
}

/** The gateway answered, and the answer is no. Names no phone number. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  readonly errors: readonly GraphQLFault[];
  /** Of the first error: one of CAMARA's codes, `PERSISTED_QUERY_REQUIRED`, `INTERNAL`; undefined: not said. */
  readonly code: string | undefined;
  /** Of the first error: a value of the schema's `ErrorReason`, or `REQUEST_MALFORMED`. */
  readonly reason: string | undefined;
  readonly hint: string | undefined;

  constructor(errors: readonly GraphQLFault[]) {
    super(errors.map((one) => one.message).join("; ") || "The gateway refused the request.");
    this.errors = errors;
    const first = errors[0]?.extensions;
    this.code = first?.code;
    this.reason = first?.reason;
    this.hint = first?.hint;
  }
}

/** No answer came, so nobody knows whether the request arrived. With an idempotency key it may be sent again. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** What a mutation answered that did nothing: the union's `Refused`, for those who rather catch it. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(readonly refused: RefusedPartsFragment) {
    super(refused.message);
  }
}

type Answered = { __typename: string };

/** The answer of a mutation, unless it is `Refused`. Throws `Refusal`. */
export function unlessRefused<T extends Answered>(answer: T | null): Exclude<T, { __typename: "Refused" }> {
  if (answer === null) throw new RequestFailed([{ message: "The gateway gave no answer." }]);
  if (answer.__typename === "Refused") throw new Refusal(answer as unknown as RefusedPartsFragment);
  return answer as Exclude<T, { __typename: "Refused" }>;
}
