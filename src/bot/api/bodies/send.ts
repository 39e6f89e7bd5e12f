import { common, fieldsOf, someText } from '../body/fields.ts';

/** `POST /send`. */
export const sendBody = fieldsOf({ ...common, text: someText });
