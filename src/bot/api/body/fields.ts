/** What the fields of a body may hold, each with the words for what was expected. */
import * as v from 'valibot';
import { PARSE_MODES, SEVERITIES } from '../../../core/notification.ts';
import { Problem } from '../../../core/problem.ts';
import { isBareName } from '../../../shared/api/actor-protocol.ts';
import { parseDuration } from '../../../shared/text/duration.ts';
import * as limits from '../limits.ts';
import { isObject } from './json-body.ts';

/** A value in few words, for an error: never long, never on two lines. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 50)}… (${String(value).length} characters)`;
}

const expected =
  (what: string) =>
  (issue: v.BaseIssue<unknown>): string =>
    `expected ${what}, found ${describe(issue.input)}.`;

const string = (what: string, holds: (text: string) => boolean) =>
  v.pipe(v.string(expected(what)), v.check(holds, expected(what)));

const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, expected(`one of ${options.join(', ')}`));

/** An object with these fields; others are passed over. */
export const fieldsOf = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.object(entries, (issue) =>
    // Only a missing field has a place of its own when it is found; the object's own place is added later.
    issue.path === undefined ? expected('an object')(issue) : 'this field is required.',
  );

/** A field that may be left out; `null` is not the same as left out. */
export const maybe = <const Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(schema);

function isLinkable(url: string): boolean {
  if (url.length > limits.MAX_URL || /[\s\p{Cc}]/u.test(url) || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'tg:' || ((protocol === 'http:' || protocol === 'https:') && hostname !== '');
}

function depthWithin(value: unknown, levels: number): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > levels) return false;
    layer = layer.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return true;
}

const button = fieldsOf({
  text: string(
    `1 to ${limits.MAX_BUTTON_TEXT} characters, not blank`,
    (text) => text.trim() !== '' && text.length <= limits.MAX_BUTTON_TEXT,
  ),
  url: string(`an http, https or tg address of at most ${limits.MAX_URL} characters`, isLinkable),
});

/** Whom to act for. */
export const user = string(
  `a user name of 1 to ${limits.MAX_USER} characters`,
  (text) => text.length <= limits.MAX_USER && /^[^\p{Cc}:/]+$/u.test(text),
);

/** Words of at most so many characters. */
export const boundedText = (most: number) => string(`at most ${most} characters`, (text) => text.length <= most);

/** A script's name, with or without its ending. */
export const scriptName = string('the name of a script, without a folder', isBareName);

/** What became of a message. */
export const messageStatus = oneOf(['queued', 'sent', 'muted', 'failed']);

/** A body's words; that they aren't too long is checked apart, since it has an answer of its own. */
export const anyText = v.string(expected('a string'));
export const someText = string('a string that is not blank', (text) => text.trim() !== '');

/** An absolute path on this host. */
export const path = string(
  'an absolute path',
  (text) => text.startsWith('/') && !text.includes('\0') && Buffer.byteLength(text) < 4096,
);
export const paths = v.pipe(
  v.array(path, expected('a list of absolute paths')),
  v.check((list) => list.length >= 2 && list.length <= limits.MAX_PHOTOS, `expected 2 to ${limits.MAX_PHOTOS} paths.`),
);

const wholeWait = (value: number) => Number.isInteger(value) && value >= 0 && value <= limits.MAX_WAIT_MS;
const waitWords = expected(`a whole number of milliseconds from 0 to ${limits.MAX_WAIT_MS}`);

/** A length of time in words; a bare number would be milliseconds, which nobody means. */
function isDuration(text: string): boolean {
  if (/^\s*[\d.]*\s*$/.test(text)) return false;
  try {
    return parseDuration(text, 'for') > 0;
  } catch {
    return false;
  }
}
export const duration = string('a duration such as 30m, 6h or 1d, at most 10y', isDuration);

/** How long to wait for an outcome. */
export const wait = v.pipe(v.number(waitWords), v.check(wholeWait, waitWords));

/** What every notification may say about itself. */
export const common = {
  user: maybe(user),
  title: maybe(string(`a string of at most ${limits.MAX_TITLE} characters`, (text) => text.length <= limits.MAX_TITLE)),
  parse_mode: maybe(oneOf(PARSE_MODES)),
  severity: maybe(oneOf(SEVERITIES)),
  silent: maybe(v.boolean(expected('true or false'))),
  buttons: maybe(
    v.pipe(
      v.array(button, expected('a list of {"text", "url"}')),
      v.check((list) => list.length <= limits.MAX_BUTTONS, `expected at most ${limits.MAX_BUTTONS} buttons.`),
    ),
  ),
  source: maybe(
    string(
      `at most ${limits.MAX_SOURCE} characters without control characters`,
      (text) => text.length <= limits.MAX_SOURCE && !/\p{Cc}/u.test(text),
    ),
  ),
  wait: maybe(wait),
  id: maybe(
    string(
      `1 to ${limits.MAX_ID} printable characters`,
      (text) => text.length <= limits.MAX_ID && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text),
    ),
  ),
  data: maybe(
    v.pipe(
      v.custom<Readonly<Record<string, unknown>>>(isObject, expected('an object')),
      v.check(
        (value) => depthWithin(value, limits.MAX_DATA_DEPTH),
        `nested deeper than ${limits.MAX_DATA_DEPTH} levels.`,
      ),
    ),
  ),
};

function placeOf(issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map((item) => item.key) ?? [];
  return keys.reduce<string>((place, key) => {
    if (typeof key === 'number') return `${place}[${key}]`;
    return place === '' ? String(key) : `${place}.${String(key)}`;
  }, '');
}

/**
 * Checks a body; fields that the schema doesn't know are left out.
 *
 * @throws Problem `bad_field`: one sentence on the first field that is wrong, what was expected and what was found
 */
export function validate<const Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = placeOf(issue);
  throw new Problem('bad_field', `${place === '' ? 'The body' : place}: ${issue.message}`);
}
