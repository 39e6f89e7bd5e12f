/** The command line of `notify-scripts`: a user's scripts for other programs, run as their owner. */
import type { Command } from 'commander';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { beginProgram, finishProgram, refuseUnknownCommand } from '../../shared/process/command-line.ts';
import { agoOf } from '../../shared/text/duration.ts';
import { runScript as runScriptFile } from '../execution/run-script.ts';
import { takeScriptLock } from '../execution/script-lock.ts';
import { discover, findScript, type Script } from '../scripts/discover.ts';
import { type RunnerSettings, readRunnerSettings } from '../settings.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { asSentence } from '../text/failure-messages.ts';
import { DONE, FAILED, type RunnerIo } from './io.ts';
import { runCommandLine } from './run-command-line.ts';

function listScripts(io: RunnerIo, { scriptsDir, stateDir }: RunnerSettings): number {
  const now = Date.now();
  const rows = discover(scriptsDir).map(({ name, stem }) => {
    const record = readRunRecord(stateDir, name);
    return { name, stem, last_run: record?.ran ? agoOf(now - record.at) : null };
  });
  io.out(`${JSON.stringify(rows)}\n`);
  return DONE;
}

async function runOne(
  io: RunnerIo,
  settings: RunnerSettings,
  script: Script,
): Promise<Readonly<Record<string, unknown>>> {
  const { home, stateDir } = settings;
  const at = Date.now();
  const lock = takeScriptLock(stateDir, script.name);
  if (lock === undefined) throw new Problem('running', `${script.name} is running already: try again when it is done.`);
  try {
    const surroundings = { home, environment: io.environment, node: io.node, stop: io.stop };
    const { result, stderr } = await runScriptFile(script, surroundings, lock.note);
    const failed = 'failure' in result;
    const before = readRunRecord(stateDir, script.name);
    const since = before?.since ?? before?.at;
    const record = { ...before, ...(since !== undefined && { since }), at, ran: true, failed };
    writeRunRecord(stateDir, script.name, { ...record, result: failed ? 'failed' : 'ran' });
    if (!failed) return result.output.own;
    const last = stderr.trimEnd().split('\n').at(-1)?.trim() ?? '';
    throw new Problem(
      'failed',
      `${script.name}: ${asSentence(last === '' ? result.failure : `${result.failure.replace(/\.$/, '')} (${last})`)}`,
    );
  } finally {
    lock.release();
  }
}

async function runScript(io: RunnerIo, settings: RunnerSettings, name: string): Promise<number> {
  try {
    const script = findScript(discover(settings.scriptsDir), name);
    io.out(`${JSON.stringify(await runOne(io, settings, script))}\n`);
    return DONE;
  } catch (error) {
    io.out(`${JSON.stringify({ error: sentenceOf(error) })}\n`);
    return FAILED;
  }
}

/** Builds the command line; `ended` is told the exit status of what was run. */
export function createScriptsProgram(io: RunnerIo, ended: (status: number) => void): Command {
  const settings = () => readRunnerSettings(io.environment, io.home);
  const program = beginProgram('notify-scripts', io).description(
    'Your notification scripts for other programs: run it as their owner (sudo -u USER notify-scripts …). Prints JSON.',
  );
  program
    .command('list')
    .description('print the scripts as a JSON list of {"name", "stem", "last_run"}')
    .option('--json', 'the same: it always prints JSON')
    .action(() => ended(listScripts(io, settings())));
  program
    .command('run')
    .argument('<name>', 'a script, with or without its ending')
    .option('--json', 'the same: it always prints JSON')
    .description('run a script and print its own JSON, or {"error": "…"} with status 1; sends nothing')
    .action(async (name: string) => ended(await runScript(io, settings(), name)));
  finishProgram(program, io.err);
  // After the commands, which take this over when they are made.
  return program.allowExcessArguments().action(() => {
    refuseUnknownCommand(program);
    program.error('error: say what to do: list or run.');
  });
}

/** Runs `notify-scripts` with its arguments. @returns the exit status: 0 done, 1 failed, 2 wrong usage */
export function runScriptsProgram(args: readonly string[], io: RunnerIo): Promise<number> {
  return runCommandLine(createScriptsProgram, args, io, ['bad_setting']);
}
