import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { build } from 'esbuild';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../files/temporary-folder.ts';

/** Bundles TypeScript, whose imports start at the repository's root, into a program that Node runs. */
export async function bundle(source: string): Promise<string> {
  const outfile = join(await temporaryFolder(), 'program.cjs');
  const root = join(import.meta.dirname, '../../..');
  const stdin = { contents: source, resolveDir: root, loader: 'ts' } as const;
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' });
  return outfile;
}

/** A running program and what it prints. */
export interface Child {
  /** The next line; rejects when the program ends without one. */
  line(): Promise<string>;
  say(line: string): void;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Every line printed and not yet taken, once the program has ended. */
  rest(): Promise<string[]>;
}

/** Starts a bundled program; it is gone after the test. */
export function start(program: string, ...args: string[]): Child {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  child.stdin.on('error', () => {});
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error('the program ended');
      return value;
    },
    say: (line) => child.stdin.write(`${line}\n`),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async rest() {
      const left: string[] = [];
      for (let next = await lines.next(); !next.done; next = await lines.next()) left.push(next.value);
      await ended;
      return left;
    },
  };
}
