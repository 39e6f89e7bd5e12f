/**
 * HTTP client for a service's unix socket. The runner, the command line and the dashboard use it for `notify-bot`, the
 * runner also for `notify-web`. It uses Node's own HTTP, because undici would cost each run that sends 40 MB more.
 */
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import type { Code } from '../../core/codes.ts';
import { errnoOf, Problem } from '../../core/problem.ts';
import { createForm, type FormFile } from './multipart-writer.ts';

/** An answer of any status; `body` is a parsed JSON value, or a string for plain text. */
export interface SocketAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The methods that the services take. */
export type Method = 'GET' | 'POST' | 'DELETE';

interface RequestOptions {
  /** Aborts the request: the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Both methods throw Problem `no_service` (no process listens), `no_permission` (the user may not connect), `timeout`,
 * `connection_lost` (the outcome of the request is unknown), `bad_answer` (not this project's service).
 */
export interface SocketClient {
  request(method: Method, path: string, body?: unknown, options?: RequestOptions): Promise<SocketAnswer>;
  /** Posts a form and streams its files; values other than strings are sent as JSON text. */
  upload(
    path: string,
    fields: Readonly<Record<string, unknown>>,
    files: readonly FormFile[],
    options?: RequestOptions,
  ): Promise<SocketAnswer>;
  close(): Promise<void>;
}

/** Address of a service. */
export interface SocketAddress {
  /** Absolute. */
  readonly socketPath: string;
  /** Longest idle time of a connection, ms; must exceed the `wait` of a send. */
  readonly timeoutMs: number;
  /** The service's name in error messages, `notify-bot` by default. */
  readonly service?: string;
  /** Concurrent connections, 16 by default. */
  readonly connections?: number;
}

/** Concurrent connections; each request that waits for a delivery holds one. */
const CONNECTIONS = 16;
/** More than the largest possible list of messages. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

type Body = string | AsyncIterable<Uint8Array | string> | null;

/** Turns a connection error into a Problem; other errors are returned unchanged. */
export function explainConnection(
  error: unknown,
  { socketPath, timeoutMs, service = 'notify-bot' }: SocketAddress,
): unknown {
  const problem = (code: Code, message: string) => new Problem(code, message, { cause: error });
  switch (errnoOf(error)) {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return problem(
        'no_service',
        `Nothing listens on ${socketPath}: is ${service} running? (systemctl status ${service})`,
      );
    case 'EACCES':
    case 'EPERM':
      return problem('no_permission', `You may not use ${socketPath}: ask the administrator which group may.`);
    case 'ETIMEDOUT':
    case 'EAGAIN':
      return problem('timeout', `${service} did not answer on ${socketPath} within ${timeoutMs / 1000} s.`);
    case 'ECONNRESET':
    case 'EPIPE':
      return problem('connection_lost', `The connection to ${socketPath} broke before an answer came.`);
    case 'EMSGSIZE':
      return problem('bad_answer', `What answers on ${socketPath} says more than ${service} ever would.`);
    default:
      if (errnoOf(error)?.startsWith('HPE_')) {
        return problem('bad_answer', `What answers on ${socketPath} is not ${service}: it doesn't speak HTTP.`);
      }
      return error;
  }
}

const failure = (code: string) => Object.assign(new Error(code), { code });

async function readAnswer(response: IncomingMessage, place: SocketAddress): Promise<SocketAnswer> {
  const { socketPath, service = 'notify-bot' } = place;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw failure('EMSGSIZE');
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const status = response.statusCode ?? 0;
  if (response.headers['content-type']?.startsWith('text/plain')) return { status, body: text };
  try {
    return { status, body: JSON.parse(text) };
  } catch (error) {
    const message = `What answers on ${socketPath} is not ${service}: its answer is not JSON.`;
    throw new Problem('bad_answer', message, { cause: error });
  }
}

/** Writes as fast as the service reads; an early answer ends the writing. */
async function write(request: ClientRequest, body: Body): Promise<void> {
  if (body === null || typeof body === 'string') {
    request.end(body ?? undefined);
    return;
  }
  const over = new AbortController();
  for (const event of ['response', 'close']) request.once(event, () => over.abort());
  for await (const chunk of body) {
    if (over.signal.aborted) return;
    if (!request.write(chunk)) await once(request, 'drain', { signal: over.signal }).catch(() => {});
  }
  request.end();
}

export function createSocketClient(options: SocketAddress): SocketClient {
  const { socketPath, timeoutMs, connections = CONNECTIONS } = options;
  // One connection for each request: on a unix socket that costs nothing, and none goes stale.
  const agent = new Agent({ maxSockets: connections });
  const underWay = new Set<ClientRequest>();

  const ask = async (method: Method, path: string, type: string, body: Body, { signal }: RequestOptions) => {
    signal?.throwIfAborted();
    // The host name has no meaning: the connection is the socket.
    const headers = { host: 'notify-bot', ...(body !== null && { 'content-type': type }) };
    const request = startRequest({ socketPath, agent, method, path, headers, timeout: timeoutMs });
    const stop = () => request.destroy();
    signal?.addEventListener('abort', stop);
    underWay.add(request);
    let late: Error | undefined;
    request.on('timeout', () => {
      late = failure('ETIMEDOUT');
      request.destroy();
    });
    try {
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        request.once('response', resolve);
        // Not `once`: a connection may emit several errors.
        request.on('error', reject);
      });
      const [answer] = await Promise.all([
        answered.then((response) => readAnswer(response, options)),
        write(request, body),
      ]);
      return answer;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw explainConnection(late ?? error, options);
    } finally {
      signal?.removeEventListener('abort', stop);
      underWay.delete(request);
      request.destroy();
    }
  };

  return {
    request: (method, path, body, requestOptions = {}) =>
      ask(method, path, 'application/json', body === undefined ? null : JSON.stringify(body), requestOptions),
    upload(path, fields, files, requestOptions = {}) {
      const { type, content } = createForm(fields, files);
      return ask('POST', path, type, content, requestOptions);
    },
    async close() {
      for (const request of underWay) request.destroy();
      agent.destroy();
    },
  };
}
