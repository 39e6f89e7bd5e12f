import { closeSync, openSync, readSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import type { Script } from './discover.ts';
import { isExecutable } from './is-executable.ts';

/** A program and its arguments. */
export interface ScriptCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/** Where interpreters are looked for. */
export interface InterpreterPlaces {
  readonly home: string;
  /** As the variable `PATH`. */
  readonly path: string;
  /** The `node` of this process: cron's PATH rarely has one. */
  readonly node: string;
}

function startOf(path: string, length: number): string {
  const fd = openSync(path, 'r');
  try {
    const start = Buffer.alloc(length);
    return start.toString('latin1', 0, readSync(fd, start, 0, length, 0));
  } finally {
    closeSync(fd);
  }
}

const startsWithShebang = (path: string) => startOf(path, 2) === '#!';

/** Whether a file's first line has a Windows line ending: the carriage return becomes a part of the interpreter's name. */
export function hasWindowsShebang(path: string): boolean {
  try {
    return /^#![^\n]*\r\n/.test(startOf(path, 256));
  } catch {
    return false;
  }
}

const onPath = (name: string, path: string) =>
  path
    .split(delimiter)
    .map((folder) => join(folder || '.', name))
    .find(isExecutable);

/** Node runs TypeScript from 22.18 on: https://nodejs.org/api/typescript.html */
const runsTypeScript = () => Reflect.get(process.features, 'typescript') === 'strip';

function typescriptCommand(script: Script, { home, path, node }: InterpreterPlaces): ScriptCommand {
  if (runsTypeScript()) return { file: node, args: [script.path] };
  const tsx = [join(home, 'node_modules/.bin/tsx')].find(isExecutable) ?? onPath('tsx', path);
  if (tsx !== undefined) return { file: node, args: [tsx, script.path] };
  throw new Problem(
    'no_interpreter',
    `Node ${process.version} can't run TypeScript: install Node 22.18 or later, or tsx (npm install tsx in your home).`,
  );
}

function installed(program: string, script: Script, path: string): ScriptCommand {
  const file = onPath(program, path);
  if (file !== undefined) return { file, args: [script.path] };
  throw new Problem('no_interpreter', `${program} is not installed, or not in PATH (${path}).`);
}

/**
 * How to run a script: `.py` with the user's own Python; an executable file that begins with `#!` as that line says;
 * any other by its ending.
 *
 * @throws Problem `no_interpreter` when the interpreter isn't installed; the system's error when the script can't be read
 */
export function commandFor(script: Script, places: InterpreterPlaces): ScriptCommand {
  const { home, path, node } = places;
  const { ending } = script;
  if (ending === '.py') {
    const own = join(home, '.venv/bin/python');
    return isExecutable(own) ? { file: own, args: [script.path] } : installed('python3', script, path);
  }
  if (script.executable && (ending === undefined || startsWithShebang(script.path))) {
    return { file: script.path, args: [] };
  }
  switch (ending) {
    case '.js':
    case '.mjs':
      return { file: node, args: [script.path] };
    case '.ts':
      return typescriptCommand(script, places);
    case '.rb':
      return installed('ruby', script, path);
    case '.pl':
      return installed('perl', script, path);
    case '.R':
      return installed('Rscript', script, path);
    case '.php':
      return installed('php', script, path);
    default:
      return installed(onPath('bash', path) === undefined ? 'sh' : 'bash', script, path);
  }
}
