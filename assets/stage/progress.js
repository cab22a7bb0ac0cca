/** How far a visitor has come in each chapter. It is kept in this browser only, and a browser may refuse to keep it. */

const KEY = "bnviz.seen";

/** @returns {Record<string, number>} the number of steps seen, by chapter */
export function seenSteps() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const entries = Object.entries(kept ?? {}).filter(([, steps]) => Number.isInteger(steps) && Number(steps) > 0);
    return Object.fromEntries(entries.map(([chapter, steps]) => [chapter, Number(steps)]));
  } catch {
    return {};
  }
}

/** @param {string} chapter @param {number} steps that have been seen, from the first on */
export function markSeen(chapter, steps) {
  const seen = seenSteps();
  if ((seen[chapter] ?? 0) >= steps) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...seen, [chapter]: steps }));
  } catch {
    // A private window keeps nothing; then the contents page shows no progress.
  }
}
