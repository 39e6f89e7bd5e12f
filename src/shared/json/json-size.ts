/** How large JSON is, counted without more work than the limits allow. */

/** What a value may be at most. */
export interface JsonBounds {
  /** Levels of nesting: the values in an object are on level 1, those in a list in it on level 2. */
  readonly levels: number;
  /** Strings, numbers, booleans, nulls, lists and objects, at every level. */
  readonly values: number;
  /** Bytes as JSON in UTF-8, without white space. */
  readonly bytes: number;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

/**
 * What a value is beyond its bounds.
 *
 * @returns a clause such as `at most 1000 values`, or `undefined` for one that fits
 */
export function beyondBounds(value: object, bounds: JsonBounds): string | undefined {
  let left = bounds.values;
  let layer: object[] = [value];
  for (let level = 0; layer.length > 0; level += 1) {
    const below: object[] = [];
    for (const container of layer) {
      const items = Object.values(container);
      if (items.length > 0 && level === bounds.levels) return `at most ${bounds.levels} levels of nesting`;
      left -= items.length;
      if (left < 0) return `at most ${bounds.values} values`;
      below.push(...items.filter(isContainer));
    }
    layer = below;
  }
  if (Buffer.byteLength(JSON.stringify(value)) > bounds.bytes) return `at most ${bounds.bytes} bytes as JSON`;
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LIST = 0x5b;
const OBJECT = 0x7b;

/** The index of the quote that ends the string that begins at `start`, or the length of `json` where none does. */
function stringEnd(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end >= 0; end = json.indexOf(QUOTE, end + 1)) {
    let before = end;
    while (json[before - 1] === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
  return json.length;
}

/**
 * Counts the values of a JSON text before it is parsed: one that is a list of a million numbers costs a scan, not the
 * memory of a million numbers.
 *
 * @param json UTF-8; of a text that is not JSON the count means nothing
 * @returns the number of values, an empty list or object counted twice
 */
export function countJsonValues(json: Uint8Array): number {
  let values = 1;
  for (let index = 0; index < json.length; index += 1) {
    const byte = json[index];
    if (byte === QUOTE) index = stringEnd(json, index);
    else if (byte === COMMA || byte === LIST || byte === OBJECT) values += 1;
  }
  return values;
}
