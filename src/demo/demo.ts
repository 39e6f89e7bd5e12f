/** The demo: a simulated Telegram with the real bot, runner and dashboard, in a temporary folder. */
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type App, createApp } from '../bot/app.ts';
import { createLogFile } from '../bot/monitoring/log-file.ts';
import { errnoOf, Problem } from '../core/problem.ts';
import { createSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { createSocketClient } from '../shared/http/socket-client.ts';
import { DEMO_PREFIX } from '../shared/process/demo-folder.ts';
import { createLog } from '../shared/process/log.ts';
import { openDashboardDoor } from './dashboard-door.ts';
import { registerTopic } from './group.ts';
import { writeLauncher } from './launcher.ts';
import { showMessage } from './show.ts';

/** The parts of the process that the demo uses. */
interface DemoIo {
  readonly uid: number;
  readonly programDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(text: string): void;
  err(text: string): void;
  readonly stopRequested: Promise<string>;
  /** Calls back when the rules are to be read again. */
  onReload(callback: () => void): void;
}

/** The options of `notify-bot demo`. */
export interface DemoOptions {
  readonly once?: boolean;
  readonly port: string;
}

/** The chat of the demo's user. */
const CHAT = 1001;
const ANSWER_MS = 15_000;

interface Stage {
  readonly io: DemoIo;
  readonly sandbox: Sandbox;
  readonly user: string;
  readonly folder: string;
  readonly socketPath: string;
  readonly examples: string;
}

function portFrom(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Problem('bad_setting', `--port: expected a number from 0 to 65535, found "${text}".`);
}

async function startSandbox(port: number): Promise<Sandbox> {
  const sandbox = createSandbox({ port });
  try {
    await sandbox.start();
  } catch (error) {
    if (errnoOf(error) !== 'EADDRINUSE') throw error;
    throw new Problem('port_taken', `Port ${port} is taken by another program; leave --port out for a free one.`);
  }
  return sandbox;
}

function buildApp(sandbox: Sandbox, folder: string, socketPath: string, io: DemoIo): App {
  const dataDir = dataDirOf(folder);
  // Opened with the first line, because the service creates the folder.
  let file: ReturnType<typeof createLogFile> | undefined;
  const write = (line: string) => {
    file ??= createLogFile(join(folder, 'bot.log'), () => {});
    file.write(line);
  };
  return createApp({
    settings: {
      token: sandbox.token,
      telegram: { root: sandbox.url },
      unconfirmedWaits: [120_000, 300_000],
      dataDir,
      socketPath,
      actorSocket: join(folder, 'actor.sock'),
      trustedUsers: [],
      logLevel: 'info',
      outboxMax: 10_000,
      ratePerMinute: 1200,
      alertsFile: rulesOf(folder),
      showHost: false,
    },
    log: createLog('info', [write], [sandbox.token]),
    serviceUid: io.uid,
  });
}

async function builtProgram({ io }: Stage, name: string): Promise<string> {
  const program = join(io.programDir, name);
  await access(program).catch(() => {
    throw new Problem('not_built', `${program} is missing: run npm run build first.`);
  });
  return program;
}

const dataDirOf = (folder: string) => join(folder, 'data');

/** The rules of alerts. */
const rulesOf = (folder: string) => join(dataDirOf(folder), 'alerts.yaml');

/** The dashboard's socket for one-time addresses. */
const webSocketOf = ({ folder }: Stage) => join(folder, 'web.sock');

/** The `notify-runner` of the demo, for this process and for another terminal. */
const launcherOf = ({ folder }: Stage) => join(folder, 'notify-runner');

/** Writes it: the built runner with every setting of the demo. */
async function makeLauncher(stage: Stage): Promise<void> {
  const { folder, socketPath, examples } = stage;
  await writeLauncher(launcherOf(stage), await builtProgram(stage, 'notify-runner.cjs'), {
    NOTIFY_SOCKET: socketPath,
    NOTIFY_WEB_SOCKET: webSocketOf(stage),
    NOTIFY_SCRIPTS_DIR: examples,
    NOTIFY_STATE_DIR: join(folder, 'state'),
  });
}

/** Runs `notify-runner` as the user would, and shows its output. @returns it */
async function runner(stage: Stage, ...args: string[]): Promise<string> {
  const { io } = stage;
  io.out(`  $ notify-runner ${args.join(' ')}\n`);
  const { all, exitCode } = await execa(launcherOf(stage), args, {
    all: true,
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1' },
  });
  io.out('\n');
  for (const line of (all ?? '').split('\n')) if (line !== '') io.out(`    ${line}\n`);
  if (exitCode !== 0)
    throw new Problem('demo_failed', `notify-runner ${args.join(' ')} ended with status ${exitCode}.`);
  return all ?? '';
}

async function link(stage: Stage): Promise<void> {
  const { io, sandbox } = stage;
  io.out('\n1. In Telegram, you write to the bot:\n\n  > /start\n');
  sandbox.say(CHAT, '/start', { first_name: stage.user });
  const answer = await sandbox.waitFor((message) => /\b\d{6}\b/.test(message.text ?? ''), ANSWER_MS);
  const code = /\b\d{6}\b/.exec(answer.text ?? '')?.[0] ?? '';
  io.out('\n2. On the server, you link your account with that code:\n\n');
  await runner(stage, 'link', code);
  await sandbox.waitFor((message) => (message.text ?? '').startsWith('✅'), ANSWER_MS);
}

async function runExamples(stage: Stage): Promise<number> {
  const { io, sandbox, socketPath } = stage;
  const before = sandbox.messages(CHAT).length;
  io.out('\n3. The scripts in examples/notifications/ run, as cron would run them:\n\n');
  await runner(stage, 'run', '--force');
  const client = createSocketClient({ socketPath, timeoutMs: ANSWER_MS });
  for (let waited = 0; waited < ANSWER_MS; waited += 100) {
    const { body } = await client.request('GET', '/status');
    if ((body as { queued?: number }).queued === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await client.close();
  return sandbox.messages(CHAT).length - before;
}

/** Starts `notify-web` as a separate process, on any free port. */
async function startDashboard(stage: Stage): Promise<() => Promise<void>> {
  const { io, folder, socketPath } = stage;
  const program = execa(process.execPath, [await builtProgram(stage, 'notify-web.js')], {
    reject: false,
    stdin: 'ignore',
    stdout: { file: join(folder, 'web.log') },
    env: {
      NOTIFY_SOCKET: socketPath,
      NOTIFY_WEB_SOCKET: webSocketOf(stage),
      NOTIFY_WEB_STATE_DIR: join(folder, 'web'),
      NOTIFY_WEB_LISTEN: '127.0.0.1:0',
    },
  });
  const isOpen = () =>
    access(webSocketOf(stage)).then(
      () => true,
      () => false,
    );
  for (let waited = 0; waited < ANSWER_MS && program.exitCode === null && !(await isOpen()); waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const door = await openDashboardDoor(webSocketOf(stage));
  io.out(`\n5. The dashboard, in a browser, as long as the demo runs:\n\n    ${door.url}\n`);
  return async () => {
    await door.stop();
    program.kill();
    await program;
  };
}

function invite(stage: Stage): void {
  const { io, sandbox, folder } = stage;
  io.out(
    `\nNow try it yourself. The chat is open at\n\n    ${sandbox.url}/\n\n` +
      'Type /help, /test, /alerts or /mute there; the group Operations with its topic Disks is beside it.\n' +
      `Put rules of alerts (docs/alerts.md) into ${rulesOf(folder)}; kill -HUP ${process.pid} reads them.\n` +
      'In another terminal, the notify-runner of the demo is\n\n' +
      `    ${launcherOf(stage)} send "Hello"\n\n` +
      `The bot’s files are in ${folder}, its log in bot.log there. Ctrl-C ends the demo and removes them.\n`,
  );
}

/** `notify-bot demo`: shows the steps from `/start` to the scripts' messages. @returns the exit status */
export async function runDemo(io: DemoIo, options: DemoOptions): Promise<number> {
  const sandbox = await startSandbox(portFrom(options.port));
  const folder = await mkdtemp(join(tmpdir(), DEMO_PREFIX));
  const socketPath = join(folder, 'bot.sock');
  const app = buildApp(sandbox, folder, socketPath, io);
  const examples = join(io.programDir, '..', 'examples', 'notifications');
  const stage: Stage = { io, sandbox, user: userInfo().username, folder, socketPath, examples };
  let stopDashboard: (() => Promise<void>) | undefined;
  io.out('notify-bot demo: the real bot with a simulated Telegram. Nothing leaves this computer.\n');
  try {
    await app.start();
    io.onReload(() => void app.reloadRules());
    await makeLauncher(stage);
    sandbox.onMessage((message) => io.out(`\n${showMessage(message)}`));
    const steps = link(stage).then(() => runExamples(stage));
    const arrived = await Promise.race([steps, io.stopRequested.then(() => undefined)]);
    if (arrived === undefined) return 0;
    io.out(`\n${arrived} ${arrived === 1 ? 'message' : 'messages'} arrived from the scripts.\n`);
    const group = registerTopic({ sandbox, out: io.out, runner: (...args) => runner(stage, ...args) });
    if ((await Promise.race([group.then(() => 'done'), io.stopRequested.then(() => 'stop')])) === 'stop') return 0;
    if (options.once) return arrived > 0 ? 0 : 1;
    stopDashboard = await startDashboard(stage);
    invite(stage);
    await io.stopRequested;
    return 0;
  } finally {
    await stopDashboard?.();
    await app.stop();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
