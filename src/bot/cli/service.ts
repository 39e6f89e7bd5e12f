import { join } from 'node:path';
import { Problem, sentenceOf } from '../../core/problem.ts';
import { makeDir } from '../../shared/files/durable.ts';
import { createServiceManager, listeningSocketOf, type ServiceManager } from '../../shared/host/service-manager.ts';
import { createLog, type LeveledLog } from '../../shared/process/log.ts';
import { VERSION } from '../../shared/process/version.ts';
import { openStorage } from '../../storage/open-storage.ts';
import { type App, createApp } from '../app.ts';
import { collectGarbage } from '../monitoring/collect-garbage.ts';
import { createLogFile } from '../monitoring/log-file.ts';
import { readBotSettings } from '../settings.ts';
import { secretsOf } from '../telegram/address.ts';
import { foreignOwnerOf } from './as-owner.ts';
import { type BotIo, DONE, FAILED, USAGE } from './io.ts';
import { writtenMistakes } from './known-settings.ts';
import { createReread } from './reread-settings.ts';
import { ENV_FILE } from './service-environment.ts';

/** Milliseconds after the start; late enough not to delay callers that waited for the start. */
const TIDY_AFTER_MS = 1000;
/** How often the status line for `systemctl status` is updated, in milliseconds. */
const STATUS_EVERY_MS = 3000;

/** Reports the state and the watchdog's signal to systemd. @returns the timers to clear */
function report(app: App, manager: ServiceManager): NodeJS.Timeout[] {
  const status = setInterval(() => manager.status(app.statusLine()), STATUS_EVERY_MS);
  if (manager.watchdogMs === undefined) return [status];
  const feed = setInterval(() => app.polling() && manager.feed(), manager.watchdogMs / 3);
  return [status, feed];
}

/** Reads the settings and the rules again. With a wrong one all settings stay as they are, and so do the rules. Never rejects. */
async function reload(app: App, log: LeveledLog, reread: ReturnType<typeof createReread>): Promise<void> {
  try {
    const { environment, later } = reread();
    const settings = readBotSettings(environment);
    await app.reconfigure(settings);
    log.level = settings.logLevel;
    log.info({ level: settings.logLevel }, 'The settings were read again.');
    if (later.length > 0) log.warn({ settings: later }, 'These settings count after a restart.');
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'internal';
    log.error({ code }, `The settings stay as they were: ${sentenceOf(error)}`);
  }
  await app.reloadRules();
}

/** Runs the service until a stop is requested. @returns the exit status; 2 for settings that a person has to correct */
export async function runService(io: BotIo): Promise<number> {
  let settings: ReturnType<typeof readBotSettings>;
  try {
    settings = readBotSettings(io.environment);
  } catch (error) {
    io.err(`notify-bot: ${sentenceOf(error)}\n`);
    return USAGE;
  }
  const owner = foreignOwnerOf(settings.dataDir, io.uid);
  if (owner !== undefined) {
    const todo = 'start the service as that account (systemctl start notify-bot), not as root';
    io.err(`notify-bot: ${settings.dataDir} belongs to the account with the uid ${owner.uid}: ${todo}.\n`);
    return USAGE;
  }
  // Before the log is opened: an empty folder below the mount point of a missing disk gets no file.
  const { dataDir, stateDir } = settings;
  try {
    await openStorage({ dataDir, ...(stateDir === undefined ? {} : { stateDir }) }).lease.verify();
  } catch (error) {
    io.err(`notify-bot: ${sentenceOf(error)}\n`);
    return FAILED;
  }
  // When the folder can't be made, the start itself reports it.
  await makeDir(dataDir).catch(() => {});
  const file = createLogFile(join(dataDir, 'bot.log'), (sentence) => io.err(`notify-bot: ${sentence}\n`));
  const secrets = [settings.token, ...secretsOf(settings.telegram)];
  const log = createLog(settings.logLevel, [(line) => io.out(line), (line) => file.write(line)], secrets);
  const manager = createServiceManager(io.environment, (error) => log.warn({}, `systemd: ${sentenceOf(error)}`));
  const listeningFd = listeningSocketOf(io.environment);
  const app = createApp({ settings, log, listeningFd, serviceUid: io.uid });
  const reread = createReread(io.environment, io.settingsFile);
  io.onReload(() => {
    file.reopen();
    void reload(app, log, reread);
  });
  // What systemd ignored may be a restriction, so it is said where the service starts, too.
  for (const mistake of writtenMistakes()) log.warn({}, `${ENV_FILE} ${mistake}`);
  log.info({ version: VERSION, node: process.version }, 'starting');
  try {
    await app.start();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.error({ code: error.code }, error.message);
    io.err(`notify-bot: ${error.message}\n`);
    return error.code === 'unknown_group' ? USAGE : FAILED;
  }
  manager.ready(app.statusLine());
  const timers = [setTimeout(collectGarbage, TIDY_AFTER_MS), ...report(app, manager)];
  const signal = await io.stopRequested;
  log.info({ signal }, 'stopping');
  manager.stopping();
  for (const timer of timers) clearTimeout(timer);
  await app.stop();
  return DONE;
}
