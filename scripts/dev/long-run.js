// Runs a suite for longer than a run of all tests has time for, built first: `node scripts/long-run.js SUITE [--NAME N ...]`.
// Each argument becomes a setting of the suite's: `fuzz --minutes 480` sets FUZZ_MINUTES=480. `--only WORD` chooses tests.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** What each suite takes, and what it is given when nothing is said. */
const SUITES = {
  fuzz: { takes: ['minutes', 'cases', 'seed'], usual: { FUZZ_MINUTES: '480' } },
  soak: { takes: ['minutes', 'seconds', 'seed'], usual: { SOAK_MINUTES: '30' } },
};

const [name = '', ...rest] = process.argv.slice(2);
const suite = SUITES[name];

function settingsOf(values) {
  const given = Object.entries(values).filter(([key]) => key !== 'only');
  for (const [key, value] of given) {
    if (!(Number(value) > 0)) throw new Error(`--${key}: expected a number above 0, found ${value}.`);
  }
  const settings = Object.fromEntries(given.map(([key, value]) => [`${name}_${key}`.toUpperCase(), value]));
  const bounded = given.some(([key]) => key !== 'seed');
  return bounded ? settings : { ...suite.usual, ...settings };
}

function run(command, args, settings = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...settings } });
  if (status !== 0) process.exit(status ?? 1);
}

try {
  if (suite === undefined) throw new Error(`Expected one of ${Object.keys(SUITES).join(', ')}.`);
  const options = Object.fromEntries([...suite.takes, 'only'].map((key) => [key, { type: 'string' }]));
  const { values } = parseArgs({ args: rest, options });
  const only = values.only === undefined ? [] : ['-t', values.only];
  const settings = settingsOf(values);
  run('npm', ['run', '--silent', 'build']);
  run('npx', ['vitest', 'run', '--config', `vitest.${name}.config.ts`, ...only], settings);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
