import { byId, element } from "./dom.js";

const MAX_LINES = 100;

/** @typedef {InstanceType<typeof WebSocketMultiplex>} Multiplexer */

/**
 * Adds the panel of one channel to the page: what is said, what may be said, and whether it is open.
 *
 * @param {string} name
 */
export function createChannelPanel(name) {
  const panel = addPanel(name);
  const state = find(".state", HTMLElement);
  const talk = find(".talk", HTMLElement);
  const form = find("form", HTMLFormElement);
  const input = find("input", HTMLInputElement);
  const send = find("[type=submit]", HTMLButtonElement);
  const toggle = find("[type=button]", HTMLButtonElement);
  /** @type {Multiplexer | undefined} */
  let multiplexer;
  /** @type {MultiplexChannel | undefined} */
  let channel;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    channel?.send(input.value);
    append("said", "you", input.value);
    input.select();
  });
  toggle.addEventListener("click", () => {
    if (channel === undefined) {
      subscribe();
    } else {
      channel.close();
    }
  });

  function subscribe() {
    const opened = multiplexer?.channel(name);
    if (opened === undefined) {
      return;
    }
    opened.onopen = () => append("event", "", "subscribed");
    opened.onmessage = ({ data }) => append("heard", name, data);
    opened.onclose = () => {
      // A channel that was closed and opened again meanwhile is another one.
      if (channel === opened) {
        const wasInUse = form.contains(document.activeElement);
        channel = undefined;
        append("event", "", "closed");
        show();
        if (wasInUse) {
          toggle.focus();
        }
      }
    };
    channel = opened;
    show();
  }

  function show() {
    state.dataset["state"] = channel === undefined ? "closed" : "open";
    state.textContent = channel === undefined ? "closed" : "open";
    input.disabled = channel === undefined;
    send.disabled = channel === undefined;
    toggle.disabled = multiplexer === undefined;
    toggle.textContent = channel === undefined ? "Subscribe" : "Unsubscribe";
  }

  /** @type {(kind: "said" | "heard" | "event", who: string, text: string) => void} */
  function append(kind, who, text) {
    const speaker = kind === "event" ? [] : [element("b", {}, who), " "];
    talk.append(element("li", { class: kind }, ...speaker, element("span", {}, text)));
    while (talk.childElementCount > MAX_LINES) {
      talk.firstElementChild?.remove();
    }
    talk.scrollTop = talk.scrollHeight;
  }

  /** @type {<T extends HTMLElement>(selector: string, type: new () => T) => T} */
  function find(selector, type) {
    const found = panel.querySelector(selector);
    if (!(found instanceof type)) {
      throw new TypeError(`Cannot find element: no ${type.name} is "${selector}" of "${name}"`);
    }
    return found;
  }

  return {
    /** @param {Multiplexer} made */
    connect(made) {
      multiplexer = made;
      subscribe();
    },
    /** The connection has closed. The client of websocket-multiplex does not tell its channels. */
    disconnect() {
      multiplexer = undefined;
      if (channel !== undefined) {
        append("event", "", "closed with the connection");
      }
      channel = undefined;
      show();
    },
  };
}

/** @param {string} name */
function addPanel(name) {
  const copy = document.importNode(byId("channel", HTMLTemplateElement).content, true);
  const [panel] = copy.children;
  if (panel === undefined) {
    throw new TypeError("Cannot copy the panel of a channel: the template is empty");
  }
  panel.id = name;
  panel.setAttribute("aria-label", name);
  panel.querySelector("h2")?.append(name);
  panel.querySelector("ol")?.setAttribute("aria-label", `Messages of ${name}`);
  panel.querySelector("label span")?.append(`Message to ${name}`);
  byId("channels", HTMLElement).append(copy);
  return panel;
}
