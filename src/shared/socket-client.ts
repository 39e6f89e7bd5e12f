/**
 * The service's socket from the other end: what the runner and the command line use to speak to `notify-bot`.
 * undici is loaded with the first request, so that a run with nothing to say doesn't pay for it.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { createForm, type FormFile } from './form.ts';
import { errnoOf, Problem } from './problem.ts';

/** An answer of the service's, whatever its status; `body` is a parsed JSON value, or a string for plain text. */
export interface SocketAnswer {
  readonly status: number;
  readonly body: unknown;
}

interface RequestOptions {
  /** Gives up: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Both ways of asking throw Problem `no_service` (nobody answers), `no_permission` (the socket isn't for you),
 * `timeout`, `connection_lost` (what became of the request is unknown), `bad_answer` (not our service).
 */
export interface SocketClient {
  request(method: 'GET' | 'POST', path: string, body?: unknown, options?: RequestOptions): Promise<SocketAnswer>;
  /** Posts a form, its files read while they are sent; fields that aren't strings travel as JSON text. */
  upload(
    path: string,
    fields: Readonly<Record<string, unknown>>,
    files: readonly FormFile[],
    options?: RequestOptions,
  ): Promise<SocketAnswer>;
  close(): Promise<void>;
}

/** Connections at one time; each request that waits for a delivery holds one. */
const CONNECTIONS = 16;
const CONNECT_TIMEOUT_MS = 10_000;
/** Beyond the largest list of messages there can be. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

type Body = string | Readable | null;

function explain(error: unknown, socketPath: string, timeoutMs: number): unknown {
  const problem = (code: string, message: string) => new Problem(code, message, { cause: error });
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return problem(
        'no_service',
        `Nobody answers on ${socketPath}: is notify-bot running? (systemctl status notify-bot)`,
      );
    case 'EACCES':
    case 'EPERM':
      return problem('no_permission', `You may not use ${socketPath}: ask the administrator which group may.`);
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'EAGAIN':
      return problem('timeout', `notify-bot did not answer on ${socketPath} within ${timeoutMs / 1000} s.`);
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return problem('connection_lost', `The connection to ${socketPath} broke before an answer came.`);
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
      return problem('bad_answer', `What answers on ${socketPath} says more than notify-bot ever would.`);
    default:
      if (error instanceof Error && /^(HTTPParserError|ResponseError|HPE_)/.test(error.name)) {
        return problem('bad_answer', `What answers on ${socketPath} is not notify-bot: it doesn't speak HTTP.`);
      }
      return error;
  }
}

async function readAnswer(response: Dispatcher.ResponseData, socketPath: string): Promise<SocketAnswer> {
  const text = await response.body.text();
  const type = String(response.headers['content-type'] ?? '');
  if (type.startsWith('text/plain')) return { status: response.statusCode, body: text };
  try {
    return { status: response.statusCode, body: JSON.parse(text) };
  } catch (error) {
    const message = `What answers on ${socketPath} is not notify-bot: its answer is not JSON.`;
    throw new Problem('bad_answer', message, { cause: error });
  }
}

/**
 * @param options.socketPath absolute
 * @param options.timeoutMs how long to wait for an answer to begin, and between its pieces; give it more than the
 *   `wait` of a send
 */
export function createSocketClient(options: { readonly socketPath: string; readonly timeoutMs: number }): SocketClient {
  const { socketPath, timeoutMs } = options;

  const start = async () => {
    const undici = await import('undici');
    const dispatcher = new undici.Agent({
      connect: { socketPath, timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS) },
      connections: CONNECTIONS,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: MAX_ANSWER_BYTES,
    });
    return dispatcher;
  };
  let started: ReturnType<typeof start> | undefined;

  const ask = async (method: 'GET' | 'POST', path: string, type: string, body: Body, { signal }: RequestOptions) => {
    started ??= start();
    const dispatcher = await started;
    try {
      const headers = body === null ? {} : { 'content-type': type };
      // The host's name goes nowhere: the connection is the socket.
      const response = await dispatcher.request({
        origin: 'http://notify-bot',
        path,
        method,
        headers,
        body,
        ...(signal && { signal }),
      });
      return await readAnswer(response, socketPath);
    } catch (error) {
      throw explain(error, socketPath, timeoutMs);
    }
  };

  return {
    request: (method, path, body, requestOptions = {}) =>
      ask(method, path, 'application/json', body === undefined ? null : JSON.stringify(body), requestOptions),
    upload(path, fields, files, requestOptions = {}) {
      const { type, content } = createForm(fields, files);
      return ask('POST', path, type, Readable.from(content), requestOptions);
    },
    async close() {
      if (started === undefined) return;
      await (await started).destroy();
    },
  };
}
