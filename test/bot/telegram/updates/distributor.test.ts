import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserFromGetMe } from 'grammy/types';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { SkipReason, TelegramUpdate, UpdateConsumer } from '../../../../src/bot/telegram/updates/consumer.ts';
import { createDistributor } from '../../../../src/bot/telegram/updates/distributor.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { createUpdateLog } from '../../../../src/storage/files/update-log.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { waitFor } from '../../../support/wait-for.ts';

const ME = { id: 42, username: 'n_bot', first_name: 'N', is_bot: true } as UserFromGetMe;
const message = (update_id: number, chat = 5) =>
  ({ update_id, message: { chat: { id: chat, type: 'private' }, text: `n${update_id}` } }) as unknown as TelegramUpdate;

/** A consumer that remembers what it got, and handles as the test says. */
function consumerOf(name: string, handle: (update: TelegramUpdate) => Promise<void> = async () => {}) {
  const handled: number[] = [];
  const skipped: [number, SkipReason][] = [];
  const consumer: UpdateConsumer = {
    name,
    async handle(update) {
      handled.push(update.update_id);
      await handle(update);
    },
    async skip({ update_id }, why) {
      skipped.push([update_id, why]);
    },
  };
  return { consumer, handled, skipped };
}

const never = () => new Promise<void>(() => {});

function distribute(folder: string, ...consumers: { consumer: UpdateConsumer }[]) {
  const logged: string[] = [];
  const log = createLog('debug', [(line) => logged.push(line)]);
  const updateLog = createUpdateLog<TelegramUpdate>(folder);
  // Acknowledgements are stored in the background; the folder must not be removed under them.
  onTestFinished(() => updateLog.flush().catch(() => {}));
  const distributor = createDistributor({ consumers: consumers.map(({ consumer }) => consumer), updateLog, log });
  return { distributor, updateLog, logged };
}

const openFor = async (folder: string) => {
  const { updates, others = [] } = JSON.parse(await readFile(join(folder, 'updates.json'), 'utf8'));
  return { chat: updates.length, others: others.length };
};

describe('two consumers', () => {
  test('get every update, each once', async () => {
    const [chat, inbox] = [consumerOf('chat'), consumerOf('inbox')];
    const { distributor } = distribute(await temporaryFolder(), chat, inbox);
    await distributor.open(ME);
    const first = distributor.take([message(1), message(2)]);
    const again = distributor.take([message(2)]);
    await Promise.all([first.confirmable, again.confirmable, distributor.idle()]);
    expect([first.anyNew, again.anyNew]).toEqual([true, false]);
    expect([chat.handled, inbox.handled]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('one that fails loses neither the other’s updates nor its own later ones', async () => {
    const failing = consumerOf('inbox', async ({ update_id }) => {
      if (update_id === 1) throw new Error('no inbox today');
    });
    const chat = consumerOf('chat');
    const { distributor, updateLog, logged } = distribute(await temporaryFolder(), failing, chat);
    await distributor.open(ME);
    await distributor.take([message(1), message(2)]).confirmable;
    await distributor.idle();
    expect([failing.handled, chat.handled]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(logged.join('')).toMatch(/"update_id":1,"consumer":"inbox".*no inbox today/);
    await waitFor(() => updateLog.size() === 0);
  });

  test('one that cannot begin is named, and the other begins', async () => {
    const broken = consumerOf('inbox');
    const chat = consumerOf('chat');
    const consumer = { ...broken.consumer, identified: () => Promise.reject(new Error('no folder')) };
    const { distributor, logged } = distribute(await temporaryFolder(), { consumer }, chat);
    await distributor.open(ME);
    await distributor.take([message(1)]).confirmable;
    expect(chat.handled).toEqual([1]);
    expect(logged.join('')).toMatch(/"consumer":"inbox".*no folder/);
  });

  test('one that is slow delays neither the other nor the confirmation, and is alone behind after a crash', async () => {
    const folder = await temporaryFolder();
    const slow = consumerOf('inbox', never);
    const chat = consumerOf('chat');
    const crashed = distribute(folder, slow, chat);
    await crashed.distributor.open(ME);
    for (const id of [1, 2, 3]) await crashed.distributor.take([message(id)]).confirmable;
    expect([slow.handled, chat.handled]).toEqual([[1], [1, 2, 3]]);
    await crashed.updateLog.flush();
    expect(await openFor(folder)).toEqual({ chat: 0, others: 3 });

    const [inboxAgain, chatAgain] = [consumerOf('inbox'), consumerOf('chat')];
    const restarted = distribute(folder, inboxAgain, chatAgain);
    await restarted.distributor.open(ME);
    await restarted.distributor.idle();
    expect([inboxAgain.handled, chatAgain.handled]).toEqual([[1, 2, 3], []]);
    // Telegram repeats what was not confirmed: neither gets it again.
    expect(restarted.distributor.take([message(3)]).anyNew).toBe(false);
    await waitFor(() => restarted.updateLog.size() === 0);
  });

  test('an update that ends the process three times in one is skipped by that one alone', async () => {
    const folder = await temporaryFolder();
    for (let start = 0; start < 3; start += 1) {
      const { distributor, updateLog } = distribute(folder, consumerOf('inbox', never), consumerOf('chat'));
      await distributor.open(ME);
      await distributor.take([message(1)]).confirmable;
      await updateLog.flush();
    }
    const [inbox, chat] = [consumerOf('inbox'), consumerOf('chat')];
    const { distributor, logged } = distribute(folder, inbox, chat);
    await distributor.open(ME);
    await distributor.idle();
    expect([inbox.handled, inbox.skipped, chat.skipped]).toEqual([[], [[1, 'interrupted']], []]);
    expect(logged.join('')).toMatch(/"update_id":1,"consumer":"inbox".*ended three times/);
  });

  test('that an update is begun again is durable before it is handled again', async () => {
    const folder = await temporaryFolder();
    const first = distribute(folder, consumerOf('chat', never));
    await first.distributor.open(ME);
    await first.distributor.take([message(1)]).confirmable;
    let tries: unknown;
    const chat = consumerOf('chat', async () => {
      tries = JSON.parse(await readFile(join(folder, 'updates.json'), 'utf8')).updates[0].tries;
    });
    const { distributor } = distribute(folder, chat);
    await distributor.open(ME);
    await distributor.idle();
    expect(tries).toBe(2);
  });

  test('one that is flooded by a chat takes a hundred of it and skips one, the other takes all', async () => {
    const [slow, chat] = [consumerOf('inbox', never), consumerOf('chat')];
    const folder = await temporaryFolder();
    const { distributor, updateLog, logged } = distribute(folder, slow, chat);
    await distributor.open(ME);
    const updates = Array.from({ length: 150 }, (_, i) => message(i + 1));
    for (const one of updates) {
      await distributor.take([one]).confirmable;
      await waitFor(() => chat.handled.at(-1) === one.update_id);
    }
    await waitFor(() => updateLog.size() === 101);
    expect(chat.handled).toHaveLength(150);
    expect(slow.handled).toEqual([1]);
    expect(logged.filter((line) => line.includes('more than is answered'))).toHaveLength(1);
  });
});

test('on a disk that takes nothing an update may be confirmed once every consumer is done with it', async () => {
  const folder = join(await temporaryFolder(), 'missing');
  const gates: (() => void)[] = [];
  const gated = () => new Promise<void>((resolve) => gates.push(resolve));
  const [chat, inbox] = [consumerOf('chat', gated), consumerOf('inbox', gated)];
  const { distributor, logged } = distribute(folder, chat, inbox);
  await mkdir(folder);
  await distributor.open(ME);
  await rm(folder, { recursive: true });
  let confirmable = false;
  const taken = distributor.take([message(1)]).confirmable.then(() => {
    confirmable = true;
  });
  await waitFor(() => logged.some((line) => line.includes('waiting for the updates under way')));
  gates[0]?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([confirmable, await distributor.settle()]).toEqual([false, false]);
  gates[1]?.();
  await taken;
  expect(await distributor.settle()).toBe(true);
});
