/** A data folder of the first release, opened by this one: nothing is lost. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Update } from '../../src/core/update.ts';
import { openStorage, type Storage } from '../../src/storage/open-storage.ts';
import { temporaryFolder } from '../support/files/temporary-folder.ts';
import { copyReleasedFolder, DEEP_LINK_TOKEN, RECORDED_AT } from './support/released-folder.ts';

const MANY = 1000;
const HOUR = 3_600_000;

let dataDir: string;
let names: string[];
let storage: Storage<{ readonly kind: string }, Update>;
beforeEach(async () => {
  dataDir = join(await temporaryFolder(), 'data');
  names = await copyReleasedFolder(dataDir, MANY);
  storage = openStorage({ dataDir, now: () => RECORDED_AT });
});

async function sizeOf(delivery: string, place: number): Promise<number> {
  const opened = await storage.deliveries.openFile(delivery, place);
  let bytes = 0;
  for await (const chunk of opened?.stream ?? []) bytes += chunk.length;
  return bytes;
}

describe('an upgrade', () => {
  test('keeps 1,000 waiting deliveries, with their files, in order', async () => {
    const { waiting, corrupt } = await storage.deliveries.open();
    expect(corrupt).toEqual([]);
    expect(waiting.map(({ delivery }) => delivery)).toEqual(names);
    expect(new Set(waiting.flatMap(({ steps }) => steps.map(({ part }) => part.kind)))).toEqual(
      new Set(['text', 'album', 'document']),
    );
    expect(waiting.some(({ done, messageIds }) => done === 1 && messageIds.length === 1)).toBe(true);
    const withFiles = waiting.filter(({ files }) => files.length > 0).slice(0, 20);
    expect(withFiles).toHaveLength(20);
    for (const { delivery, files } of withFiles) {
      for (const [i, { size }] of files.entries()) expect(await sizeOf(delivery, i)).toBe(size);
    }
  });

  test('keeps failed deliveries, which can be sent again', async () => {
    await storage.deliveries.open();
    const { deliveries, unreadable, total } = await storage.deliveries.failed();
    expect([deliveries.map(({ user }) => user), unreadable, total]).toEqual([['mail', 'mail'], [], 2]);
    const [, photo] = deliveries;
    const again = await storage.deliveries.requeue(photo?.delivery ?? '', async ({ failedAt: _, ...old }) => ({
      ...old,
      delivery: '0zzzzzzzzzz-0123abcd',
      retryOf: old.delivery,
    }));
    expect(await sizeOf(again.delivery, 0)).toBe(photo?.files[0]?.size);
  });

  test('keeps the history, its counts, and the ids that senders used', async () => {
    const found = [];
    for await (const { record } of storage.history.find({ scope: 'all' }, RECORDED_AT - HOUR)) found.push(record);
    expect(found).toHaveLength(7);
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['sent', 'failed', 'muted']));
    const [day] = await storage.history.counts('all', RECORDED_AT);
    expect(day?.sums.reduce((sum, { sent, muted, failed }) => sum + sent + muted + failed, 0)).toBe(7);
    const used = [];
    for await (const { id } of storage.usedIds.usedSince(RECORDED_AT - HOUR)) used.push(id);
    expect(used.sort()).toEqual(['failed-1', 'muted-1', 'sent-1']);
  });

  test('keeps links, mutes, a code and a deep link', async () => {
    expect(await storage.links.check()).toBeUndefined();
    expect((await storage.links.find('root', 0))?.chatId).toBe(1001);
    expect(await storage.links.find('daemon', 1)).toMatchObject({ chatId: -1002002, movedFrom: -2001 });
    expect((await storage.links.find('mail', 8))?.unreachable?.reason).toContain('blocked');
    expect(await storage.mutes.isMuted({ user: 'games', uid: 1001 }, undefined)).toMatchObject({
      until: expect.any(Number),
    });
    expect(await storage.mutes.isMuted({ user: 'mail', uid: 1001 }, 'backup')).toMatchObject({
      until: expect.any(Number),
    });
    const [code = ''] = Object.keys(JSON.parse(await readFile(join(dataDir, 'pending_codes.json'), 'utf8')));
    expect(await storage.codes.redeem(code)).toMatchObject({ outcome: 'ok', value: { id: 3000 } });
    expect(await storage.deepLinks.redeem(DEEP_LINK_TOKEN)).toMatchObject({ outcome: 'ok', value: { user: 'nobody' } });
  });

  test('keeps runs and updates', async () => {
    expect(await storage.runs.left()).toEqual([
      ['77:1', { user: 'root', script: 'rev.py', chatId: 1001, begunAt: expect.any(Number), messageId: 12 }],
    ]);
    expect(await storage.runs.knows('77:2')).toBe(true);
    const backlog = (await storage.updateLog.open(77, ['chat'])).get('chat');
    expect(backlog?.updates.map(({ update_id }) => update_id)).toEqual([501, 502]);
  });
});
