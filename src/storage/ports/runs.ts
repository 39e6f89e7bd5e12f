import type { Problem } from '../../core/problem.ts';

/** A run that began and whose end was not shown yet. */
export interface BegunRun {
  readonly user: string;
  readonly script: string;
  readonly chatId: number;
  /** The topic of a forum that it was asked in. */
  readonly threadId?: number;
  /** The message that shows the run, once it is sent. */
  readonly messageId?: number;
  /** The name of its unit, once it is known: by it the run can be stopped. */
  readonly unit?: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** What the message will say, once it is known. */
  readonly summary?: RunSummary;
}

/** How a run ended, as its message says it: a mark, the script's name, and what follows it. */
export interface RunSummary {
  readonly mark: string;
  readonly name: string;
  readonly words: string;
}

/**
 * Runs that began from Telegram.
 *
 * Promises: a run is durable before its script is started, under the key of the update that requested it, so that an
 * update that is delivered again after a crash starts none; it stays until its message shows how it ended. Keys are
 * kept for 25 hours, an hour longer than Telegram keeps updates. Every function throws Problem `runs_unreadable` or
 * `storage`.
 */
export interface Runs {
  /** @returns `false` when the update began a run already @throws Problem `too_many_runs` */
  begin(update: string, run: BegunRun): Promise<boolean>;
  /** Whether the update began one. */
  knows(update: string): Promise<boolean>;
  /** Adds the message that shows the run, its unit, or what the message will say. */
  note(update: string, more: Pick<BegunRun, 'messageId' | 'unit' | 'summary'>): Promise<void>;
  /** Its message shows how it ended. */
  end(update: string): Promise<void>;
  /** Runs that an earlier service left, by update. */
  left(): Promise<ReadonlyArray<readonly [string, BegunRun]>>;
  /** Looks at what is stored now: why it can't be read. */
  check(): Promise<Problem | undefined>;
}
