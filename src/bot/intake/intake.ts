/**
 * Takes notifications in, for the API and for the bot's own commands.
 *
 * Promises: a notification is durable before `submit` answers; a file that no delivery took over is removed.
 */
import type { Account } from '../../core/account.ts';
import type { Route } from '../../core/destination.ts';
import type { Notification, Submission } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Target } from '../../queue/draft.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Accepted } from '../../queue/store-draft.ts';
import type { Blobs, Mutes } from '../../storage/ports.ts';
import type { IntakeServices, RoutingServices, SubmitSteps } from '../api/services.ts';
import { isMuted } from '../delivery/muted.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Gate } from '../people/gate.ts';
import type { Part } from '../telegram/part.ts';
import { draftOf } from './draft.ts';
import { settledWithin } from './settled-within.ts';
import { createMakeTest } from './test-notification.ts';

/** What the module needs. */
export interface IntakeParts {
  readonly route: RoutingServices['route'];
  readonly mutes: Pick<Mutes, 'isMuted'>;
  /** Whether quiet hours or a digest hold a notification back now. */
  readonly isHeld: Gate['isHeld'];
  /** Whether a person waits for what a script of theirs says. */
  readonly isAwaited: (account: Account, script: string | undefined) => boolean;
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

/** An accepted notification. */
interface Taken extends Accepted {
  /** None of its destinations gets it now: there is nothing to wait for. */
  readonly isHeld: boolean;
}

/** Creates the intake. */
export function createIntake(parts: IntakeParts): IntakeServices {
  const { route, mutes, isHeld, isAwaited, blobs, outbox, stopping, host, bus } = parts;

  /** What somebody asked for passes their quiet hours. */
  function passing(submission: Submission): Submission {
    const { notification } = submission;
    if (!isAwaited(notification.account, notification.source)) return submission;
    return { ...submission, notification: { ...notification, passes: { ...notification.passes, quiet: true } } };
  }

  /** Of what is sent later, that is asked again when its time has come. */
  const isMutedNow = async (notification: Notification, { destination: { name: to }, person }: Route) =>
    notification.sendAt === undefined &&
    notification.passes?.mute !== true &&
    (await isMuted(mutes, { ...notification, to }, person?.uid));

  const isHeldNow = async ({ sendAt, account, ...what }: Notification, { destination: { name: to }, person }: Route) =>
    sendAt === undefined && (await isHeld(to, person ?? account, what));

  async function accept(submission: Submission, { work }: SubmitSteps): Promise<Taken> {
    const { notification } = submission;
    const routes = submission.routes ?? (await route({ account: notification.account, trusted: false }));
    const targets: Target[] = [];
    for (const one of routes) {
      const held = await isHeldNow(notification, one);
      // A mute is asked again when what is held is let go.
      targets.push({
        destination: one.destination,
        ...(held ? { held, muted: false } : { muted: await isMutedNow(notification, one) }),
      });
    }
    const accepted = await outbox.accept(await draftOf(submission, { targets, blobs, work }));
    return { ...accepted, isHeld: targets.every(({ held, muted }) => held === true || muted) };
  }

  /** Leaves no file in the staging folder: what no delivery took over was refused, muted, or had been sent before. */
  async function takeIn(submission: Submission, at: SubmitSteps): Promise<Taken> {
    try {
      return await accept(passing(submission), at);
    } catch (error) {
      if (error instanceof Problem && error.code === 'storage') void bus.publish('storage.failed', { problem: error });
      throw error;
    } finally {
      await blobs.discard(submission.notification.media.map(({ blob }) => blob));
    }
  }

  async function submit(submission: Submission, at = NOBODYS_STEPS): Promise<Receipt> {
    const { receipt, settled, current, isHeld: isLater } = await takeIn(submission, at);
    at.onStored();
    const { wait, notification } = submission;
    if (isLater && receipt.status === 'queued') return { ...receipt, isHeld: true };
    if (wait === 0 || stopping.aborted || receipt.status !== 'queued') return receipt;
    if (notification.sendAt !== undefined) return receipt;
    return (await settledWithin(settled, wait, stopping)) ?? current();
  }

  return { submit, makeTest: createMakeTest(blobs, host), blobs };
}
