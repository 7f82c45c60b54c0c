// @ts-check
// What a renewal leaves, by who has to do something about it.

/** Statuses in which a platform has not said anything final. */
const UNSETTLED = ["OPEN", "IN_PROGRESS", "FAILED", "EXPIRED"];

/** @param {any} renewal */
export function remainder({ actions, inquiries }) {
  const hand = inquiries.filter((/** @type {any} */ one) => one.checklist || one.needs);
  return {
    /** Steps for a person, ticked off or not. */
    hand,
    /** Platforms for which some of these steps are left. */
    undone: hand.filter((/** @type {any} */ one) => one.checklist?.state !== "ATTESTED"),
    /** Platforms without a clear answer yet. */
    asked: inquiries.filter(
      (/** @type {any} */ one) => !hand.includes(one) && UNSETTLED.includes(one.status),
    ),
    /** Accounts that stay bound, each with its inquiry. */
    staying: inquiries.flatMap((/** @type {any} */ one) =>
      one.accounts
        .filter((/** @type {any} */ account) => !account.eligible)
        .map((/** @type {any} */ account) => ({ inquiry: one, account })),
    ),
    /** Platforms that said there is none. */
    none: inquiries.filter((/** @type {any} */ one) => one.platform && one.outcome === "NOT_BOUND"),
    /** What was ordered and is not at its end. */
    working: actions.filter((/** @type {any} */ one) =>
      ["OPEN", "IN_PROGRESS"].includes(one.status),
    ),
    /** What was taken back before it was done. */
    revoked: [...actions, ...inquiries].filter((one) => one.status === "REVOKED"),
    /** What ended otherwise than it should. */
    failed: actions.filter((/** @type {any} */ one) =>
      ["DENIED", "FAILED", "EXPIRED", "PARTIALLY_FULFILLED"].includes(one.status),
    ),
  };
}
