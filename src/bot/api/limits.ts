/** Every limit of the socket API in one place; those that callers see stand in `docs/openapi.yaml` too. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes of a JSON body. */
export const MAX_JSON_BYTES = MIB;
/** Bytes that one user's requests under way may hold in memory together; a form counts as a whole JSON body. */
export const MAX_HELD_BYTES_PER_UID = 64 * MIB;
/** Bytes of a multipart body, and of all files of one album together. */
export const MAX_MULTIPART_BYTES = 60 * MIB;
/** Bytes of one file. https://core.telegram.org/bots/api#senddocument */
export const MAX_FILE_BYTES = 50 * MIB;
/** Files of an album. https://core.telegram.org/bots/api#sendmediagroup */
export const MAX_PHOTOS = 10;
/** UTF-16 units of `text` or `caption`. */
export const MAX_TEXT = 100_000;
export const MAX_TITLE = 1000;
export const MAX_SOURCE = 255;
export const MAX_ID = 64;
export const MAX_USER = 256;
export const MAX_BUTTONS = 100;
export const MAX_BUTTON_TEXT = 64;
export const MAX_URL = 2048;
/** Levels of `data`, far below where recursion over it would end the stack. */
export const MAX_DATA_DEPTH = 32;
export const MAX_FILE_NAME = 128;
/** Milliseconds a sender may wait for the outcome, and waits unless it says otherwise. */
export const MAX_WAIT_MS = 60_000;
export const DEFAULT_WAIT_MS = 10_000;
export const MAX_MESSAGES = 200;
export const DEFAULT_MESSAGES = 20;
/** UTF-16 units of what is searched for. */
export const MAX_SEARCH = 200;

/** Deliveries that the sysadmin is shown at a time. */
export const MAX_DELIVERIES = 1000;
export const DEFAULT_DELIVERIES = 200;
/** Days that are counted: as many as the history is kept. */
export const MAX_DAYS = 30;
/** Lines of a script's log. */
export const DEFAULT_LOG_LINES = 40;

/** Plain fields of a multipart form, more than all documented ones; together they may be as large as a JSON body. */
export const MAX_FORM_FIELDS = 50;

/** Milliseconds until a request's head, its JSON body, or all of an upload must have arrived. */
export const HEAD_DEADLINE_MS = 10_000;
export const JSON_DEADLINE_MS = 10_000;
export const UPLOAD_DEADLINE_MS = 120_000;
/** Milliseconds an idle connection is kept. */
export const KEEP_ALIVE_MS = 65_000;
/**
 * Milliseconds a client has to take an answer, more than the longest wait of a request pipelined before it; and to
 * end a body that was answered before its end.
 */
export const TAKE_ANSWER_MS = 90_000;
export const LINGER_MS = 2_000;
/** Bytes of a request's head. */
export const MAX_HEAD_BYTES = 16 * KIB;

/** Streams of events at one time, in all and of one user who isn't trusted. */
export const MAX_STREAMS = 1_000;
export const MAX_STREAMS_PER_UID = 20;
/** Bytes that are kept for the reader of a stream; one who leaves more unread is cut off. */
export const MAX_UNREAD_BYTES = 256 * KIB;
/** Milliseconds between two signs of life, and until a reader has to come back. */
export const STREAM_SIGN_MS = 15_000;
export const MAX_STREAM_MS = 3_600_000;

/** Connections at one time, in all and of one user; a cron minute opens a thousand at once and all are served. */
export const MAX_CONNECTIONS = 2_000;
export const MAX_CONNECTIONS_PER_UID = 1_200;
/** Milliseconds that a connection, taken just before the service stops, has for its first request. */
export const FIRST_REQUEST_MS = 250;
/** Connections waiting to be accepted; the kernel's own bound (`net.core.somaxconn`) is 4096. */
export const BACKLOG = 4096;
