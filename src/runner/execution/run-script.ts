/** One run of a script, from its header to its checked output; for the runner's own runs and for other programs. */
import { Problem } from '../../core/problem.ts';
import { readScriptOutput, type ScriptEntry } from '../../shared/api/script-entries.ts';
import type { Environment } from '../../shared/process/settings.ts';
import type { RunFailure } from '../outcomes.ts';
import type { Script } from '../scripts/discover.ts';
import { commandFor } from '../scripts/interpreter.ts';
import { languageOf } from '../scripts/language.ts';
import type { PreparedScript } from './prepare-script.ts';
import { type Execution, execute } from './process/execute.ts';
import { createProgress } from './process/progress.ts';
import type { PipeSupply } from './process/shell-pipe.ts';

/** The time that a script has by default, ms. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** Where programs are looked for when the environment has no PATH. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** What scripts run in. */
export interface ExecutionContext {
  readonly home: string;
  readonly environment: Environment;
  /** The `node` of this process. */
  readonly node: string;
  /** Ends the scripts that run. */
  readonly stop: AbortSignal;
  /** Where the scripts' outputs come from. */
  readonly pipes: PipeSupply;
  /** Milliseconds; takes precedence over headers. */
  readonly timeout?: number | undefined;
  /** Called with a script's newest lines while it runs, where somebody asked for them. */
  readonly report?: ((lines: readonly string[]) => void) | undefined;
}

/** The variables that set the encoding of texts, locale(7). */
const LOCALE_VARIABLES = ['LC_ALL', 'LC_CTYPE', 'LANG'];

/**
 * Neither cron nor the service that runs a script for a button need set a locale: many programs then write only ASCII.
 * `C.UTF-8` exists everywhere and changes nothing but the encoding.
 */
const withLocale = (environment: Environment): Environment =>
  LOCALE_VARIABLES.some((name) => environment[name]) ? environment : { ...environment, LANG: 'C.UTF-8' };

export interface ScriptRun {
  /** Milliseconds. */
  readonly took: number;
  /** The end of standard error. */
  readonly stderr: string;
  /** Its notifications in their order, or why it has none that can be read. */
  readonly result: { readonly entries: readonly ScriptEntry[] } | { readonly failure: RunFailure };
}

function resultOf({ failure, stdout }: Execution, script: Script): ScriptRun['result'] {
  if (failure !== undefined) return { failure };
  try {
    return { entries: readScriptOutput(stdout, languageOf(script)) };
  } catch (error) {
    return { failure: { code: 'problem', error } };
  }
}

/**
 * Runs a script and reads its output. Never rejects.
 *
 * @param started called with the process's number as soon as it has one
 */
export async function runScript(
  { script, header, problem }: PreparedScript,
  context: ExecutionContext,
  started?: (pid: number) => void,
): Promise<ScriptRun> {
  const failed = (failure: RunFailure): ScriptRun => ({ took: 0, stderr: '', result: { failure } });
  if (problem !== undefined) return failed({ code: 'problem', error: problem });
  const { home, environment, node, stop, pipes, report } = context;
  const path = environment.PATH || DEFAULT_PATH;
  try {
    const execution = await execute(commandFor(script, { home, path, node }, header.python), {
      cwd: home,
      environment: { ...withLocale(environment), HOME: home, PATH: path },
      timeout: context.timeout ?? header.timeout ?? DEFAULT_TIMEOUT_MS,
      stop,
      pipes,
      progress: report && createProgress(report),
      ...(started && { started }),
    });
    const { took, stderr } = execution;
    return { took, stderr, result: resultOf(execution, script) };
  } catch (error) {
    return failed(error instanceof Problem ? { code: 'problem', error } : { code: 'not_started', cause: error });
  }
}
