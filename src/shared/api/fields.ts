/** The fields of requests as valibot schemas. Each one's message states what was expected and what was found. */
import * as v from 'valibot';
import { addressOf, isPlaceName, isSender } from '../../core/destination.ts';
import { isKey, type Labels, MAX_KEY, PARSE_MODES, SEVERITIES } from '../../core/notification.ts';
import { MESSAGE_STATUSES } from '../../core/receipt.ts';
import { isJsonObject, type JsonObject } from '../json/json-object.ts';
import { beyondBounds } from '../json/json-size.ts';
import { isBareName } from './actor/request.ts';
import { areLabels, FEW_LABELS, fewLabels, SOME_LABELS } from './labels.ts';
import * as limits from './limits.ts';
import { A_MOMENT, isDuration, isSendAt } from './send-at.ts';

/** A value for an error message: short, and on one line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 50)}… (${String(value).length} characters)`;
}

/** The error of a value that is something else. */
export const expected =
  (what: string) =>
  (issue: v.BaseIssue<unknown>): string =>
    `expected ${what}, found ${describe(issue.input)}.`;

/** A string of which something holds. @param what it has to be, for the error */
export const string = (what: string, holds: (text: string) => boolean) =>
  v.pipe(v.string(expected(what)), v.check(holds, expected(what)));

export const oneOf = <const Options extends readonly string[]>(options: Options) =>
  v.picklist(options, expected(`one of ${options.join(', ')}`));

/** An object with these fields; others are ignored. */
export const fieldsOf = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.object(entries, (issue) =>
    // valibot sets the path of a missing field at once, and that of the object itself later.
    issue.path === undefined ? expected('an object')(issue) : 'this field is required.',
  );

/**
 * An object with any names, whose values are all of one kind. Unlike valibot's `record` it keeps the names `__proto__`,
 * `constructor` and `prototype`: a sender's labels are an identity, of which none may be dropped.
 */
export const mapOf = <const Value>(values: v.GenericSchema<unknown, Value>, what: string) =>
  v.pipe(
    v.custom<Readonly<Record<string, Value>>>(isJsonObject, expected(what)),
    v.rawCheck(({ dataset: { typed, value: input }, addIssue }) => {
      if (!typed) return;
      for (const [key, value] of Object.entries<unknown>(input)) {
        const { issues } = v.safeParse(values, value, { abortEarly: true });
        if (issues === undefined) continue;
        return addIssue({ message: issues[0].message, path: [{ type: 'object', origin: 'value', input, key, value }] });
      }
    }),
  );

/** A field that may be left out; `null` is not the same as left out. */
export const maybe = <const Schema extends v.GenericSchema>(schema: Schema) => v.exactOptional(schema);

/** The user to act for. */
export const user = string(
  `a user name of 1 to ${limits.MAX_USER} characters`,
  (text) => text.length <= limits.MAX_USER && /^[^\p{Cc}:/]+$/u.test(text),
);

const manyDestinations = `one destination, or a list of 1 to ${limits.MAX_DESTINATIONS}`;
const namesIn = (to: string | readonly string[]): readonly string[] => [to].flat();
const isNameList = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((one) => typeof one === 'string'));

/** Where a notification goes: a destination, or a list of them. */
export const to = v.pipe(
  v.custom<string | readonly string[]>(isNameList, expected(manyDestinations)),
  v.check(
    (found) => namesIn(found).length >= 1 && namesIn(found).length <= limits.MAX_DESTINATIONS,
    ({ input }) => `expected ${manyDestinations}, found ${namesIn(input).length}.`,
  ),
  v.check(
    (found) => namesIn(found).every((name) => addressOf(name) !== undefined),
    ({ input }) => {
      const wrong = namesIn(input).find((name) => addressOf(name) === undefined);
      return `expected names such as ops, ops/disks, @public_name or user:alice, found ${describe(wrong)}.`;
    },
  ),
);

export const title = string(
  `a string of at most ${limits.MAX_TITLE} characters`,
  (text) => text.length <= limits.MAX_TITLE,
);
export const parseMode = oneOf(PARSE_MODES);
export const severity = oneOf(SEVERITIES);
export const flag = v.boolean(expected('true or false'));

/** The script that a message comes from. */
export const source = string(
  `at most ${limits.MAX_SOURCE} characters without control characters`,
  (text) => text.length <= limits.MAX_SOURCE && !/\p{Cc}/u.test(text),
);

/** An idempotency id. */
export const id = string(
  `1 to ${limits.MAX_ID} printable characters`,
  (text) => text.length <= limits.MAX_ID && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text),
);

/** What a message is about: a later one with the same key may replace it. */
export const key = string(`1 to ${MAX_KEY} printable characters`, isKey);

export const data = v.pipe(
  v.custom<JsonObject>(isJsonObject, expected('an object')),
  v.rawCheck(({ dataset, addIssue }) => {
    const beyond = dataset.typed ? beyondBounds(dataset.value, limits.MAX_DATA) : undefined;
    if (beyond !== undefined) addIssue({ message: `expected ${beyond}.` });
  }),
);

/** A text of any length: `too_large` has an answer of its own. */
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

const isWait = (value: number) => Number.isInteger(value) && value >= 0 && value <= limits.MAX_WAIT_MS;
const aWait = expected(`a whole number of milliseconds from 0 to ${limits.MAX_WAIT_MS}`);

/** How long to wait for an outcome, milliseconds. */
export const wait = v.pipe(v.number(aWait), v.check(isWait, aWait));

const isExpectation = (value: number) => Number.isInteger(value) && value >= 1 && value <= limits.MAX_EXPECT_SECONDS;
const anExpectation = expected(`a whole number of seconds from 1 to ${limits.MAX_EXPECT_SECONDS}`);

/** Until when the next beat of a runner is expected, seconds. */
export const expectWithin = v.pipe(v.number(anExpectation), v.check(isExpectation, anExpectation));

const boundedText = (most: number) => string(`at most ${most} characters`, (text) => text.length <= most);

/** The source that messages are filtered by; empty for messages without one. */
export const sourceFilter = boundedText(limits.MAX_SOURCE);
/** A text to search messages for. */
export const search = boundedText(limits.MAX_SEARCH);
export const messageStatus = oneOf(MESSAGE_STATUSES);

/** The name of a script, with or without its ending. */
export const scriptName = string('the name of a script, without a folder', isBareName);

export const duration = string('a duration such as 30m, 6h or 1d, at most 10y', isDuration);

/** When to send. Whether that is still to come, the queue decides: a repeated request is answered as before. */
export const sendAt = string(A_MOMENT, isSendAt);

/** What rules see of a notification. */
export const labels = v.pipe(
  v.custom<Labels>(areLabels, expected(SOME_LABELS)),
  v.check(fewLabels, `expected ${FEW_LABELS}.`),
);

const notSixDigits = (issue: v.BaseIssue<unknown>) => {
  const found = describe(issue.input);
  if (typeof issue.input !== 'number') return `expected a string of six digits, found ${found}.`;
  return `expected a string of six digits, found the number ${found}: put it in quotes, a number loses its leading zeros.`;
};

/** The six digits that the bot answers to /start. */
export const linkCode = v.pipe(v.string(notSixDigits), v.trim(), v.regex(/^\d{6}$/, notSixDigits));

const aDelivery = 'expected the id of a failed delivery, a string of 1 to 128 characters.';

/** The id of a failed delivery. */
export const deliveryId = v.pipe(v.string(aDelivery), v.regex(/^[^\p{C}/]{1,128}$/u, aDelivery));

/** The name of a destination. */
export const placeName = string('a name such as ops, or ops/disks for a topic', isPlaceName);

const sender = string(
  `a user name, %group or *, of at most ${limits.MAX_USER} characters`,
  (text) => text.length <= limits.MAX_USER && isSender(text),
);

/** Who may send to a destination. */
export const senders = v.pipe(
  v.array(sender, expected('a list of user names, %groups or *')),
  v.check((list) => list.length <= limits.MAX_SENDERS, `expected at most ${limits.MAX_SENDERS} names; use a %group.`),
);
