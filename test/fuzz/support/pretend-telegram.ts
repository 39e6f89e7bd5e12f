/** The far end of the service's calls, which answers well unless told otherwise, and then with anything at all. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer that may be anything. */
export interface OddAnswer {
  /**
   * `whole`: with its length; `chunked`: without; `cut`: the connection ends before its length is reached; `endless`:
   * the body again and again; `drip`: a byte now and then, without an end; `raw`: no HTTP but these bytes; `hang`:
   * nothing; `reset`: the connection is dropped.
   */
  readonly how: 'whole' | 'chunked' | 'cut' | 'endless' | 'drip' | 'raw' | 'hang' | 'reset';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, as Latin-1. */
  readonly body: string;
}

/** A call that came. */
export interface Call {
  readonly method: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** @see createPretendTelegram */
export interface PretendTelegram {
  readonly url: string;
  readonly token: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** A number for an update, above all before. */
  nextUpdateId(): number;
  /** Hands updates to the next poll, whatever they are. */
  give(updates: readonly unknown[]): void;
  /** Answers the next call that fits oddly. */
  answerOddly(fits: (call: Call) => boolean, answer: OddAnswer): void;
  /** Resolves with the next call that fits. @throws Error in time */
  nextCall(fits: (call: Call) => boolean, timeoutMs: number): Promise<Call>;
}

const TOKEN = '123456:PRETEND-TOKEN-abcdefghijklmnopqrstuvwxyz';
const ME = { id: 123456, is_bot: true, first_name: 'Bot', username: 'pretend_bot' };
const MOST_UPDATES = 100;

async function fieldsOf(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (!String(request.headers['content-type']).startsWith('application/json')) return {};
  return JSON.parse(Buffer.concat(chunks).toString());
}

function dripped(response: ServerResponse, body: Buffer, everyMs: number): void {
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(body);
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}

function flooded(response: ServerResponse, body: Buffer): void {
  const block = Buffer.alloc(65_536, body);
  const pump = () => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', pump);
  pump();
}

function answerOddly(response: ServerResponse, { how, status, headers, body }: OddAnswer): void {
  const bytes = Buffer.from(body, 'latin1');
  response.on('error', () => {});
  if (how === 'hang') return;
  if (how === 'reset') return void response.socket?.resetAndDestroy();
  if (how === 'raw') return void response.socket?.end(bytes);
  const length = how === 'whole' ? bytes.length : bytes.length + 10;
  const framing = how === 'whole' || how === 'cut' ? { 'content-length': String(length) } : {};
  response.writeHead(status, { ...headers, ...framing });
  if (how === 'whole' || how === 'chunked') response.end(bytes);
  else if (how === 'cut') response.write(bytes, () => response.destroy());
  else if (how === 'endless') flooded(response, bytes.length > 0 ? bytes : Buffer.from(' '));
  else dripped(response, Buffer.from(' '), 500);
}

/** Makes one that listens on loopback once it is started. */
export function createPretendTelegram(): PretendTelegram {
  const odd: { fits: (call: Call) => boolean; answer: OddAnswer }[] = [];
  const listeners = new Set<(call: Call) => void>();
  let updates: unknown[] = [];
  let polled: (() => void) | undefined;
  let messageId = 0;
  let updateId = 0;

  /** Those below the offset are confirmed; those without a number are given once. */
  function take(offset: number): unknown[] {
    const idOf = (update: unknown) => (update as { update_id?: unknown } | null)?.update_id;
    updates = updates.filter((update) => {
      const id = idOf(update);
      return typeof id !== 'number' || id >= offset;
    });
    const given = updates.slice(0, MOST_UPDATES);
    updates = updates.filter((update) => !given.includes(update) || Number.isSafeInteger(idOf(update)));
    return given;
  }

  async function poll({ fields }: Call, response: ServerResponse): Promise<unknown> {
    const offset = Number(fields.offset ?? 0);
    const found = take(offset);
    if (found.length > 0 || Number(fields.timeout ?? 0) === 0) return found;
    await new Promise<void>((resolve) => {
      polled = resolve;
      response.once('close', resolve);
      setTimeout(resolve, Number(fields.timeout) * 1000).unref();
    });
    return take(offset);
  }

  async function resultOf(call: Call, response: ServerResponse): Promise<unknown> {
    if (call.method === 'getMe') return ME;
    if (call.method === 'getUpdates') return poll(call, response);
    if (call.method === 'sendMediaGroup') return [1, 2].map(() => ({ message_id: ++messageId }));
    if (/^(send|edit)/.test(call.method)) return { message_id: ++messageId, date: 1, chat: { id: fieldId(call) } };
    return true;
  }

  const fieldId = ({ fields }: Call) => fields.chat_id ?? 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = String(request.url).slice(String(request.url).lastIndexOf('/') + 1);
    const call = { method, fields: await fieldsOf(request) };
    const index = odd.findIndex(({ fits }) => fits(call));
    const [found] = index < 0 ? [] : odd.splice(index, 1);
    if (found !== undefined) answerOddly(response, found.answer);
    else {
      const text = JSON.stringify({ ok: true, result: await resultOf(call, response) });
      response.setHeader('content-type', 'application/json');
      if (!response.destroyed) response.end(text);
    }
    for (const listener of [...listeners]) listener(call);
  }

  const server = createServer((request, response) => {
    // A service that breaks a call off leaves its body unread.
    serve(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 120_000;

  return {
    token: TOKEN,
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async start() {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
    nextUpdateId: () => ++updateId,
    give(more) {
      updates.push(...more);
      polled?.();
    },
    answerOddly: (fits, answer) => void odd.push({ fits, answer }),
    nextCall: (fits, timeoutMs) =>
      new Promise((resolve, reject) => {
        const end = () => {
          clearTimeout(timer);
          listeners.delete(listener);
        };
        const listener = (call: Call) => {
          if (!fits(call)) return;
          end();
          resolve(call);
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`no such call came within ${timeoutMs} ms`));
        }, timeoutMs);
        listeners.add(listener);
      }),
  };
}
