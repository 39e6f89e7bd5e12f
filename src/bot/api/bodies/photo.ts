import { anyText, common, fieldsOf, maybe, path, paths } from '../body/fields.ts';

/** `POST /send_photo` as JSON. */
export const photoBody = fieldsOf({
  ...common,
  photo_path: maybe(path),
  photo_paths: maybe(paths),
  caption: maybe(anyText),
  text: maybe(anyText),
});
