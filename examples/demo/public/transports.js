/** @import { Conversation, Travel } from "./conversation.js" */
import { createChoice } from "./choice.js";
import { startConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { createFigures } from "./figures.js";
import { createFrameLog } from "./frame-log.js";
import { PRESETS } from "./messages.js";
import { clearResults, showFailed, showPassed, showRunning } from "./test-results.js";
import { testTransport } from "./transport-test.js";
import { createWire } from "./wire.js";

const REPEAT_MS = 250;

const choice = createChoice();
const figures = createFigures();
const log = createFrameLog(
  byId("log", HTMLElement),
  byId("rows", HTMLElement),
  byId("empty", HTMLElement),
);
const wire = createWire(byId("wire", HTMLElement));

const connect = byId("connect", HTMLButtonElement);
const close = byId("close", HTMLButtonElement);
const message = byId("message", HTMLInputElement);
const repeat = byId("repeat", HTMLButtonElement);
const test = byId("test", HTMLButtonElement);
const testSummary = byId("test-summary", HTMLElement);
const state = byId("state", HTMLElement);

/** @type {Conversation | undefined} */
let conversation;
/** @type {ReturnType<typeof setInterval> | undefined} */
let repeating;
/** @type {(() => void) | undefined} What waits for the connection to have closed. */
let afterClose;
let wantsStop = false;

byId("connect-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  whenClosed(open);
});
close.addEventListener("click", () => conversation?.close());

byId("message-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  conversation?.send(message.value);
  message.select();
});
for (const [name, messages] of Object.entries(PRESETS)) {
  document.querySelector(`[data-preset="${name}"]`)?.addEventListener("click", () => {
    for (const text of messages) {
      conversation?.send(text);
    }
  });
}
repeat.addEventListener("click", () => {
  if (repeating === undefined) {
    repeating = setInterval(() => conversation?.send(message.value), REPEAT_MS);
    repeat.setAttribute("aria-pressed", "true");
  } else {
    stopRepeating();
  }
});

byId("clear", HTMLButtonElement).addEventListener("click", () => {
  log.clear();
  figures.clear();
});
test.addEventListener("click", () => {
  if (state.dataset["state"] === "testing") {
    wantsStop = true;
  } else {
    whenClosed(() => void testAll());
  }
});

/** @param {() => void} next */
function whenClosed(next) {
  if (conversation === undefined) {
    next();
  } else {
    afterClose = next;
    conversation.close();
  }
}

function open() {
  const transport = choice.transport();
  figures.clear();
  log.addHeading(`${transport === "auto" ? "automatic" : transport} → ${choice.service()}`);
  showState("connecting", "connecting");
  conversation = startConversation(choice.origin() + choice.service(), transport, {
    onTravel: show,
    onOpen(openedInMs, name) {
      figures.showOpened(openedInMs);
      showState("open", `open by ${name}`);
    },
    onClose({ code, reason }) {
      conversation = undefined;
      stopRepeating();
      const wasFocused = document.activeElement === close;
      showState("closed", `closed with ${code} ${reason}`);
      if (wasFocused) {
        connect.focus();
      }
      afterClose?.();
      afterClose = undefined;
    },
  });
}

async function testAll() {
  wantsStop = false;
  test.textContent = "Stop after this one";
  clearResults();
  figures.clear();
  const transports = choice.transports();
  let passed = 0;
  for (const transport of transports) {
    if (wantsStop) {
      break;
    }
    showState("testing", `testing ${transport}`);
    showRunning(transport);
    log.addHeading(`test of ${transport}`);
    try {
      showPassed(transport, await testTransport(choice.origin(), transport, show));
      passed += 1;
    } catch (error) {
      showFailed(transport, error instanceof Error ? error.message : String(error));
    }
  }
  test.textContent = "Test all transports";
  testSummary.textContent = `${passed} of ${transports.length} transports passed.`;
  showState("idle", `${passed} of ${transports.length} passed`);
}

/** @param {Travel} travel */
function show(travel) {
  log.add(travel);
  figures.show(travel);
  wire.show(travel);
}

function stopRepeating() {
  clearInterval(repeating);
  repeating = undefined;
  repeat.setAttribute("aria-pressed", "false");
}

/** @type {(name: "idle" | "connecting" | "open" | "closed" | "testing", text: string) => void} */
function showState(name, text) {
  state.dataset["state"] = name;
  state.textContent = text;
  byId("announcer", HTMLElement).textContent = text;
  connect.textContent = name === "open" ? "Reconnect" : "Connect";
  connect.disabled = name === "testing";
  close.disabled = name !== "connecting" && name !== "open";
  choice.setFree(name !== "testing");
  for (const button of document.querySelectorAll("button.needs-open")) {
    /** @type {HTMLButtonElement} */ (button).disabled = name !== "open";
  }
}
