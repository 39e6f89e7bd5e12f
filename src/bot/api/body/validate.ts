import * as v from 'valibot';
import { Problem } from '../../../core/problem.ts';
import { misnamedField } from '../../../shared/api/misnamed-field.ts';
import { isJsonObject } from '../../../shared/json/json-object.ts';
import type { EndpointContext } from '../endpoint.ts';

/** The name of the field that an issue is about, such as `buttons[0].url`; empty for the body itself. */
function fieldOf(issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map((item) => item.key) ?? [];
  return keys.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
  }, '');
}

/** Fields that one answer names. */
const MAX_NAMED = 5;

/** The first issue of each field of the body: a list of a hundred buttons may have a hundred. */
function oneOfEachField(issues: readonly v.BaseIssue<unknown>[]): readonly v.BaseIssue<unknown>[] {
  const first = new Map<unknown, v.BaseIssue<unknown>>();
  for (const issue of issues) {
    const field = issue.path?.[0]?.key;
    if (!first.has(field)) first.set(field, issue);
  }
  return [...first.values()].slice(0, MAX_NAMED);
}

/** The field that was probably meant for a missing one, such as `message` for `text`. */
function misnamedIn(schema: v.GenericSchema, body: unknown, issue: v.BaseIssue<unknown>): string | undefined {
  const [item, ...deeper] = issue.path ?? [];
  if (item === undefined || deeper.length > 0 || issue.input !== undefined || !isJsonObject(body)) return undefined;
  const known = 'entries' in schema && isJsonObject(schema.entries) ? Object.keys(schema.entries) : [];
  return misnamedField(String(item.key), Object.keys(body), known);
}

/**
 * Checks a body; fields that the schema doesn't know are left out.
 *
 * @throws Problem `bad_field`: a sentence on each of the first fields that are wrong, what was expected and what was found
 */
export function validate<const Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortPipeEarly: true });
  if (result.success) return result.output;
  const sentences = oneOfEachField(result.issues).map((issue) => {
    const field = fieldOf(issue);
    const sentence = `${field === '' ? 'The body' : field}: ${issue.message}`;
    const misnamed = misnamedIn(schema, body, issue);
    if (misnamed === undefined) return sentence;
    return `${sentence.replace(/\.$/, '')}; rename ${JSON.stringify(misnamed.slice(0, 64).toWellFormed())} to "${field}".`;
  });
  throw new Problem('bad_field', sentences.join(' '));
}

/** Checks a body at the cost of the caller. @throws what `validate` throws; TooManyRequests */
export function validateFor<const Schema extends v.GenericSchema>(
  { allowance }: Pick<EndpointContext, 'allowance'>,
  schema: Schema,
  body: () => unknown,
): Promise<v.InferOutput<Schema>> {
  return allowance.work(() => validate(schema, body()));
}
