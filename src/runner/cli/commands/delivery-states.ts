/** The delivery states of messages that were still queued when a script's run ended. */
import type { MessageAnswer } from '../../../shared/api/answers.ts';
import { createApiClient } from '../../../shared/api/client.ts';

/** A list is shown although the bot doesn't answer; ms. */
const DEADLINE_MS = 2000;
/** Messages that are looked through: a page of the bot. */
const MAX_MESSAGES = 200;
/** How much earlier than the run by its own clock a message may be accepted, ms: the state holds whole seconds. */
const SLACK_MS = 1000;

/** A script's last run. */
export interface LastRun {
  readonly name: string;
  /** Unix time in ms. */
  readonly at: number;
}

/** The word for a run whose messages are these; `undefined` while one of them waits, or none is known. */
export function settledResult(messages: readonly Pick<MessageAnswer, 'status'>[]): string | undefined {
  const has = (status: MessageAnswer['status']) => messages.some((message) => message.status === status);
  if (messages.length === 0 || has('queued')) return undefined;
  if (has('failed')) return 'undelivered';
  return has('sent') || has('replaced') || has('summarized') ? 'sent' : 'muted';
}

/** The results of runs that ended with `queued`, by script, as far as the bot knows better. Never rejects. */
export async function settledResults(
  socketPath: string,
  runs: readonly LastRun[],
): Promise<ReadonlyMap<string, string>> {
  if (runs.length === 0) return new Map();
  const client = createApiClient({ socketPath, timeoutMs: DEADLINE_MS, deadlineMs: DEADLINE_MS });
  try {
    const { messages } = await client.messages({ limit: MAX_MESSAGES });
    const results = runs.map(({ name, at }) => {
      const own = messages.filter(
        ({ source, accepted_at: accepted }) => source === name && Date.parse(accepted) >= at - SLACK_MS,
      );
      return [name, settledResult(own)] as const;
    });
    return new Map(results.flatMap(([name, result]) => (result === undefined ? [] : [[name, result] as const])));
  } catch {
    // The bot is away: what the run knew is shown.
    return new Map();
  } finally {
    await client.close();
  }
}
