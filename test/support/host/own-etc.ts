/** Runs programs on a host whose /etc has other files: a copy of /etc in a mount namespace of the program's own. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** How a program ended. */
interface Ended {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

const FIRST_UID = 3_700_000;

const SCRIPT = `
mount -t tmpfs tmpfs "$1/etc" || exit 99
# A file that is gone meanwhile, such as useradd's, is none that is needed.
cp -a /etc/. "$1/etc" 2>/dev/null
test -s "$1/etc/passwd" && cp -a "$1/more/." "$1/etc" && mount --bind "$1/etc" /etc || exit 99
shift
exec "$@"`;

/** Why these tests can't run here; `undefined` where they can. */
export function whyNoOwnEtc(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'needs mount namespaces';
  }
}

/**
 * A command that starts a program on a host that has more accounts, in the same process.
 *
 * All of /etc is another one there: a mount over /etc/passwd alone is gone, in every namespace, when somebody on this host
 * replaces that file, as useradd(8) does.
 *
 * @param folder where that /etc goes, as long as the program runs
 */
export function withAccounts(folder: string, names: readonly string[]): readonly string[] {
  const etc = join(folder, 'etc');
  // A file that is gone meanwhile, such as somebody's lock, is none that is needed.
  spawnSync('cp', ['-a', '/etc', etc]);
  const path = join(etc, 'passwd');
  // No account of this host has such numbers.
  const lines = names.map((name, i) => `${name}:x:${FIRST_UID + i}:${FIRST_UID + i}::/nonexistent:/bin/sh\n`);
  appendFileSync(path, lines.join(''));
  return ['unshare', '--mount', 'sh', '-c', 'mount --bind "$1" /etc && shift && exec "$@"', 'sh', etc];
}

/** @param files content by path below /etc */
export function withEtc(
  files: Readonly<Record<string, string | Uint8Array>>,
  command: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'notify-bot-etc-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'etc'));
  mkdirSync(join(folder, 'more'));
  for (const [path, content] of Object.entries(files)) {
    const whole = join(folder, 'more', path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
  }
  const env = { PATH: process.env.PATH, ...environment };
  const words = ['--mount', 'sh', '-c', SCRIPT, 'sh', folder, ...command];
  return new Promise((resolve, reject) => {
    execFile('unshare', words, { env, timeout: 60_000 }, (error, out, err) => {
      const status = error === null ? 0 : error.code;
      if (typeof status === 'number' && status !== 99) resolve({ status, out, err });
      else reject(new Error(`${command.join(' ')} did not end by itself: ${out}${err}`));
    });
  });
}
