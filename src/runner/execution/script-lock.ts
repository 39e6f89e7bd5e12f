/**
 * A lock per script: overlapping runs never run a script twice at the same time.
 *
 * Promises: one holder at a time; the lock of a runner that was killed is taken over at once, after the script that it
 * left running has been ended. A lock is a symbolic link whose target names the runner: created in one step, complete
 * from the start, and possible on a full disk. A second link beside it names the script's process.
 */
import { mkdirSync, readlinkSync, rmdirSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { storageProblem } from '../../shared/files/storage-problem.ts';
import { fileNameFor } from '../state/file-name.ts';
import { bootId, identify, isAlive, type ProcessIdentity } from './process/process-identity.ts';

/** Age from which a guard was left by a runner that was killed while it took a lock over, ms. */
const GUARD_STALE_MS = 10_000;

/** A lock that is held. */
export interface ScriptLock {
  /** Records the script's own process, which leads its process group. */
  recordProcess(pid: number): void;
  release(): void;
}

interface Holder {
  readonly boot: string;
  readonly process: ProcessIdentity;
}

const boot = bootId();
const targetFor = ({ pid, start }: ProcessIdentity) => `${boot}:${pid}.${start}`;

function parse(target: string | undefined): Holder | undefined {
  const found = /^([^:]*):(\d+)\.(\d+)/.exec(target ?? '');
  return found ? { boot: found[1] ?? '', process: { pid: Number(found[2]), start: found[3] ?? '' } } : undefined;
}

function read(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The living process that a link names; none where the link is malformed or older than the computer's last start. */
function processIn(target: string | undefined): ProcessIdentity | undefined {
  const holder = parse(target);
  return holder?.boot === boot && isAlive(holder.process) ? holder.process : undefined;
}

/** The link that names a lock's script. It is no lock, since no script's name begins with a dot. */
const scriptLinkOf = (path: string) => join(dirname(path), `.${basename(path)}`);

/** Ends the script that a killed runner left running. */
function endLeftover(path: string): void {
  const link = scriptLinkOf(path);
  const script = processIn(read(link));
  try {
    if (script) process.kill(-script.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
  remove(link);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone; or it stays, and is void once its process has ended.
  }
}

/** Removes a void lock. A folder serves as a guard: only one process at a time does this. */
function removeVoid(path: string): void {
  // It is no lock, since no script's name begins with an underscore.
  const guard = join(dirname(path), `_${basename(path)}`);
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (Math.abs(age) > GUARD_STALE_MS) rmdirSync(guard);
    return;
  }
  try {
    if (processIn(read(path))) return;
    endLeftover(path);
    remove(path);
  } finally {
    rmdirSync(guard);
  }
}

function create(path: string, target: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a script's lock if it is free.
 *
 * @param name the script's file name
 * @returns `undefined` while another run holds it
 * @throws Problem `storage` when locks can't be created
 */
export function takeScriptLock(stateDir: string, name: string): ScriptLock | undefined {
  const folder = join(stateDir, 'locks');
  const path = join(folder, fileNameFor(name));
  const own = targetFor(identify(process.pid) ?? { pid: process.pid, start: '0' });
  try {
    makeDirs(folder, 0o700);
    if (!create(path, own)) {
      if (processIn(read(path))) return undefined;
      removeVoid(path);
      if (!create(path, own)) return undefined;
    }
  } catch (error) {
    throw storageProblem(path, error);
  }
  return {
    recordProcess(pid) {
      const script = identify(pid);
      remove(scriptLinkOf(path));
      try {
        if (script) symlinkSync(targetFor(script), scriptLinkOf(path));
      } catch {
        // The lock works without it.
      }
    },
    release() {
      if (read(path) !== own) return;
      remove(scriptLinkOf(path));
      remove(path);
    },
  };
}
