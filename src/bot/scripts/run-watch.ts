/** What is known of runs under way whose messages are kept up to date: their output, and whether somebody stops them. */
import type { RunProgress } from '../../shared/api/actor/progress.ts';

/** A run under way. */
export interface RunWatch {
  readonly user: string;
  /** The name of its unit, once it is known; without it the run can't be stopped. */
  readonly unit: string | undefined;
  /** The newest lines of its script's output, oldest first. */
  readonly lines: readonly string[];
  /** Who stopped it, as people know them. */
  readonly stoppedBy: string | undefined;
  /** Grows with each change. */
  readonly version: number;
  take(progress: RunProgress): void;
  /** Notes who stops it; `undefined` when that failed. */
  noteStop(by: string | undefined): void;
  /** Resolves when something has changed since the call, or when `signal` is aborted. */
  changed(signal: AbortSignal): Promise<void>;
}

/** @see createRunWatches */
export interface RunWatches {
  /** Begins to watch the run that an update began. @param unit where it is known already */
  begin(update: string, user: string, unit?: string): RunWatch;
  /** The run of an update; `undefined` when it has ended. */
  of(update: string): RunWatch | undefined;
  /** Names the message that shows a run. */
  showIn(update: string, chatId: number, messageId: number): void;
  /** The update that began the run which a message shows; `undefined` for none that goes on. */
  at(chatId: number, messageId: number): string | undefined;
  /** The run has ended; who still holds it sees no further change. */
  end(update: string): void;
}

function createWatch(user: string, known: string | undefined): RunWatch {
  let unit = known;
  let lines: readonly string[] = [];
  let stoppedBy: string | undefined;
  let version = 0;
  const waiting = new Set<() => void>();
  const wake = () => {
    version += 1;
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  return {
    user,
    get unit() {
      return unit;
    },
    get lines() {
      return lines;
    },
    get stoppedBy() {
      return stoppedBy;
    },
    get version() {
      return version;
    },
    take(progress) {
      unit = progress.unit ?? unit;
      lines = progress.lines ?? lines;
      wake();
    },
    noteStop(by) {
      stoppedBy = by;
      wake();
    },
    changed: (signal) =>
      new Promise((resolve) => {
        const done = () => {
          signal.removeEventListener('abort', done);
          waiting.delete(done);
          resolve();
        };
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', done);
        waiting.add(done);
      }),
  };
}

/** No run is watched. */
export function createRunWatches(): RunWatches {
  const watches = new Map<string, RunWatch>();
  /** Updates by chat and message. */
  const shown = new Map<string, string>();
  const placeOf = (chatId: number, messageId: number) => `${chatId} ${messageId}`;
  return {
    begin(update, user, unit) {
      const watch = createWatch(user, unit);
      watches.set(update, watch);
      return watch;
    },
    of: (update) => watches.get(update),
    showIn: (update, chatId, messageId) => void shown.set(placeOf(chatId, messageId), update),
    at: (chatId, messageId) => shown.get(placeOf(chatId, messageId)),
    end(update) {
      watches.delete(update);
      for (const [place, other] of shown) if (other === update) shown.delete(place);
    },
  };
}
