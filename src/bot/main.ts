#!/usr/bin/env node
/** The entry point of `notify-bot`: arguments, environment, signals and exit status. */
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { visible } from '../shared/text/visible.ts';
import { runProgram } from './cli/program.ts';
import { ENV_FILE } from './cli/service-environment.ts';

/** Signals that request a stop; a second one ends the process at once. */
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

const stopRequested = new Promise<string>((resolve) => {
  let asked = false;
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    });
  }
});

// A reader that closed the pipe, as `head` does, must not end the process with a stack trace.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const status = await runProgram(process.argv.slice(2), {
  environment: process.env,
  uid: process.getuid?.() ?? 0,
  programDir: dirname(realpathSync(process.argv[1] ?? '.')),
  out: (text) => void process.stdout.write(visible(text)),
  err: (text) => void process.stderr.write(visible(text)),
  terminal: process.stdout.isTTY === true,
  stopRequested,
  settingsFile: ENV_FILE,
  rerun: (environment) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, process.argv.slice(1), { env: environment, stdio: 'inherit' });
      child.once('error', () => resolve(1));
      child.once('close', (code) => resolve(code ?? 1));
    }),
  async runAs(owner, args, environment) {
    const { runAs } = await import('./cli/run-as.ts');
    return runAs(owner, [process.argv[1] ?? '.', ...args], environment);
  },
  onReload: (callback) => void process.on('SIGHUP', callback),
});
// Exits after the output is flushed: standard output may be a pipe.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
