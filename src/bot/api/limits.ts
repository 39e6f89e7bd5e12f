/** The limits that the server of the socket API applies by itself; `shared/api/limits.ts` has those that senders need. */
import type { CostBudget } from './callers/cost-meter.ts';
import type { MemoryLimits } from './http/memory-quota.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Memory of requests until their answers are read, an eighth of the unit's `MemoryMax`: a parsed body takes several times
 * its bytes. A form counts as a whole JSON body.
 */
export const MEMORY_LIMITS: MemoryLimits = {
  perUid: 32 * MIB,
  overall: 128 * MIB,
  reserve: 16 * MIB,
  little: 64 * KIB,
  patienceMs: 5_000,
};
/** Bytes that an answer takes which is written while it is read: its pieces, a chunk of a file, the kernel's buffer. */
export const MAX_STREAM_BYTES = 256 * KIB;
/** Requests of one connection that wait for their answers, and bytes of their heads; only who pipelines has more than one. */
export const MAX_PIPELINED = 32;
export const MAX_PIPELINED_BYTES = 64 * KIB;
/**
 * Requests that begin in one turn of the event loop: of an account without a wait, more than ordinary use has in so short a
 * time, and of all accounts that exceed that, in turns. A refusal takes about 0.2 ms, so a flood of them prolongs a turn by
 * a few milliseconds; a message that is accepted takes about ten turns.
 */
export const REQUEST_TURNS = { atOnce: 16, perTurn: 16 };
/** Requests a minute of one caller to monitoring's endpoints, also as one burst; Prometheus makes four. */
export const MONITORING_PER_MINUTE = 120;
/** Bytes of a JSON body from which it counts as large, and large ones of one user that are read at once; others wait unread. */
export const LARGE_BODY_BYTES = 64 * KIB;
export const MAX_BODIES_PER_UID = 2;
/** Requests of one user whose files are stored at once, and bytes of these files before a delivery took them over. */
export const MAX_UPLOADS_PER_UID = 2;
export const MAX_STAGED_BYTES_PER_UID = 100 * MIB;
/** Pictures that are fetched for one user at once: each takes two calls to Telegram, where deliveries go too. */
export const MAX_PICTURES_PER_UID = 4;
/** Messages that are taken back for one user at once: each is looked for in the history, and takes a call to Telegram a part. */
export const MAX_WITHDRAWALS_PER_UID = 2;
/** Milliseconds that a request waits for one of these places. */
export const PLACE_WAIT_MS = 5_000;
/**
 * The process's time that the requests of one user may take: to parse, to check and to render. An ordinary one takes one or
 * two milliseconds, so that the default rate fits as one burst; 100,000 characters of the densest markup take 450 (measured
 * on a busy machine).
 */
export const COST_BUDGET: CostBudget = { burst: 5_000, perSecond: 200 };
/** Characters of a file's name. */
export const MAX_FILE_NAME = 128;
/** Bytes of it. Telegram's server keeps an upload under its name, and calls one `file` whose name no file system takes (255). */
export const MAX_FILE_NAME_BYTES = 240;
/** Plain fields of a multipart form, more than all documented ones; together they may be as large as a JSON body. */
export const MAX_FORM_FIELDS = 50;

/** Milliseconds in which a request's head, its JSON body, or a whole upload must arrive. */
export const HEAD_DEADLINE_MS = 10_000;
export const JSON_DEADLINE_MS = 10_000;
export const UPLOAD_DEADLINE_MS = 120_000;
/** Milliseconds that an idle connection stays open. */
export const KEEP_ALIVE_MS = 65_000;
/**
 * Milliseconds that a client has to read an answer, more than the longest wait of a request pipelined before it, and to
 * finish a body that was answered early.
 */
export const TAKE_ANSWER_MS = 90_000;
export const LINGER_MS = 2_000;
/** Bytes of a request's head. */
export const MAX_HEAD_BYTES = 16 * KIB;

/** Event streams that may be open: as many of trusted users as of all others, and of one of the others. */
export const MAX_STREAMS = 1_000;
export const MAX_STREAMS_PER_UID = 20;
/**
 * Bytes that are buffered for the reader of a stream, and for all of them; a reader that leaves more unread is
 * disconnected. The share that each reader may always leave unread is two events of the largest kind.
 */
export const MAX_UNREAD_BYTES = 256 * KIB;
export const MAX_ALL_UNREAD_BYTES = 32 * MIB;
export const FAIR_UNREAD_BYTES = 32 * KIB;
/** Milliseconds between two heartbeats, and until a stream ends and its reader connects again. */
export const STREAM_HEARTBEAT_MS = 15_000;
export const MAX_STREAM_MS = 3_600_000;

/**
 * Connections that may be open of all but trusted users, who have places of their own. Accounts share them: one alone may
 * have 1,200, since a minute of cron opens a thousand at once, and all are served.
 */
export const MAX_CONNECTIONS = 2_000;
/** Those of all uids without an account together, such as subordinate uids (subuid(5)), of which one person has thousands. */
export const MAX_UNKNOWN_CONNECTIONS = 50;
/** Milliseconds that a connection accepted just before the service stops has for its first request. */
export const FIRST_REQUEST_MS = 250;
/** Connections that wait to be accepted; the kernel's own limit (`net.core.somaxconn`) is 4096. */
export const BACKLOG = 4096;
