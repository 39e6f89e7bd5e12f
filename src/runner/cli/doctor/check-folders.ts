/** Checks of the user's folders: scripts and state. */
import { closeSync, existsSync, fsyncSync, lstatSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { errnoOf, sentenceOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { shellWord } from '../../../shared/text/shell-word.ts';
import { waitingSummary } from '../../delivery/waiting.ts';
import { prepareAndCheck } from '../../execution/prepare-script.ts';
import { readFolder } from '../../scripts/discover.ts';
import { hasHiddenShebang } from '../../scripts/first-line.ts';
import { looksMeant } from '../../scripts/looks-meant.ts';
import type { RunnerSettings } from '../../settings.ts';
import { readConfig } from '../../state/config.ts';
import { printableName } from '../../text/plain-text.ts';
import { skippedText, withoutMark } from '../../text/skipped-text.ts';
import { bad, type Finding, fine } from './finding.ts';

/** Bytes, about those of a notification. */
const TRIAL_BYTES = 64 * 1024;

/** The folder holds scripts, and their headers can be read. */
export async function checkScripts({ scriptsDir, tz }: RunnerSettings): Promise<Finding> {
  try {
    const { scripts, skipped, leftovers } = readFolder(scriptsDir);
    for (const script of scripts) {
      const { problem } = await prepareAndCheck(script, { now: Date.now(), tz });
      if (problem !== undefined) return bad('folder', `${script.name}: ${sentenceOf(problem)}`, `Edit ${script.path}`);
      if (script.executable && hasHiddenShebang(script.path)) {
        const seen = `${printableName(script.name)}: its first line does not count, since a byte order mark stands before #!`;
        return bad('folder', seen, withoutMark(script.path));
      }
    }
    const [meant] = skipped.filter(looksMeant);
    if (meant !== undefined) return bad('folder', skippedText(meant), 'notify-runner list names all that are skipped');
    const count = scripts.length === 1 ? 'one script' : `${scripts.length} scripts`;
    const unused = [...skipped.map(({ name }) => name), ...leftovers].map(printableName);
    const others = unused.length === 0 ? '' : `; not run: ${unused.join(', ')}`;
    if (scripts.length > 0) return fine('folder', `${scriptsDir}, ${count}${others}`);
    return bad('folder', `${scriptsDir} holds no script`, 'notify-runner init writes an example');
  } catch (error) {
    return bad('folder', sentenceOf(error), 'notify-runner init');
  }
}

/** Writes and syncs a file: the mode of a folder doesn't show that the disk is full. */
function tryWriting(stateDir: string): void {
  const path = join(stateDir, `.doctor-${process.pid}`);
  const fd = openSync(path, 'w', 0o600);
  try {
    writeFileSync(fd, Buffer.alloc(TRIAL_BYTES, 'x'));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    rmSync(path, { force: true });
  }
}

function storageTodo(stateDir: string, errno: string | undefined): string {
  const path = shellWord(stateDir);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return `Make room: du -xh ${path} ~ | sort -h | tail`;
  if (errno === 'EACCES' || errno === 'EPERM') return `chmod -R u+rwX ${path}`;
  if (errno === 'EROFS') return `Ask the administrator why the disk is read-only: findmnt -T ${path}`;
  return 'Set NOTIFY_STATE_DIR to a folder of yours';
}

/** The folders of the state whose owner matters; a runner of another account may have created them. */
const FOLDERS = ['state', 'runs', 'pending', 'locks', 'logs'];

/** The first folder or file of the state that belongs to another account, whose content may not even be seen. */
function foreignPath(stateDir: string): string | undefined {
  const uid = process.getuid?.();
  const isForeign = (path: string) => (lstatSync(path, { throwIfNoEntry: false })?.uid ?? uid) !== uid;
  if (isForeign(stateDir)) return stateDir;
  for (const folder of FOLDERS.map((name) => join(stateDir, name))) {
    if (isForeign(folder)) return folder;
    if (!existsSync(folder)) continue;
    const foreign = readdirSync(folder)
      .map((name) => join(folder, name))
      .find(isForeign);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** The state can be written, and nothing in it is damaged. */
export function checkState({ stateDir }: RunnerSettings): Finding {
  try {
    const foreign = foreignPath(stateDir);
    if (foreign !== undefined) {
      const todo = `As root: chown -R ${shellWord(userInfo().username)} ${shellWord(stateDir)}`;
      return bad('state', `${foreign} belongs to another account`, todo);
    }
    makeDirs(stateDir, 0o700);
    tryWriting(stateDir);
  } catch (error) {
    return bad('state', `${stateDir}: ${reasonOf(error)}`, storageTodo(stateDir, errnoOf(error)));
  }
  const { problem } = readConfig(stateDir);
  if (problem) return bad('state', problem.message, `Edit ${join(stateDir, 'config.json')}`);
  const { waiting, unreadable, corrupt } = waitingSummary(stateDir);
  const [damaged] = unreadable;
  if (damaged !== undefined) return bad('state', `${damaged} is damaged`, 'Look at it, then remove it');
  if (corrupt > 0) {
    return bad('state', `${corrupt} damaged in ${join(stateDir, 'pending/corrupt')}`, 'Look there, then remove it');
  }
  return fine('state', waiting === 0 ? stateDir : `${stateDir}, ${waiting} waiting for the bot`);
}
