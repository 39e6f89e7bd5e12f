/** The tree of files that every container starts from: a plain Debian server, made once and kept. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const RELEASE = 'trixie';
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'dbus', 'cron', 'logrotate', 'procps', 'util-linux', 'sudo'],
  ...['nodejs', 'python3', 'curl', 'ca-certificates', 'nginx-light', 'openssl'],
];
/** Downloading and unpacking; a minute where the network is quick. */
const BUILD_MS = 15 * 60_000;

/** Where trees are kept between runs; what a run changes lies there too, as long as it lasts. */
export const CACHE = process.env.NOTIFY_TEST_CACHE ?? '/var/cache/notify-bot-test';

const digest = createHash('sha256').update(PACKAGES.join(' ')).digest('hex').slice(0, 12);

/** The cached tree, made now where there is none. @returns its path */
export async function baseTree(): Promise<string> {
  const kept = join(CACHE, `${RELEASE}-${digest}`);
  if (existsSync(kept)) return kept;
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'new-'));
  try {
    console.log(`Making a Debian ${RELEASE} in ${kept}; later runs find it there.`);
    const tree = join(folder, 'tree');
    await execa('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, RELEASE, tree], { timeout: BUILD_MS });
    await rm(join(tree, 'var/cache/apt/archives'), { recursive: true });
    // Started by the step that wants it, on a port of its own: the network is this computer's.
    await rm(join(tree, 'etc/systemd/system/multi-user.target.wants/nginx.service'), { force: true });
    await rm(join(tree, 'etc/nginx/sites-enabled/default'), { force: true });
    // Each container makes up its own.
    await rm(join(tree, 'etc/machine-id'), { force: true });
    await rename(tree, kept).catch((error: unknown) => {
      // Another run was quicker.
      if (!existsSync(kept)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return kept;
}
