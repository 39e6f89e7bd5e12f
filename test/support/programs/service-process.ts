import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A service in a process of its own, to be watched and killed. */
export interface ServiceProcess {
  readonly pid: number;
  /** `true` once it takes requests, `false` when it ended before. */
  readonly ready: Promise<boolean>;
  /** The signal or the status it ended with. */
  readonly ended: Promise<NodeJS.Signals | number>;
  /** Ends it as a power cut would: at once, with nothing said. */
  kill(): Promise<void>;
  /** Asks it to stop, and waits until it did. @throws Error when it ends with anything but status 0 */
  stop(): Promise<void>;
  /** Asks it to stop. */
  askToStop(): void;
  /** The end of its log. */
  tail(): string;
}

/** Those alive: a run that ends early leaves none behind. */
const alive = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** Characters of the log that are kept to explain a failure. */
const KEPT = 8192;

function watch(child: ChildProcess, onLine: (line: string) => void): { ready: Promise<boolean>; tail: () => string } {
  let log = '';
  let waiting = true;
  let found: (ready: boolean) => void = () => {};
  const ready = new Promise<boolean>((resolve) => {
    found = resolve;
  });
  const read = (stream: Readable | null) => {
    let line = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-KEPT);
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const whole of lines) onLine(whole);
      if (!waiting || !log.includes('"msg":"ready"')) return;
      waiting = false;
      found(true);
    });
  };
  read(child.stdout);
  read(child.stderr);
  child.once('close', () => found(false));
  return { ready, tail: () => log };
}

/**
 * Starts a service.
 *
 * @param command the program and its arguments, perhaps under another one that watches it
 * @param onLine hears each line of its log
 */
export function startService(
  command: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv,
  onLine: (line: string) => void = () => {},
): ServiceProcess {
  const [program, ...args] = command;
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  const ended = once(child, 'close').then(([code, signal]) => {
    alive.delete(child);
    return (signal ?? code) as NodeJS.Signals | number;
  });
  const { ready, tail } = watch(child, onLine);
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    tail,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    askToStop: () => void child.kill('SIGTERM'),
    async stop() {
      child.kill('SIGTERM');
      const status = await ended;
      if (status !== 0) throw new Error(`the service ended with ${status}:\n${tail()}`);
    },
  };
}
