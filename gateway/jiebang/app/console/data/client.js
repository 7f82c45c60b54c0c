// @ts-check
// Sends the gateway's trusted documents to its public GraphQL endpoint and unwraps the answers.
// Trusted documents are always accepted, even where the gateway refuses any other query.

import { post, RefusedError } from "./request.js";

/** The token is no longer accepted: the person has to prove the number again. */
export class ExpiredError extends RefusedError {
  constructor(message = "") {
    super(message, "UNAUTHENTICATED");
  }
}

/** No answer arrived: the browser is offline, or the gateway is down. */
export class UnreachableError extends Error {}

/** Operations sent without a token, because another person's token would be refused. */
const ANONYMOUS = new Set(["RequestPossessionCode", "ConfirmPossession"]);

/** @type {Promise<Record<string, string>> | null} */
let hashes = null;

export class Client {
  /** @param {{ token: string | null }} session @param {() => string} language */
  constructor(session, language) {
    this.session = session;
    this.language = language;
  }

  /**
   * Returns the data of one trusted document.
   * @param {string} operation @param {object} [variables] @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async ask(operation, variables = {}, signal) {
    const { body, status } = await this.#send(operation, variables, { signal });
    return unwrap(body, status);
  }

  /**
   * Follows a subscription until it ends.
   * @param {string} operation @param {object} variables
   * @param {(data: any) => void} onData @param {AbortSignal} signal
   */
  async follow(operation, variables, onData, signal) {
    const onevent = (/** @type {any} */ event) => onData(unwrap(event, 200));
    const { body, status } = await this.#send(operation, variables, { signal, onevent });
    // A JSON body instead of a stream means that the gateway refused the subscription.
    if (body) unwrap(body, status);
  }

  /** @param {string} operation @param {object} variables @param {any} options */
  async #send(operation, variables, options) {
    try {
      hashes ??= fetch("/console/documents.json").then((reply) => reply.json());
      const sha256Hash = (await hashes)[operation];
      const extensions = { persistedQuery: { version: 1, sha256Hash } };
      const token = ANONYMOUS.has(operation) ? null : this.session.token;
      return await post(
        { extensions, variables },
        { ...options, token, language: this.language() },
      );
    } catch (error) {
      // fetch() reports every network failure as a TypeError.
      if (error instanceof TypeError) {
        hashes = null;
        throw new UnreachableError();
      }
      throw error;
    }
  }
}

/**
 * Returns the data of an answer, or throws its first error.
 * @param {any} body @param {number} status
 */
function unwrap(body, status) {
  const error = body?.errors?.[0];
  if (!error) return body.data;
  const code = error.extensions?.code ?? "";
  const message = [error.message, error.extensions?.hint].filter(Boolean).join(" ");
  if (status === 401 || code === "UNAUTHENTICATED") throw new ExpiredError(message);
  throw new RefusedError(message, code);
}
