/**
 * Which skipped files their owner was told about, `notices.json`. A lost file costs a second notice, so it isn't synced.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { isJsonObject } from '../../shared/json/json-object.ts';
import type { SkippedFile } from '../outcomes.ts';

const fileOf = (stateDir: string) => join(stateDir, 'notices.json');

function read(stateDir: string): ReadonlyMap<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(fileOf(stateDir), 'utf8'));
    return new Map(isJsonObject(value) && isJsonObject(value.skipped) ? Object.entries(value.skipped) : []);
  } catch {
    return new Map();
  }
}

/** What to tell. */
export interface SkippedNotice {
  /** Files of which there was no notice yet, or one for another reason. */
  readonly fresh: readonly SkippedFile[];
  /** All that are skipped now. */
  readonly all: readonly SkippedFile[];
}

/** The notice that is due; `undefined` for none. @param skipped files that look like scripts */
export function skippedNotice(stateDir: string, skipped: readonly SkippedFile[]): SkippedNotice | undefined {
  if (skipped.length === 0) return undefined;
  const noticed = read(stateDir);
  const fresh = skipped.filter(({ name, reason }) => noticed.get(name) !== reason.code);
  return fresh.length === 0 ? undefined : { fresh, all: skipped };
}

/** Remembers that there was a notice of all that is skipped now; a file that is mended may be noticed again. */
export function rememberNotice(stateDir: string, skipped: readonly SkippedFile[]): void {
  const path = fileOf(stateDir);
  const beside = `${path}.${process.pid}.tmp`;
  const content = { skipped: Object.fromEntries(skipped.map(({ name, reason }) => [name, reason.code])) };
  try {
    makeDirs(stateDir, 0o700);
    writeFileSync(beside, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, path);
  } catch {
    // The next run gives the notice again.
  }
}
