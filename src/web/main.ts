#!/usr/bin/env node
/** The entry of `notify-web`: arguments, environment, signals and exit status; everything else is elsewhere. */
import { realpathSync } from 'node:fs';
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { dirname } from 'node:path';
import { visible } from '../shared/text/visible.ts';
import { runProgram } from './program.ts';

/** Signals that request a stop; a second one ends the process immediately. */
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

// Node's default of 250 ms for each address of a host is too short to reach a login provider over a slow network.
setDefaultAutoSelectFamilyAttemptTimeout(4000);

// A closed pipe must not end the process with a stack trace.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const status = await runProgram(process.argv.slice(2), {
  environment: process.env,
  programDir: dirname(realpathSync(process.argv[1] ?? '.')),
  out: (text) => void process.stdout.write(visible(text)),
  err: (text) => void process.stderr.write(visible(text)),
  stopRequested,
});
// Flush the output first: it may be a pipe.
process.stdout.write('', () => process.stderr.write('', () => process.exit(status)));
