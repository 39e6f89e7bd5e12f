import { closeSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openRegularSync } from '../../../shared/files/regular-file.ts';
import { didYouMean } from '../../../shared/text/did-you-mean.ts';
import { shownZone } from '../../policy/time-zone.ts';
import { discover } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { logFileOf } from '../../state/runner-log.ts';
import { printable } from '../../text/plain-text.ts';
import { DONE, type RunnerIo } from '../io.ts';
import { linesAbout, linesOf, readableLine } from './log-line.ts';

/** Time between two looks at the file while following, ms. */
const POLL_MS = 250;
/** Bytes, more than a log file holds. */
const MAX_READ = 4_000_000;

interface FileState {
  /** Identifies the file across a rotation; `undefined` when there is none. */
  readonly file: string | undefined;
  readonly size: number;
}

function fileState(path: string): FileState {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? { file: `${stats.dev}:${stats.ino}`, size: stats.size } : { file: undefined, size: 0 };
}

function readRange(path: string, from: number, to: number): string {
  if (to <= from) return '';
  const fd = openRegularSync(path, 'follow');
  try {
    const buffer = Buffer.alloc(Math.min(to - from, MAX_READ));
    const size = readSync(fd, buffer, 0, buffer.length, Math.max(from, to - buffer.length));
    return buffer.toString('utf8', 0, size);
  } finally {
    closeSync(fd);
  }
}

/** The file that the log becomes at a rotation. */
const rotatedFileOf = (path: string) => `${path}.1`;

/** Calls `show` with the lines that are added to the file, until `stop`. */
async function follow(path: string, from: FileState, stop: AbortSignal, show: (lines: readonly string[]) => void) {
  let last = from;
  let rest = '';
  while (!stop.aborted) {
    await sleep(POLL_MS, undefined, { signal: stop }).catch(() => {});
    const now = fileState(path);
    if (now.file !== last.file && last.file !== undefined) {
      const rotated = fileState(rotatedFileOf(path));
      if (rotated.file === last.file) rest += readRange(rotatedFileOf(path), last.size, rotated.size);
    }
    rest += readRange(path, now.file === last.file ? last.size : 0, now.size);
    last = now;
    const end = rest.lastIndexOf('\n') + 1;
    show(linesOf(rest.slice(0, end)));
    rest = rest.slice(end);
  }
}

export interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly json?: boolean;
  /** Show only lines about this script. */
  readonly script?: string;
}

/** Why the log has no line to show; about a script that is not there, with the one that was meant. */
function emptyText(script: string | undefined, scriptsDir: string): string {
  if (script === undefined) return 'the log is empty: nothing has run yet.';
  let known: readonly string[] = [];
  try {
    known = discover(scriptsDir).flatMap(({ name, stem }) => [stem, name]);
  } catch {
    // The folder is gone; the log stays.
  }
  const meant = known.includes(script) ? undefined : didYouMean(script, known);
  return `the log says nothing about this script${meant === undefined ? '.' : `; did you mean ${printable(meant)}?`}`;
}

/** `notify-runner logs [-f] [--script NAME]` */
export async function logs(
  io: RunnerIo,
  { stateDir, scriptsDir, tz }: RunnerSettings,
  options: LogsOptions,
): Promise<number> {
  const { lines, json, script } = options;
  const path = logFileOf(stateDir);
  const zone = shownZone(tz);
  const isWanted = script === undefined ? () => true : linesAbout(script);
  const show = (shown: readonly string[]) =>
    io.out(shown.map((line) => `${json ? line : readableLine(line, zone)}\n`).join(''));
  const state = fileState(path);
  let start = linesOf(readRange(path, 0, state.size)).filter(isWanted);
  if (script !== undefined && start.length < lines) {
    const rotated = rotatedFileOf(path);
    start = [...linesOf(readRange(rotated, 0, fileState(rotated).size)).filter(isWanted), ...start];
  }
  show(lines === 0 ? [] : start.slice(-lines));
  if (start.length === 0 && !options.follow) {
    io.err(`notify-runner: ${emptyText(script, scriptsDir)}\n`);
  }
  if (options.follow) await follow(path, state, io.stop, (added) => show(added.filter(isWanted)));
  return DONE;
}
