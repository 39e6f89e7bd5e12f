/** Reads payloads: what a mapper needs has to be there, everything else may be missing or new. */
import * as v from 'valibot';
import { Problem } from '../../../core/problem.ts';
import { expected, fieldsOf, mapOf } from '../../../shared/api/fields.ts';

/** Alerts in one payload, as `POST /alerts` takes them. */
const MAX_ALERTS = 1_000;

export const text = v.string(expected('a string'));
export const maybeText = v.nullish(text);
export const number = v.number(expected('a number'));
export const textMap = mapOf(text, 'an object of strings');
export const moment = v.pipe(
  text,
  v.check((value) => !Number.isNaN(Date.parse(value)), expected('a time such as 2026-01-31T09:00:00Z')),
);

/** A list of at most as many alerts as the bot takes. */
export const listOf = <const Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(
    v.array(schema, expected('a list of alerts')),
    v.maxLength(MAX_ALERTS, ({ input }) => `expected at most ${MAX_ALERTS} alerts, found ${input.length}.`),
  );

/** An object with these fields among others. */
export const object = fieldsOf;

/** @throws Problem `bad_field` that names the first wrong field, such as `alerts[3].status` */
export function read<const Schema extends v.GenericSchema>(schema: Schema, payload: unknown): v.InferOutput<Schema> {
  const found = v.safeParse(schema, payload, { abortEarly: true });
  if (found.success) return found.output;
  const [issue] = found.issues;
  const path = (issue.path ?? []).reduce((before, { key }) => {
    if (typeof key === 'number') return `${before}[${key}]`;
    return before === '' ? String(key) : `${before}.${String(key)}`;
  }, '');
  throw new Problem('bad_field', `${path === '' ? 'The body' : path.slice(0, 200)}: ${issue.message}`);
}
