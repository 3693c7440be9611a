/** The URLs that receive, and how a frame looks there: written from the protocol (section 6), not from the transports. */
export interface WireForm {
  readonly segment: Segment;
  readonly method: "GET" | "POST";
  readonly query: string;
  readonly prelude: boolean;
  readonly kind: "streaming" | "polling" | "websocket" | "raw";
  /** What stands around a frame. */
  readonly before: string;
  readonly after: string;
  /** Whether the frame itself is written as a JSON string. */
  readonly quoted: boolean;
}

/** The last part of a receiving URL; the raw WebSocket's has none of its own. */
export type Segment =
  | "xhr"
  | "xhr_streaming"
  | "eventsource"
  | "htmlfile"
  | "jsonp"
  | "websocket"
  | "raw";

const PLAIN = { query: "", prelude: false, before: "", after: "", quoted: false } as const;

/** Every receiving URL. */
export const WIRE_FORMS: readonly WireForm[] = [
  { ...PLAIN, segment: "xhr", method: "POST", kind: "polling", after: "\n" },
  {
    ...PLAIN,
    segment: "xhr_streaming",
    method: "POST",
    kind: "streaming",
    prelude: true,
    after: "\n",
  },
  {
    ...PLAIN,
    segment: "eventsource",
    method: "GET",
    kind: "streaming",
    prelude: true,
    before: "data: ",
    after: "\r\n\r\n",
  },
  {
    segment: "htmlfile",
    method: "GET",
    query: "c=cb",
    kind: "streaming",
    prelude: true,
    before: "<script>\np(",
    after: ");\n</script>\r\n",
    quoted: true,
  },
  {
    segment: "jsonp",
    method: "GET",
    query: "c=cb",
    kind: "polling",
    prelude: false,
    before: "/**/cb(",
    after: ");\r\n",
    quoted: true,
  },
  { ...PLAIN, segment: "websocket", method: "GET", kind: "websocket" },
  { ...PLAIN, segment: "raw", method: "GET", kind: "raw" },
];

/** The frame in what was written at once; on the raw WebSocket a message frame with the one message. */
export function decodeFrame(form: WireForm, text: string): string {
  if (form.kind === "raw") return `a${JSON.stringify([text])}`;
  const inside = text.slice(form.before.length, text.length - form.after.length);
  if (`${form.before}${inside}${form.after}` !== text) {
    throw new Error(`Not one frame of ${form.segment}: ${text.slice(0, 80)}`);
  }
  return form.quoted ? (JSON.parse(inside) as string) : inside;
}
