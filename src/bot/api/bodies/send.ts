import { common, fieldsOf, someText } from '../fields.ts';

/** `POST /send`. */
export const sendBody = fieldsOf({ ...common, text: someText });
