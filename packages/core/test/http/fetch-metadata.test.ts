import { expect, test } from "vitest";
import { isMadeByTransport } from "../../src/http/fetch-metadata.ts";
import { EVENTSOURCE } from "../../src/transports/eventsource.ts";
import { htmlfile } from "../../src/transports/htmlfile.ts";
import { jsonpPolling } from "../../src/transports/jsonp-polling.ts";
import { JSONP_SEND } from "../../src/transports/jsonp-send.ts";
import { WEBSOCKET } from "../../src/transports/websocket.ts";
import { XHR_POLLING } from "../../src/transports/xhr-polling.ts";
import { XHR_SEND } from "../../src/transports/xhr-send.ts";
import { XHR_STREAMING } from "../../src/transports/xhr-streaming.ts";
import { createIncoming } from "../support/incoming.ts";

const TRANSPORTS = {
  xhr: { method: "POST", marks: XHR_POLLING },
  xhr_streaming: { method: "POST", marks: XHR_STREAMING },
  xhr_send: { method: "POST", marks: XHR_SEND },
  eventsource: { method: "GET", marks: EVENTSOURCE },
  htmlfile: { method: "GET", marks: htmlfile("cb") },
  jsonp: { method: "GET", marks: jsonpPolling("cb") },
  jsonp_send: { method: "POST", marks: JSONP_SEND },
  websocket: { method: "GET", marks: WEBSOCKET },
} as const;

const DESTINATIONS = [
  "empty",
  "script",
  "iframe",
  "frame",
  "websocket",
  "document",
  "image",
  "style",
  "object",
];

test.each<[segment: keyof typeof TRANSPORTS, taken: readonly string[]]>([
  ["xhr", ["empty"]],
  ["xhr_streaming", ["empty"]],
  ["xhr_send", ["empty"]],
  ["eventsource", ["empty"]],
  ["htmlfile", ["iframe", "frame"]],
  ["jsonp", ["script"]],
  ["jsonp_send", ["iframe", "frame"]],
  ["websocket", ["empty", "websocket"]],
])(
  "`%s` is taken for the destinations %j only, and never from the address bar",
  (segment, taken) => {
    const { method, marks } = TRANSPORTS[segment];
    const isTaken = (headers: Readonly<Record<string, string>>): boolean =>
      isMadeByTransport(createIncoming({ method, headers }), marks);

    expect(DESTINATIONS.filter((each) => isTaken({ "sec-fetch-dest": each }))).toEqual(taken);
    expect(
      DESTINATIONS.filter((each) => isTaken({ "sec-fetch-dest": each, "sec-fetch-site": "none" })),
    ).toEqual([]);
    expect(isTaken({ "sec-fetch-site": "none" })).toBe(false);
  },
);

test.each<
  [
    maker: string,
    segment: keyof typeof TRANSPORTS,
    headers: Readonly<Record<string, string>>,
    taken: boolean,
  ]
>([
  ["the transport", "xhr", { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" }, true],
  ["the transport", "eventsource", { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" }, true],
  ["Chromium", "websocket", { "sec-fetch-dest": "websocket", "sec-fetch-mode": "websocket" }, true],
  ["Firefox", "websocket", { "sec-fetch-dest": "empty", "sec-fetch-mode": "websocket" }, true],
  [
    "a prefetching link",
    "eventsource",
    { "sec-fetch-dest": "empty", "sec-fetch-mode": "no-cors" },
    false,
  ],
  ["a beacon", "xhr", { "sec-fetch-dest": "empty", "sec-fetch-mode": "no-cors" }, false],
  [
    "a link below a service worker",
    "eventsource",
    { "sec-fetch-dest": "empty", "sec-fetch-mode": "navigate" },
    false,
  ],
  [
    "an extension",
    "xhr",
    {
      "sec-fetch-dest": "empty",
      "sec-fetch-mode": "cors",
      "sec-fetch-site": "none",
      origin: "chrome-extension://a",
    },
    true,
  ],
  [
    "the address bar",
    "jsonp",
    { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-site": "none" },
    false,
  ],
])("what %s asks of `%s` by %j is taken: %j", (_maker, segment, headers, taken) => {
  const { method, marks } = TRANSPORTS[segment];

  expect(isMadeByTransport(createIncoming({ method, headers }), marks)).toBe(taken);
});

test("`Accept` of an event stream is looked at beside `Sec-Fetch-Dest`", () => {
  const headers = { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors", accept: "text/html" };

  expect(isMadeByTransport(createIncoming({ headers }), EVENTSOURCE)).toBe(false);
});

test.each<[segment: keyof typeof TRANSPORTS, accept: string | undefined, taken: boolean]>([
  ["eventsource", "text/event-stream", true],
  ["eventsource", "*/*", false],
  ["eventsource", "text/html,application/xhtml+xml,*/*;q=0.8", false],
  ["eventsource", undefined, true],
  ["jsonp", "*/*", true],
  ["jsonp", "application/javascript, */*;q=0.8", true],
  ["jsonp", "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", false],
  ["jsonp", "text/html,application/xhtml+xml,*/*;q=0.8", false],
  ["jsonp", undefined, true],
  ["htmlfile", "text/html,application/xhtml+xml,*/*;q=0.8", true],
  ["xhr", "text/html", true],
])("`%s` without `Sec-Fetch-*` and with `Accept: %s` is taken: %j", (segment, accept, taken) => {
  const { method, marks } = TRANSPORTS[segment];
  const headers: Record<string, string> = accept === undefined ? {} : { accept };

  expect(isMadeByTransport(createIncoming({ method, headers }), marks)).toBe(taken);
});
