import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { makeDir } from '../../shared/files/durable.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { tryLockFile } from '../../shared/host/libc.ts';
import type { Lease } from '../ports.ts';

/** The right to write in the data folder: a lock on `notify-bot.lock`, which the kernel gives back when the process ends. */
export function createLease(dataDir: string): Lease {
  return {
    async take() {
      const path = join(dataDir, 'notify-bot.lock');
      let fd: number;
      try {
        await makeDir(dataDir);
        fd = openSync(path, 'a+', 0o640);
      } catch (error) {
        throw new Problem('data_dir', `NOTIFY_DATA_DIR: ${dataDir} can't be used: ${reasonOf(error)}.`, {
          cause: error,
        });
      }
      if (!tryLockFile(fd)) {
        closeSync(fd);
        const pid = (await readFile(path, 'utf8').catch(() => '')).trim();
        throw new Problem('service_running', `Another notify-bot (process ${pid || 'unknown'}) uses ${dataDir}.`);
      }
      ftruncateSync(fd);
      writeSync(fd, `${process.pid}\n`);
      return () => closeSync(fd);
    },
  };
}
