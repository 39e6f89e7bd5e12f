import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DONE, type Io } from '../io.ts';
import { logFileOf } from '../runner-log.ts';
import type { RunnerSettings } from '../settings.ts';

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
    const { time, level, msg, script, source, detail, reason, stderr, seconds }: Record<string, unknown> =
      JSON.parse(line);
    const at = new Date(String(time)).toLocaleString('sv-SE');
    const what = [script ?? source, msg, detail ?? reason]
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

/** `notify-runner logs [-f]` */
export async function logs(
  io: Io,
  { stateDir }: RunnerSettings,
  { follow, lines, json }: { readonly follow?: boolean; readonly lines: number; readonly json?: boolean },
): Promise<number> {
  const path = logFileOf(stateDir);
  const show = (text: string) => {
    const shown = text.split('\n').filter((line) => line !== '');
    io.out(shown.map((line) => `${json ? line : readable(line)}\n`).join(''));
  };
  let place = placeOf(path);
  const start = readFrom(path, 0, place.size)
    .split('\n')
    .filter((line) => line !== '');
  show(lines === 0 ? '' : start.slice(-lines).join('\n'));
  if (start.length === 0 && !follow) io.err('notify-runner: the log is empty: nothing has run yet.\n');
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
    show(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return DONE;
}
