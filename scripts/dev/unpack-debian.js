// Unpacks a Debian package into a folder of its own, without installing it: its services don't start, and no root is needed.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TEST_CACHE } from './install-beside.js';

const run = promisify(execFile);

/** Downloads it, after reading the lists of packages anew where root has none yet. */
async function download(name, folder) {
  const words = ['download', '-q', name];
  await run('apt-get', words, { cwd: folder }).catch(async (error) => {
    if (process.getuid?.() !== 0) throw error;
    await run('apt-get', ['update', '-q']);
    await run('apt-get', words, { cwd: folder });
  });
}

/**
 * Unpacks the version that this Debian has; one that is in the cache is used as it is.
 *
 * @returns the folder, with `usr/` in it
 * @throws the error of apt-get(8), or of dpkg-deb(1)
 */
export async function unpackDebian(name) {
  const folder = join(TEST_CACHE, `debian-${name}`);
  if (existsSync(folder)) return folder;
  await mkdir(TEST_CACHE, { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    await download(name, unfinished);
    const [archive = ''] = (await readdir(unfinished)).filter((file) => file.endsWith('.deb'));
    await run('dpkg-deb', ['-x', join(unfinished, archive), join(unfinished, 'root')]);
    await rename(join(unfinished, 'root'), folder);
  } catch (error) {
    // Another test may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}
