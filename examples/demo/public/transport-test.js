/** @import { Travel } from "./conversation.js" */
import { startConversation } from "./conversation.js";
import { TEST_MESSAGES } from "./messages.js";

const DEADLINE_MS = 10_000;

/** @typedef {{ openedInMs: number, roundTripsMs: number[] }} TestResult */
/** @typedef {(travel: Travel) => void} OnTravel */

/**
 * Tries one transport: every test message comes back from `/echo` as it was, and `/close` closes with its own code.
 *
 * @param {string} origin
 * @param {string} transport
 * @param {OnTravel} onTravel
 * @returns {Promise<TestResult>} Rejects with the reason when the transport fails.
 */
export async function testTransport(origin, transport, onTravel) {
  const result = await testEcho(`${origin}/echo`, transport, onTravel);
  await testClose(`${origin}/close`, transport, onTravel);
  return result;
}

/** @type {(url: string, transport: string, onTravel: OnTravel) => Promise<TestResult>} */
function testEcho(url, transport, onTravel) {
  return withDeadline((resolve, reject) => {
    let openedInMs = 0;
    /** @type {number[]} */
    const roundTripsMs = [];
    /** @type {string[]} */
    const received = [];

    function sendNext() {
      const message = TEST_MESSAGES[received.length];
      if (message === undefined) {
        conversation.close();
      } else {
        conversation.send(message);
      }
    }

    const conversation = startConversation(url, transport, {
      onTravel(travel) {
        onTravel(travel);
        roundTripsMs.push(...travel.roundTripsMs);
      },
      onOpen(ms) {
        openedInMs = ms;
        sendNext();
      },
      onMessage(message) {
        if (message !== TEST_MESSAGES[received.length]) {
          reject(new Error("a message came back changed"));
          conversation.close();
          return;
        }
        received.push(message);
        sendNext();
      },
      onClose({ code, reason }) {
        if (received.length === TEST_MESSAGES.length) {
          resolve({ openedInMs, roundTripsMs });
        } else {
          reject(new Error(`${code} ${reason}`));
        }
      },
    });
    return () => conversation.close();
  });
}

/** @type {(url: string, transport: string, onTravel: OnTravel) => Promise<void>} */
function testClose(url, transport, onTravel) {
  return withDeadline((resolve, reject) => {
    const conversation = startConversation(url, transport, {
      onTravel,
      onClose({ code, reason }) {
        if (code === 3000 && reason === "Go away!") {
          resolve();
        } else {
          reject(new Error(`/close closed with ${code} ${reason}`));
        }
      },
    });
    return () => conversation.close();
  });
}

/**
 * @template T
 * @param {(resolve: (value: T) => void, reject: (reason: Error) => void) => () => void} start Returns what ends it early.
 * @returns {Promise<T>}
 */
function withDeadline(start) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return new Promise((/** @type {(value: T) => void} */ resolve, reject) => {
    const stop = start(resolve, reject);
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${DEADLINE_MS / 1000} s`));
      stop();
    }, DEADLINE_MS);
  }).finally(() => clearTimeout(timer));
}
