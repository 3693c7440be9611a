/** @typedef {{ last: number, median: number, p95: number, max: number }} Summary In milliseconds. */

/**
 * Tells of round trips in a few numbers, each of them one that was measured.
 *
 * @param {readonly number[]} roundTripsMs
 * @returns {Summary | undefined} Nothing of no round trip.
 */
export function summarize(roundTripsMs) {
  const sorted = roundTripsMs.toSorted((a, b) => a - b);
  const last = roundTripsMs.at(-1);
  const median = sorted[Math.ceil(0.5 * sorted.length) - 1];
  const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1];
  const max = sorted.at(-1);
  return last === undefined || median === undefined || p95 === undefined || max === undefined
    ? undefined
    : { last, median, p95, max };
}
