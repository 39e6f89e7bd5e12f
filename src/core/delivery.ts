import * as v from 'valibot';
import { Problem } from './problem.ts';

/** What the history keeps of a notification, so that its owner can look it up. */
export interface Summary {
  readonly title?: string;
  /** The body, cut after 4,096 characters. */
  readonly text: string;
  /** How the body is written, unless it is in Markdown. */
  readonly parse_mode?: string;
  readonly source?: string;
  readonly severity?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** How many of its files are pictures; these are the first ones. */
  readonly pictures?: number;
}

/** A file of a delivery, named within the spool's folder. */
export interface SpooledFile {
  readonly file: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** One step of a delivery; what it holds is the sender's business, the outbox only counts its cost. */
export interface Step<P> {
  readonly part: P;
  /** How many messages it is to the far side's rate limits: 1, or the size of an album. */
  readonly cost: number;
}

/** One notification for one chat, with its parts, on its way. This is what a file in `outbox/` holds. */
export interface Delivery<P> {
  readonly version: 1;
  /** Names the file; sorts in the order of acceptance. */
  readonly delivery: string;
  /** The notification's id: the sender's, or the delivery's own. */
  readonly id: string;
  /** Set when the sender gave the id: a digest of the whole body. */
  readonly digest?: string;
  readonly user: string;
  /** The account's uid when it was accepted: a name that is used again is another person. */
  readonly uid?: number;
  readonly chat_id: number;
  /** ISO 8601. */
  readonly accepted_at: string;
  readonly summary: Summary;
  readonly steps: readonly Step<P>[];
  readonly files: readonly SpooledFile[];
  /** How many steps are done. */
  readonly done: number;
  readonly message_ids: readonly number[];
  /** What the far side calls its files, by their place; `null` for one that it gave no name. */
  readonly file_ids?: readonly (string | null)[];
  readonly attempts: number;
  /** When the last attempt failed, ISO 8601. */
  readonly tried_at?: string;
  /** How long it has been tried, ms, not counting time in which the service was off. */
  readonly tried_ms?: number;
  /** Why the last attempt failed. */
  readonly last_error?: string;
  /** In `failed/`: when it was given up. */
  readonly failed_at?: string;
  /** The failed delivery that this one repeats. */
  readonly retry_of?: string;
}

/** What came of one step. `after` and `scope` guide the next attempt. */
export type Outcome =
  | {
      readonly kind: 'sent';
      readonly messageIds: readonly number[];
      /** What the far side calls the delivery's files that this step sent, by their place. */
      readonly fileIds?: ReadonlyMap<number, string>;
    }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      /**
       * `rate_limited`: Telegram named a time; `network`: nobody answered; `server`: it answered with a fault of its own;
       * `token`: it doesn't let us in, which a person must mend, so that nothing is tried for long and nothing given up.
       */
      readonly scope: 'rate_limited' | 'network' | 'server' | 'token';
      /** Milliseconds the far side asked to wait. */
      readonly after?: number;
    }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** The chat takes nothing at all any more. */
      readonly unreachable?: boolean;
    }
  /** The chat has another id now; try again there. */
  | { readonly kind: 'moved'; readonly chatId: number };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const SHAPE = v.looseObject({
  version: v.literal(1),
  delivery: v.pipe(v.string(), v.regex(/^[0-9a-z]{11}-[0-9a-f]{8}$/)),
  id: v.string(),
  digest: v.optional(v.string()),
  user: v.string(),
  uid: v.optional(v.number()),
  chat_id: v.pipe(v.number(), v.safeInteger()),
  accepted_at: v.pipe(v.string(), v.isoTimestamp()),
  summary: v.looseObject({ text: v.string() }),
  steps: v.pipe(
    v.array(v.looseObject({ part: v.looseObject({}), cost: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
    v.minLength(1),
  ),
  files: v.array(
    v.looseObject({
      file: v.pipe(v.string(), v.regex(/^[0-9a-z]{11}-[0-9a-f]{8}\.\d+$/)),
      name: v.string(),
      size: count,
    }),
  ),
  done: count,
  message_ids: v.array(v.number()),
  file_ids: v.optional(v.array(v.nullable(v.string()))),
  attempts: count,
  tried_at: v.optional(v.string()),
  tried_ms: v.optional(count),
  last_error: v.optional(v.string()),
  failed_at: v.optional(v.string()),
  retry_of: v.optional(v.string()),
});

/**
 * Reads a delivery file.
 * @throws Problem `bad_delivery` naming the field
 */
export function parseDelivery<P>(text: string): Delivery<P> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('bad_delivery', 'it is not JSON', { cause: error });
  }
  const result = v.safeParse(SHAPE, value);
  if (result.success && result.output.done < result.output.steps.length) return result.output as unknown as Delivery<P>;
  const issue = result.success ? undefined : result.issues[0];
  const field = issue === undefined ? 'done' : (v.getDotPath(issue) ?? 'the whole');
  throw new Problem('bad_delivery', `its field ${field} is not what a delivery holds`);
}
