import { sentenceOf } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Deliveries, History } from '../../storage/ports.ts';

const DAY_MS = 24 * 3_600_000;
/** How long deliveries that failed are kept, milliseconds. */
const FAILED_KEPT_MS = 7 * DAY_MS;
const PRUNE_EVERY_MS = 3_600_000;

/** Removes what is older than it is kept, when it starts and then every hour. */
export function createRetention(parts: {
  readonly history: Pick<History, 'prune'>;
  readonly deliveries: Pick<Deliveries<unknown>, 'prune'>;
  /** How long the history is kept, milliseconds. */
  readonly historyKeptMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}): Module {
  const { history, deliveries, historyKeptMs, now, log } = parts;
  let timer: NodeJS.Timeout | undefined;

  function prune(): void {
    Promise.all([history.prune(now() - historyKeptMs), deliveries.prune(now() - FAILED_KEPT_MS)]).catch(
      (error: unknown) => log.warn({ err: sentenceOf(error) }, 'Old files could not be removed'),
    );
  }

  return {
    name: 'retention',
    run() {
      timer = setInterval(prune, PRUNE_EVERY_MS);
      prune();
    },
    stop: () => clearInterval(timer),
  };
}
