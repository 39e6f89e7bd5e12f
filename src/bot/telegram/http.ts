import type { Readable } from 'node:stream';
import { HttpError } from 'grammy';
import { sentenceOf } from '../../core/problem.ts';
import type { TelegramAddress } from './address.ts';
import { createConnections, proxyAway, proxyRefusal, type RequestProgress, type TrackedRequest } from './network.ts';
import { causeOf, UnreachableError, unreachable } from './unreachable.ts';

/** An answer that is not the Bot API's: a proxy's page, half a JSON, or more bytes than any answer has. */
export class AnswerError extends Error {
  /** Its HTTP status; `undefined` for an answer whose status says nothing. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.name = 'AnswerError';
    this.status = status;
  }
}

/** A gateway's word that the server behind it has the request and did not answer in time. RFC 9110 */
const GATEWAY_TIMEOUT = 504;

/**
 * Whether Telegram may have done what a failed call asked for: the whole request went out, and the answer was lost or
 * unreadable. An answer of the Bot API, and a connection that failed before, say for certain that it did not.
 */
export function mayBeDone(error: unknown): boolean {
  if (error instanceof UnreachableError) return error.written;
  if (error instanceof AnswerError) {
    return error.status !== undefined && (error.status < 300 || error.status === GATEWAY_TIMEOUT);
  }
  return typeof error === 'object' && error !== null && 'error' in error && mayBeDone(error.error);
}

/**
 * Whether what answered is no Bot API server, so that the address may be wrong: a page of a web server, where the Bot API
 * answers JSON even for a wrong path. A gateway's own troubles (429, 5xx) and refusals are not included.
 */
export function isForeign(error: unknown): boolean {
  if (!(error instanceof AnswerError)) return error instanceof HttpError && isForeign(error.error);
  const { status = 0 } = error;
  return (status >= 200 && status < 400) || status === 404 || status === 405;
}

/** Bytes of an answer at most: 100 updates of the largest kind stay well below. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** Characters of a refusal's reason that are kept, for log, history and answers; Telegram's own take a line. */
const LONGEST_REASON = 500;

/** How a call ended; `unauthorized` when Telegram doesn't know the token. */
export type CallResult = 'ok' | 'refused' | 'unauthorized' | 'unreachable' | 'garbage';

/** How the Bot API is reached. */
export interface HttpOptions {
  readonly address: TelegramAddress;
  /** Connections for everything but the long poll, which has one of its own. */
  readonly connections: number;
  /** Told after every call: its method, seconds, and how it ended. */
  readonly onCall: (method: string, seconds: number, result: CallResult) => void;
  /** Told Telegram's own time, milliseconds since the epoch, as the `Date` header of an answer of the Bot API has it. */
  readonly onDate?: (telegram: number) => void;
}

/** The part of `fetch` that grammY uses. */
export type TelegramFetch = (
  url: string | URL,
  init: { method?: string; headers?: Record<string, string>; body?: unknown; signal?: AbortSignal },
) => Promise<{ json(): Promise<unknown> }>;

/** Reads a body of at most `most` bytes; `undefined` for a larger one. */
async function readCapped(body: Readable & { destroy(): void }, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const piece = chunk as Buffer;
    size += piece.length;
    if (size > most) {
      body.destroy();
      return undefined;
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks);
}

async function readText(status: number, body: Readable & { destroy(): void }): Promise<string> {
  const bytes = await readCapped(body, LARGEST_ANSWER);
  if (bytes === undefined) throw new AnswerError('Telegram answered with more than 16 MiB', status);
  return bytes.toString('utf8');
}

function shortened(reason: unknown): string {
  if (typeof reason !== 'string') return 'no reason given';
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…`.toWellFormed() : reason;
}

function parseAnswer(status: number, text: string): { ok: boolean; error_code?: number } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AnswerError(`Telegram answered ${status} with something that is not JSON`, status);
  }
  if (typeof value === 'object' && value !== null && 'ok' in value) {
    if (value.ok === true && 'result' in value) return value as { ok: true };
    if (value.ok === false && 'error_code' in value && typeof value.error_code === 'number') {
      const { description, ...rest } = value as { ok: false; error_code: number; description?: unknown };
      return { ...rest, description: shortened(description) } as { ok: false; error_code: number };
    }
  }
  throw new AnswerError(`Telegram answered ${status} with JSON that is not the Bot API's`, status);
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';

const isStream = (body: string | Readable | null): body is Readable => typeof body === 'object' && body !== null;

/** Connections for downloads, apart from the others so that a download does not delay a message. */
const DOWNLOADS = 4;

/** A `fetch` for grammY over undici, and one for files, with a few kept connections. `close` ends them. */
export function createTelegramFetch(options: HttpOptions): {
  fetch: TelegramFetch;
  /** @see TelegramClient.download */
  download(url: string, most: number, signal: AbortSignal): Promise<Buffer | undefined>;
  close(): Promise<void>;
} {
  const { credentials, proxy } = options.address;
  const calls = createConnections(options.connections, proxy);
  const poll = createConnections(1, proxy);
  const files = createConnections(DOWNLOADS, proxy);
  // Each call awaits its pool, and reports a failure by itself.
  for (const pool of [calls, poll, files]) pool.catch(() => {});
  const authorization =
    credentials === undefined ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };

  const fetch: TelegramFetch = async (url, init) => {
    const method = String(url).slice(String(url).lastIndexOf('/') + 1);
    const started = performance.now();
    const done = (result: CallResult) => options.onCall(method, (performance.now() - started) / 1000, result);
    const body = (init.body ?? null) as string | Readable | null;
    const progress: RequestProgress = { begun: false };
    try {
      const { connection: _, ...headers } = init.headers ?? {};
      const { origin, pathname, search } = new URL(url);
      const request: TrackedRequest = {
        origin,
        path: pathname + search,
        method: init.method === 'GET' ? 'GET' : 'POST',
        headers: { ...headers, ...authorization },
        body,
        ...(init.signal === undefined ? {} : { signal: init.signal }),
        progress,
      };
      const answer = await (await (method === 'getUpdates' ? poll : calls)).request(request);
      const value = parseAnswer(answer.statusCode, await readText(answer.statusCode, answer.body));
      const date = Date.parse(String(answer.headers.date));
      if (!Number.isNaN(date)) options.onDate?.(date);
      done(value.ok ? 'ok' : value.error_code === 401 ? 'unauthorized' : 'refused');
      return { json: async () => value };
    } catch (error) {
      done(error instanceof AnswerError ? 'garbage' : 'unreachable');
      // undici ends a request in this way when the proxy refuses the tunnel.
      if (proxy !== undefined && !progress.begun && isAbort(error) && init.signal?.aborted !== true) {
        throw proxyRefusal(proxy);
      }
      const written = progress.begun && (!isStream(body) || body.readableEnded);
      if (error instanceof AnswerError) throw error;
      const failure = unreachable(error, written);
      const isProxyAway = proxy !== undefined && !progress.begun && failure.kind === 'network';
      throw isProxyAway ? proxyAway(proxy, causeOf(error).code || 'unknown') : failure;
    }
  };
  return {
    fetch,
    async download(url, most, signal) {
      const { origin, pathname } = new URL(url);
      try {
        const request = { origin, path: pathname, method: 'GET', headers: authorization, signal } as const;
        const { statusCode, body } = await (await files).request(request);
        const bytes = await readCapped(body, most);
        if (statusCode >= 500) throw new AnswerError(`Telegram answered ${statusCode}`);
        return statusCode === 200 ? bytes : undefined;
      } catch (error) {
        throw error instanceof AnswerError ? error : unreachable(error, false);
      }
    },
    async close() {
      await Promise.all([calls, poll, files].map(async (connections) => (await connections).destroy()));
    },
  };
}

/** An error of grammY's or ours as a sentence; nothing of the request is in it. */
export function describeError(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'error' in error) return describeError(error.error);
  if (typeof error === 'object' && error !== null && 'description' in error && 'error_code' in error) {
    return `${String(error.description)} (${String(error.error_code)})`;
  }
  return sentenceOf(error);
}
