/** @import { Conversation, Watcher } from "./conversation.js" */
import { startConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { AUTOMATIC, createTransportChoice } from "./transport-choice.js";

/** From this width on, the list of transports stands beside the rest and needs not be folded. */
const WIDE = "(min-width: 60rem)";

/**
 * Makes a page's link to its service: at most one connection, by the transport that is chosen. Choosing another one while
 * connected connects anew. The page shows its state, and the button of its form tells what it would do.
 *
 * @param {() => string} path Of the service, asked for each time it opens.
 * @param {{ open: string, close: string }} words What the button says.
 * @param {Watcher} watcher
 */
export function createLink(path, words, watcher) {
  const button = byId("toggle", HTMLButtonElement);
  const state = byId("state", HTMLElement);
  const chosen = byId("chosen", HTMLElement);
  const choice = createTransportChoice(() => {
    showChosen();
    reopen();
  });
  /** @type {Conversation | undefined} */
  let conversation;
  let wantsOther = false;

  byId("transports", HTMLDetailsElement).open = matchMedia(WIDE).matches;
  showChosen();
  showState("idle", "not connected");

  function open() {
    showState("connecting", "connecting");
    conversation = startConversation(location.origin + path(), choice.transport(), {
      ...watcher,
      onOpen(openedInMs, transport, socket) {
        showState("open", `open by ${transport}`);
        watcher.onOpen?.(openedInMs, transport, socket);
      },
      onClose(event) {
        conversation = undefined;
        showState("closed", `closed with ${event.code} ${event.reason}`);
        watcher.onClose?.(event);
        if (wantsOther) {
          wantsOther = false;
          open();
        }
      },
    });
  }

  function reopen() {
    if (conversation !== undefined) {
      wantsOther = true;
      conversation.close();
    }
  }

  function showChosen() {
    const transport = choice.transport();
    chosen.textContent = transport === AUTOMATIC ? "automatic" : transport;
  }

  /** @type {(name: "idle" | "connecting" | "open" | "closed", text: string) => void} */
  function showState(name, text) {
    const wasInUse = document.activeElement?.matches(".needs-open");
    state.dataset["state"] = name;
    state.textContent = text;
    button.textContent = name === "idle" || name === "closed" ? words.open : words.close;
    for (const control of document.querySelectorAll(".needs-open")) {
      control.toggleAttribute("disabled", name !== "open");
    }
    if (wasInUse && name !== "open") {
      button.focus();
    }
  }

  return {
    transport: choice.transport,
    /** Opens it, or closes it when there is one. */
    toggle() {
      if (conversation === undefined) {
        open();
      } else {
        wantsOther = false;
        conversation.close();
      }
    },
    /** @param {string} message */
    send(message) {
      conversation?.send(message);
    },
  };
}
