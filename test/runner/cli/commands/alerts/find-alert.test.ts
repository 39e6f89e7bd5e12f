import { expect, test } from 'vitest';
import { findAlert, isFingerprint } from '../../../../../src/runner/cli/commands/alerts/find-alert.ts';
import type { AlertAnswer } from '../../../../../src/shared/api/alerts/answers.ts';

const alert = (fingerprint: string, labels: Record<string, string>): AlertAnswer => ({
  fingerprint,
  owner: 'ann',
  state: 'firing',
  labels,
  annotations: {},
  starts_at: '2026-03-01T12:00:00.000Z',
  updated_at: '2026-03-01T12:00:00.000Z',
  source: 'socket',
  comments: [],
  flapping: false,
  told: [],
  routes: [],
});
const disk1 = alert('aaaa111111111111', { alertname: 'DiskFull', host: 'db1' });
const disk2 = alert('aaaa222222222222', { alertname: 'DiskFull', host: 'db 2' });
const backup = alert('bbbb333333333333', { alertname: 'backup', key: 'nightly' });
// Its name reads like the first digits of another.
const bare = alert('cccc444444444444', { alertname: 'bbbb' });
const ALL = [disk1, disk2, backup, bare];

test.each([
  ['backup', backup],
  ['nightly', backup],
  ['aaaa1', disk1],
  ['AAAA2', disk2],
  ['aaaa222222222222', disk2],
  ['bbbb', bare],
  ['bbbb3', backup],
])('%s names one alert', (text, expected) => {
  expect(findAlert(ALL, text)).toBe(expected);
});

test.each([
  [
    'DiskFull',
    'bad_name',
    '"DiskFull" matches 2 alerts; name one of aaaa111111111111 (host=db1), aaaa222222222222 (host="db 2").',
  ],
  [
    'aaaa',
    'bad_name',
    '"aaaa" matches 2 alerts; name one of aaaa111111111111 (host=db1), aaaa222222222222 (host="db 2").',
  ],
  ['diskful', 'unknown_alert', 'No open alert is called "diskful". Did you mean DiskFull?'],
  ['cpu', 'unknown_alert', 'No open alert is called "cpu". notify-runner alerts lists them.'],
  [
    'ccc',
    'unknown_alert',
    'No open alert is called "ccc". A fingerprint needs 4 digits. notify-runner alerts lists them.',
  ],
  ['\u001b[2J', 'unknown_alert', 'No open alert is called "\\\\u001b[2J". notify-runner alerts lists them.'],
])('%j names none, or several', (text, code, message) => {
  expect(() => findAlert(ALL, text)).toThrow(expect.objectContaining({ code, message }));
});

test('of many that are meant, five are named', () => {
  const many = Array.from({ length: 9 }, (_, n) => alert(`dddd55555555555${n}`, { alertname: 'Cpu', core: String(n) }));
  expect(() => findAlert(many, 'Cpu')).toThrow(/\(core=4\), and 4 more\.$/);
});

test.each([
  ['cbf29ce484222325', true],
  ['CBF29CE484222325', true],
  ['cbf29ce48422232', false],
  ['cbf29ce48422232g', false],
])('%s is a whole fingerprint: %s', (text, expected) => {
  expect(isFingerprint(text)).toBe(expected);
});
