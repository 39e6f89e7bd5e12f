import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../../src/runner/state/config.ts';

const HOUR = 3_600_000;
const DEFAULTS = { failureAlerts: true, failureQuiet: 6 * HOUR };

function read(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'notify-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config.json');
  writeFileSync(path, text);
  const { config, problem } = readConfig(folder);
  return { config, problem: problem?.message.replace(path, 'PATH') };
}

test.each([
  ['{}', DEFAULTS],
  ['{"tell_failures": false}', { ...DEFAULTS, failureAlerts: false }],
  ['{"failure_quiet": "0"}', { ...DEFAULTS, failureQuiet: 0 }],
])('%s is read', (text, config) => {
  expect(read(text)).toEqual({ config, problem: undefined });
});

test('without the file the defaults hold', () => {
  expect(readConfig('/nowhere')).toEqual({ config: DEFAULTS });
});

test.each([
  ['{\n  "tell_failures": true,\n}', 'PATH is ignored. It is not JSON from line 3, column 1 on.'],
  ['[]', 'PATH is ignored. It is not a JSON object.'],
  ['{"tell_failures": "no"}', 'PATH is ignored. tell_failures: expected true or false, found "no".'],
  ['{"failure_quiet": 6}', 'PATH is ignored. failure_quiet: expected a string such as "6h", found 6.'],
  ['{"failure_quiet": "-6h"}', 'PATH is ignored. failure_quiet: "-6h" is not a duration such as 30m, 6h or 1d.'],
  ['{"tell_failure": true, "x": 1}', 'PATH: "tell_failure", "x" is none of tell_failures, failure_quiet.'],
])('%s is a problem, and the defaults hold', (text, problem) => {
  expect(read(text)).toEqual({ config: DEFAULTS, problem });
});
