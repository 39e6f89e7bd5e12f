import { expect, onTestFinished, test } from 'vitest';
import type { Delivery } from '../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../src/core/destination.ts';
import type { Update } from '../../src/core/update.ts';
import { createProgress } from '../../src/queue/progress.ts';
import { createLog } from '../../src/shared/process/log.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { temporaryFolder } from '../support/files/temporary-folder.ts';

const deliveryOf = (n: number): Delivery<object> => ({
  delivery: `${String(n).padStart(11, '0')}-0123abcd`,
  id: String(n),
  user: 'ana',
  uid: 1001,
  destination: linkedChat('ana', 5),
  acceptedAt: '2026-01-30T12:00:00.000Z',
  summary: { text: 'x' },
  steps: [{ part: {}, cost: 1 }],
  files: [],
  done: 0,
  messageIds: [],
  attempts: 0,
});

test('of many deliveries that are tried again, the states of the last ones are kept in memory, and the others on disk', async () => {
  const { deliveries, history } = openStorage<object, Update>({ dataDir: await temporaryFolder() });
  onTestFinished(() => history.close());
  await deliveries.open();
  let reads = 0;
  const get: typeof deliveries.get = (delivery) => {
    reads += 1;
    return deliveries.get(delivery);
  };
  const progress = createProgress<object>({
    store: { ...deliveries, get },
    settledLog: history,
    events: {
      precheck: async () => undefined,
      isTakenBack: async () => false,
      isHeld: async () => false,
      isMuted: async () => false,
      sent: () => {},
      retrying: () => {},
      failed: async () => {},
      moved: async () => {},
      topicLost: () => {},
      corrupt: () => {},
      changed: () => {},
    },
    settle: () => {},
    log: createLog('error', []),
    now: Date.now,
  });
  const many = 300;
  for (let n = 0; n < many; n += 1) {
    await deliveries.put(deliveryOf(n), []);
    await progress.save({ ...deliveryOf(n), attempts: n });
  }
  for (let n = 0; n < many; n += 1) {
    expect((await progress.load(deliveryOf(n).delivery))?.attempts).toBe(n);
  }
  expect(reads).toBeGreaterThanOrEqual(many - 100);
  reads = 0;
  await progress.load(deliveryOf(many - 1).delivery);
  expect(reads).toBe(0);
});
