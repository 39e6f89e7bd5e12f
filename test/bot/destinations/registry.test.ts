import { expect, onTestFinished, test } from 'vitest';
import { createRegistry } from '../../../src/bot/destinations/registry.ts';
import { createEventBus } from '../../../src/bot/events/event-bus.ts';
import type { RegisteredDestination } from '../../../src/core/destination.ts';
import { sentenceOf } from '../../../src/core/problem.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { startBot } from '../../support/bot/running-bot.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const ANA = { user: 'ana', uid: 1001 };
const HOUR = 3_600_000;
const OPS: RegisteredDestination = {
  name: 'ops',
  chatId: -5,
  owner: ANA,
  senders: [],
  type: 'group',
  title: 'Operations',
};

async function setUp() {
  const storage = openStorage({ dataDir: await temporaryFolder() });
  const release = await storage.lease.take();
  onTestFinished(release);
  const log = createLog('silent', []);
  const bus = createEventBus(log, sentenceOf);
  let time = 0;
  const { registry, services, module } = createRegistry({ ...storage, bus, clock: () => time, log });
  await module.start?.();
  const told: string[] = [];
  bus.subscribe({
    'destination.refused': ({ destination, reason }) => void told.push(`${destination.name}: ${reason}`),
  });
  const { destinations } = storage;
  const later = (ms: number) => {
    time += ms;
  };
  return { bus, registry, services, destinations, told, later };
}

test('its owner hears of a refusal when it begins, and at most once in six hours', async () => {
  const { registry, destinations, told, later } = await setUp();
  await destinations.register(OPS);
  await destinations.register({ ...OPS, name: 'ops/disks', threadId: 7 });
  await registry.refused({ chat: -5 }, 'Gone.');
  expect(told.sort()).toEqual(['ops/disks: Gone.', 'ops: Gone.']);
  await registry.refused({ chatId: -5 }, 'Still gone.');
  later(5 * HOUR);
  for (const reason of [undefined, 'Gone again.']) await registry.refused({ chatId: -5 }, reason);
  expect(told).toHaveLength(2);
  expect((await destinations.find('ops'))?.unreachable?.reason).toBe('Gone again.');
  later(2 * HOUR);
  for (const reason of [undefined, 'Gone once more.']) await registry.refused({ chatId: -5 }, reason);
  expect(told.slice(2)).toEqual(['ops: Gone once more.']);
});

test('a delivery that Telegram refuses for its place marks the place, and one that arrives ends that', async () => {
  const bot = await startBot({ people: ['ann'], links: { ann: 501 } });
  onTestFinished(() => bot.stop());
  await bot.ask(9, '/help');
  const { body } = await bot.client.request('POST', '/destinations', { user: 'ann', name: 'ops' });
  await bot.ask(-77, `/link ${(body as { code: string }).code}`);
  const mark = async () => {
    const listed = (await bot.client.request('GET', '/destinations')).body as { destinations: [object] };
    return listed.destinations[0];
  };
  bot.sandbox.refuse(-77, 'CHAT_WRITE_FORBIDDEN');
  const told = bot.next(501);
  expect((await bot.send({ user: 'ann', to: 'ops', text: 'lost' })).status).toBe(422);
  await expect.poll(mark).toHaveProperty('unreachable');
  expect((await told).text).toMatch(/^Nothing can be sent to your destination ops, /);
  bot.sandbox.restore(-77);
  expect((await bot.send({ user: 'ann', to: 'ops', text: 'arrives' })).status).toBe(200);
  await expect.poll(mark).not.toHaveProperty('unreachable');
});

test('a code needs the name of the bot, which Telegram tells', async () => {
  const { services, bus } = await setUp();
  const wanted = { name: 'ops', owner: ANA };
  await expect(services.registrationCode(wanted)).rejects.toMatchObject({ code: 'telegram_unknown' });
  await bus.publish('telegram.identified', { id: 1, username: 'some_bot', name: 'Some' });
  const { code, url } = await services.registrationCode(wanted);
  expect(url).toBe(`https://t.me/some_bot?startgroup=${code.replace('-', '')}`);
});
