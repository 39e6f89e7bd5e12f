/** The real actor, outside systemd: accounts come from files, and becoming a user is changing the environment alone. */
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { serve } from '../../../src/actor/actor.ts';
import { USER_PATH } from '../../../src/actor/become.ts';
import { peerCredentialsOf } from '../../../src/shared/host/libc.ts';

/** What a test chose: the content of the file that is the program's argument. */
export interface ActorProgramSettings {
  readonly botUser: string;
  readonly answerMs?: number;
  readonly beginMs?: number;
  readonly group?: string;
  readonly getent: string;
  readonly loginDefs: string;
  readonly runner: readonly string[];
  readonly socketPath: string;
  /** A folder with a file for each unit of a run, which holds the number of its first process. */
  readonly units: string;
  /** Prints the units of runs as systemctl(1) does. */
  readonly listRuns: readonly string[];
}

/** What systemd does to stop a unit: ends all its processes, in five seconds at most. */
const STOP_UNIT = `
[ -e "$1/refuse" ] && exit 1
main=$(cat "$1/$2" 2>/dev/null) && kill -0 "$main" 2>/dev/null || exit 5
family() { for child in $(ps -o pid= --ppid "$1"); do echo "$child"; family "$child"; done; }
all="$main $(family "$main")"
kill -TERM $all 2>/dev/null
for i in $(seq 100); do kill -0 "$main" 2>/dev/null || exit 0; sleep 0.05; done
kill -KILL $all 2>/dev/null
exit 0
`;

/** The command of a unit, whose first process is noted under its name. */
function inUnit(units: string, [file = '', ...args]: readonly string[], unit: string | undefined) {
  if (unit === undefined) return { file, args };
  return { file: '/bin/sh', args: ['-c', 'echo $$ > "$0" && exec "$@"', join(units, unit), file, ...args] };
}

async function run(): Promise<void> {
  const settings: ActorProgramSettings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const { botUser, group, getent, loginDefs, runner, socketPath, units, listRuns, answerMs, beginMs } = settings;
  const [listing = '', ...more] = listRuns;
  await serve(new Socket({ fd: 0, allowHalfOpen: true }), {
    caller: () => peerCredentialsOf(0).uid,
    botUser,
    group,
    sources: { getent, loginDefs },
    become: ({ name, home, shell }, words, run) => ({
      ...inUnit(units, words, run?.name),
      environment: {
        HOME: home,
        USER: name,
        LOGNAME: name,
        SHELL: shell,
        PATH: USER_PATH,
        NOTIFY_SOCKET: socketPath,
        ...run?.environment,
      },
    }),
    listRuns: { file: listing, args: more, environment: { PATH: USER_PATH } },
    stopRun: (unit) => ({
      file: '/bin/sh',
      args: ['-c', STOP_UNIT, 'stop', units, unit],
      environment: { PATH: USER_PATH },
    }),
    runner,
    ...(answerMs !== undefined && { answerMs }),
    ...(beginMs !== undefined && { beginMs }),
    say: (sentence) => void process.stderr.write(`${sentence}\n`),
  });
}

run().then(() => process.exit(0));
