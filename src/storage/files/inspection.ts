import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shellWord } from '../../shared/text/shell-word.ts';
import type { Inspection, Links, StorageFinding, UpdateLog } from '../ports.ts';
import { placesIn } from './deliveries/places.ts';
import type { FolderIdentity } from './folder-identity.ts';

/** Below this the outbox may soon be refused: a thousand messages with pictures, in bytes. */
const LITTLE_SPACE = 200 * 1024 * 1024;
const MIB = 1024 * 1024;
const LOOK = 'Look at them; repair and move them back, or remove them';
const REPAIR = 'Repair that file by hand; nothing overwrites it';

const good = (check: string, seen: string): StorageFinding => ({ check, ok: true, seen });
const bad = (check: string, seen: string, todo: string): StorageFinding => ({ check, ok: false, seen, todo });

/** Whether a folder, or the way to it, belongs to another account than this process's. */
async function isOthers(dataDir: string): Promise<boolean> {
  const owner = await stat(dataDir).then(
    ({ uid }) => uid,
    () => undefined,
  );
  return owner !== process.getuid?.();
}

async function checkFolder(dataDir: string): Promise<StorageFinding> {
  try {
    const { mode } = await stat(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((mode & 0o007) !== 0)
      return bad('data', `${dataDir} can be read by every account`, `chmod 0750 ${shellWord(dataDir)}`);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const seen = `${dataDir}, ${Math.round(free / MIB)} MB free`;
    return free < LITTLE_SPACE ? bad('data', seen, 'Make room on that disk') : good('data', seen);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EACCES' && (await isOthers(dataDir))) {
      const seen = `${dataDir} can be read by root and the service only`;
      return { check: 'data', ok: true, state: 'unchecked', seen, todo: 'sudo notify-bot doctor' };
    }
    const todo =
      errno === 'ENOENT'
        ? 'The service makes the folder at its first start'
        : `ls -ld ${shellWord(dataDir)} shows its owner`;
    return bad('data', `${dataDir}: ${reasonOf(error)}`, todo);
  }
}

async function checkFiles({ dataDir, links, stores, updateLog }: Inspected): Promise<StorageFinding> {
  const corrupt = await readdir(placesIn(dataDir).corrupt).catch(() => []);
  const lost = corrupt.length > 0 ? [`${corrupt.length} unreadable file(s) in outbox/corrupt/`] : [];
  try {
    const problems = await Promise.all([links, ...stores].map((store) => store.check()));
    const broken = [...problems.flatMap((problem) => problem?.message ?? []), ...(await updateLog.unreadable())];
    if (broken.length > 0) return bad('files', [...broken, ...lost].join(' '), REPAIR);
    return lost.length > 0 ? bad('files', lost.join(), LOOK) : good('files', `${links.count()} linked`);
  } catch (error) {
    return bad('files', sentenceOf(error), REPAIR);
  }
}

/** What is inspected. */
interface Inspected {
  readonly dataDir: string;
  readonly links: Pick<Links, 'check' | 'count'>;
  /** The other files of state. */
  readonly stores: ReadonlyArray<{ check(): Promise<Problem | undefined> }>;
  readonly updateLog: Pick<UpdateLog<never>, 'unreadable'>;
  readonly identity: FolderIdentity;
}

/** Inspects the data folder. */
export function createInspection(parts: Inspected): Inspection {
  const { dataDir, identity } = parts;
  return {
    async requireReadable() {
      await identity.verify();
      try {
        await access(dataDir, constants.R_OK | constants.X_OK);
      } catch (error) {
        const isMissing = errnoOf(error) === 'ENOENT';
        const why = isMissing ? 'does not exist' : `can't be read, ${reasonOf(error)}`;
        const todo = isMissing
          ? 'the service makes it at its first start'
          : 'run this as root or as the service’s user';
        throw new Problem('data_dir', `NOTIFY_DATA_DIR: ${dataDir} ${why}: ${todo}.`, { cause: error });
      }
    },
    async diagnose() {
      const strange = await identity.verify().then(
        () => undefined,
        (error: unknown): StorageFinding => ({
          ...bad('data', sentenceOf(error), `findmnt -T ${shellWord(dataDir)} shows its disk; then: mount it`),
          code: 'data_dir',
        }),
      );
      const folder = strange ?? (await checkFolder(dataDir));
      return folder.ok ? [folder, await checkFiles(parts)] : [folder];
    },
  };
}
