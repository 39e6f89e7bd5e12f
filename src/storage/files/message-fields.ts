/** What delivery files and history lines hold alike. A field that is `undefined` is not written. */
import type { FanOut, Summary } from '../../core/delivery/delivery.ts';
import { type Destination, linkName } from '../../core/destination.ts';

/** A destination in JSON. */
export interface DestinationFields {
  readonly chat_id: number;
  /** Its name, unless it is the chat of the user's own link. */
  readonly destination?: string | undefined;
  readonly thread_id?: number | undefined;
}

/** Writes the destination of a user's message. */
export function destinationFields(user: string, { name, chatId, threadId }: Destination): DestinationFields {
  return { chat_id: chatId, destination: name === linkName(user) ? undefined : name, thread_id: threadId };
}

/** Reads what {@link destinationFields} wrote. */
export function destinationIn(user: string, fields: DestinationFields): Destination {
  const { chat_id: chatId, destination: name = linkName(user), thread_id: threadId } = fields;
  return { name, chatId, ...(threadId === undefined ? {} : { threadId }) };
}

/** A fan-out in JSON: what the deliveries of one notification share, the place of this one, and how many there are. */
export type FanOutFields = readonly [batch: string, place: number, of: number];

/** Writes a fan-out. */
export function fanOutFields(fanOut: FanOut | undefined): FanOutFields | undefined {
  return fanOut && [fanOut.batch, fanOut.place, fanOut.of];
}

/** Reads what {@link fanOutFields} wrote. */
export function fanOutIn(fields: FanOutFields | undefined): FanOut | undefined {
  return fields && { batch: fields[0], place: fields[1], of: fields[2] };
}

/** A summary in JSON. */
export interface SummaryFields extends Omit<Summary, 'parseMode'> {
  readonly parse_mode?: string;
}

/** Writes a summary. */
export function summaryFields({ parseMode, ...rest }: Summary): object {
  const { title, text, source, severity, key, data, labels, buttons, pictures, others } = rest;
  return { title, text, parse_mode: parseMode, source, severity, key, data, labels, buttons, pictures, others };
}

/** Reads what {@link summaryFields} wrote. */
export function summaryIn(fields: SummaryFields): Summary {
  const { title, text, parse_mode: parseMode, source, severity, key, data, labels, buttons, pictures, others } = fields;
  const more = { title, parseMode, source, severity, key, data, labels, buttons, pictures, others };
  return { text, ...present<Omit<Summary, 'text'>>(more) };
}

/** The fields of an object that are not `undefined`. */
export function present<T extends object>(fields: { readonly [Key in keyof T]-?: T[Key] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept as T;
}
