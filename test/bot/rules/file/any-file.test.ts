import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRules } from '../../../../src/bot/rules/create-rules.ts';
import { readRules } from '../../../../src/bot/rules/file/read-rules.ts';

const LINES = readFileSync('examples/alerts.yaml', 'utf8').split('\n');
const SUBJECT = {
  labels: { alertname: 'DiskFull', severity: 'critical', category: 'security' },
  annotations: {},
  owner: 'alice',
  source: 'socket',
  startsAt: 0,
  status: 'firing',
} as const;

/** The example with some of its lines taken out, moved, or with letters put into them. */
const damaged = fc
  .array(
    fc.tuple(
      fc.nat(LINES.length - 1),
      fc.constantFrom('drop', 'double', 'insert', 'cut'),
      fc.nat(60),
      fc.constantFrom(':', '"', '{', '[', ' ', '- ', '&a ', '*a', '#', "'", '{{', '%}', '\\', 'null', '0', '|'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => {
    const lines: string[] = [...LINES];
    for (const [at, how, column, letters] of changes) {
      const line = lines[at] ?? '';
      if (how === 'drop') lines[at] = '';
      else if (how === 'double') lines[at] = `${line}\n${line}`;
      else if (how === 'cut') lines[at] = line.slice(0, column);
      else lines[at] = line.slice(0, column) + letters + line.slice(column);
    }
    return lines.join('\n');
  });

test('any file is read, or refused with line and reason', () => {
  fc.assert(
    fc.property(damaged, (text) => {
      const read = readRules(text, 'UTC');
      if ('model' in read) {
        const rules = createRules({ model: read.model, text, overrides: () => [] });
        expect(Array.isArray(rules.decide(SUBJECT))).toBe(true);
        return;
      }
      for (const { line, reason } of read.mistakes) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(text.split('\n').length + 1);
        expect(reason).toMatch(/^\S.*\S$/s);
      }
    }),
    { numRuns: 150 },
  );
});
