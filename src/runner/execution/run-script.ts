/** One run of a script, from its file to its checked output; the same for the runner and for other programs. */
import { Problem, sentenceOf } from '../../core/problem.ts';
import { readScriptOutput, type ScriptOutput } from '../../shared/api/script-output.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { Environment } from '../../shared/process/settings.ts';
import type { Script } from '../scripts/discover.ts';
import { type Header, readHeader } from '../scripts/header.ts';
import { commandFor } from '../scripts/interpreter.ts';
import { type Execution, execute } from './execute.ts';

/** Milliseconds a script has unless its header says otherwise. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** Where programs are looked for when the environment doesn't say. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** What a script runs in. */
export interface ExecutionContext {
  readonly home: string;
  readonly environment: Environment;
  readonly node: string;
  readonly stop: AbortSignal;
  /** Milliseconds, over what the header says. */
  readonly timeout?: number | undefined;
}

export interface ScriptRun {
  /** Milliseconds. */
  readonly took: number;
  /** The end of standard error. */
  readonly stderr: string;
  readonly stopped: boolean;
  readonly header: Header;
  readonly result: { readonly output: ScriptOutput } | { readonly failure: string };
}

const notRun = (failure: string, header: Header = {}): ScriptRun => ({
  took: 0,
  stderr: '',
  stopped: false,
  header,
  result: { failure },
});

function resultOf({ failure, stdout }: Execution): ScriptRun['result'] {
  if (failure !== undefined) return { failure };
  try {
    return { output: readScriptOutput(stdout) };
  } catch (error) {
    return { failure: sentenceOf(error) };
  }
}

async function readChecked(path: string): Promise<Header> {
  const header = readHeader(path);
  if (header.schedule === undefined) return header;
  const { nextScheduled } = await import('../policy/schedule.ts');
  nextScheduled(header.schedule, Date.now());
  return header;
}

/** Runs a script and reads what it prints. Never rejects: whatever goes wrong is the attempt's failure. */
export async function runScript(
  script: Script,
  surroundings: ExecutionContext,
  started?: (pid: number) => void,
): Promise<ScriptRun> {
  const { home, environment, node, stop } = surroundings;
  const path = environment.PATH || DEFAULT_PATH;
  let header: Header = {};
  try {
    header = await readChecked(script.path);
    const execution = await execute(commandFor(script, { home, path, node }), {
      cwd: home,
      environment: { ...environment, HOME: home, PATH: path },
      timeout: surroundings.timeout ?? header.timeout ?? DEFAULT_TIMEOUT_MS,
      stop,
      ...(started && { started }),
    });
    const { took, stderr, stopped } = execution;
    return { took, stderr, stopped, header, result: resultOf(execution) };
  } catch (error) {
    return notRun(error instanceof Problem ? error.message : `It can't be run: ${reasonOf(error)}.`, header);
  }
}
