/**
 * The file of a script's state: `state/<script>.json`.
 *
 * Promises: replaced whole and synced; the fields of other programs stay; a file that can't be understood is moved
 * aside, and one that can't be opened stays: neither is overwritten. Read and written only under the script's lock.
 */
import { isUtf8 } from 'node:buffer';
import { lstatSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import { writeDurably } from '../../shared/files/durable.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { readRegularSync } from '../../shared/files/regular-file.ts';
import { reasonOf, storageProblem } from '../../shared/files/storage-problem.ts';
import { fileNameFor } from './file-name.ts';
import { EMPTY_STATE, formatState, parseState, type ScriptState } from './script-state.ts';

const fileOf = (stateDir: string, stateName: string) => join(stateDir, 'state', `${fileNameFor(stateName)}.json`);

/** Reads a script's state without changing anything. @throws the system's error, or what is wrong with the content */
function read(path: string): ScriptState {
  try {
    const bytes = readRegularSync(path, 'follow');
    // Decoding would change bytes of another program's fields, which the next write would keep.
    if (!isUtf8(bytes)) throw new Error('it is not UTF-8 text');
    return parseState(bytes.toString('utf8'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return EMPTY_STATE;
    throw error;
  }
}

/** A script's state for display; a file that can't be read counts as empty. */
export function peekState(stateDir: string, stateName: string): ScriptState {
  try {
    return read(fileOf(stateDir, stateName));
  } catch {
    return EMPTY_STATE;
  }
}

/** A free name beside the file. */
function asideName(path: string): string {
  const name = `${path}.unreadable-${Math.floor(Date.now() / 1000)}`;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (lstatSync(candidate, { throwIfNoEntry: false }) === undefined) return candidate;
  }
}

/**
 * Reads a script's state. A file that can't be understood is moved aside; one that can't be opened, or moved aside,
 * stays, and the state is marked. Both are returned as a Problem; the state is then empty. Never throws.
 */
export function readState(stateDir: string, stateName: string): { state: ScriptState; problem?: Problem } {
  const path = fileOf(stateDir, stateName);
  try {
    return { state: read(path) };
  } catch (error) {
    const unreadable = (message: string, cause: unknown) => ({
      state: { ...EMPTY_STATE, unreadable: true as const },
      problem: new Problem('storage', message, { cause }),
    });
    if (errnoOf(error) !== undefined) return unreadable(`${path} can't be read: ${reasonOf(error)}.`, error);
    const aside = asideName(path);
    try {
      renameSync(path, aside);
    } catch (moving) {
      return unreadable(`${path} is damaged and can't be moved aside: ${reasonOf(moving)}.`, moving);
    }
    const message = `${path} is damaged (${sentenceOf(error)}): it was moved to ${aside}, and the cooldown starts again.`;
    return { state: EMPTY_STATE, problem: new Problem('state', message) };
  }
}

/** Stores a script's state. @throws Problem `storage` */
export async function writeState(stateDir: string, stateName: string, state: ScriptState): Promise<void> {
  const path = fileOf(stateDir, stateName);
  try {
    makeDirs(join(stateDir, 'state'), 0o700);
    await writeDurably(path, formatState(state), 0o600);
  } catch (error) {
    throw storageProblem(path, error);
  }
}
