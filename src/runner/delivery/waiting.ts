/** Notifications that wait from earlier runs. */
import type { SubmitFailure } from '../outcomes.ts';
import { amendWaitingRun } from '../state/run-record.ts';
import { lastSentOf, withSend } from '../state/script-state.ts';
import { readState, writeState } from '../state/script-state-file.ts';
import { submitFailureText } from '../text/submit-text.ts';
import { checkAttachments } from './attachments.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { isStillPending, keepFiles, listPending, type Pending, removePending } from './pending-files.ts';
import { listCorrupt, tidyPending } from './pending-upkeep.ts';

/** A notification that could not be delivered for this long is out of date, ms. */
const MAX_AGE_MS = 24 * 3_600_000;

/** A notification that waits. */
export type WaitingNotification = Pick<Pending, 'source'> & {
  /** Where its cooldown counts from, Unix time in ms. */
  readonly moment: number;
  /** Whether it starts the cooldown of this source's key, and still waits. */
  readonly holdsCooldown: (key: string | undefined) => boolean;
  /**
   * Posts it again, and remembers the send of one that the bot accepts. The caller holds the lock of its source.
   *
   * @returns why it still waits; `undefined` once it is settled
   */
  readonly redeliver: (context: DeliveryContext) => Promise<SubmitFailure | undefined>;
};

const momentOf = ({ cooldown, createdAt }: Pending) => cooldown?.moment ?? createdAt;

async function rememberSend({ stateDir, warn }: DeliveryContext, pending: Pending) {
  if (pending.cooldown === undefined) return;
  const { stateName, key } = pending.cooldown;
  const moment = momentOf(pending);
  try {
    const { state, problem } = readState(stateDir, stateName);
    if (problem) warn({ code: 'problem', error: problem });
    // A newer one may have been sent while this one waited.
    if (!state.unreadable && (lastSentOf(state, key) ?? 0) < moment)
      await writeState(stateDir, stateName, withSend(state, key, moment));
  } catch (error) {
    warn({ code: 'problem', error });
  }
}

/** @param isLast whether it is the newest one of its source */
async function redeliver(
  context: DeliveryContext,
  pending: Pending,
  isLast: boolean,
): Promise<SubmitFailure | undefined> {
  const { stateDir, client, log, warn, now } = context;
  const { id, source, createdAt, content } = pending;
  if (!isStillPending(stateDir, id)) return undefined;
  const at = now();
  const fields = { source, id, title: content.title, message: content.message };
  if (at - createdAt > MAX_AGE_MS) {
    log.error(
      { ...fields, since: new Date(createdAt).toISOString() },
      'given up: the bot could not be reached for a day',
    );
    removePending(stateDir, id);
    return undefined;
  }
  const attachments = checkAttachments(content.attachments);
  const result = await client.post(pending, attachments);
  if (result.kind === 'unavailable') {
    await keepFiles(stateDir, pending, attachments.sendable);
    return result.failure;
  }
  if (result.kind === 'accepted') {
    await rememberSend(context, pending);
    log.info({ source, id }, 'delivered after waiting');
  } else {
    log.error({ ...fields, reason: submitFailureText(result.failure) }, 'refused');
    warn({ code: 'refused_after_waiting', source, failure: result.failure });
  }
  removePending(stateDir, id);
  if (result.kind === 'accepted' && isLast) {
    amendWaitingRun(stateDir, source, result.status === 'resolved' ? 'quiet' : result.status);
  }
  return undefined;
}

/** The notifications that wait, oldest first. Damaged files are moved aside, with a warning. */
export function readWaiting({ stateDir, warn, now }: DeliveryContext): readonly WaitingNotification[] {
  const { pending, unreadable } = listPending(stateDir);
  for (const warning of tidyPending(stateDir, unreadable, now())) warn(warning);
  const lastOf = new Map(pending.map((one) => [one.source, one]));
  return pending.map((one) => ({
    source: one.source,
    moment: momentOf(one),
    holdsCooldown: (key) => one.cooldown !== undefined && one.cooldown.key === key && isStillPending(stateDir, one.id),
    redeliver: (context) => redeliver(context, one, lastOf.get(one.source) === one),
  }));
}

/** How many notifications wait, and what is wrong in their folder. */
export function waitingSummary(stateDir: string): {
  readonly waiting: number;
  /** Paths. */
  readonly unreadable: readonly string[];
  /** Damaged files that were moved aside. */
  readonly corrupt: number;
} {
  const { pending, unreadable } = listPending(stateDir);
  return { waiting: pending.length, unreadable, corrupt: listCorrupt(stateDir).length };
}
