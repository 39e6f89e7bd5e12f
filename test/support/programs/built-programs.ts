import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');

/** The built programs, in a folder of their own. */
export interface Programs {
  /** As it is installed. */
  readonly real: string;
  /** The same parts without rate limits, for more traffic between two kills. */
  readonly fast: string;
  remove(): Promise<void>;
}

/** Builds what is killed, just as `npm run build` does. */
export async function buildPrograms(): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bot-crash-build-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const script = join(ROOT, 'scripts/build/build.js');
  await promisify(execFile)(process.execPath, [script, '--only=notify-bot,bench-bot', `--into=${folder}`]);
  return {
    real: join(folder, 'notify-bot.js'),
    fast: join(folder, 'bench-bot.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
