/** Every limit of the socket API in one place; those that callers see stand in `docs/openapi.yaml` too. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes that one user's requests under way may hold in memory together; a form counts as a whole JSON body. */
export const MAX_HELD_BYTES_PER_UID = 64 * MIB;
/** Characters of a file's name. */
export const MAX_FILE_NAME = 128;
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
