import { randomUUID } from "node:crypto";
import type { JournalEntry } from "../fixtures/journal.ts";
import { EVENT_DEADLINE_MS, within } from "./deadline.ts";

/** A name for one session's entries in the probe server's journal; give it to the opening request as `?tag=<tag>`. */
export function newTag(): string {
  return randomUUID();
}

/** Everything the hooks of a tagged session were told, as soon as `count` calls of `hook` are among it. */
export async function readJournal(
  port: number,
  tag: string,
  hook: JournalEntry["hook"],
  count = 1,
): Promise<readonly JournalEntry[]> {
  const url = `http://127.0.0.1:${port}/journal/${tag}?hook=${hook}&count=${count}`;
  // Given up with the deadline: Bun would tell of a request that nobody ends.
  const signal = AbortSignal.timeout(EVENT_DEADLINE_MS + 100);
  const entries = fetch(url, { signal }).then((response) => response.json());
  const awaited = `${count} calls of the ${hook} hook of session ${tag}`;
  // The fixture server wrote it from the same type.
  return (await within(entries, EVENT_DEADLINE_MS, awaited)) as readonly JournalEntry[];
}
