/** @import { Travel } from "./conversation.js" */
import { drawLater, element, formatMs } from "./dom.js";

const MAX_ROWS = 500;
const MAX_FRAME_CHARACTERS = 240;

/**
 * Makes the table of frames. New rows follow at the end, and the table scrolls with them unless the reader has
 * scrolled away from the end.
 *
 * @param {HTMLElement} scroller
 * @param {HTMLElement} rows
 * @param {HTMLElement} empty Shown while there is no row.
 */
export function createFrameLog(scroller, rows, empty) {
  const added = document.createDocumentFragment();
  const draw = drawLater(() => {
    const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 24;
    empty.hidden = rows.childElementCount + added.childElementCount > 0;
    rows.append(added);
    while (rows.childElementCount > MAX_ROWS) {
      rows.firstElementChild?.remove();
    }
    if (isAtEnd) {
      scroller.scrollTop = scroller.scrollHeight;
    }
  });

  /** @param {HTMLElement} made */
  function append(made) {
    added.append(made);
    draw();
  }

  return {
    /** @param {Travel} travel */
    add(travel) {
      append(frameRow(travel));
    },
    /**
     * A heading between the frames of two connections.
     *
     * @param {string} text
     */
    addHeading(text) {
      const attributes = { class: "heading", role: "rowheader", colspan: "5" };
      append(row("heading-row", element("th", attributes, text)));
    },
    clear() {
      added.replaceChildren();
      rows.replaceChildren();
      draw();
    },
  };
}

/** @param {Travel} travel */
function frameRow(travel) {
  const kind = travel.direction === "local" ? "closed" : travel.kind;
  return row(
    `${travel.direction} ${travel.kind}`,
    cell("number time", formatMs(travel.atMs)),
    cell(
      "kind",
      element("span", { class: "arrow", "aria-hidden": "true" }, ARROWS[travel.direction]),
      element("span", { class: "visually-hidden" }, WORDS[travel.direction]),
      kind,
    ),
    cell("frame", element("code", {}, shorten(travel.text))),
    cell("number bytes", travel.direction === "local" ? "" : travel.bytes.toLocaleString("en")),
    cell("number trip", formatRoundTrips(travel.roundTripsMs)),
  );
}

const ARROWS = { sent: "→", received: "←", local: "×" };
const WORDS = { sent: "sent ", received: "received ", local: "" };

/**
 * @param {string} className
 * @param {HTMLElement[]} cells
 */
function row(className, ...cells) {
  return element("tr", { class: className, role: "row" }, ...cells);
}

/**
 * @param {string} className
 * @param {(string | Node)[]} children
 */
function cell(className, ...children) {
  return element("td", { class: className, role: "cell" }, ...children);
}

/** @param {string} text */
function shorten(text) {
  return text.length <= MAX_FRAME_CHARACTERS ? text : `${text.slice(0, MAX_FRAME_CHARACTERS)}…`;
}

/** @param {number[]} roundTripsMs */
function formatRoundTrips(roundTripsMs) {
  const fastest = Math.min(...roundTripsMs);
  const slowest = Math.max(...roundTripsMs);
  switch (roundTripsMs.length) {
    case 0:
      return "";
    case 1:
      return formatMs(slowest);
    default:
      return `${formatMs(fastest)}–${formatMs(slowest)}`;
  }
}
