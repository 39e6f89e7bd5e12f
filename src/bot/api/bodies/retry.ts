import * as v from 'valibot';
import { fieldsOf } from '../body/fields.ts';

const words = 'expected the id of a failed delivery, a string of 1 to 128 characters.';

/** `POST /retry`. */
export const retryBody = fieldsOf({
  delivery: v.pipe(v.string(words), v.regex(/^[^\p{C}/]{1,128}$/u, words)),
});
