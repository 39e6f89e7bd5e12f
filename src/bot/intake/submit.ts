import type { Step, Summary } from '../../core/delivery/delivery.ts';
import { linkedChat } from '../../core/destination.ts';
import type { Notification, Submission } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Blobs, Links, Mutes } from '../../storage/ports.ts';
import type { Part } from '../telegram/part.ts';
import { renderParts } from '../telegram/render/parts.ts';
import { mediaFacts } from '../telegram/sending/image-facts.ts';

/** What turns a notification into a delivery. */
export interface SubmitParts {
  readonly links: Links;
  readonly mutes: Mutes;
  readonly blobs: Blobs;
  readonly outbox: Queue<Part>;
  /** The account's uid, or `undefined` when this host doesn't know the name. */
  readonly uidOf: (user: string) => Promise<number | undefined>;
  /** Aborted when the service stops: a caller that waits for an outcome then gets `queued`. */
  readonly stopping: AbortSignal;
}

/** Characters of a body that the history keeps: what fits one message. */
const SUMMARY_CHARACTERS = 4096;

/** Characters of `data`, as JSON, that the history keeps. */
const DATA_CHARACTERS = 16_384;

/** What the history keeps of `data`: all of it, or a note that it is left out. */
function bounded(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.stringify(data).length > DATA_CHARACTERS ? { left_out: 'longer than 16 KiB' } : data;
}

function summaryOf({ title, text, parseMode, source, severity, data, media }: Notification): Summary {
  const pictures = media.filter(({ as }) => as === 'photo').length;
  return {
    ...(title === undefined ? {} : { title }),
    text: text.length > SUMMARY_CHARACTERS ? `${text.slice(0, SUMMARY_CHARACTERS - 1).toWellFormed()}…` : text,
    ...(parseMode === 'Markdown' ? {} : { parseMode }),
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
    ...(data === undefined ? {} : { data: bounded(data) }),
    ...(pictures === 0 ? {} : { pictures }),
  };
}

/** A part with its cost: an album is as many messages as it has pictures. */
function stepOf(part: Part): Step<Part> {
  return { part, cost: part.kind === 'album' ? part.media.length : 1 };
}

/** Waits for the delivery, the time, or the stop of the service, whichever comes first. */
function settledWithin(settled: Promise<Receipt>, wait: number, stopping: AbortSignal): Promise<Receipt | undefined> {
  return new Promise((resolve) => {
    const end = (receipt?: Receipt) => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', late);
      resolve(receipt);
    };
    const late = () => end();
    const timer = setTimeout(late, wait);
    stopping.addEventListener('abort', late);
    settled.then(end);
  });
}

/** Makes the function that takes a notification: it looks up link and mute, renders the parts, and hands them to the queue. */
export function createSubmit({ links, mutes, blobs, outbox, uidOf, stopping }: SubmitParts) {
  async function accept({ notification, uid: known, id, digest, wait }: Submission): Promise<Receipt> {
    const { user, severity, source } = notification;
    const uid = known ?? (await uidOf(user));
    const link = await links.find(user, uid);
    if (link === undefined) {
      const how = 'send /start to the bot in Telegram, then run `notify-runner link CODE` with the code it answers';
      throw new Problem('not_linked', `${user} is not linked to a Telegram chat: ${how}.`);
    }
    const muted = severity !== 'critical' && (await mutes.isMuted(user, source)) !== false;
    const facts = await Promise.all(notification.media.map((media) => mediaFacts(media, blobs)));
    const { receipt, settled } = await outbox.accept({
      user,
      uid,
      destination: linkedChat(user, link.chatId),
      ...(id === undefined ? {} : { id }),
      digest,
      summary: summaryOf(notification),
      steps: renderParts(notification, facts).map(stepOf),
      files: notification.media.map(({ blob, name, size }) => ({ blob, name, size })),
      muted,
    });
    if (wait === 0 || stopping.aborted || receipt.status !== 'queued') return receipt;
    return (await settledWithin(settled, wait, stopping)) ?? receipt;
  }

  /** @see Services.submit */
  return async function submit(submission: Submission): Promise<Receipt> {
    try {
      return await accept(submission);
    } finally {
      // A delivery took over what was accepted; the rest was refused, muted, or had been sent before.
      await blobs.discard(submission.notification.media.map(({ blob }) => blob));
    }
  };
}
