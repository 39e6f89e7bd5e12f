/**
 * The process as the commands see it. Used by the entry files alone. What costs time at every start, such as the
 * standard streams, is opened at its first use.
 */
import { fstatSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { isatty } from 'node:tty';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import { visible } from '../../shared/text/visible.ts';
import { CLEAR_LINE, FAILED, type RunnerIo, USAGE } from './io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether anything was written; if not, the process can end without waiting for the streams. */
let wrote = false;

function writer(stream: 'stdout' | 'stderr'): (text: string) => void {
  return (text) => {
    // A closed reader, such as `head`, must not end the process with a stack trace.
    if (process[stream].listenerCount('error') === 0) process[stream].on('error', () => {});
    wrote = true;
    process[stream].write(text === CLEAR_LINE ? text : visible(text, true));
  };
}

/** A terminal is a character device. Only such a stream is opened to be sure: opening one costs 2 ms. */
function isTerminal(stream: 'stdout' | 'stderr'): boolean {
  try {
    return fstatSync(stream === 'stdout' ? 1 : 2).isCharacterDevice() && process[stream].isTTY === true;
  } catch {
    return false;
  }
}

/** @throws Problem `no_home` */
function homeOf(environment: NodeJS.ProcessEnv): string {
  const given = environment.HOME;
  if (given !== undefined && isAbsolute(given)) return given;
  try {
    // With an empty HOME `homedir` returns it; without one it returns the account's home.
    if (given !== undefined) delete environment.HOME;
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // The account does not exist.
  }
  throw new Problem('no_home', 'Your home directory is not known: set HOME.');
}

/** Describes the process and starts to listen for signals. @throws Problem `no_home` */
export function createProcessIo(): RunnerIo {
  const { env, execPath, argv } = process;
  const stop = new AbortController();
  for (const signal of SIGNALS) process.on(signal, () => stop.abort(signal));
  return {
    environment: env,
    home: homeOf(env),
    uid: process.getuid?.() ?? 0,
    node: execPath,
    self: argv[1] ?? 'notify-runner',
    get cores() {
      return availableParallelism();
    },
    out: writer('stdout'),
    err: writer('stderr'),
    get terminal() {
      return isTerminal('stdout');
    },
    get errTerminal() {
      return isTerminal('stderr');
    },
    get inTerminal() {
      return isatty(0);
    },
    get input() {
      return process.stdin.isTTY ? undefined : process.stdin;
    },
    stop: stop.signal,
    onSignal(callback) {
      for (const signal of SIGNALS) process.on(signal, () => callback(signal));
    },
  };
}

/** Prints why a program ends. @returns its exit status */
export function reportError(program: string, error: unknown): number {
  wrote = true;
  process.stderr.write(visible(`${program}: ${sentenceOf(error)}\n`));
  // By the code: another bundle of the runner has another class Problem.
  return errnoOf(error) === 'bad_setting' ? USAGE : FAILED;
}

/** Ends the process once all output is written: standard output may be a pipe. */
export function leave(status: number): void {
  if (!wrote) process.exit(status);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
