/** A server on the bot's socket with prepared answers; it remembers its requests. */
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createRawServer } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly text: string;
  /** The body where it is JSON. */
  readonly body: Record<string, unknown>;
}

export type Answer = (asked: Asked, response: ServerResponse) => void;

export interface ScriptedBot {
  readonly asked: Asked[];
  /** The beats of runners, which are answered apart. */
  readonly beats: Asked[];
  /** The answer to a beat. */
  beatAnswer: Record<string, unknown>;
  answer: Answer;
  stop(): Promise<void>;
}

export const answering =
  (status: number, body: unknown): Answer =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

export const accepts: Answer = answering(202, { ok: true, id: 'x', status: 'queued' });

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('latin1');
  const type = request.headers['content-type'] ?? '';
  const body =
    type === 'application/json' && text !== '' ? JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) : {};
  return { method: request.method ?? '', path: request.url ?? '', type, text, body };
}

export async function startScriptedBot(socketPath: string, answer: Answer = accepts): Promise<ScriptedBot> {
  const asked: Asked[] = [];
  const beats: Asked[] = [];
  const bot: Omit<ScriptedBot, 'stop'> = { asked, beats, beatAnswer: { ok: true }, answer };
  const server = createServer(async (request, response) => {
    const question = await read(request);
    if (question.path === '/beat') {
      beats.push(question);
      return answering(200, bot.beatAnswer)(question, response);
    }
    asked.push(question);
    bot.answer(question, response);
  });
  rmSync(socketPath, { force: true });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  onTestFinished(stop);
  return Object.assign(bot, { stop });
}

/** A server on the socket that is not the bot: it sends a text and closes. */
export async function startGarbage(socketPath: string, text: string): Promise<void> {
  const server = createRawServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(text));
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  onTestFinished(() => void server.close());
}
