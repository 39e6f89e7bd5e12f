/** The buttons of a request as a valibot schema. */
import * as v from 'valibot';
import { BUTTON_STYLES, type Buttons, buttonsBytes, rowsOf } from '../../../core/buttons.ts';
import { expected, fieldsOf, maybe, oneOf, string } from '../fields.ts';
import { MAX_BUTTONS, MAX_BUTTONS_BYTES, MAX_ROW_BUTTONS } from '../limits.ts';
import { A_LIST, actionsFault, COPY, SEND, TEXT, URL_RULE } from './rules.ts';

const button = v.pipe(
  fieldsOf({
    text: string(TEXT.wanted, TEXT.holds),
    url: maybe(string(URL_RULE.wanted, URL_RULE.holds)),
    copy: maybe(string(COPY.wanted, COPY.holds)),
    send: maybe(string(SEND.wanted, SEND.holds)),
    style: maybe(oneOf(BUTTON_STYLES)),
  }),
  v.check(
    (found) => actionsFault(found) === undefined,
    ({ input }) => actionsFault(input) ?? '',
  ),
);

const row = v.pipe(
  v.array(button),
  v.check(
    ({ length }) => length >= 1 && length <= MAX_ROW_BUTTONS,
    ({ input }) => `expected 1 to ${MAX_ROW_BUTTONS} buttons in a row, found ${input.length}.`,
  ),
);

const countOf = (list: Buttons) => rowsOf(list).flat().length;

/** Buttons under a message: a list, or rows. */
export const buttons = v.pipe(
  v.array(
    v.lazy<typeof row | typeof button>((one) => (Array.isArray(one) ? row : button)),
    expected(A_LIST),
  ),
  v.check(
    (list) => list.every(Array.isArray) || !list.some(Array.isArray),
    'expected buttons or rows of buttons, found both.',
  ),
  v.check((list) => countOf(list) <= MAX_BUTTONS, `expected at most ${MAX_BUTTONS} buttons.`),
  v.check(
    (list) => buttonsBytes(list) <= MAX_BUTTONS_BYTES,
    ({ input }) => `expected at most ${MAX_BUTTONS_BYTES} bytes of all buttons as JSON, found ${buttonsBytes(input)}.`,
  ),
);
