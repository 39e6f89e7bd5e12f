/** The delivery of a new notification: stored, posted, and removed once the bot has answered for good. */
import { createHash, randomUUID } from 'node:crypto';
import type { NotificationContent } from '../notification.ts';
import type { SubmitResult } from '../outcomes.ts';
import { submitFailureText } from '../text/submit-text.ts';
import { checkAttachments } from './attachments.ts';
import type { DeliveryContext } from './delivery-context.ts';
import { keepFiles, type Pending, removePending, writePending } from './pending-files.ts';

/** A notification to deliver. */
export interface NotificationDraft {
  readonly source: string;
  readonly content: NotificationContent;
  /** The cooldown that the send starts. */
  readonly cooldown?: Pending['cooldown'];
  /** How long its id stays the same when the disk can't store it or its state, ms; 0 unless given. */
  readonly window?: number;
  /** The scheduled moment of its run, Unix time in ms: without a window, what it sends has one id. */
  readonly scheduledAt?: number | undefined;
  /** Whether no state will tell the next run that it was sent. */
  readonly isForgotten?: boolean | undefined;
  /** Its place among the notifications of one run, from 0: 0 unless given. */
  readonly number?: number;
}

/** The final answers of the bot. */
export type DeliverResult = Exclude<SubmitResult, { readonly kind: 'unavailable' }>;

/** `stored` tells whether the notification was on disk while it was posted. */
export type DeliveryResult = SubmitResult & { readonly stored: boolean };

/**
 * The id of a notification that can't be stored or remembered: the same within one cooldown, or for one scheduled moment,
 * so that the bot suppresses the repetitions for which there is no state.
 */
function repeatableId(
  { source, content, cooldown, window = 0, number = 0, scheduledAt }: NotificationDraft,
  now: number,
): string {
  const bucket = window > 0 ? Math.floor(now / window) : scheduledAt;
  if (bucket === undefined) return randomUUID();
  const kind = cooldown === undefined ? content.title : (cooldown.key ?? '');
  const parts = [process.getuid?.() ?? 0, source, kind, bucket, window, number];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40);
}

/**
 * Stores and posts a notification. One that can't be stored is posted all the same. Never rejects unless `settle` does.
 *
 * @param settle called with the bot's final answer before the stored notification is removed: what is remembered there
 *   survives a crash, since the next run would post the same id again
 */
export async function deliver(
  context: DeliveryContext,
  draft: NotificationDraft,
  settle: (result: DeliverResult) => Promise<void> = async () => {},
): Promise<DeliveryResult> {
  const { stateDir, client, log, warn, now } = context;
  const { source, content, cooldown } = draft;
  const createdAt = now();
  const isRepeatable = draft.isForgotten || (draft.scheduledAt !== undefined && !draft.window);
  const id = isRepeatable ? repeatableId(draft, createdAt) : randomUUID();
  let pending: Pending = { id, source, createdAt, content, ...(cooldown && { cooldown }) };
  let stored = true;
  try {
    await writePending(stateDir, pending);
  } catch (error) {
    stored = false;
    pending = { ...pending, id: repeatableId(draft, createdAt) };
    warn({ code: 'problem', error });
  }
  const attachments = checkAttachments(content.attachments);
  const result = await client.post(pending, attachments);
  if (result.kind === 'unavailable') {
    await keepFiles(stateDir, pending, attachments.sendable);
    return { ...result, stored };
  }
  if (result.kind === 'refused') {
    const reason = submitFailureText(result.failure);
    log.error({ source, id: pending.id, reason, title: content.title, message: content.message }, 'refused');
  }
  await settle(result);
  // Where nothing could be stored, the folder may not even be looked into.
  if (stored) removePending(stateDir, pending.id);
  return { ...result, stored };
}
