/** @import { Conversation } from "./conversation.js" */
import { startConversation } from "./conversation.js";

const INTERVAL_MS = 50;

/**
 * Makes the button that starts and stops a connection to `/echo` which never rests.
 *
 * @param {HTMLButtonElement} button
 * @param {() => string} transport
 */
export function createTraffic(button, transport) {
  /** @type {Conversation | undefined} */
  let conversation;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;

  button.addEventListener("click", () => {
    if (conversation === undefined) {
      start();
    } else {
      conversation.close();
    }
  });

  function start() {
    const started = startConversation(`${location.origin}/echo`, transport(), {
      onOpen() {
        timer = setInterval(() => started.send("x".repeat(100)), INTERVAL_MS);
      },
      onClose() {
        clearInterval(timer);
        conversation = undefined;
        button.setAttribute("aria-pressed", "false");
      },
    });
    conversation = started;
    button.setAttribute("aria-pressed", "true");
  }
}
