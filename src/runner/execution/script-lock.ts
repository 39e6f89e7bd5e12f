/**
 * A lock per script, so that overlapping runs never run one twice at once.
 *
 * Promises: one holder at a time; the lock of a runner that was killed is taken over at once, and the script it left
 * running is ended first. A lock is a symbolic link that points nowhere and names the runner: made in one step, whole
 * from the start, and without a byte of a full disk. A second one beside it names the script's process.
 */
import { mkdirSync, readlinkSync, rmdirSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../core/problem.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { storageProblem } from '../../shared/files/storage-problem.ts';
import { fileNameFor } from '../state/file-name.ts';
import { bootId, identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** A guard left by a runner that was killed while it took a lock over, milliseconds. */
const GUARD_STALE_MS = 10_000;

/** A lock in hand. */
export interface ScriptLock {
  /** Notes the script's own process, which leads its process group. */
  note(pid: number): void;
  release(): void;
}

interface Holder {
  readonly boot: string;
  readonly process: ProcessIdentity;
}

const boot = bootId();
const written = ({ pid, start }: ProcessIdentity) => `${boot}:${pid}.${start}`;

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

/** A link that can't be understood, or is from before the last start of the computer, names nobody. */
function aliveIn(target: string | undefined): ProcessIdentity | undefined {
  const holder = parse(target);
  return holder?.boot === boot && isAlive(holder.process) ? holder.process : undefined;
}

/** Where a lock's script is named. No script's name begins with a dot. */
const noteBeside = (path: string) => join(dirname(path), `.${basename(path)}`);

/** Ends what a killed runner left running. */
function endLeftover(path: string): void {
  const note = noteBeside(path);
  const script = aliveIn(read(note));
  try {
    if (script) process.kill(-script.pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
  remove(note);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already; or it stays, and is dead as soon as its process is.
  }
}

/** Removes a dead lock. A folder as a guard lets only one process at a time do this. */
function takeAway(path: string): void {
  // No script's name begins with an underline.
  const guard = join(dirname(path), `_${basename(path)}`);
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (Math.abs(age) > GUARD_STALE_MS) rmdirSync(guard);
    return;
  }
  try {
    if (aliveIn(read(path))) return;
    endLeftover(path);
    remove(path);
  } finally {
    rmdirSync(guard);
  }
}

function make(path: string, target: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a script's lock if nobody has it.
 *
 * @param name the script's file name
 * @returns `undefined` while another run holds it
 * @throws Problem `storage` when no lock can be made at all
 */
export function takeScriptLock(stateDir: string, name: string): ScriptLock | undefined {
  const folder = join(stateDir, 'locks');
  const path = join(folder, fileNameFor(name));
  const own = written(identify(process.pid) ?? { pid: process.pid, start: '0' });
  try {
    makeDirs(folder, 0o700);
    if (!make(path, own)) {
      if (aliveIn(read(path))) return undefined;
      takeAway(path);
      if (!make(path, own)) return undefined;
    }
  } catch (error) {
    throw storageProblem(path, error);
  }
  return {
    note(pid) {
      const script = identify(pid);
      remove(noteBeside(path));
      try {
        if (script) symlinkSync(written(script), noteBeside(path));
      } catch {
        // The lock holds without it.
      }
    },
    release() {
      if (read(path) !== own) return;
      remove(noteBeside(path));
      remove(path);
    },
  };
}
