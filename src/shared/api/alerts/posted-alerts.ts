/**
 * Reads a list of alerts as Alertmanager's API v2 takes it. One that is wrong harms no other: those that are right are
 * taken, since Prometheus never repeats a batch that was refused.
 */
import type { Labels, PostedAlert } from '../../../core/alerts/alert.ts';
import { isJsonObject, type JsonObject } from '../../json/json-object.ts';
import { describe } from '../fields.ts';
import * as limits from '../limits.ts';
import { isMoment } from '../send-at.ts';

/** The alerts of a list. */
export interface PostedAlerts {
  /** Those that are right, in their order. */
  readonly alerts: readonly PostedAlert[];
  /** How many are wrong. */
  readonly wrong: number;
  /** What is wrong with the first of these, such as `alerts[3].labels.x: expected …`. */
  readonly fault?: string;
}

/** How far ahead of this host's clock the clock of a source may be, ms; an alert that begins later begins now. */
const MAX_AHEAD_MS = 3_600_000;

/** Control characters, which would change how a list in a terminal or a log line reads. */
const CONTROL = /\p{Cc}/u;
/** Control characters except for tabs and line ends, and halves of a surrogate pair. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;
const KEPT: ReadonlySet<string> = new Set(['\t', '\n']);

/** What is wrong with a field of one alert; an empty field stands for the alert itself. */
class Fault extends Error {
  readonly field: string;

  constructor(field: string, sentence: string) {
    super(sentence);
    this.field = field;
  }
}

const mistaken = (field: string, wanted: string, found: unknown) =>
  new Fault(field, `expected ${wanted}, found ${describe(found)}.`);

/** A field of an error, such as `labels.host`; a name with other characters is quoted. */
const fieldOf = (group: string, name: string) =>
  /^\w{1,64}$/.test(name) ? `${group}.${name}` : `${group}[${JSON.stringify(name.slice(0, 40).toWellFormed())}]`;

const asText = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
};

function requireName(group: string, name: string): void {
  if (name !== '' && name.length <= limits.MAX_LABEL_NAME && !CONTROL.test(name)) return;
  const rule = `a name of 1 to ${limits.MAX_LABEL_NAME} characters without control characters`;
  throw new Fault(fieldOf(group, name), `expected ${rule}.`);
}

function entriesOf(value: unknown, group: string): readonly (readonly [string, unknown])[] {
  if (!isJsonObject(value)) throw mistaken(group, 'an object of strings', value);
  const entries = Object.entries(value);
  if (entries.length <= limits.MAX_ALERT_LABELS) return entries;
  throw new Fault(group, `expected at most ${limits.MAX_ALERT_LABELS} of them, found ${entries.length}.`);
}

/** Labels as Alertmanager has them: an empty value is the same as none. @throws Fault */
function labelsOf(value: unknown): Labels {
  const kept: [string, string][] = [];
  for (const [name, found] of entriesOf(value, 'labels')) {
    requireName('labels', name);
    const text = asText(found);
    if (text === undefined || text.length > limits.MAX_LABEL_VALUE || CONTROL.test(text)) {
      const rule = `a string of at most ${limits.MAX_LABEL_VALUE} characters without control characters`;
      throw mistaken(fieldOf('labels', name), rule, found);
    }
    if (text !== '') kept.push([name.toWellFormed(), text.toWellFormed()]);
  }
  if (kept.length === 0) throw new Fault('labels', 'expected at least one, such as alertname.');
  return Object.fromEntries(kept);
}

/** @throws Fault */
function annotationsOf(value: unknown): Labels {
  if (value === undefined || value === null) return {};
  const kept: [string, string][] = [];
  for (const [name, found] of entriesOf(value, 'annotations')) {
    requireName('annotations', name);
    const text = asText(found);
    if (text === undefined || text.length > limits.MAX_ANNOTATION_VALUE) {
      const rule = `a string of at most ${limits.MAX_ANNOTATION_VALUE} characters`;
      throw mistaken(fieldOf('annotations', name), rule, found);
    }
    const clean = text.replace(UNPRINTABLE, (mark) => (KEPT.has(mark) ? mark : ''));
    if (clean !== '') kept.push([name.toWellFormed(), clean]);
  }
  return Object.fromEntries(kept);
}

/** Go writes a time that is not set as one of the year 1. https://pkg.go.dev/time#Time.IsZero */
const isUnset = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && /^(?:0001-|$)/.test(value));

/** Ms since 1970. @throws Fault */
function timeOf(value: unknown, field: string): number | undefined {
  if (isUnset(value)) return undefined;
  if (typeof value === 'string' && isMoment(value)) return Date.parse(value);
  throw mistaken(field, 'a time such as 2026-01-30T18:00:00Z', value);
}

/** An address that opens; another one only decorates the alert, so it is left out. */
function urlOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > limits.MAX_GENERATOR_URL) return undefined;
  const isWeb = URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol);
  return isWeb && !CONTROL.test(value) ? value : undefined;
}

/** @throws Fault */
function alertOf(value: JsonObject, now: number): PostedAlert {
  const labels = labelsOf(value.labels);
  const annotations = annotationsOf(value.annotations);
  const begin = timeOf(value.startsAt, 'startsAt');
  const endsAt = timeOf(value.endsAt, 'endsAt');
  if (begin !== undefined && endsAt !== undefined && endsAt < begin) {
    throw new Fault('endsAt', 'expected a time that is not before startsAt.');
  }
  const startsAt = begin !== undefined && begin > now + MAX_AHEAD_MS ? now : begin;
  const generatorUrl = urlOf(value.generatorURL);
  const alert: PostedAlert = {
    labels,
    annotations,
    ...(startsAt !== undefined && { startsAt }),
    ...(endsAt !== undefined && { endsAt }),
    ...(generatorUrl !== undefined && { generatorUrl }),
  };
  if (Buffer.byteLength(JSON.stringify(alert)) <= limits.MAX_ALERT_BYTES) return alert;
  throw new Fault('', `expected an alert of at most ${limits.MAX_ALERT_BYTES} bytes as JSON.`);
}

/**
 * Reads alerts, each by itself. Labels and annotations may be numbers and booleans too, and become strings.
 *
 * @param list at most `MAX_ALERTS`, which the caller checks
 * @param now ms since 1970
 */
export function readPostedAlerts(list: readonly unknown[], now: number): PostedAlerts {
  const alerts: PostedAlert[] = [];
  let first: string | undefined;
  for (const [index, value] of list.entries()) {
    try {
      if (!isJsonObject(value)) throw mistaken('', 'an object with labels', value);
      alerts.push(alertOf(value, now));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      first ??= `${error.field === '' ? `alerts[${index}]` : `alerts[${index}].${error.field}`}: ${error.message}`;
    }
  }
  return { alerts, wrong: list.length - alerts.length, ...(first !== undefined && { fault: first }) };
}
