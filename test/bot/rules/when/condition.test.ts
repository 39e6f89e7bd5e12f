import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Subject } from '../../../../src/bot/rules/rules.ts';
import { compileCondition } from '../../../../src/bot/rules/when/condition.ts';
import { Problem } from '../../../../src/core/problem.ts';

const SUBJECT: Subject = {
  labels: {
    alertname: 'Deadline',
    severity: 'critical',
    category: 'security',
    type: 'deadline',
    namespace: 'kube-system',
    days_remaining: '2',
    ratio: '0.5',
    paged: 'true',
    owner: 'somebody-else',
    'host-name': 'db1',
    empty: '',
  },
  annotations: { summary: 'Two days left', severity: 'low' },
  owner: 'alice',
  source: 'prometheus',
  startsAt: 0,
  status: 'firing',
};

const matches = (text: string) => compileCondition(text)(SUBJECT);

describe('a condition that holds', () => {
  test.each([
    "category == 'security' AND severity == 'critical'",
    "type == 'deadline' AND days_remaining <= 2",
    "type == 'deadline' and not (days_remaining > 2)",
    "NOT category == 'compliance' AND NOT (severity == 'low' OR severity == 'info')",
    "not missing == 'x' && not not severity == 'critical'",
    "severity in ['critical', 'high']",
    'days_remaining == 2',
    '2.0 == days_remaining',
    'days_remaining < 10',
    '10 > days_remaining',
    'ratio >= 0.5',
    'paged == true',
    "missing != 'x'",
    'missing == null',
    '!missing',
    "labels.missing == null && labels['host-name'] == 'db1'",
    "'severity' in labels && !('missing' in labels)",
    "annotations.summary.contains('days')",
    "summary.startsWith('Two')",
    "namespace == 'kube-system' && labels.namespace == namespace",
    "owner == 'alice' && labels.owner == 'somebody-else'",
    "source == 'prometheus' && status == 'firing'",
    "namespace.matches('^kube-') AND NOT namespace.matches('^default$')",
    "missing.matches('x') || true",
    "labels.exists(name, name == 'host-name')",
    '(days_remaining > 5 ? severity : category) == "security"',
    'type(severity) == type("x")',
    'size(severity) == 8 && int(days_remaining) + 1 == 3',
    "'AND NOT' != \"OR\" && r'\\d' != 'not'",
    "'''it's and''' == \"it's and\"",
    'empty == ""',
  ])('%s', (text) => {
    expect(matches(text)).toBe(true);
  });
});

describe('a condition that does not hold', () => {
  test.each([
    "missing == 'x'",
    'missing < 3',
    '3 >= missing',
    'missing <= missing',
    'empty <= 5',
    'severity > 3',
    "missing.startsWith('x')",
    // It can't be evaluated for this alert.
    '1 / 0 == 1',
    'missing',
    'severity',
    'missing.size() == 1',
    'int(severity) == 1',
    'missing && true',
  ])('%s', (text) => {
    expect(matches(text)).toBe(false);
  });
});

describe('a wrong condition', () => {
  test.each([
    ["severity = 'x'", 'it is not CEL: Unexpected character: =. Write == to compare.'],
    ['host == "a" AND NOT severity == critical', "write 'critical', or labels.critical."],
    ['warning != severity', "warning is the name of a label without quotes: write 'warning'"],
    ['severity ==', 'it is not CEL: '],
    ["severity == 'x", 'it is not CEL: '],
    ['', 'it is not CEL: '],
    ["severity == 'a' AND AND true", 'it is not CEL: '],
    ["'critical'", 'it gives a value of type string, not true or false: compare it with something.'],
    ['1 + 2', 'it gives a value of type int, not true or false'],
    ["1 == 'x' && nothing(1)", "found no matching overload for 'nothing(int)'"],
    ['has(labels.host)', 'has(…) is not taken: write "labels.host != null"'],
    ['x.matches(y)', 'matches takes a pattern in quotes.'],
    ["x.matches('(')", 'the pattern holds a ( without its ).'],
    [`a == '${'x'.repeat(2000)}'`, 'it is longer than 2000 characters.'],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, 'it is not CEL: '],
    [Array.from({ length: 600 }, () => 'a').join('&&'), 'it is not CEL: '],
    ['__proto__ == 1', 'it is not CEL: '],
  ])('%s', (text, why) => {
    expect(() => compileCondition(text)).toThrow(Problem);
    expect(() => compileCondition(text)).toThrow(why);
  });

  test('gets no hint at == where it compares already', () => {
    expect(() => compileCondition("severity == 'x' AND a >= 1 AND")).toThrow(/^it is not CEL: (?!.*Write ==)/);
  });
});

test('labels of any names and values make no condition throw', () => {
  const word = fc.string({ maxLength: 20 });
  const condition = compileCondition(
    "NOT a == 'x' AND (constructor != null OR toString <= 3 OR a.matches('^(x+x+)+$') OR 'a' in labels) OR a < 3",
  );
  const names = fc.oneof(word, fc.constantFrom('a', '__proto__', 'constructor', 'toString'));
  fc.assert(
    fc.property(fc.dictionary(names, word), (labels) => {
      expect(typeof condition({ ...SUBJECT, labels })).toBe('boolean');
    }),
  );
});
