// Runs the test suite under other versions of Node, and measures how long the runner takes to start under each.
// Usage: npm run test:nodes [-- VERSION ... [ARGUMENTS FOR VITEST ...]]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installBeside } from './install-beside.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** The oldest version that the project supports, and the newest of each long-term line since. */
const USUAL = [`${engines.node.replace(/^>=/, '')}.0`, '22', '24', '26'];
const CLOSING_LINE = /^(\d+) passed, (\d+) failed, (\d+) skipped$/gm;
const ROUNDS = 21;

/** Versions come first; the rest are arguments for vitest. */
function readArguments(words) {
  const end = words.findIndex((word) => !/^\d+(\.\d+){0,2}$/.test(word));
  const versions = end === -1 ? words : words.slice(0, end);
  return { versions: versions.length === 0 ? USUAL : versions, rest: end === -1 ? [] : words.slice(end) };
}

/** Installs a version of Node. Its environment has that version's programs first on the PATH. */
async function install(wanted) {
  const bin = join(await installBeside(`node-${process.platform}-${process.arch}`, wanted), 'bin');
  const node = join(bin, 'node');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  return { node, env, version: spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim() };
}

/** Builds and runs the suite. @returns the numbers of its closing line; `undefined` when it printed none */
async function runTests({ node, env }, rest) {
  const built = spawnSync(node, ['scripts/build/build.js'], { cwd: ROOT, env, stdio: 'inherit' });
  if (built.status !== 0) return undefined;
  const child = spawn(node, ['node_modules/vitest/vitest.mjs', 'run', ...rest], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    process.stdout.write(text);
    said += text;
  });
  const [status] = await once(child, 'close');
  const [, passed, failed, skipped] = [...said.matchAll(CLOSING_LINE)].at(-1) ?? [];
  return passed === undefined ? undefined : { passed, failed, skipped, well: status === 0 };
}

function timeOf(node, args, env) {
  const begun = performance.now();
  const { status } = spawnSync(node, args, { env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`${node} ${args.join(' ')} ended with ${status}`);
  return performance.now() - begun;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median start times in ms, measured alternately: the runner as cron starts it with nothing due, and an empty Node. */
function timeStarts({ node, env }) {
  const home = mkdtempSync(join(tmpdir(), 'notify-nodes-'));
  mkdirSync(join(home, 'user/notifications'), { recursive: true });
  const environment = { ...env, HOME: home, NOTIFY_SOCKET: join(home, 'bot.sock') };
  try {
    const times = Array.from({ length: ROUNDS }, () => ({
      runner: timeOf(node, [join(ROOT, 'dist/notify-runner.cjs')], environment),
      bare: timeOf(node, ['-e', '0'], environment),
    }));
    return { runner: median(times.map(({ runner }) => runner)), bare: median(times.map(({ bare }) => bare)) };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function row(cells) {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10))).join('');
}

const { versions, rest } = readArguments(process.argv.slice(2));
const rows = [];
let well = true;
for (const wanted of versions) {
  const found = await install(wanted);
  process.stdout.write(`\nNode ${found.version}\n`);
  const counts = await runTests(found, rest);
  well = well && counts?.well === true;
  const { runner, bare } = timeStarts(found);
  rows.push([
    found.version,
    ...(counts === undefined ? ['–', 'all', '–'] : [counts.passed, counts.failed, counts.skipped]),
    `${runner.toFixed(0)} ms`,
    `${bare.toFixed(0)} ms`,
    (runner / bare).toFixed(2),
  ]);
}
const heads = ['Node', 'passed', 'failed', 'skipped', 'runner', 'bare node', 'ratio'];
process.stdout.write(`\n${[heads, ...rows].map(row).join('\n')}\n`);
process.exitCode = well ? 0 : 1;
