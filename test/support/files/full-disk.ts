import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

function mount(kibibytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'notify-bot-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
  return folder;
}

function unmount(folder: string): void {
  execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
}

/** Whether small disks can be made here: root may, outside of most containers. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    unmount(mount(64));
    return true;
  } catch {
    return false;
  }
}

/** A disk of this size in KiB, gone after the test. */
export function fullDisk(kibibytes: number): string {
  const folder = mount(kibibytes);
  onTestFinished(() => unmount(folder));
  return folder;
}
