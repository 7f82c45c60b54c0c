// @ts-check
// Breaks a renewal down by what is left of it and who has to act: the gateway, a platform or the
// person.

/** Statuses in which a platform has not given a final answer. */
const OPEN = ["OPEN", "IN_PROGRESS", "FAILED", "EXPIRED"];

/** @param {any} renewal */
export function breakdown({ actions, inquiries }) {
  const manual = inquiries.filter((/** @type {any} */ one) => one.checklist || one.needs);
  return {
    /** Inquiries with steps for the person to do by hand, whether done or not. */
    manual,
    /** Those of them with steps left to do. */
    manualLeft: manual.filter((/** @type {any} */ one) => one.checklist?.state !== "ATTESTED"),
    /** Inquiries without a clear answer yet. */
    unclear: inquiries.filter(
      (/** @type {any} */ one) => !manual.includes(one) && OPEN.includes(one.status),
    ),
    /** Accounts that stay bound, each with its inquiry. */
    ineligible: inquiries.flatMap((/** @type {any} */ one) =>
      one.accounts
        .filter((/** @type {any} */ account) => !account.eligible)
        .map((/** @type {any} */ account) => ({ inquiry: one, account })),
    ),
    /** Inquiries at platforms that have no account. */
    none: inquiries.filter((/** @type {any} */ one) => one.platform && one.outcome === "NOT_BOUND"),
    /** Actions under way. */
    active: actions.filter((/** @type {any} */ one) =>
      ["OPEN", "IN_PROGRESS"].includes(one.status),
    ),
    /** Actions and inquiries withdrawn before they were done. */
    withdrawals: [...actions, ...inquiries].filter((one) => one.status === "REVOKED"),
    /** Actions that ended without success. */
    failures: actions.filter((/** @type {any} */ one) =>
      ["DENIED", "FAILED", "EXPIRED", "PARTIALLY_FULFILLED"].includes(one.status),
    ),
  };
}
