/**
 * Handing notifications to the bot, one after the other, so that they arrive in order.
 *
 * Once the bot turned out to be away nothing more is tried in this run: what waits, waits.
 */
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { SocketAnswer, SocketClient } from '../../shared/http/socket-client.ts';
import { createSerializer } from '../../shared/process/serialize.ts';
import { printable } from '../text/failure-messages.ts';
import { type BotRequest, botRequestsOf } from './bot-requests.ts';
import { keepFiles, type Pending } from './pending.ts';

/** What came of handing one over. */
export type SubmitResult =
  | { readonly kind: 'accepted'; readonly status: 'sent' | 'queued' | 'muted' }
  /** Not now; it may be posted again. */
  | { readonly kind: 'away'; readonly reason: string }
  /** Never, as it is. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface BotClient {
  /** Posts a notification. Never rejects. */
  post(pending: Pending): Promise<SubmitResult>;
  close(): Promise<void>;
}

/** Beyond the wait for a delivery, ms. */
const ANSWER_MS = 15_000;

/** For good: malformed, too large, refused by Telegram. Anything else may be mended by somebody. */
const FOR_GOOD = new Set([400, 409, 413, 415, 422]);

function sentenceIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  return typeof body.error === 'string' && body.error !== '' ? printable(body.error) : undefined;
}

function statusIn(body: unknown): 'sent' | 'queued' | 'muted' | undefined {
  if (typeof body !== 'object' || body === null || !('ok' in body) || body.ok !== true) return undefined;
  const status: unknown = Reflect.get(body, 'status');
  return status === 'sent' || status === 'queued' || status === 'muted' ? status : 'queued';
}

/** Reads the bot's answer. @param again whether the id may have been posted before */
export function submitResultOf({ status, body }: SocketAnswer, again = true): SubmitResult {
  const said = sentenceIn(body);
  if (status === 200 || status === 202) {
    const taken = statusIn(body);
    if (taken !== undefined) return { kind: 'accepted', status: taken };
    return { kind: 'away', reason: `What answered is not notify-bot: status ${status} without "ok".` };
  }
  // The id was taken before, and its files have changed since: the bot has what was meant.
  if (status === 409 && again) return { kind: 'accepted', status: 'queued' };
  const reason = said ?? `The bot answered with status ${status}.`;
  if (FOR_GOOD.has(status)) return { kind: 'refused', reason };
  if (status === 404 && !reason.includes('notify-runner link'))
    return { kind: 'away', reason: `${reason} Link your account: notify-runner link` };
  return { kind: 'away', reason };
}

/**
 * @param options.wait how long the bot may wait for the delivery before it answers, ms; 0 for an answer at once
 */
export function createBotClient(options: {
  readonly socketPath: string;
  readonly stateDir: string;
  readonly wait: number;
  /** Whether an id may have been posted before, by an earlier run; true unless said. */
  readonly again?: boolean;
  /** Ends what is under way. */
  readonly stop?: AbortSignal;
}): BotClient {
  const { socketPath, stateDir, wait, again, stop } = options;
  const inTurn = createSerializer();
  let client: SocketClient | undefined;
  let away: SubmitResult | undefined;

  async function connect(): Promise<SocketClient> {
    const { createSocketClient } = await import('../../shared/http/socket-client.ts');
    return createSocketClient({ socketPath, timeoutMs: wait + ANSWER_MS });
  }

  /** @throws Problem `no_file` when a file went away since it was looked at */
  async function request({ path, fields, files }: BotRequest): Promise<SubmitResult> {
    client ??= await connect();
    const requestOptions = stop ? { signal: stop } : {};
    try {
      return submitResultOf(
        files.length > 0
          ? await client.upload(path, fields, files, requestOptions)
          : await client.request('POST', path, fields, requestOptions),
        again,
      );
    } catch (error) {
      if (error instanceof Problem && error.code === 'no_file') throw error;
      return { kind: 'away', reason: stop?.aborted ? 'The runner was stopped.' : sentenceOf(error) };
    }
  }

  async function postAll(pending: Pending): Promise<SubmitResult> {
    let handed: SubmitResult = { kind: 'accepted', status: 'queued' };
    for (const post of botRequestsOf(pending, wait)) {
      handed = await request(post);
      if (handed.kind !== 'accepted') return handed;
    }
    return handed;
  }

  async function attempt(pending: Pending): Promise<SubmitResult> {
    try {
      return await postAll(pending).catch(() => postAll(pending));
    } catch (error) {
      return { kind: 'refused', reason: sentenceOf(error) };
    }
  }

  return {
    post: (pending) =>
      inTurn(async () => {
        const handed = away ?? (await attempt(pending));
        if (handed.kind !== 'away') return handed;
        away = handed;
        await keepFiles(stateDir, pending);
        return handed;
      }),
    async close() {
      await client?.close();
    },
  };
}
