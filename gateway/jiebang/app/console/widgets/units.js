// @ts-check
// Formats shares and durations for reading.

/** @param {number | null} share */
export function percent(share) {
  if (share === null) return "–";
  const value = Math.round(share * 100);
  // Rounding must not turn "almost all" into 100 % or "almost none" into 0 %.
  return `${share < 1 && share > 0 ? Math.min(99, Math.max(1, value)) : value} %`;
}

/** @param {number | null} ms @param {any} t */
export function duration(ms, t) {
  if (ms === null) return "–";
  return ms < 1000 ? t("board.ms", { n: ms }) : t("board.seconds", { n: (ms / 1000).toFixed(1) });
}
