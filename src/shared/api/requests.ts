/** The bodies that the socket API takes, as valibot schemas; unknown fields are ignored. `docs/openapi.yaml` explains them. */
import type * as v from 'valibot';
import { buttons } from './buttons/button-schema.ts';
import * as field from './fields.ts';

const { anyText, fieldsOf, maybe } = field;

/** What every notification may say about itself, whatever carries it. */
const message = {
  user: maybe(field.user),
  to: maybe(field.to),
  title: maybe(field.title),
  parse_mode: maybe(field.parseMode),
  severity: maybe(field.severity),
  silent: maybe(field.flag),
  link_preview: maybe(field.flag),
  buttons: maybe(buttons),
  source: maybe(field.source),
  wait: maybe(field.wait),
  id: maybe(field.id),
  key: maybe(field.key),
  replace: maybe(field.flag),
  data: maybe(field.data),
  at: maybe(field.sendAt),
  labels: maybe(field.labels),
};

/** `POST /send` */
export const sendBody = fieldsOf({ ...message, text: field.someText });

/** The plain fields of a multipart `POST /send_photo` or `/send_document`. */
export const uploadBody = fieldsOf({ ...message, caption: maybe(anyText), text: maybe(anyText) });

/** `POST /send_photo` as JSON */
export const photoBody = fieldsOf({
  ...uploadBody.entries,
  photo_path: maybe(field.path),
  photo_paths: maybe(field.paths),
});

/** `POST /send_document` as JSON */
export const documentBody = fieldsOf({ ...uploadBody.entries, document_path: field.path });

/** `POST /test` */
export const testBody = fieldsOf({ user: maybe(field.user), wait: maybe(field.wait) });

/** `POST /link` */
export const linkBody = fieldsOf({ user: maybe(field.user), code: maybe(field.linkCode) });

/** `POST /unlink` */
export const unlinkBody = fieldsOf({ user: maybe(field.user) });

/** `POST /destinations` */
export const destinationBody = fieldsOf({
  user: maybe(field.user),
  name: field.placeName,
  senders: maybe(field.senders),
});

/** `POST /destinations/{name}/senders` */
export const sendersBody = fieldsOf({
  user: maybe(field.user),
  allow: maybe(field.senders),
  deny: maybe(field.senders),
});

/** `POST /scripts/run` */
export const runBody = fieldsOf({ user: maybe(field.user), name: field.scriptName, wait: maybe(field.wait) });

/** `POST /mute` */
export const muteBody = fieldsOf({
  user: maybe(field.user),
  script: maybe(field.scriptName),
  for: maybe(field.duration),
});

/** `POST /unmute` */
export const unmuteBody = fieldsOf({ user: maybe(field.user), script: maybe(field.scriptName) });

/** `POST /retry` */
export const retryBody = fieldsOf({ delivery: field.deliveryId });

/** The filters of `GET /messages`. */
export const messagesQuery = fieldsOf({
  before: maybe(anyText),
  status: maybe(field.messageStatus),
  source: maybe(field.sourceFilter),
  q: maybe(field.search),
});

export type DestinationBody = v.InferInput<typeof destinationBody>;
export type SendersBody = v.InferInput<typeof sendersBody>;
export type SendBody = v.InferInput<typeof sendBody>;
/** What a sender says about a notification with files. */
export type UploadBody = v.InferInput<typeof uploadBody>;
