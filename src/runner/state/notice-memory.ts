/**
 * What the owner of the folder was told once, `notices.json`: the skipped files, and why Telegram refuses their chat. A
 * lost file costs a second notice, so it isn't synced.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { readRegularSync } from '../../shared/files/regular-file.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/json-object.ts';
import type { SkippedFile } from '../outcomes.ts';

const fileOf = (stateDir: string) => join(stateDir, 'notices.json');

function read(stateDir: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readRegularSync(fileOf(stateDir), 'follow').toString('utf8'));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Replaces one field. A failure is no error: the next run gives the notice again. */
function remember(stateDir: string, field: JsonObject): void {
  const path = fileOf(stateDir);
  const beside = `${path}.${process.pid}.tmp`;
  try {
    makeDirs(stateDir, 0o700);
    writeFileSync(beside, `${JSON.stringify({ ...read(stateDir), ...field }, null, 2)}\n`, { mode: 0o600 });
    renameSync(beside, path);
  } catch {
    // A full disk, for example.
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
  const { skipped: before } = read(stateDir);
  const noticed = new Map(isJsonObject(before) ? Object.entries(before) : []);
  const fresh = skipped.filter(({ name, reason }) => noticed.get(name) !== reason.code);
  return fresh.length === 0 ? undefined : { fresh, all: skipped };
}

/** Remembers that there was a notice of all that is skipped now; a file that is mended may be noticed again. */
export function rememberNotice(stateDir: string, skipped: readonly SkippedFile[]): void {
  remember(stateDir, { skipped: Object.fromEntries(skipped.map(({ name, reason }) => [name, reason.code])) });
}

/**
 * Whether to tell why Telegram refuses the chat, and remembers it: once for each reason, and once more when the chat has
 * worked in between.
 *
 * @param reason why it refuses the chat now; `undefined` when it doesn't
 */
export function isNewRefusal(stateDir: string, reason: string | undefined): boolean {
  const { refused } = read(stateDir);
  if (refused === (reason ?? null) || (refused === undefined && reason === undefined)) return false;
  remember(stateDir, { refused: reason ?? null });
  return reason !== undefined;
}
