// Every kind of test is a project. `peers` and `system` need more than a checkout, so they run only with `--project`.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { ClosingLine } from './test/support/reporters/closing-line.ts';
import { FigureTables } from './test/support/reporters/figures.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
/** Each has a folder below test/ with its name; the other tests are unit tests. */
const KINDS = ['crash', 'fuzz', 'soak', 'peers', 'system'];

type TestOptions = NonNullable<TestProjectInlineConfiguration['test']>;

const kind = (name: string, options: TestOptions = {}): TestProjectInlineConfiguration => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: MINUTE_MS,
    hookTimeout: 2 * MINUTE_MS,
    // Only a failure takes that long.
    expect: { poll: { timeout: 30 * SECOND_MS, interval: 20 } },
    ...options,
  },
});

const everyday = [
  kind('unit', {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...KINDS.map((name) => `test/${name}/**`)],
  }),
  // scripts/dev/long-run.js makes these three longer.
  kind('crash'),
  kind('fuzz'),
  kind('soak'),
];
const onDemand = [
  // A Telegram of other authors, which scripts/dev/install-beside.js downloads.
  kind('peers', { testTimeout: 2 * MINUTE_MS }),
  // Each step needs the steps before it, so the first failure ends the run. The first run ever makes a Debian.
  kind('system', { testTimeout: 2 * MINUTE_MS, hookTimeout: 20 * MINUTE_MS, fileParallelism: false, bail: 1 }),
];

const { values } = parseArgs({ options: { project: { type: 'string', multiple: true } }, strict: false });
const chosen = values.project !== undefined;
/** Without the many unit tests, each test is long enough to be reported when it ends. */
const verbose = chosen && !String(values.project).includes('unit');

export default defineConfig({
  test: {
    // Vitest leaves one processor idle, which is half of a small machine; many tests wait for a process or a timer.
    maxWorkers: availableParallelism(),
    projects: chosen ? [...everyday, ...onDemand] : everyday,
    reporters: verbose ? ['verbose', new FigureTables(), new ClosingLine()] : ['default', new ClosingLine()],
  },
});
