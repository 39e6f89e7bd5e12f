/** `~/.notifications/config.json`: what a user prefers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { firstJsonFault, placeOf } from '../../shared/json/json-tokenizer.ts';
import { parseDuration } from '../../shared/text/duration.ts';

export interface Config {
  /** `tell_failures`, true: tell when a script fails, and when it works again. */
  readonly tellFailures: boolean;
  /** `failure_quiet`, 6h: milliseconds of quiet after a failure was told. */
  readonly failureQuiet: number;
}

const DEFAULTS: Config = { tellFailures: true, failureQuiet: 6 * 3_600_000 };

const KEYS = ['tell_failures', 'failure_quiet'];

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`it is not JSON from ${placeOf(text, firstJsonFault(text) ?? text.length)} on`);
  }
}

function parse(text: string): { readonly config: Config; readonly unknown: readonly string[] } {
  const value = parseText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is not a JSON object');
  const { tell_failures: tell = DEFAULTS.tellFailures, failure_quiet: quiet }: Record<string, unknown> = { ...value };
  if (typeof tell !== 'boolean')
    throw new Error(`tell_failures: expected true or false, found ${JSON.stringify(tell)}`);
  const unknown = Object.keys(value).filter((name) => !KEYS.includes(name));
  if (quiet === undefined) return { config: { ...DEFAULTS, tellFailures: tell }, unknown };
  if (typeof quiet !== 'string')
    throw new Error(`failure_quiet: expected a string such as "6h", found ${JSON.stringify(quiet)}`);
  return { config: { tellFailures: tell, failureQuiet: parseDuration(quiet, 'failure_quiet') }, unknown };
}

/** Reads the file; what is wrong with it is handed back, and the defaults hold. */
export function readConfig(stateDir: string): { readonly config: Config; readonly problem?: Problem } {
  const path = join(stateDir, 'config.json');
  try {
    const { config, unknown } = parse(readFileSync(path, 'utf8'));
    if (unknown.length === 0) return { config };
    const names = unknown.map((name) => JSON.stringify(name)).join(', ');
    return { config, problem: new Problem('bad_config', `${path}: ${names} is none of ${KEYS.join(', ')}.`) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return { config: DEFAULTS };
    const why = (error instanceof Problem ? error.message : reasonOf(error)).replace(/\.$/, '');
    return {
      config: DEFAULTS,
      problem: new Problem('bad_config', `${path} is passed over: ${why}.`, { cause: error }),
    };
  }
}
