/**
 * A lock per script, so that overlapping runs never run one twice at once.
 *
 * Promises: one holder at a time; the lock of a runner that was killed is taken over at once, and the script it left
 * running is ended first. A lock is a symbolic link that points nowhere and names the runner and its script's
 * process: made in one step, whole from the start, and without a byte of a full disk.
 */
import { mkdirSync, readlinkSync, renameSync, rmdirSync, statSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../shared/problem.ts';
import { storageProblem } from '../shared/storage-problem.ts';
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
  readonly runner: ProcessIdentity;
  readonly script?: ProcessIdentity;
}

const written = ({ pid, start }: ProcessIdentity) => `${pid}.${start}`;

function readIdentity(text: string | undefined): ProcessIdentity | undefined {
  const found = /^(\d+)\.(\d+)$/.exec(text ?? '');
  return found ? { pid: Number(found[1]), start: found[2] ?? '' } : undefined;
}

function parse(target: string): Holder | undefined {
  const [boot = '', runner, script] = target.split(':');
  const found = readIdentity(runner);
  const child = readIdentity(script);
  return found && { boot, runner: found, ...(child && { script: child }) };
}

function read(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function isDead(target: string): boolean {
  const holder = parse(target);
  return holder === undefined || holder.boot !== bootId() || !isAlive(holder.runner);
}

/** Ends what a killed runner left running. */
function endLeftover(target: string): void {
  const holder = parse(target);
  if (holder?.script === undefined || holder.boot !== bootId() || !isAlive(holder.script)) return;
  try {
    process.kill(-holder.script.pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Removes a dead lock. A folder as a guard lets only one process at a time do this. */
function takeAway(path: string): void {
  const guard = `${path}.breaking`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (Math.abs(age) > GUARD_STALE_MS) rmdirSync(guard);
    return;
  }
  try {
    const target = read(path);
    if (target === undefined || !isDead(target)) return;
    endLeftover(target);
    unlinkSync(path);
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
  const path = join(folder, name);
  const runner = identify(process.pid) ?? { pid: process.pid, start: '0' };
  const own = `${bootId()}:${written(runner)}`;
  let current = own;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!make(path, own)) {
      const target = read(path);
      if (target !== undefined && !isDead(target)) return undefined;
      takeAway(path);
      if (!make(path, own)) return undefined;
    }
  } catch (error) {
    throw storageProblem(path, error);
  }
  return {
    note(pid) {
      const script = identify(pid);
      if (script === undefined) return;
      const next = `${own}:${written(script)}`;
      try {
        symlinkSync(next, `${path}.${process.pid}`);
        renameSync(`${path}.${process.pid}`, path);
        current = next;
      } catch {
        // The lock holds without it.
      }
    },
    release() {
      try {
        if (read(path) === current) unlinkSync(path);
      } catch {
        // A lock that stays behind is dead as soon as this process is.
      }
    },
  };
}
