import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Bytes of the disk; XFS takes no smaller one than 300 MB, and only what is written takes room. */
const SIZE = 320 * 1024 * 1024;

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' });

function mount(): { folder: string; unmount: () => void } {
  const place = mkdtempSync(join(tmpdir(), 'notify-bot-xfs-'));
  const image = join(place, 'image');
  const folder = join(place, 'disk');
  mkdirSync(folder);
  writeFileSync(image, '');
  truncateSync(image, SIZE);
  try {
    run('mkfs.xfs', '-q', '-m', 'reflink=1', image);
    run('mount', '-o', 'loop', image, folder);
  } catch (error) {
    rmSync(place, { recursive: true });
    throw error;
  }
  const unmount = () => {
    run('umount', folder);
    rmSync(place, { recursive: true });
  };
  return { folder, unmount };
}

/** Whether an XFS can be made here: as root, with `xfsprogs`, outside of most containers. */
export function canMountXfs(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    mount().unmount();
    return true;
  } catch {
    return false;
  }
}

/** A file system whose files can share blocks, gone after the test. */
export function xfs(): string {
  const { folder, unmount } = mount();
  onTestFinished(unmount);
  return folder;
}
