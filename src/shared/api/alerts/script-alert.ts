/** What makes the output of a script an alert. Checked by hand, as all of that output. */
import { isKey, type Labels, MAX_KEY } from '../../../core/notification.ts';
import type { JsonObject } from '../../json/json-object.ts';
import { areLabels, SOME_LABELS } from '../labels.ts';
import { MAX_ALERT_LABELS, MAX_ANNOTATION_VALUE, MAX_LABEL_NAME, MAX_LABEL_VALUE } from '../limits.ts';
import { bad, type Check } from '../script-fields.ts';

/** What an alert of a script has beside the fields of a notification. */
export interface ScriptAlert {
  readonly state: 'firing' | 'resolved';
  /** What people read beside title and message, such as `action_required`. */
  readonly annotations?: Labels;
}

/** Labels that the runner adds: the name of the script, and its key. */
const ADDED_LABELS = 2;
/** Annotations that it adds: title, description, severity. */
const ADDED_ANNOTATIONS = 3;

/** The state of an alert; `undefined` for any other value. */
export const alertStateIn = ({ state }: JsonObject): ScriptAlert['state'] | undefined =>
  state === 'firing' || state === 'resolved' ? state : undefined;

/**
 * Whether an object is an alert. One with `notify` and without a key is a notification: its `state` is a field of the
 * script's own.
 */
export const isAlert = (fields: JsonObject): boolean =>
  alertStateIn(fields) !== undefined && (fields.key !== undefined || fields.notify === undefined);

/** The key of an alert, which is one of its labels. */
export const alertKey: Check<string> = (value, field) => {
  if (typeof value === 'string' && isKey(value)) return value;
  throw bad(field, `a string of 1 to ${MAX_KEY} printable characters, which names the alert`, value);
};

/** An object of facts within the bounds of an alert's. */
function factsOf(
  value: unknown,
  field: string,
  most: number,
  isValue: (text: string) => boolean,
  rule: string,
): Labels {
  if (!areLabels(value)) throw bad(field, SOME_LABELS, value);
  const entries = Object.entries(value);
  if (entries.length > most) throw bad(field, `at most ${most} of them`, entries.length);
  for (const [name, found] of entries) {
    if (name === '' || name.length > MAX_LABEL_NAME || /\p{Cc}/u.test(name)) {
      throw bad(field, `names of 1 to ${MAX_LABEL_NAME} characters without control characters`, name);
    }
    if (!isValue(String(found))) throw bad(`${field}.${name}`, rule, found);
  }
  return value;
}

/** The labels of an alert. */
export const alertLabels: Check<Labels> = (value, field) =>
  factsOf(
    value,
    field,
    MAX_ALERT_LABELS - ADDED_LABELS,
    (text) => text.length <= MAX_LABEL_VALUE && !/\p{Cc}/u.test(text),
    `at most ${MAX_LABEL_VALUE} characters without control characters`,
  );

/** The annotations of an alert. */
export const alertAnnotations: Check<Labels> = (value, field) =>
  factsOf(
    value,
    field,
    MAX_ALERT_LABELS - ADDED_ANNOTATIONS,
    (text) => text.length <= MAX_ANNOTATION_VALUE,
    `at most ${MAX_ANNOTATION_VALUE} characters`,
  );
