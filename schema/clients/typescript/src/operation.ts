/** A trusted document with the types of what it takes and gives. The types exist for the compiler only. */
export interface Operation<Result, Variables> {
  readonly name: string;
  /** SHA-256 of `text` as UTF-8, in lower-case hexadecimal. */
  readonly sha256: string;
  readonly text: string;
  readonly __types?: (variables: Variables) => Result;
}

/** A query or a mutation: for `ask`. */
export interface Request<Result, Variables> extends Operation<Result, Variables> {
  readonly kind: "query" | "mutation";
}

/** For `follow` and `followByWebSocket`. */
export interface Subscription<Result, Variables> extends Operation<Result, Variables> {
  readonly kind: "subscription";
  /** Whether it takes `after` and tells a `cursor` with each event, so that it can be taken up where it was. */
  readonly resumes: boolean;
}

/** What a request carries: the document by its hash, and by its text where the hash is not known. */
export function payload(
  operation: Operation<unknown, never>,
  variables: unknown,
  withText: boolean,
): Record<string, unknown> {
  const persistedQuery = { version: 1, sha256Hash: operation.sha256 };
  return {
    operationName: operation.name,
    variables: variables ?? {},
    extensions: { persistedQuery },
    ...(withText ? { query: operation.text } : {}),
  };
}
