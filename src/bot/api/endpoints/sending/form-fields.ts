import { Problem } from '../../../../core/problem.ts';
import { MAX_JSON_VALUES } from '../../../../shared/api/limits.ts';
import { countJsonValues } from '../../../../shared/json/json-size.ts';
import { parseMended } from '../../body/json-body.ts';

const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false };

const FLAG_FIELDS: ReadonlySet<string> = new Set(['silent', 'link_preview', 'replace']);
const JSON_FIELDS: ReadonlySet<string> = new Set(['buttons', 'data', 'labels', 'to']);

function readField(name: string, text: string): unknown {
  if (FLAG_FIELDS.has(name)) return Object.hasOwn(FLAGS, text) ? FLAGS[text] : text;
  // Names hold no comma, and none begins with a bracket, as a JSON list does.
  if (name === 'to' && !text.startsWith('['))
    return text.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
  if (name === 'wait') return /^\d{1,9}$/.test(text) ? Number(text) : text;
  if (!JSON_FIELDS.has(name)) return text;
  if (countJsonValues(Buffer.from(text)) > MAX_JSON_VALUES) {
    throw new Problem('bad_field', `${name}: expected at most ${MAX_JSON_VALUES} JSON values, found more.`);
  }
  try {
    return parseMended(text);
  } catch {
    throw new Problem('bad_field', `${name}: expected JSON text.`);
  }
}

/** A form's fields as a JSON body would hold them: `to` a list, `silent`, `link_preview` and `replace` booleans, `wait` a number, `buttons`, `data` and `labels` JSON. */
export function formBody(fields: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...fields].map(([name, text]) => [name, readField(name, text)]));
}
