/**
 * The note that lets the launcher end without a start of Node: `idle/<host>/`. `until` says under which circumstances, and
 * its time is the moment when something may be due next; `since` has the time from which on a change counts; `now` belongs
 * to the launcher, launcher.sh.
 *
 * Promises: there is no note while a run decides, so that a failed write, a full disk or a crash cost a start of Node and
 * nothing else; a change after the decision is seen.
 */
import { mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../shared/process/settings.ts';
import { VERSION } from '../../../shared/process/version.ts';

/** The settings that the launcher compares, in its order, after HOME. */
const COMPARED = [
  'NOTIFY_SCRIPTS_DIR',
  'NOTIFY_STATE_DIR',
  'NOTIFY_SOCKET',
  'NOTIFY_WEB_SOCKET',
  'NOTIFY_LOG_LEVEL',
  'NOTIFY_SHARED_HOME',
  'NOTIFY_EVERY',
  'TZ',
];

/** A file's time may lie this much before the moment of its change, ms: Linux takes it from the last tick of its clock. */
export const TICK_MS = 20;

/** Under which circumstances nothing is due. */
export interface IdleNote {
  /** When the folder was looked at, Unix time in ms; whatever changes later ends the note. */
  readonly since: number;
  /** When something may be due next, Unix time in ms. */
  readonly until: number;
  /** How many seconds the next run waits. */
  readonly delay: number;
  /** The folder of the scripts. */
  readonly scriptsDir: string;
  /** The folder of the pending notifications; it exists. */
  readonly pendingDir: string;
  readonly environment: Environment;
}

const folderOf = (stateDir: string) => join(stateDir, 'idle', hostname());

/** Removes the note, so that the next start by cron starts Node. @returns whether there is none now */
export function removeIdleNote(stateDir: string): boolean {
  try {
    rmSync(join(folderOf(stateDir), 'until'), { force: true });
    return true;
  } catch {
    return false;
  }
}

/** When the launcher last ended or began a start, Unix time in ms; `undefined` where it never looked. */
export function lastLook(stateDir: string): number | undefined {
  try {
    return statSync(join(folderOf(stateDir), 'now'), { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}

/** Writes the note. A failure is silent: without a note the next run starts as ever. */
export function writeIdleNote(stateDir: string, note: IdleNote): void {
  const { since, until, delay, scriptsDir, pendingDir, environment } = note;
  const settings = [environment.HOME, ...COMPARED.map((name) => environment[name])].map((value) => value ?? '');
  const lines = [VERSION, settings.join('|'), String(delay), scriptsDir, pendingDir];
  // The launcher reads line by line.
  if (lines.some((line) => line.includes('\n'))) return;
  const folder = folderOf(stateDir);
  const [sinceTime, untilTime] = [(since - TICK_MS) / 1000, (until - TICK_MS) / 1000];
  const sinceFile = join(folder, 'since');
  const beside = join(folder, `until.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(sinceFile, '', { mode: 0o600 });
    utimesSync(sinceFile, sinceTime, sinceTime);
    writeFileSync(beside, `${lines.join('\n')}\n`, { mode: 0o600 });
    utimesSync(beside, untilTime, untilTime);
    renameSync(beside, join(folder, 'until'));
  } catch {
    try {
      rmSync(beside, { force: true });
    } catch {
      // The folder is a file, or is read-only.
    }
  }
}
