import { expect, test } from 'vitest';
import { mostUrgent, severityIn } from '../../../src/core/alerts/severity.ts';

test.each([
  ['a label', { severity: 'critical' }, {}, 'critical'],
  ['a label of another program', { severity: 'Warning' }, {}, 'medium'],
  ['an annotation, as scripts have it', {}, { severity: 'high' }, 'high'],
  ['the label, where both do', { severity: 'low' }, { severity: 'high' }, 'low'],
  ['the annotation, where the label’s word is unknown', { severity: 'P9' }, { severity: 'high' }, 'high'],
  ['none', {}, { severity: 'constructor' }, undefined],
])('%s names it', (_, labels, annotations, severity) => {
  expect(severityIn({ labels, annotations })).toBe(severity);
});

test('the most urgent of some', () => {
  expect(mostUrgent(['low', undefined, 'critical', 'info'])).toBe('critical');
  expect(mostUrgent([undefined])).toBeUndefined();
});
