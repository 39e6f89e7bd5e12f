import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether a process exists. */
export const processExists = (pid: string): boolean => existsSync(`/proc/${pid.trim()}/stat`);

/** Waits for at most five seconds for a process to end. @returns whether it has */
export async function hasEnded(pid: string): Promise<boolean> {
  for (let tries = 0; tries < 100 && processExists(pid); tries += 1) await sleep(50);
  return !processExists(pid);
}

/** Waits until a file exists. */
export async function fileExists(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(20);
}
