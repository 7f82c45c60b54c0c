// @ts-check
// One lookup of all platforms, as their answers arrive. It outlives the view that shows it, so that
// leaving and returning, or switching the language, does not ask every platform again.

import { UnreachableError } from "./client.js";

/** How long a lookup is shown again, in milliseconds; account ids stay valid for longer. */
const LIFETIME = 8 * 60_000;

export class Lookup {
  /**
   * @param {string} token The token of the person who asks.
   * @param {import("./client.js").Client} client
   */
  constructor(token, client) {
    this.token = token;
    this.language = client.language();
    /** @type {Map<string, any>} Answers by platform id, in the order in which they arrived. */
    this.answers = new Map();
    /** @type {Set<string>} Ids of eligible accounts that the person has deselected. */
    this.exclusions = new Set();
    /** @type {any} The complete result, once every platform has answered. */
    this.result = null;
    /** The numbers of platforms asked and answered so far, as the gateway reports them. */
    this.asked = 0;
    this.answered = 0;
    /** @type {unknown} */
    this.error = null;
    this.onChange = () => {};
    this.startTime = Date.now();
    this.controller = new AbortController();
    const onData = (/** @type {any} */ data) => this.#apply(data.registeredAccountsProgress);
    client
      .follow("LookupProgress", {}, onData, this.controller.signal)
      .then(() => {
        if (!this.result) throw new UnreachableError(); // the stream ended too early
      })
      .catch((error) => {
        this.error = error;
        this.onChange();
      });
  }

  /** Whether this lookup can be shown again instead of a new one. */
  get isFresh() {
    return !this.error && Date.now() - this.startTime < LIFETIME;
  }

  /** Answers with one of these outcomes. @param {...string} outcomes */
  answersWith(...outcomes) {
    return [...this.answers.values()].filter((answer) => outcomes.includes(answer.outcome));
  }

  /**
   * Every account with its place: the platform, or for sensitive platforms only the category, since
   * the gateway does not name them.
   */
  accounts() {
    const onPlatforms = [...this.answers.values()].flatMap(({ platform, accounts }) =>
      accounts.map((/** @type {any} */ account) => ({ account, place: platform.id, platform })),
    );
    const inCategories = (this.result?.sensitive ?? []).flatMap(
      (/** @type {any} */ { category, accounts }) =>
        accounts.map((/** @type {any} */ account) => ({ account, place: category, category })),
    );
    return [...onPlatforms, ...inCategories];
  }

  /** The accounts that can be unbound. */
  eligibleAccounts() {
    return this.accounts().filter(({ account }) => account.eligible);
  }

  /** The accounts that the person wants to unbind. */
  selection() {
    return this.eligibleAccounts().filter(({ account }) => !this.exclusions.has(account.id));
  }

  /** @param {any} step */
  #apply(step) {
    this.asked = step.asked;
    this.answered = step.answered;
    if (step.platform) this.answers.set(step.platform.platform.id, step.platform);
    if (step.result) {
      this.result = step.result;
      for (const answer of step.result.platforms) this.answers.set(answer.platform.id, answer);
    }
    this.onChange();
  }
}

/** @type {Lookup | null} */
let last = null;

/**
 * The last lookup if it is fresh and belongs to this person, otherwise a new one.
 * @param {string} token @param {import("./client.js").Client} client
 */
export function currentLookup(token, client) {
  if (last?.token !== token || !last.isFresh) {
    forgetLookup();
    last = new Lookup(token, client);
  }
  return last;
}

/** Makes the next view ask again: the accounts may have changed, or the person may have. */
export function forgetLookup() {
  last?.controller.abort();
  last = null;
}

/**
 * Platform names and guides in the language on screen, if the lookup was made in the other one.
 * @param {Lookup} lookup @param {import("./client.js").Client} client @param {AbortSignal} signal
 * @returns {Promise<Map<string, {name: string, guide: any}>>} By platform id; empty if none are needed.
 */
export async function fetchTranslations(lookup, client, signal) {
  if (lookup.language === client.language()) return new Map();
  const { coverage } = await client.ask("Catalogue", {}, signal);
  return new Map(
    coverage.platforms.map((/** @type {any} */ { platform, guide }) => [
      platform.id,
      { name: platform.name, guide },
    ]),
  );
}
