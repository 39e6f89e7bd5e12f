/** What each action asks of the user's own runner, and how its output becomes the answer. */

import type { Code } from '../core/codes.ts';
import { Problem } from '../core/problem.ts';
import { asListedScript, asRunResult } from '../shared/api/actor-answer.ts';
import type { ActorAnswers, ActorRequest, ListedScript } from '../shared/api/actor-protocol.ts';
import type { Ended } from './run-command.ts';

/** Lines of the log that a person reads in a chat. */
const LOG_LINES = 30;
/** Characters of a sentence that the runner says. */
const MAX_SENTENCE = 500;

/** What the runner may say itself; anything else of its is `failed`. Its `bad_name` is a name that isn't clear. */
const RUNNER_CODES = new Map<unknown, Code>([
  ['no_script', 'no_script'],
  ['bad_name', 'no_script'],
  ['no_folder', 'no_folder'],
]);

const linesFor = (request: ActorRequest) => ('lines' in request && request.lines) || LOG_LINES;

/** The arguments of `notify-runner`. A name that begins with `-` is still a name. */
export function runnerWords(request: ActorRequest): readonly string[] {
  if (request.action === 'list') return ['list', '--json'];
  if (request.action === 'run') return ['run', '--json', '--no-output', '--', request.name];
  return ['logs', `--lines=${linesFor(request)}`, `--script=${request.name}`];
}

const unanswered = () =>
  new Problem('failed', 'The runner gave no answer that can be understood: the journal of notify-actor says more.');

/** What systemd ends a program with that it could not start, systemd.exec(5) "Process Exit Codes". */
const NOT_STARTED = new Map<number | null, string>([
  [200, 'their home folder is not there, or closed to them'],
  [217, 'systemd does not know the account'],
  [224, 'PAM refuses the account, as it does when that has expired'],
]);

function notStarted(user: string, status: number | null): Problem {
  const why = NOT_STARTED.get(status) ?? `status ${status}`;
  return new Problem('failed', `Nothing could be run as ${user} (${why}): the journal says more.`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unanswered();
  }
}

/** The runner's own sentence, where it refused. */
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
  throw refusalIn(value) ?? unanswered();
}

function listed(items: readonly unknown[]): readonly ListedScript[] {
  return items.map((item) => {
    const script = asListedScript(item);
    if (script === undefined) throw unanswered();
    return script;
  });
}

/**
 * Reads what the runner printed. It ran as the user, who may have had a hand in it: nothing else than the known fields
 * is passed on.
 *
 * @throws Problem `no_script`, `no_folder`, `failed`
 */
export function answerTo(request: ActorRequest, { stdout, status }: Ended): ActorAnswers[ActorRequest['action']] {
  if (stdout === '' && status !== 0) throw notStarted(request.user, status);
  if (request.action === 'list') return { ok: true, scripts: listed(itemsIn(stdout)) };
  if (request.action === 'run') {
    const result = asRunResult(itemsIn(stdout)[0]);
    if (result === undefined) throw unanswered();
    return { ok: true, result };
  }
  if (status !== 0) throw unanswered();
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { ok: true, lines: lines.slice(-linesFor(request)) };
}
