import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be brought into trouble. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no room for a byte. */
  fill(): Promise<void>;
  /** Leaves no room for a name. */
  crowd(): Promise<void>;
  /** Takes nothing any more, as after an error of the disk. */
  freeze(): void;
  /** Ends whatever trouble there is. */
  mend(): Promise<void>;
  remove(): Promise<void>;
}

const MIB = 16;
const INODES = 4000;

/** Mounts one in memory, as root may. */
export async function mountSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'notify-bot-small-'));
  const options = (how: string) => `${how}size=${MIB}m,nr_inodes=${INODES}`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options(''), 'tmpfs', folder], { stdio: 'pipe' });
  const fillers = join(folder, 'fillers');
  const remount = (how: string) => execFileSync('mount', ['-o', `remount,${options(how)}`, folder], { stdio: 'pipe' });
  const full = (error: unknown) => {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  };
  return {
    folder,
    async fill() {
      for (const size of [2 ** 20, 4096, 1]) {
        const more = (i: number) => writeFile(`${fillers}-${size}-${i}`, Buffer.alloc(size));
        await Array.from({ length: MIB })
          .reduce<Promise<void>>((before, _, i) => before.then(() => more(i)), Promise.resolve())
          .catch(full);
      }
    },
    async crowd() {
      await (async () => {
        for (let i = 0; i < INODES; i += 1) await writeFile(`${fillers}-0-${i}`, '');
      })().catch(full);
    },
    freeze: () => remount('ro,'),
    async mend() {
      remount('rw,');
      execFileSync('find', [folder, '-maxdepth', '1', '-name', 'fillers-*', '-delete'], { stdio: 'pipe' });
    },
    async remove() {
      execFileSync('umount', ['-l', folder], { stdio: 'pipe' });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
