/** Which files of the folder are scripts. Synchronous, since a run with nothing to do ends before a thread pool would start. */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { isExecutable } from './is-executable.ts';

/** The endings that name an interpreter. Where two files share a stem, the first ending in this list has it. */
export const SCRIPT_EXTENSIONS = ['.py', '.sh', '.js', '.mjs', '.ts', '.rb', '.pl', '.R', '.php'] as const;
export type ScriptExtension = (typeof SCRIPT_EXTENSIONS)[number];

/** A notification script. */
export interface Script {
  /** The file's name. */
  readonly name: string;
  /** The name without its ending. */
  readonly stem: string;
  /** The name of its state file: the stem, or, where another script has that stem, the name. */
  readonly stateName: string;
  readonly path: string;
  readonly ending: ScriptExtension | undefined;
  readonly executable: boolean;
}

const SKIPPED = /^[._]|(?:~|\.bak|\.swp|\.disabled)$/;

const endingOf = (name: string) =>
  SCRIPT_EXTENSIONS.find((ending) => name.endsWith(ending) && name.length > ending.length);

/** A script's name without its ending: one that names an interpreter, or all that follows the last dot. */
export function stemOf(name: string): string {
  const ending = endingOf(name);
  if (ending !== undefined) return name.slice(0, -ending.length);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function scriptAt(folder: string, name: string): Omit<Script, 'stateName'> | undefined {
  if (SKIPPED.test(name)) return undefined;
  const path = join(folder, name);
  // A broken link, or a file that disappeared since.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const ending = endingOf(name);
  const executable = isExecutable(path);
  if (ending === undefined && !executable) return undefined;
  return { name, stem: stemOf(name), path, ending, executable };
}

/** As `scriptAt`; a loop of links, or a folder that may not be entered, is no script. */
function scriptOrNone(folder: string, name: string) {
  try {
    return scriptAt(folder, name);
  } catch {
    return undefined;
  }
}

/** Who has a shared stem: the name without an ending, then the endings in their order. */
const rank = ({ name, stem, ending }: Omit<Script, 'stateName'>) =>
  name === stem ? -1 : ending === undefined ? SCRIPT_EXTENSIONS.length : SCRIPT_EXTENSIONS.indexOf(ending);

function withStateNames(scripts: readonly Omit<Script, 'stateName'>[]): readonly Script[] {
  const owners = new Map<string, string>();
  for (const { stem, name } of scripts.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))) {
    if (!owners.has(stem)) owners.set(stem, name);
  }
  return scripts.map((script) => ({
    ...script,
    stateName: owners.get(script.stem) === script.name ? script.stem : script.name,
  }));
}

/**
 * The scripts of a folder, by name.
 *
 * @throws Problem `no_folder` when there is none, or it can't be read
 */
export function discover(folder: string): readonly Script[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const message =
      errnoOf(error) === 'ENOENT'
        ? `There is no folder ${folder}: notify-runner init creates it.`
        : `The folder ${folder} can't be read: ${reasonOf(error)}.`;
    throw new Problem('no_folder', message, { cause: error });
  }
  const scripts = names.sort().flatMap((name) => scriptOrNone(folder, name) ?? []);
  return withStateNames(scripts);
}

/** Names in the folder that are not UTF-8, as far as they can be shown: such files can't be run. */
export function undecodableNames(folder: string): readonly string[] {
  try {
    const exists = (name: string) => lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
    return readdirSync(folder).filter((name) => name.includes('\uFFFD') && !exists(name));
  } catch {
    return [];
  }
}
