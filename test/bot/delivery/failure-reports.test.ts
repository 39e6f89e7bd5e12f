import { describe, expect, onTestFinished, test } from 'vitest';
import { createFailureReports } from '../../../src/bot/delivery/failure-reports.ts';
import { createEventBus } from '../../../src/bot/events/event-bus.ts';
import type { Delivery } from '../../../src/core/delivery/delivery.ts';
import { recordOf } from '../../../src/core/delivery/history-record.ts';
import type { Submission } from '../../../src/core/notification.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const HOUR = 3_600_000;

/** A failed delivery of eve's to a destination. */
const failedAt = (name: string, user = 'eve'): Delivery<unknown> => ({
  delivery: '00000000001-0123abcd',
  id: 'x',
  user,
  uid: user === 'eve' ? 1001 : 1002,
  destination: { name, chatId: -1 },
  acceptedAt: '2026-01-30T12:00:00Z',
  summary: { text: 'x' },
  steps: [],
  files: [],
  done: 0,
  messageIds: [],
  attempts: 1,
});

async function started() {
  const storage = openStorage({ dataDir: await temporaryFolder() });
  onTestFinished(() => storage.history.close());
  const log = createLog('silent', []);
  const bus = createEventBus(log);
  const submitted: Submission[] = [];
  let time = Date.now();
  const now = () => time;
  const make = () =>
    createFailureReports({
      submit: async (submission) => {
        submitted.push(submission);
        return { id: submission.id ?? '', status: 'queued', messageIds: [] };
      },
      deliveries: storage.deliveries,
      history: storage.history,
      queued: () => [],
      bus,
      now,
      log,
      gather: { firstMs: 5, nextMs: 20 },
    });
  let module = make();
  const start = async () => {
    await module.start?.();
    module.run?.();
  };
  await start();
  return {
    submitted,
    fail: (name: string, user?: string) =>
      bus.publish('delivery.failed', { delivery: failedAt(name, user), reason: `no ${name}`, unreachable: true }),
    /** What was submitted, as its history keeps it. */
    async record() {
      for (const { notification, id } of submitted) {
        const { text, source, data } = notification;
        const delivery = {
          ...failedAt('user:eve'),
          id: id ?? '',
          acceptedAt: new Date(now()).toISOString(),
          summary: { text, ...(source !== undefined && { source }), ...(data !== undefined && { data }) },
        };
        await storage.history.append(recordOf(delivery, 'sent', now()));
      }
    },
    later: (ms: number) => {
      time += ms;
    },
    async restart() {
      await module.stop?.(1000);
      module = make();
      await start();
    },
    stop: () => module.stop?.(1000),
  };
}

const titles = ({ submitted }: Awaited<ReturnType<typeof started>>) =>
  submitted.map(({ notification }) => notification.title);

describe('a report on failures', () => {
  test('names what failed at about the same time, to its sender', async () => {
    const box = await started();
    for (let n = 0; n < 12; n += 1) await box.fail(`ops${n}`);
    await box.fail('ops', 'ben');
    await expect.poll(() => box.submitted).toHaveLength(2);
    const [first, second] = box.submitted;
    expect(first?.notification).toMatchObject({ account: { user: 'eve' }, title: 'Not delivered to 12 destinations' });
    expect(first?.notification.text).toMatch(/^ops0: no ops0\n\n[\s\S]*ops9: no ops9\n\nAnd 2 more/);
    expect(second?.notification).toMatchObject({ account: { user: 'ben' }, text: 'ops: no ops' });
    await box.stop();
  });

  test('is not made of the sender’s own chat, nor of a destination twice in six hours', async () => {
    const box = await started();
    await box.fail('user:eve');
    await box.fail('ops');
    await box.fail('ops');
    await expect.poll(() => titles(box)).toEqual(['Not delivered to ops']);
    await box.record();
    await box.restart();
    await box.fail('ops');
    await box.fail('board');
    await expect.poll(() => titles(box)).toEqual(['Not delivered to ops', 'Not delivered to board']);
    box.later(6 * HOUR);
    await box.fail('ops');
    await expect.poll(() => titles(box)).toHaveLength(3);
    await box.stop();
  });

  test('is made of what is gathered when the service stops', async () => {
    const box = await started();
    await box.fail('ops');
    await box.stop();
    expect(titles(box)).toEqual(['Not delivered to ops']);
  });
});
