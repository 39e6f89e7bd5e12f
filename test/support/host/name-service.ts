/**
 * A name service with a source that can be taken away: the real `getent` of this host in a mount namespace of its own,
 * where nsswitch.conf(5) names the local files and `extrausers`, whose files are in a folder of the test's.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NameService } from '../../../src/shared/host/run-getent.ts';

/** Where libnss-extrausers reads; the package makes the folder. */
const PLACE = '/var/lib/extrausers';

/** An account and a group that only the remote source knows; the account is in the group. */
export const REMOTE = {
  user: 'nbremote',
  uid: 3_500_001,
  gid: 3_500_001,
  group: 'nbgroup',
  groupGid: 3_500_002,
} as const;

export interface RemoteNames extends NameService {
  /** From now on the source does not answer. */
  takeAway(): void;
  bringBack(): void;
}

/** Why these tests can't run here; `undefined` where they can. */
export function whyNoNameService(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  if (!existsSync(PLACE)) return 'needs libnss-extrausers';
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'needs mount namespaces';
  }
}

/** Makes one; it is gone after the test. @param sources the line of nsswitch.conf(5) for accounts and groups */
export function remoteNames(sources = 'files extrausers'): RemoteNames {
  const folder = mkdtempSync(join(tmpdir(), 'notify-bot-names-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [here, away] = [join(folder, 'extrausers'), join(folder, 'away')];
  const [command, nsswitch] = [join(folder, 'getent'), join(folder, 'nsswitch.conf')];
  const { user, uid, gid, group, groupGid } = REMOTE;
  mkdirSync(here);
  writeFileSync(join(here, 'passwd'), `${user}:x:${uid}:${gid}::/:/bin/sh\n`);
  writeFileSync(join(here, 'group'), `${user}:x:${gid}:\n${group}:x:${groupGid}:${user}\n`);
  writeFileSync(nsswitch, `passwd: ${sources}\ngroup: ${sources}\n`);
  writeFileSync(
    command,
    `#!/bin/sh
exec unshare --mount sh -c '
mount --bind ${nsswitch} /etc/nsswitch.conf
if [ -d ${here} ]; then mount --bind ${here} ${PLACE}; else mount -t tmpfs none ${PLACE}; fi
exec /usr/bin/getent "$@"' sh "$@"
`,
  );
  chmodSync(command, 0o755);
  return { command, nsswitch, takeAway: () => renameSync(here, away), bringBack: () => renameSync(away, here) };
}
