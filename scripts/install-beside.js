// Installs a package of npm's into a folder of its own, outside of node_modules: for what few ever run, so that nobody
// who installs the project waits for it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Where such folders are kept between runs; root's can be read by the other accounts that tests become. */
const KEPT =
  process.env.NOTIFY_TEST_CACHE ??
  (process.getuid?.() === 0 ? '/var/cache/notify-bot-test' : join(homedir(), '.cache/notify-bot-test'));

/**
 * Installs it, or brings what is there up to the newest that fits; where npm can't be asked, what is there will do.
 *
 * @param version as npm reads it: `1.2.3`, or `22` for the newest that begins so
 * @returns the package's own folder
 * @throws what npm says, when there is nothing
 */
export async function installBeside(name, version) {
  const folder = join(KEPT, `${name}-${version}`);
  const found = join(folder, 'node_modules', name);
  await mkdir(folder, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--ignore-scripts'];
  const words = ['install', '--no-save', '--prefix', folder, ...quiet, `${name}@${version}`];
  // Not in the project's folder: npm would read its settings and its lock file.
  await promisify(execFile)('npm', words, { cwd: folder }).catch((error) => {
    if (!existsSync(join(found, 'package.json'))) throw error;
  });
  return found;
}
