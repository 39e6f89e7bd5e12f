/** One run of a script, from its file to its checked output; the same for the runner and for other programs. */
import { Problem, sentenceOf } from '../shared/problem.ts';
import { readScriptOutput, type ScriptOutput } from '../shared/script-output.ts';
import type { Environment } from '../shared/settings.ts';
import { reasonOf } from '../shared/storage-problem.ts';
import type { Script } from './discover.ts';
import { type Execution, execute } from './execute.ts';
import { type Header, readHeader } from './header.ts';
import { commandFor } from './interpreter.ts';

/** Milliseconds a script has unless its header says otherwise. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** Where programs are looked for when the environment doesn't say. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** What a script runs in. */
export interface Surroundings {
  readonly home: string;
  readonly environment: Environment;
  readonly node: string;
  readonly stop: AbortSignal;
  /** Milliseconds, over what the header says. */
  readonly timeout?: number | undefined;
}

export interface Attempt {
  /** Milliseconds. */
  readonly took: number;
  /** The end of standard error. */
  readonly stderr: string;
  readonly stopped: boolean;
  readonly header: Header;
  readonly result: { readonly output: ScriptOutput } | { readonly failure: string };
}

const notRun = (failure: string, header: Header = {}): Attempt => ({
  took: 0,
  stderr: '',
  stopped: false,
  header,
  result: { failure },
});

function resultOf({ failure, stdout }: Execution): Attempt['result'] {
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
  const { nextScheduled } = await import('./schedule.ts');
  nextScheduled(header.schedule, Date.now());
  return header;
}

/** Runs a script and reads what it prints. Never rejects: whatever goes wrong is the attempt's failure. */
export async function attempt(
  script: Script,
  surroundings: Surroundings,
  started?: (pid: number) => void,
): Promise<Attempt> {
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
