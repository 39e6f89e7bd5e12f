/** The Telegram used by the measured service. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ended } from './process.ts';

/** Its address and token. */
export interface Telegram {
  readonly url: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** The simulated Telegram's default token. */
export const TOKEN = '123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz';

/**
 * Starts the simulated Telegram as a separate process.
 *
 * @param latency response time in milliseconds
 * @param limits whether it enforces Telegram's rate limits
 */
export async function startTelegram(latency = 0, limits = false): Promise<Telegram> {
  const program = join(process.cwd(), 'dist/bench-sandbox.js');
  const child = spawn(process.execPath, [program, String(latency), String(limits)]);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', (code) => reject(new Error(`The simulated Telegram ended with ${code}.`)));
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
