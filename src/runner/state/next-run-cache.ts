/**
 * The next scheduled moment of each script, `schedules.json`: so that a run in which nothing is due needs no reader of
 * schedules. What is wrong with it, or lost, is worked out again.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Moment {
  readonly schedule: string;
  /** Unix time in ms. */
  readonly next: number;
  /** When that was worked out; a clock that is behind it has gone back. */
  readonly checked: number;
}

export interface NextRunCache {
  /** Whether the script's next moment is known and lies ahead. */
  ahead(name: string, schedule: string, now: number): boolean;
  know(name: string, moment: Moment): void;
  /** Writes what is new. */
  save(): Promise<void>;
}

/** Worked out again after a day, should the time zone have changed, ms. */
const TRUSTED_MS = 24 * 3_600_000;

function read(path: string): Record<string, Partial<Moment>> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Reads them. */
export function readNextRunCache(stateDir: string): NextRunCache {
  const path = join(stateDir, 'schedules.json');
  const moments = read(path);
  let changed = false;
  return {
    ahead(name, schedule, now) {
      const known = Object.hasOwn(moments, name) ? moments[name] : undefined;
      const { next, checked } = known ?? {};
      if (known?.schedule !== schedule || typeof checked !== 'number') return false;
      const fresh = now >= checked && now - checked < TRUSTED_MS;
      return fresh && typeof next === 'number' && now < next;
    },
    know(name, moment) {
      moments[name] = moment;
      changed = true;
    },
    async save() {
      if (!changed) return;
      const { writeNextRunCache } = await import('./next-run-cache-writer.ts');
      await writeNextRunCache(path, moments);
    },
  };
}
