/**
 * Answers that may be long, written as fast as they are read: what waits for the reader is a piece, and not the whole.
 */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { MAX_STREAM_BYTES, TAKE_ANSWER_MS } from '../limits.ts';
import type { Answer } from './answer.ts';
import { ClientGone, type Exchange } from './exchange.ts';

/** UTF-16 units that are written at a time. */
const PIECE = 16 * 1024;

/** The same text in pieces of a useful size. */
async function* gathered(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Writes the pieces; a client that doesn't read them in time is disconnected. @throws what `rest` throws */
async function write({ response }: Exchange, begun: readonly string[], rest: AsyncIterable<string>): Promise<void> {
  let fault: unknown;
  async function* all(): AsyncGenerator<string> {
    yield* begun;
    try {
      yield* rest;
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  const cutOff = setTimeout(() => response.destroy(), TAKE_ANSWER_MS).unref();
  try {
    await pipeline(Readable.from(all(), { highWaterMark: 1 }), response);
  } catch {
    // A client that left, or was disconnected, is no fault.
    if (fault !== undefined) throw fault;
  } finally {
    clearTimeout(cutOff);
  }
}

/**
 * A 200 whose JSON text is made while it is written. A short one is written at once, with its length.
 *
 * @param texts what the JSON text consists of; its first failure before the head is the caller's, a later one ends the
 * connection
 * @throws TooManyRequests while too many answers wait to be read; ClientGone; what `texts` throws
 */
export async function streamedAnswer(exchange: Exchange, texts: AsyncIterable<string>): Promise<Answer> {
  await exchange.holdSoon(MAX_STREAM_BYTES);
  const pieces = gathered(texts);
  const first = await pieces.next();
  const second = first.done === true ? first : await pieces.next();
  if (first.done === true || second.done === true) return { status: 200, body: first.value ?? '' };
  if (exchange.response.destroyed) {
    await pieces.return(undefined);
    throw new ClientGone();
  }
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body: () => write(exchange, [first.value, second.value], pieces) };
}
