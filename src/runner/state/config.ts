/** `~/.notifications/config.json`: a user's preferences. */
import { join } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { readRegularSync } from '../../shared/files/regular-file.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { firstJsonFault, placeOf } from '../../shared/json/json-tokenizer.ts';
import { parseDuration } from '../../shared/text/duration.ts';

export interface Config {
  /** `tell_failures`, true: alert when a script fails, and when it works again. */
  readonly failureAlerts: boolean;
  /** `failure_quiet`, 6h: shortest time between two failure alerts of a script, ms. */
  readonly failureQuiet: number;
}

const DEFAULTS: Config = { failureAlerts: true, failureQuiet: 6 * 3_600_000 };

const KEYS = ['tell_failures', 'failure_quiet'];

const wrong = (sentence: string) => new Problem('bad_config', sentence);

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong(`It is not JSON from ${placeOf(text, firstJsonFault(text) ?? text.length)} on.`);
  }
}

/** @throws Problem `bad_config`, `bad_duration`: a sentence on the first thing that is wrong */
function parse(text: string): { readonly config: Config; readonly unknown: readonly string[] } {
  const value = parseText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('It is not a JSON object.');
  const { tell_failures: alerts = DEFAULTS.failureAlerts, failure_quiet: quiet }: Record<string, unknown> = {
    ...value,
  };
  if (typeof alerts !== 'boolean')
    throw wrong(`tell_failures: expected true or false, found ${JSON.stringify(alerts)}.`);
  const unknown = Object.keys(value).filter((name) => !KEYS.includes(name));
  if (quiet === undefined) return { config: { ...DEFAULTS, failureAlerts: alerts }, unknown };
  if (typeof quiet !== 'string') {
    throw wrong(`failure_quiet: expected a string such as "6h", found ${JSON.stringify(quiet)}.`);
  }
  return { config: { failureAlerts: alerts, failureQuiet: parseDuration(quiet, 'failure_quiet') }, unknown };
}

/** Reads the file. A wrong file is a Problem; the defaults then apply. */
export function readConfig(stateDir: string): { readonly config: Config; readonly problem?: Problem } {
  const path = join(stateDir, 'config.json');
  try {
    const { config, unknown } = parse(readRegularSync(path, 'follow').toString('utf8'));
    if (unknown.length === 0) return { config };
    const names = unknown.map((name) => JSON.stringify(name)).join(', ');
    return { config, problem: wrong(`${path}: ${names} is none of ${KEYS.join(', ')}.`) };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return { config: DEFAULTS };
    const why = error instanceof Problem ? error.message : `It can't be read: ${reasonOf(error)}.`;
    return {
      config: DEFAULTS,
      problem: new Problem('bad_config', `${path} is ignored. ${why}`, { cause: error }),
    };
  }
}
