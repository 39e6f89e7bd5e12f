import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import type { Severity } from '../../../core/notification.ts';
import { Problem } from '../../../core/problem.ts';
import { createBotClient } from '../../delivery/bot-client.ts';
import { attachmentWarnings } from '../../delivery/bot-requests.ts';
import type { Attachment, Pending } from '../../delivery/pending.ts';
import type { RunnerSettings } from '../../settings.ts';
import { plain as plainText } from '../../text/failure-messages.ts';
import { DONE, type RunnerIo } from '../io.ts';

export interface SendOptions {
  readonly title?: string;
  readonly file?: string;
  readonly image?: readonly string[];
  readonly severity?: Severity;
  readonly silent?: boolean;
  readonly plain?: boolean;
  /** In fixed width, for tables and what programs print. */
  readonly code?: boolean;
  readonly json?: boolean;
}

/** Milliseconds to wait for the delivery. */
const WAIT_MS = 10_000;
/** More than a message may have; beyond it nothing needs to be held. */
const MAX_INPUT_BYTES = 1_000_000;
const MAX_IMAGES = 10;

async function readInput(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_INPUT_BYTES)
      throw new Problem('too_large', 'Standard input is longer than a message may be: send it with --file.');
  }
  return Buffer.concat(chunks).toString('utf8').replace(/\n+$/, '');
}

async function textFrom(io: RunnerIo, given: string | undefined, hasFiles: boolean): Promise<string> {
  if (given !== undefined && given !== '-') return given;
  if (given === undefined && hasFiles) return '';
  if (io.input === undefined)
    throw new Problem('usage', 'Say what to send: notify-runner send "Hello", or pipe it in.');
  return readInput(io.input);
}

/** A Markdown code block, whatever backticks are in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${plainText(text)}\n${fence}`;
}

function attachments({ image = [], file }: SendOptions): readonly Attachment[] {
  if (image.length > MAX_IMAGES) throw new Problem('usage', `At most ${MAX_IMAGES} images go into one message.`);
  return [
    ...image.map((path) => ({ as: 'photo' as const, path: resolve(path), name: basename(path) })),
    ...(file === undefined ? [] : [{ as: 'document' as const, path: resolve(file), name: basename(file) }]),
  ];
}

const WORDS = { sent: 'Sent.', queued: 'The bot has it and will send it.', muted: 'Recorded: the chat is muted.' };

/** `notify-runner send`. @throws Problem `usage`, `no_file`, `not_sent` */
export async function send(
  io: RunnerIo,
  settings: RunnerSettings,
  given: string | undefined,
  options: SendOptions,
): Promise<number> {
  const { title, severity, silent, plain, code, json } = options;
  const files = attachments(options);
  const message = await textFrom(io, given, files.length > 0);
  if (message.trim() === '' && files.length === 0)
    throw new Problem('usage', 'There is nothing to send: the text is empty.');
  const content = {
    ...(title !== undefined && { title }),
    message: code && message.trim() !== '' ? fenced(message) : message,
    ...(plain && { parse_mode: 'none' as const }),
    ...(severity && { severity }),
    ...(silent && { silent }),
    attachments: files,
  };
  const pending: Pending = { id: randomUUID(), source: 'notify-runner send', createdAt: Date.now(), content };
  const [complaint] = attachmentWarnings(pending);
  if (complaint !== undefined) throw new Problem('no_file', complaint.replace('⚠ ', '').replaceAll('`', ''));
  const handOver = createBotClient({
    socketPath: settings.socketPath,
    stateDir: settings.stateDir,
    wait: WAIT_MS,
    again: false,
    stop: io.stop,
  });
  try {
    const handed = await handOver.post(pending);
    if (handed.kind !== 'accepted') throw new Problem('not_sent', handed.reason);
    io.out(
      json ? `${JSON.stringify({ ok: true, id: pending.id, status: handed.status })}\n` : `${WORDS[handed.status]}\n`,
    );
    return DONE;
  } finally {
    await handOver.close();
  }
}
