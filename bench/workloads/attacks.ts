import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { quantile } from '../support/figures.ts';
import { ended } from '../support/process.ts';
import type { Running } from '../support/subject.ts';
import { startTelegram } from '../support/telegram.ts';
import type { Stage, Workload } from './workload.ts';

/** Accounts that every Debian has: nobody has to be created. */
const VICTIMS = ['daemon', 'bin'];
const ATTACKERS = ['sys', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data', 'backup', 'list', 'irc'];

/** An attack, its number of accounts, and whether these are linked. */
interface Attack {
  readonly name: string;
  readonly accounts: number;
  readonly linked: boolean;
}

const SOCKET_ATTACKS: readonly Attack[] = [
  { name: 'paths of large files', accounts: 1, linked: false },
  { name: 'paths of large files', accounts: 2, linked: true },
  { name: 'forms of 60 MB', accounts: 2, linked: false },
  { name: 'forms of 60 MB', accounts: 2, linked: true },
  { name: 'many numbers', accounts: 2, linked: true },
  { name: 'answers that are not read', accounts: 1, linked: true },
  { name: 'bodies that do not end', accounts: 12, linked: true },
  { name: 'connections', accounts: 2, linked: true },
  { name: 'requests for nothing', accounts: 2, linked: true },
  { name: 'questions of monitoring', accounts: 2, linked: true },
  { name: 'new connections', accounts: 2, linked: true },
  { name: 'request ids', accounts: 2, linked: true },
  { name: 'refused messages', accounts: 2, linked: true },
  { name: 'MarkdownV2 of brackets', accounts: 2, linked: true },
  { name: 'quotes within quotes', accounts: 2, linked: true },
  { name: 'mutes', accounts: 2, linked: true },
];

const idOf = async (user: string) => Number((await execa('id', ['-u', user])).stdout);

/** Starts a program of this benchmark as an account. Attackers are niced, as a server's slices share its processors. */
async function startAs(user: string, program: string, words: readonly string[], env: NodeJS.ProcessEnv, nice: boolean) {
  const uid = await idOf(user);
  const file = join(process.cwd(), 'dist', `${program}.js`);
  const command = nice ? ['nice', '-n', '10', process.execPath, file] : [process.execPath, file];
  const [first = '', ...rest] = command;
  return spawn(first, [...rest, ...words], { uid, gid: uid, cwd: '/', env, stdio: ['ignore', 'pipe', 'inherit'] });
}

interface Experience {
  readonly times: readonly number[];
  readonly refused: number;
}

async function resultOf(child: ChildProcess): Promise<Experience> {
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += String(chunk);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(said);
}

/** The most memory that the service ever had, MB. */
async function peakMemory(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(text)?.[1]) / 1024;
}

/** Bytes on disk, in MB, looked at until stopped: the most of them. */
function watchDisk(folder: string) {
  let most = 0;
  let isOver = false;
  const watched = (async () => {
    while (!isOver) {
      const { stdout } = await execa('du', ['-sk', folder], { reject: false });
      most = Math.max(most, Number.parseInt(stdout, 10) / 1024 || 0);
      await sleep(500);
    }
  })();
  return {
    async stop(): Promise<number> {
      isOver = true;
      await watched;
      return most;
    },
  };
}

/** What the victims see while something goes on. */
async function experience(running: Running, seconds: number) {
  const words = (kind: string) => [running.socketPath, String(seconds), kind];
  const [sender, reader] = await Promise.all(
    VICTIMS.map((user, i) => startAs(user, 'bench-victim', words(i === 0 ? 'accept' : 'deliver'), process.env, false)),
  );
  if (sender === undefined || reader === undefined) throw new Error('There are two victims.');
  const [accepting, delivering] = await Promise.all([resultOf(sender), resultOf(reader)]);
  return { accepting, delivering };
}

/** Thirty words a second from strangers over forty chats of the simulated Telegram. */
function strangers(url: string, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  return (async () => {
    for (let count = 0; performance.now() < end; count += 1) {
      const body = JSON.stringify({ chat_id: 900_000 + (count % 40), text: `word ${count}` });
      await fetch(`${url}/page/say`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await sleep(33);
    }
  })();
}

/** The service under attack by other accounts, and what somebody else sees of it. Needs root, to act as accounts. */
export const attacks: Workload = {
  name: 'attacks',
  about: 'another user’s messages, memory and disk while accounts and strangers attack; as root only',
  needs: 'sandbox',
  async run({ subject, note, quick }: Stage) {
    if (process.getuid?.() !== 0) {
      process.stderr.write('attacks: skipped, it acts as several accounts, as root alone can\n');
      return;
    }
    const seconds = quick ? 8 : 20;
    const folder = await mkdtemp(join(tmpdir(), 'notify-bench-attack-'));
    await chmod(folder, 0o755);
    const sparse = join(folder, 'sparse.bin');
    const file = await open(sparse, 'w', 0o644);
    await file.truncate(49_000_000);
    await file.close();

    const round = async (name: string, linked: boolean, begin: (running: Running, url: string) => Promise<unknown>) => {
      const telegram = await startTelegram(20, true);
      const users = linked ? [...VICTIMS, ...ATTACKERS] : VICTIMS;
      const running = await subject.start({ telegram, accounts: users });
      const disk = watchDisk(running.dataDir ?? '/');
      const attack = begin(running, telegram.url);
      await sleep(1000);
      const { accepting, delivering } = await experience(running, seconds);
      note(`${name}: another’s /send, p50`, 'ms', quantile(accepting.times, 0.5));
      note(`${name}: another’s /send, p99`, 'ms', quantile(accepting.times, 0.99));
      note(`${name}: not accepted, of ${accepting.times.length + accepting.refused}`, '', accepting.refused);
      note(`${name}: another’s delivery, slowest`, 'ms', quantile(delivering.times, 1));
      note(
        `${name}: not delivered in 10 s, of ${delivering.times.length + delivering.refused}`,
        '',
        delivering.refused,
      );
      await attack;
      if (running.pid !== undefined) note(`${name}: most memory`, 'MB', await peakMemory(running.pid));
      note(`${name}: most disk`, 'MB', await disk.stop());
      await running.stop();
      await telegram.stop();
    };

    await round('nothing', true, async () => {});
    for (const { name, accounts, linked } of SOCKET_ATTACKS) {
      await round(`${name}, ${accounts} ${linked ? 'linked' : 'not linked'}`, linked, async ({ socketPath }) => {
        const words = (own: number) => [name, socketPath, String(seconds + 2), String(own)];
        const env = { ...process.env, SPARSE: sparse };
        const started = await Promise.all(
          ATTACKERS.slice(0, accounts).map((user, own) => startAs(user, 'bench-attacker', words(own), env, true)),
        );
        for (const child of started) child.stdout.resume();
        await Promise.all(started.map(ended));
      });
    }
    await round('strangers’ words', true, (_, url) => strangers(url, seconds));
    await rm(folder, { recursive: true });
  },
};
