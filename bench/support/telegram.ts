/** The Telegram that the measured service speaks to. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ended } from './process.ts';

/** Where it is, and what it is told. */
export interface Telegram {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** The pretend Telegram's token, if no other is said. */
export const TOKEN = '123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz';

/**
 * The pretend Telegram in a process of its own.
 *
 * @param latency milliseconds that it takes for an answer
 * @param limits whether it enforces Telegram's rates
 */
export async function startTelegram(latency = 0, limits = false): Promise<Telegram> {
  const program = join(process.cwd(), 'dist/bench-sandbox.js');
  const child = spawn(process.execPath, [program, String(latency), String(limits)]);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`The pretend Telegram ended with ${code}.`)));
  });
  return {
    url,
    token: TOKEN,
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}
