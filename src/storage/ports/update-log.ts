import type { Update } from '../../core/update.ts';

/** What an earlier process left open for one consumer, oldest first. */
export interface UpdateBacklog<U extends Update> {
  /** To be handled. */
  readonly updates: readonly U[];
  /** Begun three times without an end: handling them ends the process, so they are skipped. */
  readonly interrupted: readonly U[];
}

/**
 * Updates that were taken from Telegram and that at least one consumer has not acknowledged.
 *
 * Promises: when `append` has resolved, the updates survive a power cut, so they can be confirmed to Telegram. Each
 * consumer has acknowledgements of its own: an update stays open for one until that one acknowledges it, whatever the
 * others do. After a crash an acknowledgement may be missing; the update is then handled once more.
 */
export interface UpdateLog<U extends Update> {
  /**
   * Reads what an earlier process left. Updates of another bot, and those that are open only for consumers that are
   * not listed, are dropped.
   *
   * @param consumers every consumer, by name; `append` opens an update for each of them
   * @returns the backlog of each consumer
   */
  open(botId: number, consumers: readonly string[]): Promise<ReadonlyMap<string, UpdateBacklog<U>>>;
  /**
   * Takes updates in. They count as taken at once; an update that is open already is left as it is.
   *
   * @returns a promise that resolves when they are durable or acknowledged by every consumer
   * @throws the system's error when they cannot be stored
   */
  append(updates: readonly U[]): Promise<void>;
  /** Counts that a consumer begins to handle an update. @returns how often it has begun, this time included */
  begin(consumer: string, updateId: number): number;
  /** Ends an update for one consumer. @returns a promise that resolves when that is durable @throws as `append` */
  ack(consumer: string, updateId: number): Promise<void>;
  /** Stores every change so far; calls made while a write is under way share the next one. @throws as `append` */
  flush(): Promise<void>;
  /** How many updates are open for any consumer. */
  size(): number;
  /** Whether a source may take more; where not, it leaves them with Telegram until some are acknowledged. */
  hasRoom(): boolean;
  /** A sentence for each file that was put aside because it could not be read. */
  unreadable(): Promise<readonly string[]>;
}
