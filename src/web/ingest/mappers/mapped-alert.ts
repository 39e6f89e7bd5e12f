/** What a mapper makes of a payload: alerts in the form of `POST /alerts`, with bounded texts. */
import { MAX_ALERT_BYTES, MAX_ANNOTATION_VALUE, MAX_LABEL_VALUE } from '../../../shared/api/limits.ts';

/** An alert as the bot takes it, in Alertmanager's spelling. Times are RFC 3339. */
export interface MappedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

/** The alerts of a payload, or why it holds none. */
export type Mapped = { readonly alerts: readonly MappedAlert[] } | { readonly ignored: string };

/** What a mapper knows besides the payload. */
export interface Delivery {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The event's name in the header of GitHub or GitLab. */
  readonly event?: string;
}

/** Makes alerts of a payload. Pure. @throws Problem `bad_field` for a payload of another form */
export type Mapper = (payload: unknown, delivery: Delivery) => Mapped;

/** Bytes that the times of an alert and the marks of its JSON take. */
const SPARE_BYTES = 1_024;

type Texts = Readonly<Record<string, string | number | null | undefined>>;

function clip(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

/** The given texts without those that are missing or blank. */
const present = (texts: Texts, shorten: (text: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, value]) => {
      const text = shorten(String(value ?? ''));
      return text.trim() === '' ? [] : [[name, text]];
    }),
  );

const onOneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/** Labels of what a source calls things: on one line, and short enough. */
export const labelsOf = (texts: Texts): Record<string, string> =>
  present(texts, (text) => clip(onOneLine(text.toWellFormed()), MAX_LABEL_VALUE));

/**
 * Annotations. Texts that are too long, each or together, are cut, because a source whose alert is refused drops it.
 *
 * @param beside what the alert has besides, such as its labels and its address
 */
export function annotationsOf(texts: Texts, beside: unknown): Record<string, string> {
  const room = MAX_ALERT_BYTES - SPARE_BYTES - Buffer.byteLength(JSON.stringify(beside ?? null));
  for (let most = MAX_ANNOTATION_VALUE; most >= 1; most = Math.floor(most / 2)) {
    const cut = present(texts, (text) => clip(text.toWellFormed(), most));
    if (Buffer.byteLength(JSON.stringify(cut)) <= room) return cut;
  }
  return {};
}

/** A moment that a source names, if it is one: Go writes the year 1 for none. */
export function momentOf(text: string | null | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) || time <= 0 ? undefined : time;
}

/** @param time milliseconds since the epoch */
export const rfc3339 = (time: number) => new Date(time).toISOString();

/** A condition that a source reports as firing or over. */
interface Reported {
  readonly labels: Texts;
  readonly annotations: Texts;
  /** Where people read more. */
  readonly url?: string | null | undefined;
  readonly state: 'firing' | 'resolved';
  /** When that happened, or when the condition began; now unless given. Milliseconds since the epoch. */
  readonly at?: number | undefined;
}

/** An alert that fires until its source says that it is over, or one that is over. */
export function alertOf({ labels, annotations, url, state, at }: Reported, { now }: Delivery): MappedAlert {
  // A source whose clock is ahead must not end an alert later than now.
  const when = rfc3339(Math.min(at ?? now, now));
  const own = labelsOf(labels);
  return {
    labels: own,
    annotations: annotationsOf(annotations, [own, url]),
    startsAt: when,
    ...(state === 'resolved' && { endsAt: when }),
    ...(url && { generatorURL: clip(url, MAX_LABEL_VALUE) }),
  };
}

/** A notice without an end of its own, such as a test: an alert that is over after a while. */
export function noticeOf(notice: Omit<Reported, 'state' | 'at'>, lastsMs: number, delivery: Delivery): MappedAlert {
  return { ...alertOf({ ...notice, state: 'firing' }, delivery), endsAt: rfc3339(delivery.now + lastsMs) };
}
