import { anyText, common, fieldsOf, maybe, path } from '../body/fields.ts';

/** `POST /send_document` as JSON. */
export const documentBody = fieldsOf({
  ...common,
  document_path: path,
  caption: maybe(anyText),
  text: maybe(anyText),
});
