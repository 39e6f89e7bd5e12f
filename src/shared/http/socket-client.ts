/**
 * A service's socket from the other end: what the runner, the command line and the dashboard use to speak to
 * `notify-bot`, and the runner to `notify-web`.
 * Node's own HTTP is enough for it: undici would cost each run that has something to say 40 MB more.
 */
import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http';
import type { Code } from '../../core/codes.ts';
import { errnoOf, Problem } from '../../core/problem.ts';
import { createForm, type FormFile } from './multipart-writer.ts';

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

/** Which service is spoken to. */
export interface SocketAddress {
  /** Absolute. */
  readonly socketPath: string;
  /** How long nothing may happen on a connection, ms; give it more than the `wait` of a send. */
  readonly timeoutMs: number;
  /** Its name, for what people are told; `notify-bot` unless given. */
  readonly service?: string;
  /** Connections at one time, 16 unless given. */
  readonly connections?: number;
}

/** Connections at one time; each request that waits for a delivery holds one. */
const CONNECTIONS = 16;
/** Beyond the largest list of messages there can be. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

type Body = string | AsyncIterable<Uint8Array | string> | null;

/** What went wrong on a connection, as a Problem; what is not of the connection stays as it is. */
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
        `Nobody answers on ${socketPath}: is ${service} running? (systemctl status ${service})`,
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

/** Writes as fast as the service reads; an answer that comes early ends it. */
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
  // A connection for each request: on a socket of this host that costs nothing, and none goes stale.
  const agent = new Agent({ maxSockets: connections });
  const underWay = new Set<ClientRequest>();

  const ask = async (method: 'GET' | 'POST', path: string, type: string, body: Body, { signal }: RequestOptions) => {
    signal?.throwIfAborted();
    // The host's name goes nowhere: the connection is the socket.
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
        // It stays: a connection may break more than once.
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
