/** Maps each action to a command of the user's own runner, and the runner's output to the answer. */

import type { Code } from '../core/codes.ts';
import { Problem } from '../core/problem.ts';
import { asListedScript, asRunResult } from '../shared/api/actor/answer.ts';
import type { ActorAnswers, ListedScript, UserRequest } from '../shared/api/actor/protocol.ts';
import type { Ended } from './run-command.ts';

/** Log lines unless the request gives a number; about what fits a chat. */
const LOG_LINES = 30;
/** Characters of an error sentence of the runner's. */
const MAX_SENTENCE = 500;

/** The runner's error codes that are passed on; any other becomes `failed`. Its `bad_name` means an ambiguous name. */
const RUNNER_CODES = new Map<unknown, Code>([
  ['no_script', 'no_script'],
  ['bad_name', 'no_script'],
  ['no_folder', 'no_folder'],
]);

const linesFor = (request: UserRequest) => ('lines' in request && request.lines) || LOG_LINES;

/** The arguments for `notify-runner`. A name that begins with `-` is still a name. */
export function runnerArguments(request: UserRequest): readonly string[] {
  if (request.action === 'list') return ['list', '--json'];
  if (request.action === 'run') return ['run', '--json', '--no-output', '--', request.name];
  return ['logs', `--lines=${linesFor(request)}`, `--script=${request.name}`];
}

const invalidOutput = () => new Problem('failed', 'The runner gave no valid answer: see the journal of notify-actor.');

/** systemd's exit statuses for a program that it could not start, systemd.exec(5) "Process Exit Codes". */
const START_FAILURES = new Map<number | null, string>([
  [200, 'the home folder is missing or not accessible'],
  [217, 'systemd does not know the account'],
  [224, 'PAM refuses the account, for example because it has expired'],
]);

function notStarted(user: string, status: number | null): Problem {
  const why = START_FAILURES.get(status) ?? `status ${status}`;
  return new Problem('failed', `No program could be run as ${user} (${why}): see the journal.`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidOutput();
  }
}

/** The runner's own error, if it refused. */
function refusalIn(value: unknown): Problem | undefined {
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined;
  const { error } = value;
  if (typeof error !== 'string') return undefined;
  const code = 'code' in value ? RUNNER_CODES.get(value.code) : undefined;
  return new Problem(code ?? 'failed', error.replace(/\p{Cc}+/gu, ' ').slice(0, MAX_SENTENCE));
}

function itemsIn(stdout: string): readonly unknown[] {
  const value = jsonIn(stdout);
  if (Array.isArray(value)) return value;
  throw refusalIn(value) ?? invalidOutput();
}

function listed(items: readonly unknown[]): readonly ListedScript[] {
  return items.map((item) => {
    const script = asListedScript(item);
    if (script === undefined) throw invalidOutput();
    return script;
  });
}

/**
 * Reads the runner's output. The runner ran as the user, who may have tampered with it, so only known fields are passed
 * on.
 *
 * @throws Problem `no_script`, `no_folder`, `failed`
 */
export function answerTo(request: UserRequest, { stdout, status }: Ended): ActorAnswers[UserRequest['action']] {
  if (stdout === '' && status !== 0) throw notStarted(request.user, status);
  if (request.action === 'list') return { ok: true, scripts: listed(itemsIn(stdout)) };
  if (request.action === 'run') {
    const result = asRunResult(itemsIn(stdout)[0]);
    if (result === undefined) throw invalidOutput();
    return { ok: true, result };
  }
  if (status !== 0) throw invalidOutput();
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { ok: true, lines: lines.slice(-linesFor(request)) };
}
