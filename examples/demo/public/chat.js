import { byId, element } from "./dom.js";
import { createLink } from "./link.js";

/**
 * What the server tells everyone: what somebody has said, or that somebody has come or gone; with all who are present.
 *
 * @typedef {object} News
 * @property {string[]} present
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

let hasJoined = false;
/** @type {string[]} What this page has said and not heard yet, oldest first. */
let unheard = [];

name.value = GUESTS[Math.floor(Math.random() * GUESTS.length)] ?? "";

const link = createLink(
  () => `/chat?${new URLSearchParams({ name: name.value })}`,
  { open: "Join", close: "Leave" },
  {
    onOpen() {
      name.readOnly = true;
      message.focus();
    },
    onMessage(json) {
      /** @type {News} */
      const news = JSON.parse(json);
      showPresent(news.present);
      append(lineOf(news, isOwn(news)));
    },
    onClose() {
      name.readOnly = false;
      hasJoined = false;
      unheard = [];
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
    unheard.push(message.value);
    message.value = "";
  }
});

/**
 * Whether it tells of this page: the first news is that it has joined itself, and what it says comes back in order.
 *
 * @param {News} news
 */
function isOwn({ joined, name: speaker, text }) {
  if (joined !== undefined && !hasJoined) {
    hasJoined = true;
    return true;
  }
  const isEcho = text !== undefined && text === unheard[0] && speaker === name.value;
  if (isEcho) {
    unheard.shift();
  }
  return isEcho;
}

/**
 * @param {News} news
 * @param {boolean} own
 */
function lineOf({ joined, left, name: speaker, text }, own) {
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
