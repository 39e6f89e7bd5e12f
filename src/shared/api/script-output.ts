/**
 * The output of a notification script: the last JSON object on its standard output, and the values allowed in its
 * fields (`docs/notifications.md`). Checked by hand, so that a run every few minutes need not load a library.
 */

import { buttonsBytes, type LinkButton, SEVERITIES, type Severity } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import { isJsonObject, type JsonObject } from '../json/json-object.ts';
import { lastJsonObject } from '../json/last-json-object.ts';
import { parseDuration } from '../text/duration.ts';
import {
  MAX_BUTTON_TEXT,
  MAX_BUTTONS,
  MAX_BUTTONS_BYTES,
  MAX_DATA_DEPTH,
  MAX_PHOTOS,
  MAX_TEXT,
  MAX_TITLE,
  MAX_URL,
} from './limits.ts';

/** A script's checked result. */
export interface ScriptOutput {
  readonly notify: boolean;
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
  readonly buttons?: readonly LinkButton[];
  readonly data?: Readonly<Record<string, unknown>>;
  /** The object as it was printed, including unknown fields. */
  readonly own: Readonly<Record<string, unknown>>;
}

const MAX_KEY = 200;

type Check<T> = (value: unknown, field: string) => T;

const bad = (field: string, wanted: string, value: unknown) =>
  new Problem('bad_field', `${field}: expected ${wanted}, found ${describe(value)}.`);

/** A short description of a value, on one line. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && value.length > 60) return `a string of ${value.length} characters`;
  const text = JSON.stringify(value);
  return typeof value === 'string' || value === null ? text : `the ${typeof value} ${text}`;
}

function text(longest: number, wanted: string): Check<string> {
  return (value, field) => {
    if (typeof value === 'string' && value.length <= longest) return value;
    throw bad(field, wanted, value);
  };
}

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && !value.includes('\0') && Buffer.byteLength(value) < 4096;

const path: Check<string> = (value, field) => {
  if (isPath(value)) return value;
  throw bad(field, 'a path', value);
};

const flag: Check<boolean> = (value, field) => {
  if (typeof value === 'boolean') return value;
  throw bad(field, 'true or false', value);
};

const paths: Check<readonly string[]> = (value, field) => {
  if (!Array.isArray(value) || value.length < 2 || value.length > MAX_PHOTOS) {
    throw bad(field, `a list of 2 to ${MAX_PHOTOS} paths`, value);
  }
  return value.map((item, index) => path(item, `${field}[${index}]`));
};

const severity: Check<Severity> = (value, field) => {
  const known = SEVERITIES.find((name) => name === value);
  if (known === undefined) throw bad(field, `one of ${SEVERITIES.join(', ')}`, value);
  return known;
};

const cooldown: Check<number> = (value, field) => {
  if (typeof value !== 'string') throw bad(field, 'a string such as "30m", "6h" or "1d", or "0" for none', value);
  return parseDuration(value, field);
};

function isLinkable(url: unknown): url is string {
  if (typeof url !== 'string' || url.length > MAX_URL || /[\s\p{Cc}]/u.test(url) || !URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'tg:' || ((protocol === 'http:' || protocol === 'https:') && hostname !== '');
}

const button: Check<LinkButton> = (value, field) => {
  if (!isJsonObject(value)) throw bad(field, 'an object with text and url', value);
  const { text: label, url } = value;
  if (typeof label !== 'string' || label.trim() === '' || label.length > MAX_BUTTON_TEXT) {
    throw bad(`${field}.text`, `1 to ${MAX_BUTTON_TEXT} characters`, label);
  }
  if (!isLinkable(url)) throw bad(`${field}.url`, 'an http, https or tg address', url);
  return { text: label, url };
};

const buttons: Check<readonly LinkButton[]> = (value, field) => {
  if (!Array.isArray(value) || value.length > MAX_BUTTONS) {
    throw bad(field, `a list of at most ${MAX_BUTTONS} objects with text and url`, value);
  }
  const list = value.map((item, index) => button(item, `${field}[${index}]`));
  const bytes = buttonsBytes(list);
  if (bytes <= MAX_BUTTONS_BYTES) return list;
  const wanted = `expected at most ${MAX_BUTTONS_BYTES} bytes of all buttons as JSON`;
  throw new Problem('bad_field', `${field}: ${wanted}, found ${bytes}.`);
};

const data: Check<JsonObject> = (value, field) => {
  if (!isJsonObject(value)) throw bad(field, 'an object', value);
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > MAX_DATA_DEPTH) throw bad(field, `at most ${MAX_DATA_DEPTH} levels`, value);
    layer = layer.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return value;
};

const key: Check<string> = (value, field) => {
  const found = text(MAX_KEY, `a string of 1 to ${MAX_KEY} characters`)(value, field);
  if (found === '') throw bad(field, `a string of 1 to ${MAX_KEY} characters`, value);
  return found;
};

function imagesOf(fields: JsonObject): readonly string[] {
  const one = fields.image_path === undefined ? undefined : path(fields.image_path, 'image_path');
  const several = fields.image_paths === undefined ? undefined : paths(fields.image_paths, 'image_paths');
  if (one !== undefined && several !== undefined) {
    throw new Problem('bad_field', 'image_path: give image_path or image_paths, not both.');
  }
  return several ?? (one === undefined ? [] : [one]);
}

/** Leaves out missing fields, as `exactOptionalPropertyTypes` requires. */
function optional<Name extends string, T>(fields: JsonObject, name: Name, check: Check<T>): { [N in Name]?: T } {
  const value = fields[name];
  if (value === undefined) return {};
  const checked: { [N in Name]?: T } = {};
  checked[name] = check(value, name);
  return checked;
}

/**
 * Checks the fields of one object.
 *
 * @throws Problem `bad_field`, `bad_duration`: one sentence on the first invalid field, with its value
 */
export function checkScriptOutput(fields: JsonObject): ScriptOutput {
  const notify = flag(fields.notify, 'notify');
  const images = imagesOf(fields);
  const output: ScriptOutput = {
    notify,
    images,
    own: fields,
    ...optional(fields, 'title', text(MAX_TITLE, `a string of at most ${MAX_TITLE} characters`)),
    ...optional(fields, 'message', text(MAX_TEXT, `a string of at most ${MAX_TEXT} characters`)),
    ...(fields.file_path !== undefined && { file: path(fields.file_path, 'file_path') }),
    ...optional(fields, 'cooldown', cooldown),
    ...optional(fields, 'key', key),
    ...optional(fields, 'severity', severity),
    ...optional(fields, 'silent', flag),
    ...optional(fields, 'link_preview', flag),
    ...optional(fields, 'buttons', buttons),
    ...optional(fields, 'data', data),
  };
  const bare = images.length === 0 && output.file === undefined && (output.message ?? '').trim() === '';
  if (notify && bare) throw bad('message', 'some text, or an image or a file', fields.message);
  return output;
}

/**
 * Reads a script's output: the last JSON object, regardless of the text before it.
 *
 * @throws Problem `no_output`, `not_json`, `not_object`, `not_utf8`, `bad_field`, `bad_duration`
 */
export function readScriptOutput(stdout: Uint8Array): ScriptOutput {
  return checkScriptOutput(lastJsonObject(stdout));
}
