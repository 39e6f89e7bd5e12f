import { join } from 'node:path';
import { CommanderError } from 'commander';
import { Problem, sentenceOf } from '../core/problem.ts';
import { createServiceManager, listeningSocketsOf } from '../shared/host/service-manager.ts';
import { beginProgram, finishProgram, refuseUnknownCommand } from '../shared/process/command-line.ts';
import { createLog } from '../shared/process/log.ts';
import type { Environment } from '../shared/process/settings.ts';
import { VERSION } from '../shared/process/version.ts';
import { createWeb } from './app.ts';
import { defineKeyCommands } from './cli/key-commands.ts';
import { defineSessionCommands } from './cli/session-commands.ts';
import { readWebSettings, type WebSettings } from './settings.ts';

/** Exit statuses. */
export const DONE = 0;
const FAILED = 1;
const USAGE = 2;
/** Interval of the status line in `systemctl status`, ms. */
const STATUS_EVERY_MS = 3000;

/** The parts of the process that the program uses. */
export interface WebIo {
  readonly environment: Environment;
  /** The folder of the program's file; its subfolder `web/` holds the files for browsers. */
  readonly programDir: string;
  out(text: string): void;
  err(text: string): void;
  /** Resolves with the signal's name when a stop is requested. */
  readonly stopRequested: Promise<string>;
}

async function serve(io: WebIo, settings: WebSettings): Promise<number> {
  const secrets = settings.oidc === undefined ? [] : [settings.oidc.clientSecret];
  const log = createLog(settings.logLevel, [(line) => io.out(line)], secrets);
  const manager = createServiceManager(io.environment, (error) => log.warn({}, `systemd: ${sentenceOf(error)}`));
  const web = createWeb({
    settings,
    log,
    assetsDir: join(io.programDir, 'web'),
    inherited: listeningSocketsOf(io.environment),
  });
  log.info({ version: VERSION, node: process.version }, 'starting');
  await web.start();
  manager.ready(web.statusLine());
  const timers = [setInterval(() => manager.status(web.statusLine()), STATUS_EVERY_MS)];
  if (manager.watchdogMs !== undefined) timers.push(setInterval(() => manager.feed(), manager.watchdogMs / 3));
  const signal = await io.stopRequested;
  log.info({ signal }, 'stopping');
  manager.stopping();
  for (const timer of timers) clearInterval(timer);
  await web.stop();
  return DONE;
}

/**
 * Runs `notify-web` with its arguments.
 *
 * @returns the exit status: 0 done, 1 failed, 2 wrong usage or settings
 */
export async function runProgram(args: readonly string[], io: WebIo): Promise<number> {
  let status = DONE;
  const program = beginProgram('notify-web', io)
    .description('The dashboard of notify-bot. Settings: /etc/notify-web/env. Without a command: run the service.')
    .action(async () => {
      refuseUnknownCommand(program);
      status = await serve(io, readWebSettings(io.environment));
    });
  defineSessionCommands(program, io, (done) => {
    status = done;
  });
  defineKeyCommands(program, io, (done) => {
    status = done;
  });
  finishProgram(program, io.err);
  // After the commands are defined, because they inherit this setting.
  program.allowExcessArguments();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    io.err(`notify-web: ${sentenceOf(error)}\n`);
    return error instanceof Problem && error.code === 'bad_setting' ? USAGE : FAILED;
  }
}
