/**
 * The next scheduled time of each script, `schedules.json`: a run in which nothing is due needs no parser of cron
 * schedules. An entry that is missing or wrong is computed again.
 */
import { join } from 'node:path';
import { readRegularSync } from '../../shared/files/regular-file.ts';

/** What the next time follows from. */
interface Plan {
  readonly schedule: string;
  /** The zone of the header, else the variable `TZ`, else empty. */
  readonly zone: string;
}

interface NextRun extends Plan {
  /** Unix time in ms. */
  readonly next: number;
  /** When that was computed, Unix time in ms; a clock behind it was set back. */
  readonly checked: number;
}

export interface NextRunCache {
  /** The script's next scheduled time, Unix time in ms, where it is known and in the future. */
  nextOf(name: string, plan: Plan, now: number): number | undefined;
  set(name: string, nextRun: NextRun): void;
  /** Writes the file if something was set. */
  save(): Promise<void>;
}

/** Computed again after a day, since the time zone may have changed, ms. */
const TRUSTED_MS = 24 * 3_600_000;

function read(path: string): Record<string, Partial<NextRun>> {
  try {
    const value: unknown = JSON.parse(readRegularSync(path, 'follow').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Reads the file. */
export function readNextRunCache(stateDir: string): NextRunCache {
  const path = join(stateDir, 'schedules.json');
  const nextRuns = read(path);
  let changed = false;
  return {
    nextOf(name, { schedule, zone }, now) {
      const known = Object.hasOwn(nextRuns, name) ? nextRuns[name] : undefined;
      const { next, checked } = known ?? {};
      if (known?.schedule !== schedule || known.zone !== zone || typeof checked !== 'number') return undefined;
      const fresh = now >= checked && now - checked < TRUSTED_MS;
      return fresh && typeof next === 'number' && now < next ? next : undefined;
    },
    set(name, nextRun) {
      nextRuns[name] = nextRun;
      changed = true;
    },
    async save() {
      if (!changed) return;
      const { writeNextRunCache } = await import('./next-run-cache-writer.ts');
      await writeNextRunCache(path, nextRuns);
    },
  };
}
