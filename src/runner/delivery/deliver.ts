/** A notification's way out of the runner: stored, posted, and forgotten once the bot has answered for it. */
import { createHash, randomUUID } from 'node:crypto';
import { sentenceOf } from '../../core/problem.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import type { RunnerLog } from '../state/runner-log.ts';
import { readState, withSend, writeState } from '../state/script-state.ts';
import type { BotClient, SubmitResult } from './bot-client.ts';
import { dropPending, type NotificationContent, type Pending, stillPending, writePending } from './pending.ts';

/** A notification that the bot could not be given for this long says nothing new any more: a day. */
const GIVEN_UP_MS = 24 * 3_600_000;

export interface DeliveryContext {
  readonly stateDir: string;
  readonly handOver: BotClient;
  readonly log: RunnerLog;
  /** What a person should hear of: a full disk, a state that could not be read. */
  readonly warn: (sentence: string) => void;
  readonly now: () => number;
}

export interface NotificationDraft {
  readonly source: string;
  readonly content: NotificationContent;
  readonly cooldown?: Pending['cooldown'];
  /** Milliseconds, for an id when there is no disk to remember it on. */
  readonly window?: number;
}

/**
 * The id of a notification that can't be stored: the same within one cooldown, so that the bot itself holds back the
 * repetitions that the full disk can't.
 */
function idWithoutDisk({ source, cooldown, window = 0 }: NotificationDraft, now: number): string {
  if (window <= 0) return randomUUID();
  const parts = [process.getuid?.() ?? 0, source, cooldown?.key ?? '', Math.floor(now / window), window];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40);
}

/** Stores and posts a notification; what can't be stored is posted all the same. Never rejects. */
export async function deliver(
  outlet: DeliveryContext,
  draft: NotificationDraft,
): Promise<SubmitResult & { readonly stored: boolean; readonly pending: Pending }> {
  const { stateDir, handOver, log, warn, now } = outlet;
  const { source, content, cooldown } = draft;
  const at = now();
  let pending: Pending = { id: randomUUID(), source, createdAt: at, content, ...(cooldown && { cooldown }) };
  let stored = true;
  try {
    await writePending(stateDir, pending);
  } catch (error) {
    stored = false;
    pending = { ...pending, id: idWithoutDisk(draft, at) };
    warn(sentenceOf(error));
  }
  const handed = await handOver.post(pending);
  if (handed.kind === 'refused') {
    log.error(
      { source, id: pending.id, reason: handed.reason, title: content.title, message: content.message },
      'refused',
    );
  }
  if (handed.kind !== 'away' && cooldown === undefined) dropPending(stateDir, pending.id);
  return { ...handed, stored, pending };
}

async function record({ stateDir, warn }: DeliveryContext, pending: Pending, at: number): Promise<void> {
  if (pending.cooldown === undefined) return;
  const { stateName, key } = pending.cooldown;
  try {
    const { state, problem } = readState(stateDir, stateName);
    if (problem) warn(problem.message);
    await writeState(stateDir, stateName, withSend(state, key, at));
  } catch (error) {
    warn(sentenceOf(error));
  }
}

/** What came of the run that it waited from. */
function amendRun(stateDir: string, script: string, result: string): void {
  const run = readRunRecord(stateDir, script);
  if (run?.result === 'waiting') writeRunRecord(stateDir, script, { ...run, result });
}

/** What to say of one that could not be handed over again. */
export const stillWaits = (why: string): string => `A notification still waits: ${why}`;

/** Posts one that waited from an earlier run. The caller holds its script's lock. @returns why it still waits */
export async function deliverAgain(outlet: DeliveryContext, pending: Pending): Promise<string | undefined> {
  const { stateDir, handOver, log, now } = outlet;
  const { id, source, createdAt, content } = pending;
  if (!stillPending(stateDir, id)) return undefined;
  const at = now();
  const fields = { source, id, title: content.title, message: content.message };
  if (at - createdAt > GIVEN_UP_MS) {
    log.error(
      { ...fields, since: new Date(createdAt).toISOString() },
      'given up: the bot could not be reached for a day',
    );
    dropPending(stateDir, id);
    return undefined;
  }
  const handed = await handOver.post(pending);
  if (handed.kind === 'away') return handed.reason;
  if (handed.kind === 'accepted') {
    await record(outlet, pending, at);
    amendRun(stateDir, source, handed.status);
    log.info({ source, id }, 'handed over after waiting');
  } else {
    log.error({ ...fields, reason: handed.reason }, 'refused');
    outlet.warn(`${source}: a notification that waited was refused: ${handed.reason}`);
  }
  dropPending(stateDir, id);
  return undefined;
}
