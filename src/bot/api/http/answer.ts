/** Answers, and how they are written. */

import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { statusOf } from '../../../core/codes.ts';
import type { Problem } from '../../../core/problem.ts';
import type { ErrorAnswer } from '../../../shared/api/error-answer.ts';
import { LINGER_MS, TAKE_ANSWER_MS } from '../limits.ts';
import { TooManyRequests } from './too-many-requests.ts';

export interface Answer {
  readonly status: number;
  /**
   * An object is sent as JSON, a text under its own `content-type` header. A function writes the body itself, after the
   * head, and ends it; it may reject when it can't.
   */
  readonly body: Readonly<Record<string, unknown>> | string | (() => void | Promise<void>);
  readonly headers?: Readonly<Record<string, string>>;
}

/** Seconds until a sixth code may be tried; the rule is five a minute. */
const AFTER_TRIES_SECONDS = 60;

/** A 200 with a JSON body. */
export function success<Body extends Readonly<Record<string, unknown>>>(body: Body): Answer {
  return { status: 200, body };
}

/** An error answer. */
export function answerProblem(problem: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = { error: problem.message, code: problem.code } satisfies ErrorAnswer;
  return { status: statusOf(problem.code) ?? 500, body, headers };
}

/** The header of a 429 that says when to try again. */
export function retryAfter(milliseconds: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(Math.max(1, Math.ceil(milliseconds / 1000))) };
}

export const afterTries = retryAfter(AFTER_TRIES_SECONDS * 1000);

const textOf = (body: Readonly<Record<string, unknown>> | string): string =>
  typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;

/** Bytes of an answer that is not charged: a request under way takes as much, and their number is bounded. */
const SMALL_BYTES = 4096;

/**
 * An answer as its text, charged until it is read; a 429 in its place where too many wait for their readers already.
 *
 * @param hold charges bytes @throws what `hold` throws, except TooManyRequests
 */
export function heldAnswer(answer: Answer, hold: (bytes: number) => void): Answer {
  if (typeof answer.body === 'function') return answer;
  const text = textOf(answer.body);
  const bytes = Buffer.byteLength(text);
  try {
    if (bytes > SMALL_BYTES) hold(bytes);
    return { ...answer, body: text };
  } catch (error) {
    if (error instanceof TooManyRequests) return answerProblem(error, retryAfter(error.milliseconds));
    throw error;
  }
}

/** Gives a client a moment to finish its body, and disconnects it when it doesn't. */
function drain(request: IncomingMessage): void {
  if (request.complete) return;
  const linger = setTimeout(() => {
    if (!request.complete) request.socket.destroy();
  }, LINGER_MS).unref();
  request.once('end', () => clearTimeout(linger));
}

/**
 * Writes an answer. When the request's body has not ended yet, the rest of it is read for a moment, so that the client
 * gets to the answer. A client that doesn't read its answer is disconnected.
 *
 * @param close end the connection afterwards
 */
export function writeAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer, close: boolean): void {
  if (response.destroyed || response.headersSent) return;
  if (typeof answer.body === 'function') {
    response.writeHead(answer.status, answer.headers);
    void Promise.resolve(answer.body()).catch(() => response.destroy());
    return;
  }
  const text = textOf(answer.body);
  const cutOff = setTimeout(() => request.socket.destroy(), TAKE_ANSWER_MS).unref();
  response.once('close', () => clearTimeout(cutOff));
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(close ? { connection: 'close' } : {}),
    ...answer.headers,
  });
  request.resume();
  if (request.complete || (response.shouldKeepAlive && !close)) {
    response.once('finish', () => drain(request));
    response.end(text);
    return;
  }
  // An end here would close the connection while the client still writes.
  response.write(text);
  drain(request);
  request.once('end', () => response.end());
}

/** Answers on a connection without a readable request, and closes it. */
export function answerRaw(socket: Socket, problem: Problem): void {
  const { status, body } = answerProblem(problem);
  const text = `${JSON.stringify(body)}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  if (!socket.writable) socket.destroy();
  else {
    const cutOff = setTimeout(() => socket.destroy(), LINGER_MS).unref();
    socket.once('close', () => clearTimeout(cutOff));
    socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
  }
}
