/**
 * One notification or alert of a script: a JSON object on its standard output (`docs/notifications.md`). Checked by hand, so that a
 * run every few minutes need not load a library.
 */
import type { Buttons } from '../../core/buttons.ts';
import type { Labels, Severity } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import type { JsonObject } from '../json/json-object.ts';
import {
  alertAnnotations,
  alertKey,
  alertLabels,
  alertStateIn,
  isAlert,
  type ScriptAlert,
} from './alerts/script-alert.ts';
import { buttons } from './buttons/script-buttons.ts';
import { MAX_TEXT, MAX_TITLE } from './limits.ts';
import { misnamedField } from './misnamed-field.ts';
import {
  bad,
  type Check,
  cooldown,
  data,
  destinations,
  flag,
  key,
  labels,
  messageKey,
  path,
  paths,
  sendAt,
  severity,
  text,
} from './script-fields.ts';

/** A script's checked notification. */
export interface ScriptOutput {
  readonly notify: boolean;
  /** Where it goes; `undefined` to use the script's header or the owner's link. */
  readonly to?: readonly string[];
  readonly title?: string;
  readonly message?: string;
  /** Paths as the script wrote them: absolute, or relative to the home. */
  readonly images: readonly string[];
  readonly file?: string;
  /** Milliseconds; `undefined` to use the script's header or the default. */
  readonly cooldown?: number;
  readonly key?: string;
  readonly severity?: Severity;
  readonly silent?: boolean;
  readonly link_preview?: boolean;
  readonly buttons?: Buttons;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Edit the last message with its key instead of sending one. */
  readonly replace?: boolean;
  readonly labels?: Labels;
  /** When to send it, as the script wrote it. */
  readonly at?: string;
  /** It is an alert, which fires or is over; then `notify` means nothing. */
  readonly alert?: ScriptAlert;
  /** The object as it was printed, including unknown fields. */
  readonly own: Readonly<Record<string, unknown>>;
}

const FIELDS = [
  'notify',
  'to',
  'title',
  'message',
  'image_path',
  'image_paths',
  'file_path',
  'cooldown',
  'key',
  'severity',
  'silent',
  'link_preview',
  'buttons',
  'data',
  'labels',
  'at',
  'replace',
  'state',
  'annotations',
] as const;
type Field = (typeof FIELDS)[number];

const titleText = text(MAX_TITLE, `a string of at most ${MAX_TITLE} characters`);
const messageText = text(MAX_TEXT, `a string of at most ${MAX_TEXT} characters`);

/** Checks the fields of an object and gathers what is wrong with them. */
function createChecker(fields: JsonObject) {
  const faults: Problem[] = [];
  const refuse = (problem: Problem) => void faults.push(problem);
  const required = <T>(name: Field, check: Check<T>): T | undefined => {
    try {
      return check(fields[name], name);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refuse(error);
      return undefined;
    }
  };
  return {
    faults,
    refuse,
    required,
    optional: <T>(name: Field, check: Check<T>): T | undefined =>
      fields[name] === undefined ? undefined : required(name, check),
  };
}

/** Leaves out missing fields, as `exactOptionalPropertyTypes` requires. */
function present<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const kept: { [Name in keyof T]?: Exclude<T[Name], undefined> } = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value as Exclude<T[typeof name], undefined>;
  }
  return kept;
}

/** What is missing, with the field that was meant for it, such as `text` for `message`. */
function missing(field: 'notify' | 'message', wanted: string, fields: JsonObject): Problem {
  const problem = bad(field, wanted, fields[field]);
  const misnamed = fields[field] === undefined ? misnamedField(field, Object.keys(fields), FIELDS) : undefined;
  if (misnamed === undefined) return problem;
  const sentence = problem.message.replace(/\.$/, '');
  return new Problem('bad_field', `${sentence}; rename ${JSON.stringify(misnamed)} to "${field}".`);
}

/**
 * Checks the fields of one object.
 *
 * @throws Problem `bad_field`, `bad_duration`: a sentence on each invalid field, with its value
 */
export function checkScriptOutput(fields: JsonObject): ScriptOutput {
  const { faults, refuse, required, optional } = createChecker(fields);
  const isAlerting = isAlert(fields);
  const notifyOf = () => {
    if (fields.notify !== undefined) return required('notify', flag);
    const isMisspelt = typeof fields.state === 'string' && fields.key !== undefined;
    return refuse(
      isMisspelt
        ? bad('state', '"firing" or "resolved" for an alert, or a field "notify"', fields.state)
        : missing('notify', 'true or false', fields),
    );
  };
  const notify = isAlerting ? false : notifyOf();
  const one = optional('image_path', path);
  const several = optional('image_paths', paths);
  if (one !== undefined && several !== undefined) {
    refuse(new Problem('bad_field', 'image_path: give image_path or image_paths, not both.'));
  }
  const images = several ?? (one === undefined ? [] : [one]);
  const rest = present({
    to: optional('to', destinations),
    title: optional('title', titleText),
    message: optional('message', messageText),
    file: optional('file_path', path),
    cooldown: optional('cooldown', cooldown),
    key: isAlerting ? required('key', alertKey) : optional('key', fields.replace === true ? messageKey : key),
    replace: optional('replace', flag),
    severity: optional('severity', severity),
    silent: optional('silent', flag),
    link_preview: optional('link_preview', flag),
    buttons: optional('buttons', buttons),
    data: optional('data', data),
    labels: optional('labels', isAlerting ? alertLabels : labels),
    at: optional('at', sendAt),
  });
  if (rest.replace === true && fields.key === undefined) {
    refuse(new Problem('bad_field', 'replace: expected a "key" beside it, which names the message to replace.'));
  }
  const annotations = isAlerting ? optional('annotations', alertAnnotations) : undefined;
  const files = [fields.image_path, fields.image_paths, fields.file_path].some((value) => value !== undefined);
  const isText = fields.message === undefined || typeof fields.message === 'string';
  // Where `notify` itself is wrong, a message under another name shows that one is meant.
  const isWanted = notify ?? misnamedField('message', Object.keys(fields), FIELDS) !== undefined;
  if (isWanted && !files && isText && (rest.message ?? String(fields.message ?? '')).trim() === '') {
    refuse(missing('message', 'some text, or an image or a file', fields));
  }
  const [first] = faults;
  if (first !== undefined) throw new Problem(first.code, faults.map(({ message }) => message).join(' '));
  const state = isAlerting ? alertStateIn(fields) : undefined;
  const alert = state && { state, ...(annotations && { annotations }) };
  return { notify: notify === true, images, own: fields, ...rest, ...(alert && { alert }) };
}

/** Fields that mean nothing, with those that were probably meant, and are not given; other unknown ones may be anything. */
export function likelyMistakes(fields: JsonObject): ReadonlyMap<string, string> {
  const given = Object.keys(fields);
  const found = FIELDS.filter((name) => fields[name] === undefined).flatMap((name) => {
    const misnamed = misnamedField(name, given, FIELDS);
    return misnamed === undefined ? [] : [[misnamed, name] as const];
  });
  return new Map(found.toReversed());
}
