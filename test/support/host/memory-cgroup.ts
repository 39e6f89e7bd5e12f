import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { waitFor } from '../wait-for.ts';

/** The folder, and the name of the file of the limit, of version 1 and 2 of the kernel's control groups. */
const KINDS = [
  { root: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', peak: 'memory.max_usage_in_bytes' },
  { root: '/sys/fs/cgroup', limit: 'memory.max', peak: 'memory.peak' },
] as const;

/** A control group whose processes may use so much memory together. */
export interface MemoryCgroup {
  /** A command that puts a program into the group before it begins. */
  readonly via: readonly string[];
  /** The most that was used, bytes. */
  peak(): number;
}

let made = 0;

function make(bytes: number): { folder: string; peak: string } {
  for (const { root, limit, peak } of KINDS) {
    const folder = join(root, `notify-bot-test-${process.pid}-${made++}`);
    try {
      mkdirSync(folder);
      if (!existsSync(join(folder, limit))) throw new Error('no controller');
      writeFileSync(join(folder, limit), String(bytes));
      return { folder, peak: join(folder, peak) };
    } catch {
      if (existsSync(folder)) rmdirSync(folder);
    }
  }
  throw new Error('no control group can be made');
}

/** Whether such groups can be made here: root may, unless the kernel's files are read-only. */
export function canLimitMemory(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    rmdirSync(make(64 << 20).folder);
    return true;
  } catch {
    return false;
  }
}

/** A group that is gone after the test; its processes must have ended by then. */
export function memoryCgroup(bytes: number): MemoryCgroup {
  const { folder, peak } = make(bytes);
  const procs = join(folder, 'cgroup.procs');
  onTestFinished(async () => {
    await waitFor(() => readFileSync(procs, 'utf8') === '');
    rmdirSync(folder);
  });
  return {
    via: ['/bin/sh', '-c', `echo $$ >${procs}; exec "$@"`, 'sh'],
    peak: () => Number(readFileSync(peak, 'utf8')),
  };
}

/** `MemoryMax` of the service's unit, bytes. */
export function unitMemoryMax(): number {
  const unit = readFileSync(join(import.meta.dirname, '../../../systemd/notify-bot.service'), 'utf8');
  const gibibytes = /^MemoryMax=(\d+)G$/m.exec(unit)?.[1];
  if (gibibytes === undefined) throw new Error('MemoryMax of the unit is not in GiB');
  return Number(gibibytes) * 1024 ** 3;
}
