/**
 * Takes notifications in, for the API and for the bot's own commands.
 *
 * Promises: a notification is durable before `submit` answers; a file that no delivery took over is removed.
 */
import type { Account } from '../../core/account.ts';
import { type Destination, linkedChat } from '../../core/destination.ts';
import type { Notification, Submission } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Blobs, Links, Mutes } from '../../storage/ports.ts';
import type { IntakeServices, SubmitSteps } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Part } from '../telegram/part.ts';
import { draftOf } from './draft.ts';
import { settledWithin } from './settled-within.ts';
import { createMakeTest } from './test-notification.ts';

/** What the module needs. */
export interface IntakeParts {
  readonly links: Pick<Links, 'find'>;
  readonly mutes: Pick<Mutes, 'isMuted'>;
  readonly outbox: Pick<Queue<Part>, 'accept'>;
  /** Aborted when the service stops; a caller that waits for an outcome then gets the answer that it is queued. */
  readonly stopping: AbortSignal;
  readonly blobs: Blobs;
  /** The server's name, as messages show it. */
  readonly host: string;
  readonly bus: EventBus;
}

/** Of what the bot sends by itself. */
const NOBODYS_STEPS: SubmitSteps = { onStored() {}, work: async (run) => run() };

/** Creates the intake. */
export function createIntake(parts: IntakeParts): IntakeServices {
  const { links, mutes, blobs, outbox, stopping, host, bus } = parts;

  /** @throws Problem `not_linked` */
  async function destinationOf({ user, uid }: Account): Promise<Destination> {
    const link = await links.find(user, uid);
    if (link !== undefined) return linkedChat(user, link.chatId, link.chat.threadId);
    const how = 'send /start to the bot in Telegram, then run `notify-runner link CODE` with the code it answers';
    throw new Problem('not_linked', `${user} is not linked to a Telegram chat: ${how}.`);
  }

  /** A critical notification passes every mute. */
  async function isMuted({ account, severity, source }: Notification): Promise<boolean> {
    return severity !== 'critical' && (await mutes.isMuted(account, source)) !== false;
  }

  async function accept(
    submission: Submission,
    { work }: SubmitSteps,
  ): Promise<{ receipt: Receipt; settled: Promise<Receipt> }> {
    const { notification } = submission;
    const destination = await destinationOf(notification.account);
    const muted = await isMuted(notification);
    return outbox.accept(await draftOf(submission, { destination, muted, blobs, work }));
  }

  /** Leaves no file in the staging folder: what no delivery took over was refused, muted, or had been sent before. */
  async function takeIn(
    submission: Submission,
    at: SubmitSteps,
  ): Promise<{ receipt: Receipt; settled: Promise<Receipt> }> {
    try {
      return await accept(submission, at);
    } catch (error) {
      if (error instanceof Problem && error.code === 'storage') void bus.publish('storage.failed', { problem: error });
      throw error;
    } finally {
      await blobs.discard(submission.notification.media.map(({ blob }) => blob));
    }
  }

  async function submit(submission: Submission, at = NOBODYS_STEPS): Promise<Receipt> {
    const { receipt, settled } = await takeIn(submission, at);
    at.onStored();
    const { wait } = submission;
    if (wait === 0 || stopping.aborted || receipt.status !== 'queued') return receipt;
    return (await settledWithin(settled, wait, stopping)) ?? receipt;
  }

  async function requireLink(account: Account): Promise<void> {
    await destinationOf(account);
  }

  return { requireLink, submit, makeTest: createMakeTest(blobs, host), blobs };
}
