import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem } from '../../core/problem.ts';
import { firstJsonFault, placeOf } from './json-tokenizer.ts';

/**
 * Parses JSON bytes; a byte order mark is skipped.
 *
 * @throws Problem whose sentence gives the place where the text stops being JSON, without quoting the text
 */
export async function parseJson(bytes: Uint8Array): Promise<unknown> {
  if (bytes.length === 0) throw new Problem('not_json', 'it is empty, not JSON');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem('not_json', 'it is not UTF-8 text');
  }
  // Parsing 100,000 entries takes most of the time for which the event loop may be blocked.
  await nextTurn();
  try {
    return JSON.parse(text);
  } catch {
    const place = placeOf(text, firstJsonFault(text) ?? text.length);
    throw new Problem('not_json', `it is not JSON from ${place} on`);
  } finally {
    await nextTurn();
  }
}

const PIECE_LENGTH = 1 << 16;

function* lines(value: unknown): Generator<string> {
  const entries =
    value instanceof Map
      ? value
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value)
        : undefined;
  if (entries === undefined) return yield `${JSON.stringify(value, null, 2)}\n`;
  let before = '{\n  ';
  for (const [key, entry] of entries) {
    const json = JSON.stringify(entry);
    if (json === undefined) continue;
    yield `${before}${JSON.stringify(String(key))}: ${json}`;
    before = ',\n  ';
  }
  yield before.startsWith('{') ? '{}\n' : '\n}\n';
}

/**
 * Serialises a value as JSON text in pieces of about 64 KiB. An object, or a `Map` with strings as keys, has one line
 * for each entry, so that people can read it, `grep` it and compare versions.
 */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = '';
  for (const line of lines(value)) {
    piece += line;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
