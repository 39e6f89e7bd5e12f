/** The real actor, outside systemd: accounts come from files, and becoming a user is changing the environment alone. */
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
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
  /** Prints the units of runs as systemctl(1) does. */
  readonly listRuns: readonly string[];
}

async function run(): Promise<void> {
  const settings: ActorProgramSettings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const { botUser, group, getent, loginDefs, runner, socketPath, listRuns, answerMs, beginMs } = settings;
  const [listing = '', ...more] = listRuns;
  await serve(new Socket({ fd: 0, allowHalfOpen: true }), {
    caller: () => peerCredentialsOf(0).uid,
    botUser,
    group,
    sources: { getent, loginDefs },
    become: ({ name, home, shell }, [file = '', ...args]) => ({
      file,
      args,
      environment: {
        HOME: home,
        USER: name,
        LOGNAME: name,
        SHELL: shell,
        PATH: USER_PATH,
        NOTIFY_SOCKET: socketPath,
      },
    }),
    listRuns: { file: listing, args: more, environment: { PATH: USER_PATH } },
    runner,
    ...(answerMs !== undefined && { answerMs }),
    ...(beginMs !== undefined && { beginMs }),
    say: (sentence) => void process.stderr.write(`${sentence}\n`),
  });
}

run().then(() => process.exit(0));
