/** The process as the commands see it. Used by the entry files alone. */
import { availableParallelism, homedir } from 'node:os';
import { isAbsolute } from 'node:path';
import { Problem, sentenceOf } from '../shared/problem.ts';
import { FAILED, type Io, USAGE } from './io.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const stop = new AbortController();

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
export function createProcessIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  // A reader that went away, as `head` does, is no reason to die with a stack trace.
  stdout.on('error', () => {});
  stderr.on('error', () => {});
  for (const signal of SIGNALS) process.on(signal, () => stop.abort(signal));
  return {
    environment: env,
    home: homeOf(env),
    uid: process.getuid?.() ?? 0,
    node: process.execPath,
    self: process.argv[1] ?? 'notify-runner',
    cores: availableParallelism(),
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    terminal: stdout.isTTY === true,
    errTerminal: stderr.isTTY === true,
    get input() {
      return stdin.isTTY ? undefined : stdin;
    },
    stop: stop.signal,
    onSignal(callback) {
      for (const signal of SIGNALS) process.on(signal, () => callback(signal));
    },
  };
}

/** Says why a program ends. @returns its exit status */
export function oneSentence(program: string, error: unknown): number {
  process.stderr.write(`${program}: ${sentenceOf(error)}\n`);
  return error instanceof Problem && (error.code === 'bad_setting' || error.code === 'bad_name') ? USAGE : FAILED;
}

/** Ends the process once what was written is out: standard output may be a pipe. */
export function leave(status: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
}
