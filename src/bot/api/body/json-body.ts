import { Problem } from '../../../core/problem.ts';
import { MAX_JSON_BYTES, MAX_JSON_VALUES } from '../../../shared/api/limits.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/json-object.ts';
import { countJsonValues } from '../../../shared/json/json-size.ts';
import type { EndpointContext } from '../endpoint.ts';
import { type Exchange, watchBody } from '../http/exchange.ts';
import type { Release } from '../http/memory-quota.ts';
import { JSON_DEADLINE_MS, LARGE_BODY_BYTES } from '../limits.ts';
import { bodyKind } from './media-type.ts';

const bad = (sentence: string) => new Problem('bad_request', sentence);
const tooLarge = () => new Problem('too_large', 'The body is larger than 1 MiB; send a file as multipart/form-data.');

const tooMany = (most: number) =>
  new Problem('bad_field', `The body: expected at most ${most} JSON values, found more.`);

/** What reading a body works with. */
type Reading = Pick<EndpointContext, 'exchange' | 'allowance'>;

/**
 * @param onLarge called once, when the body turns out to be a large one; what comes after it waits unread until it is done
 */
function readBytes(exchange: Exchange, onLarge: () => Promise<void>): Promise<Buffer> {
  const { request } = exchange;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let isLarge = false;
    const finish = (settle: () => void) => {
      stop();
      request.off('data', onData).off('end', onEnd);
      settle();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_JSON_BYTES) {
        finish(() => reject(tooLarge()));
        return;
      }
      try {
        exchange.hold(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        finish(() => reject(error));
        return;
      }
      if (isLarge || size <= LARGE_BODY_BYTES) return;
      isLarge = true;
      request.pause();
      onLarge().then(
        () => request.resume(),
        (error: unknown) => finish(() => reject(error)),
      );
    };
    const onEnd = () => finish(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const stop = watchBody(exchange, JSON_DEADLINE_MS, (reason) => finish(() => reject(reason)));
    request.on('data', onData).on('end', onEnd);
  });
}

/** Reads a body and hands it to `use`. One that is large, or turns out to be, is read and used when it has a place. */
async function withBytes<T>({ exchange, allowance }: Reading, use: (bytes: Buffer) => T | Promise<T>): Promise<T> {
  const declared = Number(exchange.request.headers['content-length'] ?? 0);
  if (declared > MAX_JSON_BYTES) throw tooLarge();
  let release: Release | undefined;
  let isOver = false;
  const takePlace = async () => {
    if (release !== undefined) return;
    const given = await allowance.body();
    // The client may have left meanwhile.
    if (isOver) given();
    else release = given;
  };
  try {
    if (declared > LARGE_BODY_BYTES) await takePlace();
    return await use(await readBytes(exchange, takePlace));
  } finally {
    isOver = true;
    release?.();
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw bad('The body is not valid UTF-8.');
  }
}

/** Half of a surrogate pair can't be written in UTF-8; JSON can spell one with an escape. */
function mend(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : value;
}

/** Parses JSON into values that can all be written in UTF-8. @throws SyntaxError, RangeError */
export function parseMended(text: string): unknown {
  return /\\u[dD][89a-fA-F]/.test(text) ? JSON.parse(text, mend) : JSON.parse(text);
}

function parse(text: string): unknown {
  try {
    return parseMended(text);
  } catch (error) {
    if (error instanceof RangeError) throw bad('The body is nested too deeply.');
    throw bad('The body is not JSON.');
  }
}

/** @param most values at every level @throws Problem `bad_request`, `bad_field` */
function valueIn(bytes: Buffer, most: number): unknown {
  if (countJsonValues(bytes) > most) throw tooMany(most);
  return parse(decode(bytes));
}

/** @throws Problem `bad_request`, `bad_field` */
function objectIn(bytes: Buffer): JsonObject {
  const value = valueIn(bytes, MAX_JSON_VALUES);
  if (!isJsonObject(value)) throw bad('The body must be one JSON object.');
  return value;
}

/**
 * Reads a request's body: one JSON object in UTF-8, at most 1 MiB and 10,000 values, arriving within 10 s.
 *
 * @param options.mayBeEmpty take no body at all for `{}`, with any content type
 * @throws Problem `bad_request`, `bad_field`, `too_large`, `too_slow`, `wrong_type`; TooManyRequests; ClientGone
 */
export async function readJson(context: Reading, options: { readonly mayBeEmpty?: boolean } = {}): Promise<JsonObject> {
  const { request } = context.exchange;
  if (options.mayBeEmpty !== true) bodyKind(request, ['json']);
  return withBytes(context, (bytes) => {
    if (bytes.length > 0) {
      if (options.mayBeEmpty === true) bodyKind(request, ['json']);
      return context.allowance.work(() => objectIn(bytes));
    }
    if (options.mayBeEmpty === true) return {};
    throw bad('The body is empty: send one JSON object.');
  });
}

/**
 * Reads a request's body as any JSON value, at most 1 MiB, arriving within 10 s.
 *
 * @param most values at every level
 * @param use makes something of it at the caller's cost, in the same turn
 * @throws Problem as `readJson`; TooManyRequests; ClientGone; what `use` throws
 */
export async function readJsonValue<T>(context: Reading, most: number, use: (value: unknown) => T): Promise<T> {
  bodyKind(context.exchange.request, ['json']);
  return withBytes(context, (bytes) => {
    if (bytes.length === 0) throw bad('The body is empty.');
    const isLong = bytes.length > LARGE_BODY_BYTES;
    return context.allowance.work(() => use(valueIn(bytes, most)), isLong);
  });
}
