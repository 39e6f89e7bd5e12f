/** Senders who send all the time, each message on a connection of its own, as cron and curl do. */
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from './server.ts';

/** How one try to send ended. */
type Answer = { readonly status: number; readonly body: string } | { readonly broken: string };

/** What became of the senders. */
export interface LoadReport {
  /** The texts that were answered with 200 or 202. */
  readonly accepted: readonly string[];
  /** Tries that got another answer, or none. Each was made again under the same id until it was accepted. */
  readonly failures: readonly string[];
  /** The longest that one try waited for its answer, milliseconds. */
  readonly longestMs: number;
}

const EVERY_MS = 50;
const TRY_AGAIN_MS = 100;
/** Before and after. */
const CALM_MS = 1500;
/** After that somebody who gets no answer gives up. */
const PATIENCE_MS = 60_000;

function post(socketPath: string, body: object): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { socketPath, path: '/send', method: 'POST', agent: false, timeout: PATIENCE_MS };
    const sending = request({ ...options, headers: { 'content-type': 'application/json' } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', (error) => resolve({ broken: String(error) }));
    });
    sending.on('timeout', () => sending.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    sending.on('error', (error) => resolve({ broken: String(error) }));
    sending.end(JSON.stringify(body));
  });
}

/** Somebody's message, sent again and again until it is accepted or patience ends. */
async function send(socketPath: string, text: string, user: string, note: (answer: Answer, ms: number) => boolean) {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const began = performance.now();
    const answer = await post(socketPath, { text, user, wait: 0, id: text });
    if (note(answer, performance.now() - began)) return;
    await sleep(TRY_AGAIN_MS);
  }
}

/**
 * Sends twenty times a second while something happens to the service, and a while before and after.
 *
 * @param name what the texts begin with
 * @param users whom to send to, in turn
 * @param blow what happens
 */
export async function underLoad(
  { container }: Server,
  name: string,
  users: readonly string[],
  blow: () => Promise<void>,
): Promise<LoadReport> {
  const socketPath = `${container.root}/run/notify-bot/bot.sock`;
  const accepted: string[] = [];
  const failures: string[] = [];
  const sending: Promise<void>[] = [];
  let longestMs = 0;
  const timer = setInterval(() => {
    const text = `${name} ${sending.length}`;
    const note = (answer: Answer, ms: number) => {
      longestMs = Math.max(longestMs, ms);
      const isAccepted = 'status' in answer && [200, 202].includes(answer.status);
      if (isAccepted) accepted.push(text);
      else failures.push(`${text}: ${JSON.stringify(answer)}`);
      return isAccepted;
    };
    sending.push(send(socketPath, text, users[sending.length % users.length] ?? '', note));
  }, EVERY_MS);
  try {
    await sleep(CALM_MS);
    await blow();
    await sleep(CALM_MS);
  } finally {
    clearInterval(timer);
    await Promise.all(sending);
  }
  return { accepted, failures, longestMs };
}
