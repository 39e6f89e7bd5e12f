/** Which files of the folder are scripts. Synchronous: a run with nothing to do is over before a pool has started. */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
import { printable } from '../text/failure-messages.ts';
import { isExecutable } from './is-executable.ts';

/** The endings that name an interpreter, in the order in which they claim a name that two files share. */
export const SCRIPT_EXTENSIONS = ['.py', '.sh', '.js', '.mjs', '.ts', '.rb', '.pl', '.R', '.php'] as const;
export type ScriptExtension = (typeof SCRIPT_EXTENSIONS)[number];

/** A notification script. */
export interface Script {
  /** The file's name. */
  readonly name: string;
  /** The name without its ending. */
  readonly stem: string;
  /** What its state is kept under: the stem, or, where another script has that, the name. */
  readonly stateName: string;
  readonly path: string;
  readonly ending: ScriptExtension | undefined;
  readonly executable: boolean;
}

const PASSED_OVER = /^[._]|(?:~|\.bak|\.swp|\.disabled)$/;

const endingOf = (name: string) =>
  SCRIPT_EXTENSIONS.find((ending) => name.endsWith(ending) && name.length > ending.length);

/** A script's name without its ending: the one that names an interpreter, or whatever follows the last dot. */
export function stemOf(name: string): string {
  const ending = endingOf(name);
  if (ending !== undefined) return name.slice(0, -ending.length);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

function scriptAt(folder: string, name: string): Omit<Script, 'stateName'> | undefined {
  if (PASSED_OVER.test(name)) return undefined;
  const path = join(folder, name);
  // A broken link, or a file that went away meanwhile.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
  const ending = endingOf(name);
  const executable = isExecutable(path);
  if (ending === undefined && !executable) return undefined;
  return { name, stem: stemOf(name), path, ending, executable };
}

/** A loop of links, or a folder that may not be entered, is no script. */
function safely(folder: string, name: string) {
  try {
    return scriptAt(folder, name);
  } catch {
    return undefined;
  }
}

/** A name without an ending is the stem itself, so the stem is its; then the endings in their order. */
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
        ? `There is no folder ${folder}: notify-runner init makes it.`
        : `The folder ${folder} can't be read: ${reasonOf(error)}.`;
    throw new Problem('no_folder', message, { cause: error });
  }
  const scripts = names.sort().flatMap((name) => safely(folder, name) ?? []);
  return withStateNames(scripts);
}

/** Names in the folder that are not UTF-8, as far as they can be shown: such a file can't be run. */
export function unusableNames(folder: string): readonly string[] {
  try {
    const there = (name: string) => lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;
    return readdirSync(folder).filter((name) => name.includes('\uFFFD') && !there(name));
  } catch {
    return [];
  }
}

/** What to say of such a name. */
export const notUtf8 = (name: string): string =>
  `${JSON.stringify(name)} is passed over: its name is not UTF-8; rename it.`;

/**
 * Finds a script by its name, with or without its ending.
 *
 * @throws Problem `no_script` when there is none, `bad_name` when it holds a `/` or isn't clear
 */
export function findScript(scripts: readonly Script[], name: string): Script {
  if (name.includes('/') || name.includes('\0')) {
    throw new Problem('bad_name', `${JSON.stringify(name)}: a script's name holds no "/"; give the name alone.`);
  }
  const exact = scripts.find((script) => script.name === name);
  if (exact) return exact;
  const [first, ...others] = scripts.filter((script) => script.stem === name);
  if (first === undefined) {
    const meant = didYouMean(
      name,
      scripts.map(({ stem }) => stem),
    );
    const hint = meant === undefined ? ': ' : `; did you mean ${printable(meant)}? `;
    throw new Problem(
      'no_script',
      `There is no script ${JSON.stringify(name)}${hint}notify-runner list shows what there is.`,
    );
  }
  if (others.length === 0) return first;
  const names = [first, ...others].map((script) => script.name).join(' and ');
  throw new Problem('bad_name', `${JSON.stringify(name)} is not clear: there are ${names}; give the ending too.`);
}
