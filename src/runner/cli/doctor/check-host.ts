/** Checks of the computer: Node, Python, the clock. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { sentenceOf } from '../../../core/problem.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { localZone } from '../../policy/time-zone.ts';
import type { RunnerSettings } from '../../settings.ts';
import type { RunnerIo } from '../io.ts';
import { bad, type Finding, fine } from './finding.ts';

/** How long `python --version` may take, ms. */
const PYTHON_MS = 10_000;
/** How far ahead of the clock a state file may lie, ms: clocks are set back by seconds. */
const MAX_AHEAD_MS = 60_000;

/** The version is that of `engines` in package.json. */
export function checkNode(io: RunnerIo): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const seen = `${process.version}, ${io.node}`;
  const isSupported = major > 20 || (major === 20 && minor >= 19);
  return isSupported ? fine('node', seen) : bad('node', seen, 'Install Node 20.19 or later');
}

/** The Python that scripts get: that of the virtual environment in the home, else the system's. */
export async function checkPython(io: RunnerIo): Promise<Finding> {
  const own = join(io.home, '.venv/bin/python');
  const python = statSync(own, { throwIfNoEntry: false })?.isFile() ? own : 'python3';
  const { all, failed, exitCode, cause } = await execa(python, ['--version'], {
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: PYTHON_MS,
  });
  if (!failed) return fine('python', `${all}, ${python}`);
  const why = exitCode === undefined ? reasonOf(cause) : `exit code ${exitCode}`;
  const todo =
    python === own
      ? `Create it again: python3 -m venv ${join(io.home, '.venv')}`
      : 'apt install python3, if you write scripts in Python';
  return bad('python', `${python} doesn't run (${why})`, todo);
}

/** The clock must not be in the past: neither before this program was written, nor before a state file was. */
export function checkClock({ stateDir, tz }: RunnerSettings): Finding {
  const now = Date.now();
  let zone: string;
  try {
    zone = localZone(tz);
  } catch (error) {
    return bad('clock', sentenceOf(error), 'Schedules whose header has no tz= do not run until then');
  }
  const seen = `${new Date(now).toLocaleString('sv-SE', { timeZone: zone })} ${zone}`;
  const todo = 'timedatectl set-ntp true, as root; then date shows the right time';
  if (now < Date.UTC(2025, 0)) return bad('clock', `${seen} is in the past`, todo);
  let names: string[] = [];
  try {
    names = readdirSync(join(stateDir, 'state'));
  } catch {
    // Nothing was ever sent.
  }
  const ahead = names.find(
    (name) => (statSync(join(stateDir, 'state', name), { throwIfNoEntry: false })?.mtimeMs ?? 0) > now + MAX_AHEAD_MS,
  );
  return ahead === undefined ? fine('clock', seen) : bad('clock', `${seen}, but state/${ahead} is later`, todo);
}
