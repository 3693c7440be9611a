/** The first frame of a session (protocol, section 4). */
export const OPEN_FRAME = "o";

/** Shows that the server is there (protocol, section 5.7). */
export const HEARTBEAT_FRAME = "h";

/** The frame `a[…]` of messages that are JSON strings already, in order. */
export function messageFrame(jsons: readonly string[]): string {
  return jsons.length === 1 ? `a[${jsons[0]}]` : `a[${jsons.join(",")}]`;
}

/** The frame `c[code,"reason"]`; the reason is given as a JSON string. */
export function closeFrame(code: number, reasonJson: string): string {
  return `c[${code},${reasonJson}]`;
}
