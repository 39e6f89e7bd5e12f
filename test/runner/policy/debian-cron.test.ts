/**
 * The same schedules in Debian's own cron, on a clock that libfaketime moves through a change of the clock, ninety times
 * as fast. Cron has a table of its own, in namespaces that end with the test.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseSchedule } from '../../../src/runner/policy/schedule.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';

const ZONE = 'Australia/Lord_Howe';
const SPEED = 90;
const MINUTE = 60_000;
/** How far a run may be from its minute: jobs of one minute write in any order, and after a gap in the minutes after it. */
const SLACK = 3;

/** Hides the computer's own tables and the running cron, and starts one with the table from standard input. */
const START = `set -e
for folder in /var/spool/cron/crontabs /etc/cron.d /run /dev/shm; do mount -t tmpfs tmpfs $folder; done
mount --bind /dev/null /etc/crontab
cat >/var/spool/cron/crontabs/root
chmod 600 /var/spool/cron/crontabs/root
exec faketime -f "@$1 x${SPEED}" cron -f`;

function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'it takes root';
  try {
    execFileSync('sh', ['-c', 'command -v cron && command -v faketime'], { stdio: 'pipe' });
  } catch {
    return 'the packages cron and faketime are not installed';
  }
  if (!existsSync('/etc/crontab') || !existsSync('/var/spool/cron/crontabs')) return 'this is not Debian’s cron';
  if (!existsSync(join('/usr/share/zoneinfo', ZONE))) return 'the package tzdata is not installed';
  try {
    execFileSync('unshare', ['--mount', '--pid', '--fork', 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], { stdio: 'pipe' });
    return undefined;
  } catch {
    return 'namespaces cannot be made here';
  }
}

/** The minutes in which each schedule runs in cron, counted from the first minute after the start. */
async function cronMinutes(schedules: readonly string[], from: number, minutes: number): Promise<readonly number[][]> {
  const out = join(await temporaryFolder(), 'out');
  const jobs = ['* * * * *', ...schedules].map((schedule, index) => `${schedule} echo ${index} >>${out}\n`);
  const child = spawn(
    'unshare',
    ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', START, 'sh', String((from - 10_000) / 1000)],
    {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TZ: ZONE, FAKETIME_FMT: '%s' },
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  child.stdin.end(jobs.join(''));
  const lines = () => (existsSync(out) ? readFileSync(out, 'utf8').trim().split('\n').map(Number) : []);
  const passed = () => lines().filter((index) => index === 0).length;
  await waitFor(() => child.exitCode !== null || passed() > minutes, 10 * ((minutes * MINUTE) / SPEED));
  expect({ status: child.exitCode, said }).toEqual({ status: null, said: '' });
  let minute = 0;
  const ran: number[][] = schedules.map(() => []);
  for (const index of lines()) {
    if (index === 0) minute += 1;
    else ran[index - 1]?.push(minute);
  }
  return ran;
}

/** The same by our own schedules. */
function ownMinutes(schedule: string, from: number, minutes: number): readonly number[] {
  const found: number[] = [];
  for (let at = from - 1; ; ) {
    at = parseSchedule(schedule, at, ZONE).next;
    if (at >= from + minutes * MINUTE) return found;
    found.push((at - from) / MINUTE);
  }
}

/** Runs in the same minutes as one: cron starts a job for each skipped time, the runner starts a script once. */
const distinct = (minutes: readonly number[]) =>
  minutes.filter((minute, index) => index === 0 || minute - (minutes[index - 1] ?? 0) > SLACK);

const why = missing();

describe.skipIf(why !== undefined)(`as in Debian’s cron${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  test.concurrent.each([
    // 02:00 becomes 02:30, at 15:30 UTC.
    [
      'in spring',
      '2026-10-03T15:27:00Z',
      18,
      ['0,20 2 * * *', '10 2 * * *', '5-25/5 2 * * 0', '*/10 2 * * *', '29 * * * *', '30 2 * * *'],
    ],
    // 02:00 becomes 01:30, at 15:00 UTC.
    [
      'in autumn',
      '2026-04-04T14:38:00Z',
      60,
      ['40,50 1 * * *', '45 1 * * *', '40-55/15 1 * * 0', '*/20 1 * * *', '40 * * * *', '0 2 * * *'],
    ],
  ] as const)(
    '%s',
    // A computer that stops for seconds lets cron skip minutes, as a jump of the clock does.
    { timeout: 600_000, retry: 2 },
    async (_, start, minutes, schedules) => {
      const from = Date.parse(start);
      const ran = await cronMinutes(schedules, from, minutes);
      for (const [index, schedule] of schedules.entries()) {
        const expected = distinct(ownMinutes(schedule, from, minutes));
        const found = distinct(ran[index] ?? []).filter((minute) => minute < minutes);
        expect({ schedule, runs: found.length, found }).toMatchObject({ schedule, runs: expected.length });
        for (const [at, minute] of expected.entries())
          expect(Math.abs((found[at] ?? 0) - minute), schedule).toBeLessThanOrEqual(SLACK);
      }
    },
  );
});
