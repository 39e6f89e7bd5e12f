import { expect, test, vi } from 'vitest';
import { createUnresolved } from '../../../../src/bot/alerts/telling/unresolved.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { ANN, makeDecision, makeGroup } from '../support/make.ts';

function reports() {
  const lines: { readonly level: string; readonly address: string }[] = [];
  const log = createLog('info', [(line) => void lines.push(JSON.parse(line))], []);
  const submit = vi.fn(async () => ({ id: 'x', status: 'queued' }) as never);
  return { ...createUnresolved({ submit, now: () => 1000, log }), lines };
}

const BOB = { user: 'bob', uid: 1002 };
const nowhere = (address: string) => [{ address, reason: `${address} leads nowhere.` }];

test('an address of the rules is an error of the service, once', () => {
  const { report, reasons, lines } = reports();
  for (const owner of [ANN, BOB]) report(makeGroup({ owner }), nowhere('ops'), false);
  expect(reasons()).toEqual(["Alerts can't be sent to ops: ops leads nowhere."]);
  expect(lines).toMatchObject([{ level: 'error', address: 'ops' }]);
});

test('an account without a link, or that names an address itself, makes nothing unhealthy, and is logged once', () => {
  const { report, reasons, lines } = reports();
  for (let time = 0; time < 3; time += 1) {
    for (const owner of [ANN, BOB])
      report(makeGroup({ owner }), [{ address: 'owner', reason: `${owner.user}.` }], false);
    report(makeGroup({ decision: makeDecision({ route: 'to:ops' }) }), nowhere('ops'), true);
  }
  expect(reasons()).toEqual([]);
  expect(lines.map(({ level }) => level)).toEqual(['info', 'info', 'info']);
});
