import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../../core/problem.ts';
import type { ChatAnswer } from '../../../shared/api/answers.ts';
import type { ApiClient } from '../../../shared/api/client.ts';
import { shownZone } from '../../policy/time-zone.ts';
import type { RunnerSettings } from '../../settings.ts';
import { printableName } from '../../text/plain-text.ts';
import { DONE, FAILED, type RunnerIo, stopStatus } from '../io.ts';
import { withBot } from './ask.ts';

/** Time between two looks whether the link was opened, ms. */
const POLL_MS = 1000;

interface LinkOptions {
  readonly json?: boolean;
  /** False after `--no-wait`. */
  readonly wait?: boolean;
}

async function redeem(io: RunnerIo, client: ApiClient, given: string, json: boolean): Promise<number> {
  const code = given.replace(/[\s-]/g, '');
  if (!/^\d{6}$/.test(code))
    throw new Problem(
      'usage',
      `${JSON.stringify(given)} is not a code: send /start to the bot; it answers with six digits.`,
    );
  const answer = await client.redeemCode(code);
  const { chat, previous } = answer;
  const label = ({ name, type, thread_id: topic }: ChatAnswer) =>
    `${printableName(name)} (${type}${topic === undefined ? '' : `, topic ${topic}`})`;
  const moved =
    chat === undefined || previous === undefined
      ? ''
      : label(chat) === label(previous)
        ? ` Your notifications go to another chat now, which is called ${label(chat)} too; /whoami in a chat shows its number.`
        : ` Your notifications go to ${label(chat)} now, no longer to ${label(previous)}.`;
  io.out(json ? `${JSON.stringify(answer)}\n` : `Linked.${moved} Try: notify-runner send "Hello"\n`);
  return DONE;
}

/** The time of day in the user's time zone. */
export const clockOf = (at: number, { tz }: RunnerSettings): string =>
  new Date(at).toLocaleTimeString('sv-SE', { hour: '2-digit', minute: '2-digit', timeZone: shownZone(tz) });

/** A QR code for a terminal. Light modules are drawn, since terminals are dark; readers accept both. */
export async function qrText(url: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr');
  return renderUnicodeCompact(url, { border: 2 });
}

async function showLink(io: RunnerIo, url: string, clock: string): Promise<void> {
  io.out(`${await qrText(url)}\n\nOpen this once, before ${clock}, on any device where you use Telegram:\n  ${url}\n`);
}

async function waitForLink(
  io: RunnerIo,
  client: ApiClient,
  before: string | undefined,
  until: number,
): Promise<boolean> {
  while (Date.now() < until && !io.stop.aborted) {
    await sleep(POLL_MS, undefined, { signal: io.stop }).catch(() => {});
    const { linked, linked_at: at } = await client.status();
    if (linked && at !== before) return true;
  }
  return false;
}

/** `notify-runner link [CODE]`. @throws Problem with the bot's sentence; `usage` */
export function link(
  io: RunnerIo,
  settings: RunnerSettings,
  code: string | undefined,
  options: LinkOptions,
): Promise<number> {
  const { json = false, wait = true } = options;
  return withBot(settings.socketPath, async (client) => {
    if (code !== undefined) return redeem(io, client, code, json);
    const before = await client.status();
    const answer = await client.deepLink();
    const { url, expires_at: expires } = answer;
    if (json) {
      io.out(`${JSON.stringify(answer)}\n`);
      return DONE;
    }
    const until = Date.parse(expires);
    await showLink(io, url, clockOf(until, settings));
    if (before.linked) io.out('You are linked already: your notifications will go to the chat that opens it.\n');
    if (!wait) return DONE;
    io.out('Waiting until it is opened… (Ctrl-C ends the wait, not the link)\n');
    if (await waitForLink(io, client, before.linked ? before.linked_at : undefined, until)) {
      io.out('Linked. Try: notify-runner send "Hello"\n');
      return DONE;
    }
    if (!io.stop.aborted) io.err('notify-runner: The link has expired: run notify-runner link again for a new one.\n');
    return stopStatus(io) ?? FAILED;
  });
}
