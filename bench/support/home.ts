/** Homes with scripts, for the runner. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Creates a home with these scripts, and an environment like cron's. */
export async function home(scripts: Readonly<Record<string, string>>, socketPath = '/nonexistent') {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bench-home-'));
  const at = join(folder, 'user/notifications');
  await mkdir(at, { recursive: true });
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(at, name), text);
    await chmod(join(at, name), 0o755);
  }
  const environment = {
    HOME: folder,
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    SHELL: '/bin/sh',
    NOTIFY_SOCKET: socketPath,
  };
  return { at, environment, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Copies of one script, by their file names. */
export const many = (count: number, ending: string, text: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}.${ending}`, text]));
