import { execFile } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf, sentenceOf } from '../../../core/problem.ts';
import { makeDirs } from '../../../shared/files/make-dirs.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { listCorrupt, listPending } from '../../delivery/pending.ts';
import { nextScheduled } from '../../policy/schedule.ts';
import { discover } from '../../scripts/discover.ts';
import { readHeader } from '../../scripts/header.ts';
import type { RunnerSettings } from '../../settings.ts';
import { readConfig } from '../../state/config.ts';
import { DONE, FAILED, type RunnerIo } from '../io.ts';
import { cronCommand, cronStanding, newCronLine, otherLine } from '../setup/crontab.ts';
import { withBot } from './ask.ts';

/** What one look found: fine or not, what was seen, and what to do about it. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly seen: string;
  readonly todo?: string;
}

const fine = (check: string, seen: string): Finding => ({ check, ok: true, seen });
const bad = (check: string, seen: string, todo: string): Finding => ({ check, ok: false, seen, todo });
/** Bytes. */
const TRIED_BYTES = 64 * 1024;

const run = promisify(execFile);

/** `engines` in package.json. */
function checkNode(io: RunnerIo): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const seen = `${process.version}, ${io.node}`;
  const enough = major > 20 || (major === 20 && minor >= 19);
  return enough ? fine('node', seen) : bad('node', seen, 'Install Node 20.19 or later');
}

async function checkPython(io: RunnerIo): Promise<Finding> {
  const own = join(io.home, '.venv/bin/python');
  const python = statSync(own, { throwIfNoEntry: false })?.isFile() ? own : 'python3';
  try {
    const { stdout, stderr } = await run(python, ['--version'], { timeout: 10_000 });
    return fine('python', `${(stdout || stderr).trim()}, ${python}`);
  } catch (error) {
    const seen = `${python} doesn't run (${reasonOf(error)})`;
    const todo =
      python === own
        ? `Make it anew: python3 -m venv ${join(io.home, '.venv')}`
        : 'apt install python3, if you write scripts in Python';
    return bad('python', seen, todo);
  }
}

function checkScripts({ scriptsDir }: RunnerSettings): Finding {
  try {
    const scripts = discover(scriptsDir);
    for (const { name, path } of scripts) {
      try {
        const { schedule } = readHeader(path);
        if (schedule !== undefined) nextScheduled(schedule, Date.now());
      } catch (error) {
        return bad('folder', `${name}: ${sentenceOf(error)}`, `Mend ${path}`);
      }
    }
    const count = scripts.length === 1 ? 'one script' : `${scripts.length} scripts`;
    if (scripts.length > 0) return fine('folder', `${scriptsDir}, ${count}`);
    return bad('folder', `${scriptsDir} holds no script`, 'notify-runner init writes an example');
  } catch (error) {
    return bad('folder', sentenceOf(error), 'notify-runner init');
  }
}

/** As much as a notification takes, to the disk itself: a full one is not seen from the folder's mode. */
function tryWriting(stateDir: string): void {
  const path = join(stateDir, `.doctor-${process.pid}`);
  const fd = openSync(path, 'w', 0o600);
  try {
    writeFileSync(fd, Buffer.alloc(TRIED_BYTES, 'x'));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    rmSync(path, { force: true });
  }
}

function mendStorage(stateDir: string, errno: string | undefined): string {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return `Make room: du -xh ${stateDir} ~ | sort -h | tail`;
  if (errno === 'EACCES' || errno === 'EPERM') return `chown -R "$USER" ${stateDir}`;
  return 'Set NOTIFY_STATE_DIR to a folder of yours';
}

function checkState({ stateDir }: RunnerSettings): Finding {
  try {
    makeDirs(stateDir, 0o700);
    tryWriting(stateDir);
  } catch (error) {
    return bad('state', `${stateDir}: ${reasonOf(error)}`, mendStorage(stateDir, errnoOf(error)));
  }
  const { problem } = readConfig(stateDir);
  if (problem) return bad('state', problem.message, `Mend ${join(stateDir, 'config.json')}`);
  const { pending, unreadable } = listPending(stateDir);
  if (unreadable.length > 0) return bad('state', `${unreadable[0]} can't be understood`, 'Look at it, then remove it');
  const corrupt = listCorrupt(stateDir).length;
  if (corrupt > 0)
    return bad('state', `${corrupt} damaged in ${join(stateDir, 'pending/corrupt')}`, 'Look there, then remove it');
  return fine('state', pending.length === 0 ? stateDir : `${stateDir}, ${pending.length} waiting for the bot`);
}

async function checkBot({ socketPath }: RunnerSettings): Promise<readonly Finding[]> {
  try {
    return await withBot(socketPath, async (client) => {
      const { linked, unreachable } = await client.status();
      const socket = fine('socket', `${socketPath} answers`);
      if (!linked) return [socket, bad('link', 'your account is not linked', 'notify-runner link')];
      if (unreachable !== undefined)
        return [socket, bad('link', `Telegram refuses your chat: ${unreachable}`, 'notify-runner link')];
      return [socket, fine('link', 'your account is linked')];
    });
  } catch (error) {
    return [bad('socket', sentenceOf(error), 'Ask the administrator for: systemctl status notify-bot')];
  }
}

async function checkCron(io: RunnerIo, settings: RunnerSettings): Promise<Finding> {
  const added = newCronLine(io);
  try {
    const { line, other } = await cronStanding(io, settings);
    if (line !== undefined) return fine('cron', line);
    return other
      ? bad('cron', otherLine(other), `crontab -e, and put in its place, or beside it: ${added}`)
      : bad('cron', 'no line in your crontab runs notify-runner', 'notify-runner init');
  } catch (error) {
    const todo = `Then notify-runner init; or have this run every five minutes: ${cronCommand(io)}`;
    return bad('cron', sentenceOf(error), todo);
  }
}

/** A state file from the future was written under a wrong clock, or the clock is wrong now. */
function checkClock({ stateDir }: RunnerSettings): Finding {
  const now = Date.now();
  const seen = `${new Date(now).toLocaleString('sv-SE')} ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
  const todo = 'timedatectl set-ntp true, as root; then date shows the right time';
  if (now < Date.UTC(2025, 0)) return bad('clock', `${seen} is in the past`, todo);
  let names: string[] = [];
  try {
    names = readdirSync(join(stateDir, 'state'));
  } catch {
    // Nothing was ever sent.
  }
  const ahead = names.find(
    (name) => (statSync(join(stateDir, 'state', name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > now + 60_000,
  );
  return ahead === undefined ? fine('clock', seen) : bad('clock', `${seen}, but state/${ahead} is from later`, todo);
}

/** `notify-runner doctor`: looks at everything a notification needs, and says what to do about each. */
export async function doctor(
  io: RunnerIo,
  settings: RunnerSettings,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const findings: readonly Finding[] = [
    checkNode(io),
    await checkPython(io),
    checkScripts(settings),
    checkState(settings),
    ...(await checkBot(settings)),
    await checkCron(io, settings),
    checkClock(settings),
  ];
  if (json) io.out(`${JSON.stringify(findings, null, 2)}\n`);
  else
    for (const { check, ok, seen, todo } of findings) {
      io.out(`${ok ? '✓' : '✗'} ${check.padEnd(7)} ${seen}\n${todo === undefined ? '' : `          → ${todo}\n`}`);
    }
  return findings.every(({ ok }) => ok) ? DONE : FAILED;
}
