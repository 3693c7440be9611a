/** @import { TestResult } from "./transport-test.js" */
import { element, formatMs } from "./dom.js";
import { summarize } from "./round-trips.js";

/** Takes away the results of an earlier run. */
export function clearResults() {
  for (const place of document.querySelectorAll("[data-result-of]")) {
    place.replaceChildren();
    place.className = "choice-result";
  }
}

/** @param {string} transport */
export function showRunning(transport) {
  write(transport, "running", element("span", {}, "…"));
}

/**
 * @param {string} transport
 * @param {TestResult} result
 */
export function showPassed(transport, { openedInMs, roundTripsMs }) {
  const median = summarize(roundTripsMs)?.median ?? 0;
  write(
    transport,
    "passed",
    mark("✓", "passed, round trip "),
    element("b", {}, `${formatMs(median)} ms`),
    element("small", {}, `opened in ${formatMs(openedInMs)}`),
  );
}

/**
 * @param {string} transport
 * @param {string} reason
 */
export function showFailed(transport, reason) {
  write(transport, "failed", mark("✕", "failed "), element("small", {}, reason));
}

/** @type {(transport: string, outcome: string, ...children: Node[]) => void} */
function write(transport, outcome, ...children) {
  const place = document.querySelector(`[data-result-of="${transport}"]`);
  if (place !== null) {
    place.className = `choice-result ${outcome}`;
    place.replaceChildren(...children);
  }
}

/** @type {(sign: string, word: string) => DocumentFragment} */
function mark(sign, word) {
  const fragment = document.createDocumentFragment();
  fragment.append(
    element("span", { class: "mark", "aria-hidden": "true" }, sign),
    element("span", { class: "visually-hidden" }, word),
  );
  return fragment;
}
