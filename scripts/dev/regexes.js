// Checks every regular expression of src/ with recheck: none may take time that grows faster than its text. Prints those
// that may, with an input that shows it, and fails. What was found stays in node_modules/.cache, so that a later run checks
// only what is new.
// Usage: npm run regexes
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { installBeside } from './install-beside.js';
import { allRegexes } from './regex-literals.js';

const RECHECK = '4.5.0';
/** Milliseconds for one expression. The longest of those that are decided takes half of it on a slow machine. */
const TIMEOUT_MS = 30_000;
/** The same search by trial each time. */
const SETTINGS = { timeout: TIMEOUT_MS, randomSeed: 1 };
const CACHE = fileURLToPath(new URL(`../../node_modules/.cache/regexes-${RECHECK}.json`, import.meta.url));

/** Expressions that recheck cannot decide, or that only see texts of the program's own user, each with the reason. */
const ACCEPTED = {
  'bot/telegram/render/title.ts': 'begins where a name of a file begins only, so each character is read twice at most',
  'sandbox/text/detect/urls.ts': 'the pretend Telegram reads texts of 4,096 characters, in tests and the demo',
  'shared/process/command-line.ts': 'reads what a person typed as arguments of their own process',
  'shared/text/redact.ts': 'begins at the first digit of a run of digits only, so each character is read once',
};

/** Without a repetition that has no bound, the time at each place of a text has one. */
const isBounded = ({ source }) => !/[*+]|\{\d+,\}/.test(source);

/** Processor time that shows an attack of tens of thousands of characters, ms: a linear search takes less than a tenth. */
const SHOWN_MS = 100;

/** Whether V8 needs as long as recheck says: its search by trial takes some lookbehinds for slower than they are. */
function isSlow({ source, flags }, { string }) {
  // The other threads' time counts too, so that the shortest of some trials is taken.
  const trials = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    new RegExp(source, flags).test(string);
    return process.cpuUsage(before).user / 1000;
  });
  return Math.min(...trials) > SHOWN_MS;
}

/** Checks in a thread of its own: an expression takes up to some seconds. */
function checkAll(folder, regexes) {
  // The build for browsers is JavaScript alone; the other one starts Java or a binary.
  const { checkSync } = createRequire(import.meta.url)(join(folder, 'lib/browser.js'));
  for (const one of regexes) {
    const { status, complexity, attack, error, checker } = checkSync(one.source, one.flags, SETTINGS);
    const refuted = status === 'vulnerable' && checker === 'fuzz' && !isSlow(one, attack);
    const result = { growth: complexity?.summary ?? error?.kind, attack: attack?.pattern };
    parentPort.postMessage({ key: one.key, result: { status: refuted ? 'safe' : status, ...result } });
  }
}

async function inThreads(folder, regexes, take) {
  const threads = Math.min(availableParallelism(), regexes.length);
  const shares = Array.from({ length: threads }, (_, share) => regexes.filter((_one, at) => at % threads === share));
  const done = shares.map(
    (share) =>
      new Promise((resolve, reject) => {
        const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { folder, regexes: share } });
        worker.on('message', take).once('error', reject).once('exit', resolve);
      }),
  );
  await Promise.all(done);
}

async function main() {
  const regexes = allRegexes().filter((one) => !isBounded(one));
  const known = existsSync(CACHE) ? JSON.parse(readFileSync(CACHE, 'utf8')) : {};
  const fresh = regexes.filter(({ key, file }) => known[key] === undefined && ACCEPTED[file] === undefined);
  const unique = [...new Map(fresh.map((one) => [one.key, one])).values()];
  if (unique.length > 0) {
    const folder = await installBeside('recheck', RECHECK);
    await inThreads(folder, unique, ({ key, result }) => {
      known[key] = result;
    });
    mkdirSync(dirname(CACHE), { recursive: true });
    const settled = Object.entries(known).filter(([, { status }]) => status !== 'unknown');
    writeFileSync(CACHE, JSON.stringify(Object.fromEntries(settled)));
  }
  const bad = regexes.filter(({ key, file }) => ACCEPTED[file] === undefined && known[key]?.status !== 'safe');
  for (const { file, line, key } of bad) {
    const { growth, attack } = known[key];
    console.log(`src/${file}:${line}: ${key}\n  ${growth}${attack === undefined ? '' : `: ${attack}`}`);
  }
  console.log(`${regexes.length} expressions without a bound, ${bad.length} of them too slow or undecided.`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}

if (!isMainThread) checkAll(workerData.folder, workerData.regexes);
else await main();
