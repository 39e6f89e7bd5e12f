/** The buttons of a script's output, checked by hand. */
import { BUTTON_STYLES, type Button, type Buttons, buttonsBytes, rowsOf } from '../../../core/buttons.ts';
import { Problem } from '../../../core/problem.ts';
import { isJsonObject, type JsonObject } from '../../json/json-object.ts';
import { MAX_BUTTONS, MAX_BUTTONS_BYTES, MAX_ROW_BUTTONS } from '../limits.ts';
import { bad, type Check } from '../script-fields.ts';
import { A_LIST, actionsFault, COPY, SEND, TEXT, URL_RULE } from './rules.ts';

const fault = (field: string, sentence: string) => new Problem('bad_field', `${field}: ${sentence}`);

function checked({ holds, wanted }: typeof TEXT, value: unknown, field: string): string {
  if (typeof value === 'string' && holds(value)) return value;
  throw bad(field, wanted, value);
}

function styleOf({ style }: JsonObject, field: string): Pick<Button, 'style'> {
  if (style === undefined) return {};
  const known = BUTTON_STYLES.find((one) => one === style);
  if (known === undefined) throw bad(`${field}.style`, `one of ${BUTTON_STYLES.join(', ')}`, style);
  return { style: known };
}

const button: Check<Button> = (value, field) => {
  if (!isJsonObject(value)) throw bad(field, 'an object with text, and url, copy or send', value);
  const { text, url, copy, send } = value;
  const found: Button = {
    text: checked(TEXT, text, `${field}.text`),
    ...(url !== undefined && { url: checked(URL_RULE, url, `${field}.url`) }),
    ...(copy !== undefined && { copy: checked(COPY, copy, `${field}.copy`) }),
    ...(send !== undefined && { send: checked(SEND, send, `${field}.send`) }),
    ...styleOf(value, field),
  };
  const actions = actionsFault(found);
  if (actions !== undefined) throw fault(field, actions);
  return found;
};

const row = (value: readonly unknown[], field: string): readonly Button[] => {
  if (value.length < 1 || value.length > MAX_ROW_BUTTONS) {
    throw fault(field, `expected 1 to ${MAX_ROW_BUTTONS} buttons in a row, found ${value.length}.`);
  }
  return value.map((item, index) => button(item, `${field}[${index}]`));
};

/** A list of buttons, or of rows. */
export const buttons: Check<Buttons> = (value, field) => {
  if (!Array.isArray(value)) throw bad(field, A_LIST, value);
  const list: Buttons = value.map((item: unknown, index) => {
    const place = `${field}[${index}]`;
    return Array.isArray(item) ? row(item, place) : button(item, place);
  });
  if (list.some(Array.isArray) && !list.every(Array.isArray)) {
    throw fault(field, 'expected buttons or rows of buttons, found both.');
  }
  if (rowsOf(list).flat().length > MAX_BUTTONS) throw fault(field, `expected at most ${MAX_BUTTONS} buttons.`);
  const bytes = buttonsBytes(list);
  if (bytes <= MAX_BUTTONS_BYTES) return list;
  throw fault(field, `expected at most ${MAX_BUTTONS_BYTES} bytes of all buttons as JSON, found ${bytes}.`);
};
