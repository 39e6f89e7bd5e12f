import { delimiter, join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import type { Script } from './discover.ts';
import { startsWithShebang } from './first-line.ts';
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

/** @throws Problem `no_interpreter` */
function pythonCommand(script: Script, { home, path }: InterpreterPlaces, given: string | undefined): ScriptCommand {
  if (given === undefined) {
    const own = join(home, '.venv/bin/python');
    return isExecutable(own) ? { file: own, args: [script.path] } : installed('python3', script, path);
  }
  if (given !== '' && !given.includes('/')) return installed(given, script, path);
  const file = given.startsWith('~/') ? join(home, given.slice(2)) : given;
  if (file.startsWith('/') && isExecutable(file)) return { file, args: [script.path] };
  const why = file.startsWith('/') ? `${file} is no program` : 'expected an absolute path, or one that begins with ~/';
  throw new Problem('no_interpreter', `# notify: python: ${why}.`);
}

/**
 * How to run a script: an executable file that begins with `#!` as that line says; any other by its ending, `.py` with
 * the Python of its header, else with the user's own.
 *
 * @param python the one of the header
 * @throws Problem `no_interpreter` when the interpreter isn't installed, `bad_header` where `python` is not for this
 *   script; the system's error when the script can't be read
 */
export function commandFor(script: Script, places: InterpreterPlaces, python?: string): ScriptCommand {
  const { path, node } = places;
  const { ending } = script;
  if (python !== undefined && ending !== '.py') {
    throw new Problem('bad_header', '# notify: python is for files that end in .py.');
  }
  if (script.executable && (ending === undefined || startsWithShebang(script.path))) {
    return { file: script.path, args: [] };
  }
  switch (ending) {
    case '.py':
      return pythonCommand(script, places, python);
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
