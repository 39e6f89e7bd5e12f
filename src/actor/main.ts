#!/usr/bin/env node
/** The entry of the actor: environment, the connection that systemd hands over as descriptor 0, exit status. */
import { realpathSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { sentenceOf } from '../core/problem.ts';
import { peerCredentialsOf } from '../shared/host/libc.ts';
import { GETENT } from '../shared/host/run-getent.ts';
import { visible } from '../shared/text/visible.ts';
import { serve } from './actor.ts';
import { throughSystemd } from './become.ts';
import { readActorSettings } from './settings.ts';
import { LIST_RUNS, stopRunUnit } from './unit-runs.ts';

const CONNECTION = 0;

/** To the journal, which adds the time and the unit. */
function say(sentence: string): void {
  try {
    writeSync(2, visible(`${sentence}\n`));
  } catch {
    // A journal that does not read must not stop the request.
  }
}

async function run(): Promise<void> {
  const settings = readActorSettings(process.env);
  const socket = new Socket({ fd: CONNECTION, allowHalfOpen: true });
  await serve(socket, {
    ...settings,
    caller: () => peerCredentialsOf(CONNECTION).uid,
    sources: { getent: GETENT, loginDefs: '/etc/login.defs' },
    become: throughSystemd(settings),
    listRuns: LIST_RUNS,
    stopRun: stopRunUnit,
    runner: [process.execPath, join(dirname(realpathSync(process.argv[1] ?? '.')), 'notify-actor-runner.cjs')],
    say,
  });
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    say(`notify-actor: ${sentenceOf(error)}`);
    process.exit(1);
  },
);
