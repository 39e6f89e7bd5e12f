// Builds, then runs one test project for longer than the run of all tests: `node scripts/dev/long-run.js PROJECT [--OPTION N ...]`.
// An option becomes an environment variable of the project: `fuzz --minutes 60` sets FUZZ_MINUTES=60. Without a limit
// among options and environment, the usual one applies. `--only WORD` chooses tests by name.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

/** `limits` say how long a project runs; `usual` is the default limit; `vitest` are arguments for its parallelism. */
const PROJECTS = {
  crash: { limits: ['kills'], usual: { CRASH_KILLS: '1000' }, vitest: ['--maxWorkers=2'] },
  // One target at a time: the tests measure the service, and other targets would slow it down.
  fuzz: { limits: ['minutes', 'cases'], usual: { FUZZ_MINUTES: '480' }, vitest: ['--no-file-parallelism'] },
  soak: { limits: ['minutes', 'seconds'], usual: { SOAK_MINUTES: '30' }, vitest: [] },
};

const [name = '', ...rest] = process.argv.slice(2);
const project = PROJECTS[name];
const variableOf = (option) => `${name}_${option}`.toUpperCase();

/** @returns the environment of the tests */
function environmentFrom({ only: _, ...given }) {
  for (const [option, value] of Object.entries(given)) {
    if (!(Number(value) > 0)) throw new Error(`--${option}: expected a number above 0, found ${value}.`);
  }
  const options = Object.fromEntries(Object.entries(given).map(([option, value]) => [variableOf(option), value]));
  // Every file of a project uses the same seed, so that their figures share a table.
  const seed = { [variableOf('seed')]: String(randomInt(1, 2 ** 31)) };
  const environment = { ...seed, ...process.env, ...options };
  const limited = project.limits.some((option) => environment[variableOf(option)]);
  return limited ? environment : { ...environment, ...project.usual };
}

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

try {
  if (project === undefined) throw new Error(`Expected one of ${Object.keys(PROJECTS).join(', ')}.`);
  const names = [...project.limits, 'seed', 'only'];
  const { values } = parseArgs({
    args: rest,
    options: Object.fromEntries(names.map((option) => [option, { type: 'string' }])),
  });
  const environment = environmentFrom(values);
  const only = values.only === undefined ? [] : ['-t', values.only];
  run('npm', ['run', '--silent', 'build']);
  run('npx', ['vitest', 'run', '--project', name, ...project.vitest, ...only], environment);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
