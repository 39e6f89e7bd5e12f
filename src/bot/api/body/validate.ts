import * as v from 'valibot';
import { Problem } from '../../../core/problem.ts';

/** The name of the field that an issue is about, such as `buttons[0].url`; empty for the body itself. */
function fieldOf(issue: v.BaseIssue<unknown>): string {
  const keys = issue.path?.map((item) => item.key) ?? [];
  return keys.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
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
  const field = fieldOf(issue);
  throw new Problem('bad_field', `${field === '' ? 'The body' : field}: ${issue.message}`);
}
