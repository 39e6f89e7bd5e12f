/**
 * What systemd does for the actor: listens on a unix socket and starts the program once for each connection, which is
 * its descriptor 0. The actor and the runner are the real ones, as they are shipped; accounts stand in files, and
 * everything runs as the user who runs the test.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleActor } from '../../../scripts/build/bundle-actor.js';
import { bundled, options as bundling } from '../programs/bundle.ts';
import type { ActorProgramSettings } from './actor-program.ts';

/** An account of this pretended host. */
export interface ActorUser {
  readonly home: string;
  /** 2000 and up, in order, unless given. */
  readonly uid?: number;
  /** `/bin/bash` unless given. */
  readonly shell?: string;
  /** Names of supplementary groups. */
  readonly groups?: readonly string[];
}

export interface ActorSocketOptions {
  readonly users: Readonly<Record<string, ActorUser>>;
  /** Where the runner's notifications go. */
  readonly socketPath?: string;
  /** `NOTIFY_GROUP` */
  readonly group?: string;
  /** The uid of `notify-bot`, who may ask besides root: the test's own unless given. */
  readonly botUid?: number;
  /** How long `list` and `log` may take, ms. */
  readonly answerMs?: number;
  /** How long the actor waits for a request to begin, ms. */
  readonly beginMs?: number;
  /** The command line that starts the runner: the real one unless given. */
  readonly runner?: readonly string[];
  /** The command that prints the units of runs as systemctl(1) does: none unless given. */
  readonly listRuns?: readonly string[];
  /** Whether the units of runs are listed as they are. */
  readonly knowsUnits?: boolean;
  /** What `login.defs` says. */
  readonly loginDefs?: string;
}

export interface ActorSocket {
  readonly path: string;
  /** A folder with a file for each unit of a run; a file `refuse` makes systemd stop none. */
  readonly units: string;
  /** How many connections were handed over. */
  readonly started: number;
  /** Those that have not ended. */
  readonly running: ReadonlySet<ChildProcess>;
  /** What the actors wrote to their journal. */
  journal(): string;
  /** Ends the socket, and what runs. */
  close(): Promise<void>;
}

const root = new URL('../../..', import.meta.url).pathname;

await bundleActor(bundled, bundling, { 'actor-program': 'test/support/actor/actor-program.ts' });

/** A `getent` that reads files of its own folder. */
const GETENT = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
export KEY="$3"
case "$1" in
  passwd | group) exec awk -F: '$1 == ENVIRON["KEY"] || $3 == ENVIRON["KEY"] { print; found = 1; exit } END { exit found ? 0 : 2 }' "$1" ;;
  initgroups) exec awk -F: '("," $4 ",") ~ ("," ENVIRON["KEY"] ",") { gids = gids " " $3 } END { print ENVIRON["KEY"] "  " gids }' group ;;
esac
exit 1
`;

/** Prints the units that live. */
const LIST_UNITS = `
cd "$1" || exit 1
for unit in *; do kill -0 "$(cat "$unit")" 2>/dev/null && echo "$unit loaded active running"; done
exit 0
`;

function writeHost(folder: string, { users, botUid = process.getuid?.() ?? 0, loginDefs = '' }: ActorSocketOptions) {
  const people = Object.entries(users).map(([name, { home, uid, shell = '/bin/bash' }], index) => {
    const number = uid ?? 2000 + index;
    return `${name}:x:${number}:${number}::${home}:${shell}\n`;
  });
  const bot = `notify-bot:x:${botUid}:${botUid}::/:/usr/sbin/nologin\n`;
  const names = [...new Set(Object.values(users).flatMap(({ groups = [] }) => groups))];
  const members = (group: string) =>
    Object.entries(users).flatMap(([name, { groups = [] }]) => (groups.includes(group) ? [name] : []));
  writeFileSync(join(folder, 'passwd'), [bot, ...people].join(''));
  writeFileSync(join(folder, 'group'), names.map((name, at) => `${name}:x:${5000 + at}:${members(name)}\n`).join(''));
  writeFileSync(join(folder, 'login.defs'), loginDefs);
  writeFileSync(join(folder, 'getent'), GETENT);
  chmodSync(join(folder, 'getent'), 0o755);
}

function startProgram(connection: Socket, settingsFile: string): ChildProcess {
  const child = spawn(process.execPath, [join(bundled, 'actor-program.cjs'), settingsFile], {
    stdio: [connection, 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin', NODE_PATH: join(root, 'node_modules') },
  });
  // The program has a descriptor of its own now.
  connection.destroy();
  return child;
}

/** Opens the socket, in a folder of its own. Close it with `close`. */
export async function startActorSocket(options: ActorSocketOptions): Promise<ActorSocket> {
  const folder = mkdtempSync(join(tmpdir(), 'notify-actor-'));
  chmodSync(folder, 0o755);
  const host = join(folder, 'host');
  mkdirSync(host);
  writeHost(host, options);
  const units = join(folder, 'units');
  mkdirSync(units);
  const settings: ActorProgramSettings = {
    botUser: 'notify-bot',
    ...(options.group !== undefined && { group: options.group }),
    ...(options.answerMs !== undefined && { answerMs: options.answerMs }),
    ...(options.beginMs !== undefined && { beginMs: options.beginMs }),
    getent: join(host, 'getent'),
    loginDefs: join(host, 'login.defs'),
    units,
    listRuns: options.listRuns ?? (options.knowsUnits ? ['/bin/sh', '-c', LIST_UNITS, 'list', units] : ['true']),
    runner: options.runner ?? [process.execPath, join(bundled, 'notify-actor-runner.cjs')],
    socketPath: options.socketPath ?? join(folder, 'no-bot.sock'),
  };
  const settingsFile = join(folder, 'settings.json');
  writeFileSync(settingsFile, JSON.stringify(settings));

  const running = new Set<ChildProcess>();
  let started = 0;
  let journal = '';
  const server = createServer({ pauseOnConnect: true }, (connection) => {
    const child = startProgram(connection, settingsFile);
    started += 1;
    running.add(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      journal += text;
    });
    child.once('close', () => running.delete(child));
  });
  const path = join(folder, 'actor.sock');
  await new Promise<void>((resolve) => server.listen({ path, writableAll: true }, resolve));
  return {
    path,
    units,
    get started() {
      return started;
    },
    running,
    journal: () => journal,
    async close() {
      for (const child of running) child.kill('SIGKILL');
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
