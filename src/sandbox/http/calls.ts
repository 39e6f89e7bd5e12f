import { createBoundedList } from '../state/bounded-list.ts';

/** One call of the bot's. */
export interface SandboxCall {
  /** As written in the address. */
  readonly method: string;
  readonly chatId: number | undefined;
  /** When it was answered, ms. */
  readonly at: number;
  /** The HTTP status; 0 when the connection got no answer. */
  readonly status: number;
}

/** What the bot called so far. */
export interface SandboxCalls {
  /** The newest calls, oldest first. */
  readonly list: readonly SandboxCall[];
  /** Calls by method, all of them since the start. */
  readonly counts: Readonly<Record<string, number>>;
  /** How often 429 was answered, by the rates or by a fault. */
  readonly tooMany: number;
}

/** Makes an empty record that lists the newest `keep` calls. */
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
