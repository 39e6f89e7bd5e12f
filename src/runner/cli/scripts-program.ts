/** The command line of `notify-scripts`: a user's scripts for other programs, run as their owner. */
import type { Command } from 'commander';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { ScriptEntry } from '../../shared/api/script-entries.ts';
import { beginProgram, finishProgram, refuseUnknownCommand } from '../../shared/process/command-line.ts';
import { agoOf } from '../../shared/text/duration.ts';
import { prepareAndCheck } from '../execution/prepare-script.ts';
import { createPipeSupply } from '../execution/process/shell-pipe.ts';
import { runScript } from '../execution/run-script.ts';
import { takeScriptLock } from '../execution/script-lock.ts';
import { discover, readFolder, type Script } from '../scripts/discover.ts';
import { findScript } from '../scripts/find-script.ts';
import { type RunnerSettings, readRunnerSettings } from '../settings.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { failureText } from '../text/failure-text.ts';
import { lastLine } from '../text/plain-text.ts';
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

/** Runs a script under its lock. @throws Problem `running`, `failed`, `storage` */
async function entriesOf(
  io: RunnerIo,
  { home, stateDir, tz }: RunnerSettings,
  script: Script,
): Promise<readonly ScriptEntry[]> {
  const { name } = script;
  const at = Date.now();
  const lock = takeScriptLock(stateDir, name);
  if (lock === undefined) throw new Problem('running', `${name} is running already: try again when it is done.`);
  try {
    const context = { home, environment: io.environment, node: io.node, stop: io.stop, pipes: createPipeSupply(1) };
    const prepared = await prepareAndCheck(script, { now: at, tz });
    const { result, stderr } = await runScript(prepared, context, lock.recordProcess);
    const failed = 'failure' in result || result.entries.some((entry) => 'problem' in entry);
    const before = readRunRecord(stateDir, name);
    const since = before?.since ?? before?.at;
    const record = { ...before, ...(since !== undefined && { since }), at, ran: true, failed };
    writeRunRecord(stateDir, name, { ...record, result: failed ? 'failed' : 'ran' });
    if ('failure' in result) throw new Problem('failed', `${name}: ${failureText(result.failure, lastLine(stderr))}`);
    return result.entries;
  } finally {
    lock.release();
  }
}

async function runAndPrint(io: RunnerIo, settings: RunnerSettings, name: string): Promise<number> {
  try {
    const script = findScript(readFolder(settings.scriptsDir), name);
    const entries = await entriesOf(io, settings, script);
    const objects = entries.map((entry) =>
      'output' in entry ? entry.output.own : { error: `${script.name}: ${entry.problem.message}` },
    );
    io.out(`${JSON.stringify(objects.length === 1 ? objects[0] : objects)}\n`);
    return entries.every((entry) => 'output' in entry) ? DONE : FAILED;
  } catch (error) {
    io.out(`${JSON.stringify({ error: sentenceOf(error) })}\n`);
    return FAILED;
  }
}

/** Creates the command line; `ended` receives the exit status of the command. */
function createScriptsProgram(io: RunnerIo, ended: (status: number) => void): Command {
  const settings = () => readRunnerSettings(io);
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
    .action(async (name: string) => ended(await runAndPrint(io, settings(), name)));
  finishProgram(program, io.err);
  // After the commands, which would inherit it.
  return program.allowExcessArguments().action(() => {
    refuseUnknownCommand(program);
    program.error('error: give a command: list or run.');
  });
}

/** Runs `notify-scripts` with its arguments. @returns the exit status: 0 done, 1 failed, 2 wrong usage */
export function runScriptsProgram(args: readonly string[], io: RunnerIo): Promise<number> {
  return runCommandLine(createScriptsProgram, args, io, ['bad_setting']);
}
