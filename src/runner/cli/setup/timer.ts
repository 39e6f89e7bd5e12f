/** A timer of the user's own systemd, for hosts without cron: systemd.timer(5). */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Problem } from '../../../core/problem.ts';
import { storageProblem } from '../../../shared/files/storage-problem.ts';
import { settingOf } from '../../../shared/process/settings.ts';
import { plain } from '../../text/plain-text.ts';
import type { RunnerIo } from '../io.ts';
import { carriedSettings, launcherOf } from './launcher.ts';

const TIMER = 'notify-runner.timer';
const SERVICE = 'notify-runner.service';
/** How long systemctl may take, ms. */
const COMMAND_MS = 30_000;

/** The folder of the user's units. */
function folderOf({ environment, home }: RunnerIo): string {
  return join(settingOf(environment, 'XDG_CONFIG_HOME') ?? join(home, '.config'), 'systemd/user');
}

/** A word of a unit file: systemd.syntax(7); `%` and `$` would stand for other text. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/**
 * The service. Each run is a unit of its own, as each run from cron is: a long script delays no other, and what a script
 * leaves running stays.
 */
function serviceText(io: RunnerIo): string {
  const settings = carriedSettings(io).map(([name, value]) => ` ${quoted(`--setenv=${name}=${value}`)}`);
  const program = quoted(launcherOf(io));
  return `# Written by notify-runner init --timer; notify-runner init --undo removes it.
[Unit]
Description=Notification scripts
Documentation=man:notify-runner(1)

[Service]
Type=oneshot
ExecStart=systemd-run --user --collect --quiet --property=KillMode=process${settings.join('')} ${program}
`;
}

const TIMER_TEXT = `# Written by notify-runner init --timer; notify-runner init --undo removes it.
[Unit]
Description=Notification scripts every five minutes
Documentation=man:notify-runner(1)

[Timer]
OnCalendar=*:0/5
AccuracySec=1s

[Install]
WantedBy=timers.target
`;

/** Runs a program of systemd's. @returns why it failed, a clause; `undefined` when it did not */
async function ask(io: RunnerIo, program: string, ...args: string[]): Promise<string | undefined> {
  const env = { XDG_RUNTIME_DIR: `/run/user/${io.uid}`, ...io.environment };
  const { failed, all, exitCode, shortMessage } = await execa(program, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    timeout: COMMAND_MS,
  });
  if (!failed) return undefined;
  const said = plain(all ?? '')
    .trim()
    .split('\n')
    .at(-1);
  return said || (exitCode === undefined ? shortMessage : `exit code ${exitCode}`);
}

const userctl = (io: RunnerIo, ...args: string[]) => ask(io, 'systemctl', '--user', ...args);

/** Whether the units are there. */
function isInstalled(io: RunnerIo): boolean {
  try {
    return readFileSync(join(folderOf(io), TIMER), 'utf8') !== '';
  } catch {
    return false;
  }
}

/** The timer, as far as doctor needs it: `undefined` where there is none. */
export async function timerStatus(io: RunnerIo): Promise<{ readonly broken?: string } | undefined> {
  if (!isInstalled(io)) return undefined;
  const broken = await userctl(io, 'is-active', TIMER);
  return broken === undefined ? {} : { broken };
}

/**
 * Installs and starts the timer.
 *
 * @returns a warning, where it will run only while the user is logged in
 * @throws Problem `no_cron` when systemd does not take it, `storage`
 */
export async function installTimer(io: RunnerIo): Promise<string | undefined> {
  const folder = folderOf(io);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, SERVICE), serviceText(io));
    writeFileSync(join(folder, TIMER), TIMER_TEXT);
  } catch (error) {
    throw storageProblem(folder, error);
  }
  const failure = (await userctl(io, 'daemon-reload')) ?? (await userctl(io, 'enable', '--now', TIMER));
  if (failure !== undefined) {
    removeFiles(io);
    throw new Problem('no_cron', `The systemd of your account takes no timer (${failure}).`);
  }
  const lingering = await ask(io, 'loginctl', 'enable-linger');
  if (lingering === undefined) return undefined;
  return `It runs only while you are logged in (${lingering}): ask the administrator for loginctl enable-linger.`;
}

function removeFiles(io: RunnerIo): void {
  for (const name of [SERVICE, TIMER]) rmSync(join(folderOf(io), name), { force: true });
}

/** Stops and removes the timer. @returns whether there was one */
export async function removeTimer(io: RunnerIo): Promise<boolean> {
  if (!isInstalled(io)) return false;
  await userctl(io, 'disable', '--now', TIMER);
  removeFiles(io);
  await userctl(io, 'daemon-reload');
  return true;
}
