import { describe, expect, test } from 'vitest';
import type { ChatGroup } from '../../../../../src/bot/alerts/people/alert-chat.ts';
import {
  alertsKeyboard,
  alertsPieces,
  pressedInList,
} from '../../../../../src/bot/chat/commands/alerts/alerts-message.ts';
import { compose } from '../../../../../src/bot/chat/reply.ts';
import type { AlertView } from '../../../../../src/core/alerts/alert.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;

const alert = (more: Partial<AlertView> = {}): AlertView => ({
  fingerprint: 'aaaa111111111111',
  owner: { user: 'root', uid: 0 },
  state: 'firing',
  labels: { alertname: 'DiskFull', host: 'db1' },
  annotations: {},
  startsAt: NOW - HOUR,
  updatedAt: NOW,
  source: 'socket',
  comments: [],
  isFlapping: false,
  told: [],
  routes: [],
  ...more,
});
const group = (id: string, ...alerts: readonly AlertView[]): ChatGroup => ({ group: id, messageId: 7, alerts });
const acknowledged = alert({
  state: 'acknowledged',
  acknowledgement: { by: 'ben', at: NOW - HOUR, until: NOW + 3 * HOUR },
});
const silenced = alert({ state: 'silenced', silence: { by: 'eve', until: NOW + HOUR }, isFlapping: true });
const textOf = (groups: readonly ChatGroup[]) => compose(alertsPieces(groups, NOW)).text;
const rowsOf = (groups: readonly ChatGroup[]) =>
  alertsKeyboard(groups).inline_keyboard.map((row) =>
    row.map((button) => [button.text, 'callback_data' in button ? button.callback_data : '']),
  );

describe('the list of a chat’s alerts', () => {
  test('shows each group with its alerts, and what people do about them', () => {
    const nameless = alert({ labels: { host: 'a\u202eb' } });
    expect(textOf([group('g1', alert(), acknowledged), group('g2', silenced), group('g3', nameless)])).toBe(
      '1. 🔥 DiskFull host=db1: firing for 1h\n' +
        '✅ DiskFull host=db1: acknowledged by ben, for 3h\n' +
        '2. 🔕 DiskFull host=db1: silenced by eve, for 1h, flapping\n' +
        '3. 🔥 aaaa111111111111 host=a?b: firing for 1h\n',
    );
  });

  test('says when nothing is open', () => {
    expect(textOf([])).toBe('No alert that was sent to this chat is open.');
    expect(rowsOf([])).toEqual([]);
  });

  test('has buttons for each group, with its number where there are several', () => {
    expect(rowsOf([group('g1', alert())])).toEqual([
      [
        ['✅ Acknowledge', 'ac:ack:g1'],
        ['🔕 1 h', 'ac:s1h:g1'],
        ['ℹ Details', 'ac:det:g1'],
      ],
    ]);
    expect(rowsOf([group('g1', alert(), acknowledged), group('g2', acknowledged)]).map(([first]) => first)).toEqual([
      ['✅ Acknowledge 1', 'ac:ack:g1'],
      ['↩ Fire again 2', 'ac:una:g2'],
    ]);
  });

  test('has no button for a group whose message is not known', () => {
    expect(rowsOf([{ ...group('g1', alert()), messageId: undefined }])).toEqual([]);
  });

  test('fits one message whatever alerts are called', () => {
    const long = alert({
      labels: { alertname: 'x'.repeat(1024), ...Object.fromEntries([...Array(60).keys()].map((n) => [`l${n}`, 'y'])) },
      state: 'acknowledged',
      acknowledgement: { by: 'z'.repeat(60), at: 0, until: NOW + HOUR },
      isFlapping: true,
    });
    const many = Array.from({ length: 50 }, (_, n) => group(`g${n}`, ...Array(100).fill(long)));
    expect(textOf(many).length).toBeLessThan(4096);
    expect(textOf(many)).toMatch(/and 97 more\n\n42 more groups of alerts are open/);
    expect(rowsOf(many)).toHaveLength(8);
  });
});

test.each([
  ['ac:ack:g1', { data: 'ack:g1', group: 'g1' }],
  ['ac:s1d:0123456789abcdef', { data: 's1d:0123456789abcdef', group: '0123456789abcdef' }],
  ['al:ack:g1', undefined],
  ['ac:ack:', undefined],
  ['ac:ack:g1:x', undefined],
  ['ac:ack:0123456789abcdef0', undefined],
  ['', undefined],
])('the data %j of a button is read', (data, expected) => {
  expect(pressedInList(data)).toEqual(expected);
});
