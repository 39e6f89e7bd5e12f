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

/** Fields that one answer explains. */
const MAX_NAMED = 5;

/** The first issue of each field of the body: a list of a hundred buttons may have a hundred. */
function oneOfEachField(issues: readonly v.BaseIssue<unknown>[]): readonly v.BaseIssue<unknown>[] {
  const first = new Map<unknown, v.BaseIssue<unknown>>();
  for (const issue of issues) {
    const field = issue.path?.[0]?.key;
    if (!first.has(field)) first.set(field, issue);
  }
  return [...first.values()];
}

/** Optional fields without which a request does another thing than its sender means, if it names them otherwise. */
const DECISIVE = ['script', 'photo_path', 'code', 'to'];

const knownOf = (schema: v.GenericSchema): readonly string[] =>
  'entries' in schema && isJsonObject(schema.entries) ? Object.keys(schema.entries) : [];

const renameText = (misnamed: string, field: string) =>
  `rename ${JSON.stringify(misnamed.slice(0, 64).toWellFormed())} to "${field}".`;

/** Refuses a decisive field under another name, such as `name` for the `script` to mute. @throws Problem `bad_field` */
function refuseMisnamed(schema: v.GenericSchema, body: unknown): void {
  if (!isJsonObject(body)) return;
  const known = knownOf(schema);
  for (const field of DECISIVE.filter((name) => known.includes(name) && body[name] === undefined)) {
    if (field === 'photo_path' && body.photo_paths !== undefined) continue;
    const misnamed = misnamedField(field, Object.keys(body), known);
    if (misnamed !== undefined) throw new Problem('bad_field', `${field}: ${renameText(misnamed, field)}`);
  }
}

/** The field that was probably meant for a missing one, such as `message` for `text`. */
function misnamedIn(schema: v.GenericSchema, body: unknown, issue: v.BaseIssue<unknown>): string | undefined {
  const [item, ...deeper] = issue.path ?? [];
  if (item === undefined || deeper.length > 0 || issue.input !== undefined || !isJsonObject(body)) return undefined;
  return misnamedField(String(item.key), Object.keys(body), knownOf(schema));
}

/**
 * Checks a body; fields that the schema doesn't know are left out.
 *
 * @throws Problem `bad_field`: a sentence on each of the first fields that are wrong, what was expected and what was found,
 *   and the names of the others
 */
export function validate<const Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body, { abortPipeEarly: true });
  if (result.success) {
    refuseMisnamed(schema, body);
    return result.output;
  }
  const issues = oneOfEachField(result.issues);
  const more = issues.slice(MAX_NAMED).map((issue) => String(issue.path?.[0]?.key ?? ''));
  const sentences = issues.slice(0, MAX_NAMED).map((issue) => {
    const field = fieldOf(issue);
    const sentence = `${field === '' ? 'The body' : field}: ${issue.message}`;
    const misnamed = misnamedIn(schema, body, issue);
    if (misnamed === undefined) return sentence;
    return `${sentence.replace(/\.$/, '')}; ${renameText(misnamed, field)}`;
  });
  if (more.length > 0) sentences.push(`Also wrong: ${more.join(', ')}.`);
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
