import { randomUUID } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { Problem } from '../../../../core/problem.ts';
import { HEAD_BYTES, pictureType } from '../../../../shared/files/picture-type.ts';
import { openRegularSync } from '../../../../shared/files/regular-file.ts';
import { checkAttachments } from '../../../delivery/attachments.ts';
import { createBotClient } from '../../../delivery/bot-client.ts';
import type { NotificationContent, NotificationFile } from '../../../notification.ts';
import type { SubmitStatus } from '../../../outcomes.ts';
import { shownZone } from '../../../policy/time-zone.ts';
import type { RunnerSettings } from '../../../settings.ts';
import { printableName } from '../../../text/plain-text.ts';
import { refusedText, submitFailureText, unsendableText } from '../../../text/submit-text.ts';
import { DONE, FAILED, type RunnerIo } from '../../io.ts';
import { readInput } from '../read-input.ts';
import { attachmentsOf, contentOf, type SendOptions } from './send-content.ts';
import { fenced, prepare } from './send-text.ts';

/** How long the bot may delay its answer until the message is delivered, ms. */
const WAIT_MS = 10_000;
/** Bytes of standard input, more than a message may have. */
const MAX_INPUT_BYTES = 1_000_000;

async function textFrom(io: RunnerIo, given: string | undefined, hasFiles: boolean): Promise<string> {
  if (given !== undefined && given !== '-') return given;
  if (given === undefined && hasFiles) return '';
  if (io.input === undefined) throw new Problem('usage', 'Give the text: notify-runner send "Hello", or pipe it in.');
  return readInput(io.input, MAX_INPUT_BYTES, 'Standard input is longer than a message may be: send it with --file.');
}

/** The names of what was given as an image and is none by its content. */
function notPictures(attachments: readonly NotificationFile[]): readonly string[] {
  return attachments.flatMap(({ as, path, name }) => (as === 'photo' && !isPicture(path) ? [name] : []));
}

function isPicture(path: string): boolean {
  const head = Buffer.alloc(HEAD_BYTES);
  const file = openRegularSync(path, 'follow');
  try {
    readSync(file, head, 0, HEAD_BYTES, 0);
  } finally {
    closeSync(file);
  }
  return pictureType(head) !== undefined;
}

const laterText = (at: string, zone: string) =>
  `The bot sends it at ${new Date(at).toLocaleString('sv-SE', { timeZone: zone })} (${zone}).`;

const HELD_TEXT = 'Held back by quiet hours or a digest; a summary will include it (see notify-runner settings).';

const STATUS_TEXTS: Readonly<Partial<Record<SubmitStatus, string>>> = {
  sent: 'Sent.',
  queued: 'Queued: the bot sends it as soon as it can.',
  muted: 'Recorded: the chat is muted.',
};

/** `notify-runner send`: its status is 1 where one of several destinations refused it. @throws Problem `usage`, `no_file`, `not_sent` */
export async function send(
  io: RunnerIo,
  settings: RunnerSettings,
  given: string | undefined,
  options: SendOptions,
): Promise<number> {
  const files = attachmentsOf(options);
  const original = await textFrom(io, given, files.length > 0);
  const isEmpty = original.trim() === '';
  if (isEmpty && files.length === 0) throw new Problem('usage', 'There is nothing to send: the text is empty.');
  const text = options.code && !isEmpty ? fenced(original) : original;
  const { message, attachments, remove } = prepare(text, original, files, options.plain);
  try {
    return await post(io, settings, options, contentOf(options, message, attachments));
  } finally {
    remove();
  }
}

/** @throws Problem `no_file`, `not_sent` */
async function post(
  io: RunnerIo,
  settings: RunnerSettings,
  options: SendOptions,
  content: NotificationContent,
): Promise<number> {
  const checked = checkAttachments(content.attachments);
  const [unsendable] = checked.unsendable;
  if (unsendable) throw new Problem('no_file', unsendableText(unsendable));
  const id = randomUUID();
  const client = createBotClient({ socketPath: settings.socketPath, wait: WAIT_MS, again: false, stop: io.stop });
  try {
    const result = await client.post({ id, source: 'notify-runner send', content }, checked);
    if (result.kind !== 'accepted') throw new Problem('not_sent', submitFailureText(result.failure));
    const { status, isHeld, deliveries, refused } = result;
    const notes = notPictures(content.attachments).map(
      (name) => ` ${printableName(name)} is not a picture that Telegram shows, so it goes as a file.`,
    );
    const later =
      status === 'queued' && content.at !== undefined ? laterText(content.at, shownZone(settings.tz)) : undefined;
    const held = isHeld === true ? HELD_TEXT : undefined;
    if (options.json) {
      io.out(
        `${JSON.stringify({ ok: true, id, status, ...(isHeld && { held: true }), ...(deliveries && { deliveries }) })}\n`,
      );
    } else {
      io.out(`${later ?? held ?? STATUS_TEXTS[status] ?? ''}${notes.join('')}\n`);
      for (const one of refused) io.err(`notify-runner: ${refusedText(one)}\n`);
    }
    return refused.length === 0 ? DONE : FAILED;
  } finally {
    await client.close();
  }
}
