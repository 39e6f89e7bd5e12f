// Installs an npm package into its own folder outside of node_modules. Few people run the tests that need these
// packages, so installing the project does not download them.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The cache of these folders. Root's is readable for the other accounts that tests switch to. */
export const TEST_CACHE =
  process.env.NOTIFY_TEST_CACHE ??
  (process.getuid?.() === 0 ? '/var/cache/notify-bot-test' : join(homedir(), '.cache/notify-bot-test'));

/**
 * Installs the newest version that fits. Without a registry, a version that is already in the cache is used.
 *
 * @param version an npm version range: `1.2.3`, or `22` for the newest 22.x
 * @returns the folder of the package
 * @throws npm's error, when the cache has no version either
 */
export async function installBeside(name, version) {
  const folder = join(TEST_CACHE, `${name}-${version}`);
  const found = join(folder, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts', '--omit=optional'];
  const words = ['install', '--no-save', '--prefix', folder, ...quiet, `${name}@${version}`];
  // In another folder than the project, so that npm reads neither its .npmrc nor its lock file.
  await promisify(execFile)('npm', words, { cwd: folder }).catch((error) => {
    if (!existsSync(join(found, 'package.json'))) throw error;
  });
  return found;
}
