import { anyText, common, fieldsOf, maybe } from '../body/fields.ts';

/** The plain fields of a multipart `POST /send_photo` or `/send_document`. */
export const uploadBody = fieldsOf({ ...common, caption: maybe(anyText), text: maybe(anyText) });
