/** The settings in a script's first lines: `# notify: schedule="0 9 * * 1-5" timeout=5m cooldown=6h`. */
import { closeSync, readSync } from 'node:fs';
import { addressOf } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import { AN_INTERVAL, isInterval } from '../../shared/api/beats/beat-rules.ts';
import { MAX_DESTINATIONS } from '../../shared/api/limits.ts';
import { openRegularSync } from '../../shared/files/regular-file.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
import { parseDuration } from '../../shared/text/duration.ts';

export interface Header {
  /** Cron syntax, not checked here. */
  readonly schedule?: string;
  /** The zone of the schedule, such as `Europe/Berlin`; not checked here. */
  readonly tz?: string;
  /** The name of the host on which cron runs it. */
  readonly host?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  /** Milliseconds. */
  readonly cooldown?: number;
  /** How often it is to run well, ms; the bot tells when it does not. */
  readonly expect?: number;
  /** Where its notifications go, unless they say so themselves. */
  readonly to?: readonly string[];
  /** The Python of a script that ends in `.py`: a path, `~/` the home, or a program of the PATH. Not checked here. */
  readonly python?: string;
}

const LINES = 20;
const BYTES = 8192;
const MAX_TIMEOUT_MS = 24 * 3_600_000;
const COMMENT = /^\s*(?:#|\/\/|\/\*|\*|--|;)\s*notify:\s*([a-z_]+\s*=.*)$/i;
const PAIR = /\s*([a-zA-Z_]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']\S*))\s*,?/y;

/** Reads the time that a script has, in ms. @throws Problem `bad_duration` */
export function parseTimeout(text: string, field: string): number {
  const value = parseDuration(text, field);
  // `parseDuration` would take it for milliseconds, which is not what a person means.
  const bare = /^[1-9]\d*$/.exec(text.trim())?.[0];
  if (bare !== undefined) {
    const found = JSON.stringify(text);
    throw new Problem('bad_duration', `${field}: ${found} has no unit: write ${bare}s, ${bare}m or ${bare}h.`);
  }
  if (value >= 1 && value <= MAX_TIMEOUT_MS) return value;
  throw new Problem('bad_duration', `${field}: expected 1ms to 24h, found ${JSON.stringify(text)}.`);
}

/** A name as hostname(7) allows it. @throws Problem `bad_header` */
function hostFrom(text: string): string {
  if (/^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/i.test(text)) return text;
  throw new Problem('bad_header', `# notify: host: ${JSON.stringify(text)} is not the name of a host.`);
}

/** How often a script is to run well, ms. @throws Problem `bad_header` */
function expectationFrom(text: string): number {
  if (isInterval(text)) return parseDuration(text, '# notify: expect');
  throw new Problem(
    'bad_header',
    `# notify: expect: expected ${AN_INTERVAL}, found ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

function pairs(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const settings = text
    .trimEnd()
    .replace(/(?:\*\/|-->)$/, '')
    .trimEnd();
  PAIR.lastIndex = 0;
  let at = 0;
  for (let pair = PAIR.exec(settings); pair !== null; pair = PAIR.exec(settings)) {
    found.set((pair[1] ?? '').toLowerCase(), pair[2] ?? pair[3] ?? pair[4] ?? '');
    at = PAIR.lastIndex;
  }
  if (at < settings.length) {
    const rest = settings.slice(at).trim();
    throw new Problem('bad_header', `# notify: expected name=value, found ${JSON.stringify(rest.slice(0, 60))}.`);
  }
  return found;
}

/** Names of destinations between commas. @throws Problem `bad_header` */
function destinationsFrom(text: string): readonly string[] {
  const names = text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const wrong = names.find((name) => addressOf(name) === undefined);
  if (wrong !== undefined) {
    const sentence = `${JSON.stringify(wrong)} is no destination: write ops, ops/disks, @public_name or user:alice`;
    throw new Problem('bad_header', `# notify: to: ${sentence}, with commas between several.`);
  }
  if (names.length > 0 && names.length <= MAX_DESTINATIONS) return names;
  throw new Problem('bad_header', `# notify: to: expected 1 to ${MAX_DESTINATIONS} names, found ${names.length}.`);
}

const NAMES = ['schedule', 'tz', 'host', 'timeout', 'cooldown', 'expect', 'to', 'python'];

/** One setting of a header. @throws Problem `bad_header`, `bad_duration` */
function settingFrom(name: string, value: string): Header {
  switch (name) {
    case 'schedule':
      return { schedule: value };
    case 'tz':
      return { tz: value };
    case 'host':
      return { host: hostFrom(value) };
    case 'timeout':
      return { timeout: parseTimeout(value, '# notify: timeout') };
    case 'cooldown':
      return { cooldown: parseDuration(value, '# notify: cooldown') };
    case 'expect':
      return { expect: expectationFrom(value) };
    case 'to':
      return { to: destinationsFrom(value) };
    case 'python':
      return { python: value };
    default: {
      const meant = didYouMean(name, NAMES);
      const hint = meant === undefined ? '.' : `; did you mean ${meant}?`;
      throw new Problem('bad_header', `# notify: ${name} is none of ${NAMES.join(', ')}${hint}`);
    }
  }
}

/**
 * Reads the header from a script's text.
 *
 * @throws Problem `bad_header`, `bad_duration`, with a sentence on each setting that is wrong
 */
export function parseHeader(text: string): Header {
  const lines = text.split(/\r?\n/, LINES);
  const settings = lines.flatMap((line) => {
    const found = COMMENT.exec(line)?.[1];
    return found === undefined ? [] : [...pairs(found)];
  });
  let header: Header = {};
  const faults: Problem[] = [];
  for (const [name, value] of settings) {
    try {
      header = { ...header, ...settingFrom(name, value) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first !== undefined) throw new Problem(first.code, faults.map(({ message }) => message).join(' '));
  return header;
}

/** Reads a script's header. @throws Problem `no_file` when the script can't be read; as `parseHeader` */
export function readHeader(path: string): Header {
  const buffer = Buffer.alloc(BYTES);
  let size: number;
  try {
    const fd = openRegularSync(path, 'follow');
    try {
      size = readSync(fd, buffer, 0, BYTES, 0);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw new Problem('no_file', `It can't be read: ${reasonOf(error)}.`, { cause: error });
  }
  const text = buffer.toString('utf8', 0, size);
  return text.includes('notify:') ? parseHeader(text) : {};
}
