import { byId, element } from "./dom.js";
import { createLink } from "./link.js";

/**
 * What the server tells: a line of somebody who talks, or that somebody has come or gone; with everyone who is present.
 *
 * @typedef {object} News
 * @property {string[]} present
 * @property {true} [own] Said of this page's own connection.
 * @property {string} [joined]
 * @property {string} [left]
 * @property {string} [name]
 * @property {string} [text]
 */

const MAX_LINES = 200;
const GUESTS = ["Badger", "Crane", "Dormouse", "Finch", "Hare", "Heron", "Lynx", "Otter", "Wren"];

const name = byId("name", HTMLInputElement);
const message = byId("message", HTMLInputElement);
const lines = byId("lines", HTMLOListElement);
const present = byId("present", HTMLUListElement);
const scroller = byId("scroller", HTMLElement);

name.value = GUESTS[Math.floor(Math.random() * GUESTS.length)] ?? "";

const link = createLink(
  "/chat",
  { open: "Join", close: "Leave" },
  {
    onOpen() {
      name.readOnly = true;
      link.send(name.value);
      message.focus();
    },
    onMessage(json) {
      /** @type {News} */
      const news = JSON.parse(json);
      showPresent(news.present);
      append(lineOf(news));
    },
    onClose() {
      name.readOnly = false;
      showPresent([]);
      append(element("li", { class: "event" }, "You have left"));
    },
  },
);

byId("join-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  name.value = name.value.trim();
  if (name.reportValidity()) {
    link.toggle();
  }
});
byId("say-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  if (message.value !== "") {
    link.send(message.value);
    message.value = "";
  }
});

/** @param {News} news */
function lineOf({ own, joined, left, name: speaker, text }) {
  if (joined !== undefined) {
    return element("li", { class: "event" }, own ? "You have joined" : `${joined} has joined`);
  }
  if (left !== undefined) {
    return element("li", { class: "event" }, `${left} has left`);
  }
  return element(
    "li",
    { class: own ? "own" : "other" },
    element(
      "span",
      { class: own ? "visually-hidden" : "speaker" },
      own ? "You: " : (speaker ?? ""),
    ),
    element("span", { class: "text" }, text ?? ""),
    element("time", {}, new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })),
  );
}

/** @param {HTMLElement} line */
function append(line) {
  const isAtEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 24;
  byId("empty", HTMLElement).hidden = true;
  lines.append(line);
  while (lines.childElementCount > MAX_LINES) {
    lines.firstElementChild?.remove();
  }
  if (isAtEnd) {
    scroller.scrollTop = scroller.scrollHeight;
  }
}

/** @param {string[]} names */
function showPresent(names) {
  present.replaceChildren(...names.map((who) => element("li", {}, who)));
}
