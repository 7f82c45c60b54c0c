// @ts-check
// Shares and times as they are read.

/** @param {number | null} share */
export function percent(share) {
  if (share === null) return "–";
  // All of it and nothing of it are said only where they are true.
  const rounded = Math.round(share * 100);
  return `${share < 1 && share > 0 ? Math.min(99, Math.max(1, rounded)) : rounded} %`;
}

/** @param {number | null} ms @param {any} t */
export function duration(ms, t) {
  if (ms === null) return "–";
  return ms < 1000 ? t("board.ms", { n: ms }) : t("board.seconds", { n: (ms / 1000).toFixed(1) });
}
