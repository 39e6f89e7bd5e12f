/** Which files of the folder are scripts. Synchronous, since a run with nothing to do ends before a thread pool would start. */
import { lstatSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { SkippedFile, SkipReason } from '../outcomes.ts';
import { hasHiddenShebang, startsWithShebang } from './first-line.ts';
import { isExecutable } from './is-executable.ts';
import { doubtIn, isLeftover, isTurnedOff } from './turned-off.ts';

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

const endingOf = (name: string) =>
  SCRIPT_EXTENSIONS.find((ending) => name.endsWith(ending) && name.length > ending.length);

/** A script's name without its ending: one that names an interpreter, or all that follows the last dot. */
export function stemOf(name: string): string {
  const ending = endingOf(name);
  if (ending !== undefined) return name.slice(0, -ending.length);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** A name whose ending names an interpreter but for its case: the same with the right one. */
function withRightEnding(name: string): string | undefined {
  const ending = SCRIPT_EXTENSIONS.find((known) => name.toLowerCase().endsWith(known.toLowerCase()));
  return ending === undefined || name.length === ending.length ? undefined : name.slice(0, -ending.length) + ending;
}

type Skip = (reason: SkipReason) => { readonly skipped: SkippedFile };

/** Why nothing is at a path that the folder names; `undefined` when it is gone from the folder too. */
function missingReason(path: string, name: string, skip: Skip) {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    return skip({ code: 'dangling_link', target: readlinkSync(path) });
  }
  return name.includes('\uFFFD') ? skip({ code: 'not_utf8' }) : undefined;
}

function namesInterpreter(path: string): boolean {
  try {
    return startsWithShebang(path);
  } catch {
    // Its run reports that it can't be read.
    return true;
  }
}

type Unnamed = Omit<Script, 'stateName'>;

/** What a name of the folder is: a script, a file that is passed over, or neither. */
function lookAt(
  folder: string,
  name: string,
): { readonly script: Unnamed } | { readonly skipped: SkippedFile } | undefined {
  if (isTurnedOff(name)) return undefined;
  const path = join(folder, name);
  const skip = (reason: SkipReason) => ({ skipped: { name, path, reason } });
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    // A file that disappeared since has no reason.
    if (stats === undefined) return missingReason(path, name, skip);
    if (!stats.isFile()) return undefined;
  } catch (cause) {
    return skip({ code: 'unreachable', cause });
  }
  const doubt = doubtIn(name);
  const ending = endingOf(name);
  const executable = isExecutable(path);
  if (doubt !== undefined && (executable || ending !== undefined)) return skip({ code: doubt });
  const rightName = ending === undefined ? withRightEnding(name) : undefined;
  // Without a first line that names its interpreter, a shell would run it.
  const isMisnamed = rightName !== undefined && !(executable && namesInterpreter(path));
  if (isMisnamed) return skip({ code: 'ending_case', rightName });
  if (ending === undefined && !executable) return skip({ code: 'not_executable' });
  if (ending === undefined && hasHiddenShebang(path)) return skip({ code: 'byte_order_mark' });
  return { script: { name, stem: stemOf(name), path, ending, executable } };
}

/** Who has a shared stem: the name without an ending, then the endings in their order. */
const rank = ({ name, stem, ending }: Unnamed) =>
  name === stem ? -1 : ending === undefined ? SCRIPT_EXTENSIONS.length : SCRIPT_EXTENSIONS.indexOf(ending);

function withStateNames(scripts: readonly Unnamed[]): readonly Script[] {
  const owners = new Map<string, string>();
  for (const { stem, name } of scripts.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))) {
    if (!owners.has(stem)) owners.set(stem, name);
  }
  return scripts.map((script) => ({
    ...script,
    stateName: owners.get(script.stem) === script.name ? script.stem : script.name,
  }));
}

/** The files of a folder. */
export interface FolderContent {
  /** By name. */
  readonly scripts: readonly Script[];
  /** Files that are not run although their names don't turn them off. */
  readonly skipped: readonly SkippedFile[];
  /** Names of leftovers, such as `x.py.bak`. */
  readonly leftovers: readonly string[];
}

/**
 * Looks through a folder.
 *
 * @throws Problem `no_folder` when there is none, or it can't be read
 */
export function readFolder(folder: string): FolderContent {
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
  const found = names.sort().flatMap((name) => lookAt(folder, name) ?? []);
  return {
    scripts: withStateNames(found.flatMap((one) => ('script' in one ? [one.script] : []))),
    skipped: found.flatMap((one) => ('skipped' in one ? [one.skipped] : [])),
    leftovers: names.filter((name) => !name.startsWith('.') && isLeftover(name)),
  };
}

/** The scripts of a folder, by name. @throws Problem as `readFolder` */
export const discover = (folder: string): readonly Script[] => readFolder(folder).scripts;
