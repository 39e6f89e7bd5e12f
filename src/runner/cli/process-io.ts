/**
 * The process as the commands see it. Used by the entry files alone. What costs time at every start, such as the
 * standard streams, is touched when it is asked for.
 */
import { fstatSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import { FAILED, type RunnerIo, USAGE } from './io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Whether anything was written: if not, nothing needs to be waited for at the end. */
let wrote = false;

function writer(stream: 'stdout' | 'stderr'): (text: string) => void {
  return (text) => {
    // A reader that went away, as `head` does, is no reason to die with a stack trace.
    if (process[stream].listenerCount('error') === 0) process[stream].on('error', () => {});
    wrote = true;
    process[stream].write(text);
  };
}

/** A terminal is a character device; asking the stream itself costs 2 ms, which cron can be spared. */
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
    // An empty HOME is taken at its word by the system call behind this; without one it asks for the account's.
    if (given !== undefined) delete environment.HOME;
    const home = homedir();
    if (isAbsolute(home)) return home;
  } catch {
    // No account, no home.
  }
  throw new Problem('no_home', 'Your home is not known: set HOME.');
}

/** Reads the process, and begins to listen for signals. @throws Problem `no_home` */
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
    get input() {
      return process.stdin.isTTY ? undefined : process.stdin;
    },
    stop: stop.signal,
    onSignal(callback) {
      for (const signal of SIGNALS) process.on(signal, () => callback(signal));
    },
  };
}

/** Says why a program ends. @returns its exit status */
export function oneSentence(program: string, error: unknown): number {
  wrote = true;
  process.stderr.write(`${program}: ${sentenceOf(error)}\n`);
  return errnoOf(error) === 'bad_setting' ? USAGE : FAILED;
}

/** Ends the process once what was written is out: standard output may be a pipe. */
export function leave(status: number): void {
  if (!wrote) process.exit(status);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
