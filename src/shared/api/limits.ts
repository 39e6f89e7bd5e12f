/** Limits of the socket API that senders have to know; `docs/openapi.yaml` states them too. */

const MIB = 1024 * 1024;

/** Bytes of a JSON body. */
export const MAX_JSON_BYTES = MIB;
/** Values of a JSON body at every level; the largest one that makes sense has 1,000 in `data` and 500 in `buttons`. */
export const MAX_JSON_VALUES = 10_000;
/** Bytes of a multipart body, and of all files of one album together. */
export const MAX_MULTIPART_BYTES = 60 * MIB;
/** Bytes of one file. https://core.telegram.org/bots/api#senddocument */
export const MAX_FILE_BYTES = 50 * MIB;
/** Files of an album. https://core.telegram.org/bots/api#sendmediagroup */
export const MAX_PHOTOS = 10;
/** UTF-16 units of `text` or `caption`, and of the shorter texts. */
export const MAX_TEXT = 100_000;
/** Destinations of one notification. */
export const MAX_DESTINATIONS = 50;
export const MAX_TITLE = 1000;
export const MAX_SOURCE = 255;
export const MAX_ID = 64;
export const MAX_USER = 256;
/** Buttons of a message, and of a row: more Telegram refuses, or doesn't show. https://limits.tginfo.me/ */
export const MAX_BUTTONS = 100;
export const MAX_ROW_BUTTONS = 8;
/** Bytes of all buttons as JSON. Telegram refuses a keyboard of more than about 10 kB ("reply markup is too long"). */
export const MAX_BUTTONS_BYTES = 9000;
export const MAX_BUTTON_TEXT = 64;
/** A text that a button copies. https://core.telegram.org/bots/api#copytextbutton */
export const MAX_COPY = 256;
export const MAX_URL = 2048;
/** `data`: bytes as JSON, values at every level, and levels, far below where recursion over it would overflow the stack. */
export const MAX_DATA = { bytes: 16 * 1024, values: 1000, levels: 32 };
/** Milliseconds that a request may wait for an outcome, and waits by default. */
export const MAX_WAIT_MS = 60_000;
export const DEFAULT_WAIT_MS = 10_000;
/** How far ahead a message may be sent, ms. */
export const MAX_LATER_MS = 31 * 24 * 3_600_000;
/** Labels of a notification, and their characters as JSON: several times what Prometheus gives an alert. */
export const MAX_LABELS = 64;
export const MAX_LABELS_LENGTH = 4096;
/** Messages on a page of `GET /messages`. */
export const MAX_MESSAGES = 200;
export const DEFAULT_MESSAGES = 20;
/** Seconds until the next beat of a runner: a crontab may run it once a year. */
export const MAX_EXPECT_SECONDS = 400 * 24 * 3600;
/** UTF-16 units of a text to search for. */
export const MAX_SEARCH = 200;
/** Deliveries in an answer of `GET /queue` or `GET /failed`. */
export const MAX_DELIVERIES = 1000;
export const DEFAULT_DELIVERIES = 200;
/** Days of `GET /counts`: as many as the history is kept. */
export const MAX_DAYS = 30;
/** Names of senders of a destination; the storage bounds them too. */
export const MAX_SENDERS = 200;
/** Lines of a script's log. */
export const DEFAULT_LOG_LINES = 40;
/** Alerts of one `POST /alerts`, and JSON values of its body at every level: 50 an alert, where Prometheus sends about 20. */
export const MAX_ALERTS = 1000;
export const MAX_ALERT_VALUES = 50_000;
/** Labels, and annotations, of one alert; characters of their names and values; bytes of the alert as JSON. */
export const MAX_ALERT_LABELS = 64;
export const MAX_LABEL_NAME = 128;
export const MAX_LABEL_VALUE = 1024;
export const MAX_ANNOTATION_VALUE = 4096;
export const MAX_ALERT_BYTES = 16 * 1024;
/** Characters of an address that leads to the source of an alert: Prometheus writes its whole expression there. */
export const MAX_GENERATOR_URL = 4096;
/** Alerts on a page of `GET /alerts`. */
export const MAX_LISTED_ALERTS = 200;
export const DEFAULT_LISTED_ALERTS = 100;
/** Characters of what somebody says about an alert. */
export const MAX_COMMENT = 1000;
