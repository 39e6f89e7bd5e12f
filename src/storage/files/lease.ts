import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { makeDir } from '../../shared/files/durable.ts';
import { readRegular } from '../../shared/files/regular-file.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { tryLockFile } from '../../shared/host/libc.ts';
import type { Lease } from '../ports.ts';
import type { FolderIdentity } from './folder-identity.ts';
import type { FolderWatch } from './folder-watch.ts';

/** What the lease is made of. */
interface LeaseParts {
  readonly dataDir: string;
  readonly identity: FolderIdentity;
  readonly watch: FolderWatch;
  /** Called with the reason why the folder could not be marked. */
  readonly onProblem?: (problem: Problem) => void;
}

const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Flags of open(2) for the lock file. */
const LOCK = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;

/** The right to write in the data folder: a lock on `notify-bot.lock`, which the kernel gives back when the process ends. */
export function createLease({ dataDir, identity, watch, onProblem }: LeaseParts): Lease {
  const unusable = (error: unknown) =>
    new Problem('data_dir', `NOTIFY_DATA_DIR: ${dataDir} can't be used: ${reasonOf(error)}.`, { cause: error });

  return {
    verify: identity.verify,
    problem: watch.problem,
    async take() {
      await identity.verify();
      const path = join(dataDir, 'notify-bot.lock');
      let fd: number;
      try {
        await makeDir(dataDir);
        fd = openSync(path, LOCK, 0o640);
      } catch (error) {
        throw unusable(error);
      }
      if (!tryLockFile(fd)) {
        closeSync(fd);
        const pid = (await readRegular(path).catch(() => '')).toString().trim();
        throw new Problem('service_running', `Another notify-bot (process ${pid || 'unknown'}) uses ${dataDir}.`);
      }
      ftruncateSync(fd);
      writeSync(fd, `${process.pid}\n`);
      await watch.begin();
      // A full disk must not keep the service from sending what waits there.
      await identity.remember().catch((error: unknown) => onProblem?.(unusable(error)));
      return () => {
        watch.end();
        closeSync(fd);
      };
    },
  };
}
