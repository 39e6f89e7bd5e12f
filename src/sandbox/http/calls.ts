import { createBoundedList } from '../state/bounded-list.ts';

/** A call of the bot. */
export interface SandboxCall {
  /** The method as written in the address; the documented spelling if it exists. */
  readonly method: string;
  readonly chatId: number | undefined;
  /** Time of the answer, ms. */
  readonly at: number;
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
}

/** Calls of the bot so far. */
export interface SandboxCalls {
  /** The newest calls, oldest first. */
  readonly list: readonly SandboxCall[];
  /** Number of calls by method since the start. */
  readonly counts: Readonly<Record<string, number>>;
  /** Number of 429 answers, by rate limits or faults. */
  readonly tooMany: number;
}

/** Creates an empty record that lists the newest `keep` calls. */
export function createCalls(keep: number): SandboxCalls & { record(call: SandboxCall): void } {
  const list = createBoundedList<SandboxCall>(keep);
  const counts: Record<string, number> = {};
  let tooMany = 0;
  return {
    get list() {
      return list.all();
    },
    counts,
    get tooMany() {
      return tooMany;
    },
    record(call) {
      list.add(call);
      counts[call.method] = (counts[call.method] ?? 0) + 1;
      if (call.status === 429) tooMany += 1;
    },
  };
}
