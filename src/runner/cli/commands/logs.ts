import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { stemOf } from '../../scripts/discover.ts';
import type { RunnerSettings } from '../../settings.ts';
import { logFileOf } from '../../state/runner-log.ts';
import { DONE, type RunnerIo } from '../io.ts';

const LOOK_EVERY_MS = 250;
/** Far beyond one file's size. */
const MAX_READ = 4_000_000;

interface Place {
  readonly file: string | undefined;
  readonly size: number;
}

function placeOf(path: string): Place {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? { file: `${stats.dev}:${stats.ino}`, size: stats.size } : { file: undefined, size: 0 };
}

function readFrom(path: string, from: number, to: number): string {
  if (to <= from) return '';
  const fd = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(to - from, MAX_READ));
    const size = readSync(fd, buffer, 0, buffer.length, Math.max(from, to - buffer.length));
    return buffer.toString('utf8', 0, size);
  } finally {
    closeSync(fd);
  }
}

/** One line of the log for a person: the local time, the level, what happened to what. */
export function readable(line: string): string {
  try {
    const {
      time,
      level,
      msg,
      script,
      source,
      detail,
      reason,
      command,
      status,
      stderr,
      seconds,
    }: Record<string, unknown> = JSON.parse(line);
    const at = new Date(String(time)).toLocaleString('sv-SE');
    const did = typeof command === 'string' ? `${msg} ${command}: status ${status}` : msg;
    const what = [script ?? source, did, detail ?? reason]
      .filter((part) => part !== undefined && part !== '')
      .join(': ');
    const took = typeof seconds === 'number' ? ` (${seconds} s)` : '';
    const said =
      typeof stderr === 'string'
        ? stderr
            .split('\n')
            .map((text) => `\n    ${text}`)
            .join('')
        : '';
    return `${at}  ${level === 'info' ? '' : `${String(level).toUpperCase()}  `}${what.replace(/\p{Cc}/gu, ' ')}${took}${said}`;
  } catch {
    return line;
  }
}

/** Which lines are about a script, named with or without its ending. */
function about(name: string): (line: string) => boolean {
  return (line) => {
    try {
      const { script, source }: Record<string, unknown> = JSON.parse(line);
      const whose = script ?? source;
      return typeof whose === 'string' && (whose === name || stemOf(whose) === name);
    } catch {
      return false;
    }
  };
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');

export interface LogsOptions {
  readonly follow?: boolean;
  readonly lines: number;
  readonly json?: boolean;
  /** Only what is about this script. */
  readonly script?: string;
}

/** `notify-runner logs [-f] [--script NAME]` */
export async function logs(
  io: RunnerIo,
  { stateDir }: RunnerSettings,
  { follow, lines, json, script }: LogsOptions,
): Promise<number> {
  const path = logFileOf(stateDir);
  const wanted = script === undefined ? () => true : about(script);
  const show = (shown: readonly string[]) => io.out(shown.map((line) => `${json ? line : readable(line)}\n`).join(''));
  let place = placeOf(path);
  let start = linesOf(readFrom(path, 0, place.size)).filter(wanted);
  // One script's lines may lie behind the last rotation.
  if (script !== undefined && start.length < lines) {
    start = [...linesOf(readFrom(`${path}.1`, 0, placeOf(`${path}.1`).size)).filter(wanted), ...start];
  }
  show(lines === 0 ? [] : start.slice(-lines));
  if (start.length === 0 && !follow) {
    const why =
      script === undefined ? 'the log is empty: nothing has run yet' : 'the log says nothing about this script';
    io.err(`notify-runner: ${why}.\n`);
  }
  let rest = '';
  while (follow && !io.stop.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal: io.stop }).catch(() => {});
    const now = placeOf(path);
    // Rotated: what was added to the old file last is in its first successor.
    if (now.file !== place.file && place.file !== undefined) {
      const old = placeOf(`${path}.1`);
      if (old.file === place.file) rest += readFrom(`${path}.1`, place.size, old.size);
    }
    rest += readFrom(path, now.file === place.file ? place.size : 0, now.size);
    place = now;
    const end = rest.lastIndexOf('\n') + 1;
    show(linesOf(rest.slice(0, end)).filter(wanted));
    rest = rest.slice(end);
  }
  return DONE;
}
