/** Alerts and groups as records: field names in snake_case on disk, names of labels and annotations unchanged. */
import * as v from 'valibot';
import type { Alert, Labels } from '../../../core/alerts/alert.ts';
import type { AlertGroup, Recipients } from '../../../core/alerts/group.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json/json-object.ts';

/** Fields whose keys are chosen by users. */
const FOREIGN: ReadonlySet<string> = new Set(['labels', 'annotations']);

const toSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const toCamel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, rename));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.map(([name, inner]) => [rename(name), FOREIGN.has(name) ? inner : renamed(inner, rename)]),
  );
}

const text = v.string();
const moment = v.number();
const maybe = <const T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);
const account = v.object({ user: text, uid: v.pipe(v.number(), v.integer()) });
/** `v.record` skips the names `__proto__`, `prototype` and `constructor`, which labels may have. */
const labels = v.custom<Labels>(
  (value) => isJsonObject(value) && Object.values(value).every((one) => typeof one === 'string'),
);
const texts = v.array(text);

const ALERT = v.object({
  fingerprint: v.pipe(text, v.regex(/^[0-9a-f]{16}$/)),
  owner: account,
  labels,
  annotations: labels,
  startsAt: moment,
  endsAt: maybe(moment),
  isTimeout: maybe(v.literal(true)),
  resolvedAt: maybe(moment),
  updatedAt: moment,
  generatorUrl: maybe(text),
  source: text,
  to: maybe(texts),
  acknowledgement: maybe(v.object({ by: text, at: moment, until: moment, comment: maybe(text) })),
  silence: maybe(v.object({ by: text, until: moment })),
  comments: maybe(v.array(v.object({ by: text, at: moment, text }))),
  changes: v.array(moment),
  groups: texts,
  rules: text,
});

const step = v.object({ afterMs: moment, to: texts });
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const DECISION = v.object({
  route: text,
  to: texts,
  template: text,
  groupBy: texts,
  groupWaitMs: moment,
  groupIntervalMs: moment,
  repeatIntervalMs: moment,
  ackTimeoutMs: moment,
  resolveTimeoutMs: moment,
  notify: v.picklist(['new', 'all', 'none']),
  transient: v.picklist(['tell', 'drop']),
  priority: maybe(v.picklist(['info', 'low', 'medium', 'high', 'critical'])),
  retryAttempts: count,
  escalation: maybe(text),
  schedule: maybe(text),
  active: texts,
  muted: texts,
  link: maybe(text),
});

const RECIPIENT = v.object({
  name: text,
  person: maybe(v.object({ user: text, uid: v.optional(v.number(), undefined) })),
});

const RECIPIENTS = v.object({ route: text, places: v.array(RECIPIENT) });

const PLACE = v.object({
  ...RECIPIENT.entries,
  chatId: v.number(),
  threadId: maybe(v.number()),
  state: v.picklist(['untold', 'waiting', 'sending', 'told']),
  messages: v.array(v.number()),
  former: v.array(v.number()),
});

const GROUP = v.object({
  id: v.pipe(text, v.regex(/^[a-z0-9]{1,16}$/)),
  owner: account,
  labels,
  decision: DECISION,
  createdAt: moment,
  version: count,
  flushedAt: maybe(moment),
  toldAt: maybe(moment),
  flushAt: maybe(moment),
  editAt: maybe(moment),
  escalation: maybe(v.object({ startedAt: moment, steps: v.array(step), next: count })),
  expired: maybe(text),
  places: v.array(PLACE),
  pending: maybe(
    v.object({
      messages: v.array(v.object({ place: count, telling: v.picklist(['new', 'edit', 'step']) })),
      expired: maybe(text),
      over: texts,
      overCount: count,
    }),
  ),
  endedAt: maybe(moment),
});

/** An alert, a group, or what a forgotten one leaves, as a record. */
export const recordOf = (value: Alert | AlertGroup | Recipients): JsonObject => renamed(value, toSnake) as JsonObject;

/** An alert from its record; `undefined` for an invalid record. */
export function alertIn(record: JsonObject): Alert | undefined {
  const found = v.safeParse(ALERT, renamed(record, toCamel));
  return found.success ? found.output : undefined;
}

/** A group from its record; `undefined` for an invalid record. */
export function groupIn(record: JsonObject): AlertGroup | undefined {
  const found = v.safeParse(GROUP, renamed(record, toCamel));
  return found.success ? (found.output as AlertGroup) : undefined;
}

/** What a forgotten group leaves, from its record; `undefined` where the record is none. */
export function recipientsIn(record: JsonObject): Recipients | undefined {
  const found = v.safeParse(RECIPIENTS, renamed(record, toCamel));
  return found.success ? (found.output as Recipients) : undefined;
}

/** Characters of a fingerprint. */
const FINGERPRINT_LENGTH = 16;

/** Fingerprints as a record: one string, since there may be a hundred thousand. */
export const toldRecord = (told: ReadonlySet<string>): JsonObject => ({ told: [...told].join('') });

/** Fingerprints from their record. */
export function toldIn({ told }: JsonObject): Set<string> {
  const joined = typeof told === 'string' ? told : '';
  const found = new Set<string>();
  for (let at = 0; at + FINGERPRINT_LENGTH <= joined.length; at += FINGERPRINT_LENGTH) {
    found.add(joined.slice(at, at + FINGERPRINT_LENGTH));
  }
  return found;
}
