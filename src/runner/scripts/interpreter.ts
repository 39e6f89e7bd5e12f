import { closeSync, openSync, readSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import type { Script } from './discover.ts';
import { isExecutable } from './is-executable.ts';

export interface ScriptCommand {
  readonly file: string;
  readonly args: readonly string[];
}

interface Surroundings {
  readonly home: string;
  readonly path: string;
  /** The `node` that runs this: cron's PATH rarely has one. */
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

/** Whether a file's first line ends as Windows has it: its interpreter's name then ends in a carriage return. */
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

/** Node takes TypeScript as it is from 22.18 on: https://nodejs.org/api/typescript.html */
const readsTypeScript = () => Reflect.get(process.features, 'typescript') === 'strip';

function typescript(script: Script, { home, path, node }: Surroundings): ScriptCommand {
  if (readsTypeScript()) return { file: node, args: [script.path] };
  const tsx = [join(home, 'node_modules/.bin/tsx')].find(isExecutable) ?? onPath('tsx', path);
  if (tsx !== undefined) return { file: node, args: [tsx, script.path] };
  throw new Problem(
    'no_interpreter',
    `Node ${process.version} can't run TypeScript: install Node 22.18 or later, or tsx (npm install tsx in your home).`,
  );
}

function named(program: string, script: Script, path: string): ScriptCommand {
  const file = onPath(program, path);
  if (file !== undefined) return { file, args: [script.path] };
  throw new Problem('no_interpreter', `${program} is not installed, or not in PATH (${path}).`);
}

/**
 * How to run a script: `.py` always with the user's own Python; any other as its first line says where it may be
 * run, else by its ending.
 *
 * @throws Problem `no_interpreter` when it isn't installed; the system's error when the script can't be read
 */
export function commandFor(script: Script, surroundings: Surroundings): ScriptCommand {
  const { home, path, node } = surroundings;
  const { ending } = script;
  if (ending === '.py') {
    const own = join(home, '.venv/bin/python');
    return isExecutable(own) ? { file: own, args: [script.path] } : named('python3', script, path);
  }
  if (script.executable && (ending === undefined || startsWithShebang(script.path))) {
    return { file: script.path, args: [] };
  }
  switch (ending) {
    case '.js':
    case '.mjs':
      return { file: node, args: [script.path] };
    case '.ts':
      return typescript(script, surroundings);
    case '.rb':
      return named('ruby', script, path);
    case '.pl':
      return named('perl', script, path);
    case '.R':
      return named('Rscript', script, path);
    case '.php':
      return named('php', script, path);
    default:
      return named(onPath('bash', path) === undefined ? 'sh' : 'bash', script, path);
  }
}
