/** `~/.notifications/config.json`: what a user prefers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDuration } from '../shared/duration.ts';
import { errnoOf, Problem, sentenceOf } from '../shared/problem.ts';

export interface Config {
  /** `tell_failures`, true: tell when a script fails, and when it works again. */
  readonly tellFailures: boolean;
  /** `failure_quiet`, 6h: milliseconds of quiet after a failure was told. */
  readonly failureQuiet: number;
}

const DEFAULTS: Config = { tellFailures: true, failureQuiet: 6 * 3_600_000 };

function parse(text: string): Config {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is not a JSON object');
  const { tell_failures: tell = DEFAULTS.tellFailures, failure_quiet: quiet }: Record<string, unknown> = { ...value };
  if (typeof tell !== 'boolean')
    throw new Error(`tell_failures: expected true or false, found ${JSON.stringify(tell)}`);
  if (quiet === undefined) return { tellFailures: tell, failureQuiet: DEFAULTS.failureQuiet };
  if (typeof quiet !== 'string')
    throw new Error(`failure_quiet: expected a string such as "6h", found ${JSON.stringify(quiet)}`);
  return { tellFailures: tell, failureQuiet: parseDuration(quiet, 'failure_quiet') };
}

/** Reads the file; what is wrong with it is handed back, and the defaults hold. */
export function readConfig(stateDir: string): { readonly config: Config; readonly problem?: Problem } {
  const path = join(stateDir, 'config.json');
  try {
    return { config: parse(readFileSync(path, 'utf8')) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return { config: DEFAULTS };
    const why = sentenceOf(error).replace(/\.$/, '');
    return {
      config: DEFAULTS,
      problem: new Problem('bad_config', `${path} is passed over: ${why}.`, { cause: error }),
    };
  }
}
