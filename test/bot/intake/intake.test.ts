import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAccounts } from '../../../src/bot/api/callers/accounts.ts';
import { createEventBus } from '../../../src/bot/events/event-bus.ts';
import { createIntake } from '../../../src/bot/intake/intake.ts';
import { createRouting } from '../../../src/bot/routing/routing.ts';
import type { Part } from '../../../src/bot/telegram/part.ts';
import type { Outcome } from '../../../src/core/delivery/outcome.ts';
import { linkedChat } from '../../../src/core/destination.ts';
import type { Notification } from '../../../src/core/notification.ts';
import type { Update } from '../../../src/core/update.ts';
import type { SendTarget } from '../../../src/queue/ports.ts';
import { createQueue } from '../../../src/queue/queue.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { png } from '../../support/picture.ts';

const LIMITS = { perSecond: 1e6, perLanePerSecond: 1e6, laneBurst: 1e6, perGroup: 1e6, groupWindow: 1000 };
const SENT: Outcome = { kind: 'sent', messageIds: [7] };
const ANA = { user: 'ana', uid: 1001 };
const text = (more: Partial<Notification> = {}): Notification => ({
  account: ANA,
  text: 'hello',
  parseMode: 'Markdown',
  media: [],
  ...more,
});

/** An intake over real storage and a real queue, whose channel is a function of the test's. */
async function openIntake(
  outcome: () => Outcome | Promise<Outcome> = () => SENT,
  isHeld: (to: string) => boolean = () => false,
) {
  const storage = openStorage<Part, Update>({ dataDir: join(await temporaryFolder(), 'data') });
  const { deliveries, history, usedIds, keyedMessages, links, destinations, mutes, blobs } = storage;
  const log = createLog('silent', []);
  const sent: { readonly part: Part; readonly target: SendTarget }[] = [];
  const queue = createQueue<Part>({
    store: deliveries,
    settledLog: history,
    usedIds,
    keyedMessages,
    channel: {
      limits: LIMITS,
      laneOf: ({ chatId }) => String(chatId),
      classOf: () => 'private',
      async send(part, target) {
        sent.push({ part, target });
        return outcome();
      },
    },
    events: {
      precheck: async () => undefined,
      isTakenBack: async () => false,
      isHeld: async ({ destination: { name: to }, passes }) => isHeld(to) && passes?.quiet !== true,
      isMuted: async () => false,
      sent() {},
      retrying() {},
      async failed() {},
      async moved() {},
      topicLost() {},
      corrupt() {},
      changed() {},
    },
    log,
    clock: () => performance.now(),
    now: Date.now,
    capacity: 100,
    parallel: 4,
    unconfirmedWaits: [],
  });
  await queue.open();
  queue.run();
  const stop = new AbortController();
  onTestFinished(async () => {
    await queue.stop(1000);
    await history.close();
  });
  const { route } = createRouting({ links, destinations, accounts: createAccounts() });
  const intake = createIntake({
    route,
    mutes,
    isHeld: async (to, _person, { passes }) => isHeld(to) && passes?.quiet !== true,
    isAwaited: ({ user }, script) => user === 'ana' && script === 'asked.py',
    blobs,
    outbox: queue,
    stopping: stop.signal,
    host: 'vm',
    bus: createEventBus(log, String),
  });
  const submit = (notification: Notification, wait = 10_000) => intake.submit({ notification, digest: '', wait });
  return { intake, submit, links, mutes, blobs, history, sent, stop };
}

type Intake = Awaited<ReturnType<typeof openIntake>>;
const link = ({ links }: Intake) => links.link(ANA.user, ANA.uid, { id: 5, type: 'private', name: 'Ana' });

describe('a notification', () => {
  test('goes to the chat that its account is linked to', async () => {
    const box = await openIntake();
    await link(box);
    expect(await box.submit(text())).toMatchObject({ status: 'sent', messageIds: [7] });
    expect(box.sent[0]?.target.destination).toEqual(linkedChat('ana', 5));
  });

  test('of an account without a link is refused, also where another account had its name', async () => {
    const box = await openIntake();
    await link(box);
    for (const account of [
      { user: 'ben', uid: 1002 },
      { user: 'ana', uid: 1003 },
    ]) {
      await expect(box.submit(text({ account }))).rejects.toMatchObject({ code: 'not_linked' });
    }
    expect(box.sent).toEqual([]);
  });

  test('is recorded and not sent while its account is muted, unless it is critical', async () => {
    const box = await openIntake();
    await link(box);
    await box.mutes.mute(ANA, Date.now() + 60_000);
    expect((await box.submit(text())).status).toBe('muted');
    expect((await box.submit(text({ severity: 'critical' }))).status).toBe('sent');
    expect((await box.submit(text({ passes: { mute: true } }))).status).toBe('sent');
    expect(box.sent).toHaveLength(2);
  });

  test('of a feature of the bot hands its buttons to Telegram, and keeps none in the history', async () => {
    const box = await openIntake();
    await link(box);
    const buttons = [[{ text: 'Acknowledge', press: 'al:ack:7f' }], { text: 'Graph', url: 'https://example.org/' }];
    const origin = { feature: 'alerts', ref: '7f' } as const;
    const kept: unknown[] = [];
    await box.submit(text({ buttons, origin }));
    expect(box.sent[0]?.part).toMatchObject({
      buttons: [[{ text: 'Acknowledge', data: 'al:ack:7f' }], { text: 'Graph' }],
    });
    for await (const record of box.history.backwards(0)) kept.push(record.buttons);
    expect(kept).toEqual([[[{ text: 'Graph', url: 'https://example.org/' }]]]);
  });

  test('of a script that its person has asked for passes their quiet hours, of another or another’s it waits', async () => {
    const box = await openIntake(undefined, () => true);
    await link(box);
    expect((await box.submit(text({ source: 'asked.py' }))).status).toBe('sent');
    expect(await box.submit(text({ source: 'cron.py' }))).toMatchObject({ status: 'queued', isHeld: true });
    expect(box.sent).toHaveLength(1);
  });

  test('for several answers when all have it but those whose quiet hours hold it back', async () => {
    const box = await openIntake(undefined, (to) => to === 'user:u6');
    const routes = [5, 6].map((chatId) => ({ destination: linkedChat(`u${chatId}`, chatId) }));
    const ask = { notification: text(), routes, digest: 'd', id: 'one', wait: 600_000 };
    const answer = {
      status: 'queued',
      deliveries: [
        { to: 'user:u5', status: 'sent' },
        { to: 'user:u6', status: 'queued' },
      ],
    };
    expect(await box.intake.submit(ask)).toMatchObject(answer);
    expect(await box.intake.submit(ask)).toMatchObject(answer);
    expect(box.sent).toHaveLength(1);
  });

  test('is queued when its sender does not wait, waits no longer, or the service stops', async () => {
    const box = await openIntake(() => new Promise(() => {}));
    await link(box);
    expect((await box.submit(text(), 0)).status).toBe('queued');
    expect((await box.submit(text(), 20)).status).toBe('queued');
    const waiting = box.submit(text(), 60_000);
    box.stop.abort();
    expect((await waiting).status).toBe('queued');
  });

  test('takes its picture along, and leaves no file where it is refused', async () => {
    const box = await openIntake();
    const media = async () => {
      const bytes = png(20, 20);
      return [{ blob: await box.blobs.write([bytes]), name: 'a.png', size: bytes.length, as: 'photo' as const }];
    };
    const refused = await media();
    await expect(box.submit(text({ media: refused }))).rejects.toMatchObject({ code: 'not_linked' });
    await link(box);
    const accepted = await media();
    expect((await box.submit(text({ media: accepted }))).status).toBe('sent');
    expect(box.sent[0]?.part.kind).toBe('photo');
    for (const { blob } of [...refused, ...accepted]) await expect(box.blobs.head(blob, 1)).rejects.toThrow();
  });
});
