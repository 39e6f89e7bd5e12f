import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Problem } from '../../../../src/core/problem.ts';
import { createRecordLog } from '../../../../src/storage/files/records/record-log.ts';
import type { Records } from '../../../../src/storage/ports.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';
import { killAfter } from '../../support/faulty-disk.ts';

vi.mock('node:fs/promises', async (original) => {
  const { wrapDisk } = await import('../../support/faulty-disk.ts');
  return wrapDisk(await original<typeof import('node:fs/promises')>());
});

async function folder() {
  const dir = join(await temporaryFolder(), 'alerts');
  const problems: Problem[] = [];
  const open = async (compactBytes = 1_000_000) => {
    const log = createRecordLog({ dir, compactBytes, onProblem: (problem) => problems.push(problem) });
    onTestFinished(() => log.close().catch(() => {}));
    return { log, found: await log.open() };
  };
  return { dir, problems, open };
}

const put = (log: Records, key: string, n: number) =>
  log.write([{ kind: 'a', key, value: { n, pad: 'x'.repeat(100) } }]);
const numbers = (found: readonly { key: string; value: Readonly<Record<string, unknown>> }[]) =>
  Object.fromEntries(found.map(({ key, value }) => [key, value.n]));

describe('a record log', () => {
  test('is a file of lines that anyone can read, of the service alone', async () => {
    const { dir, open } = await folder();
    const { log } = await open();
    await log.write([
      { kind: 'alert', key: 'a', value: { n: 1 } },
      { kind: 'alert', key: 'b', value: undefined },
    ]);
    expect(await readdir(dir)).toEqual(['log-1.jsonl']);
    expect(await readFile(join(dir, 'log-1.jsonl'), 'utf8')).toBe('[["alert","a",{"n":1}],["alert","b",null]]\n');
    expect([(await stat(dir)).mode & 0o777, (await stat(join(dir, 'log-1.jsonl'))).mode & 0o777]).toEqual([
      0o750, 0o640,
    ]);
  });

  test('loses what a crash tore, and what follows is whole', async () => {
    const { dir, open } = await folder();
    const first = await open();
    await put(first.log, 'a', 1);
    await first.log.close();
    await appendFile(join(dir, 'log-1.jsonl'), '[["a","b",{"n":');
    const second = await open();
    expect(numbers(second.found)).toEqual({ a: 1 });
    await put(second.log, 'c', 3);
    expect(numbers((await open()).found)).toEqual({ a: 1, c: 3 });
  });

  test.each(['no JSON', '{"a": 1}', '[["a","b",7]]', '[["a"]]', '[1]'])(
    'keeps aside what it can’t read, once: %s',
    async (bad) => {
      const { dir, problems, open } = await folder();
      const first = await open();
      await put(first.log, 'a', 1);
      await first.log.close();
      await appendFile(join(dir, 'log-1.jsonl'), `${bad}\n`);
      for (let round = 0; round < 2; round += 1) {
        const { log, found } = await open();
        expect(numbers(found)).toMatchObject({ a: 1 });
        await put(log, 'b', 2);
        await log.close();
      }
      expect(await readFile(join(dir, 'corrupt.jsonl'), 'utf8')).toBe(`${bad}\n`);
      expect(problems.map(({ code }) => code)).toEqual(['records_unreadable', 'records_unreadable']);
      expect(problems[0]?.message).toContain(join(dir, 'corrupt.jsonl'));
    },
  );

  test('says which folder it can’t read', async () => {
    const { dir, open } = await folder();
    await mkdir(join(dir, 'log-1.jsonl'), { recursive: true });
    await expect(open()).rejects.toMatchObject({ code: 'records_unreadable', message: expect.stringContaining(dir) });
  });

  test('takes little more room than its records, however often they change', async () => {
    const { dir, problems, open } = await folder();
    const { log } = await open(20_000);
    for (let n = 0; n < 1_500; n += 1) await put(log, `k${n % 50}`, n);
    await log.close();
    const files = await readdir(dir);
    expect(files.filter((name) => name.startsWith('snapshot-'))).toHaveLength(1);
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(dir, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80_000);
    const values = numbers((await open()).found);
    expect([Object.keys(values).length, values.k0, values.k49]).toEqual([50, 1450, 1499]);
    expect(problems).toEqual([]);
  });

  test('goes on in one log where no snapshot can be made', async () => {
    const { dir, problems, open } = await folder();
    const { log } = await open(2_000);
    await put(log, 'a', 0);
    await mkdir(join(dir, 'snapshot-2.jsonl.tmp'));
    await writeFile(join(dir, 'log-1.jsonl.bak'), 'somebody’s');
    for (let n = 1; n < 60; n += 1) await put(log, 'a', n);
    await log.close();
    expect(numbers((await open()).found)).toEqual({ a: 59 });
    expect(problems[0]).toMatchObject({ code: 'storage', message: expect.stringContaining('EISDIR') });
    expect(await readdir(dir)).toContain('log-1.jsonl.bak');
  });

  test('keeps every record wherever the process is killed while it makes a snapshot', async () => {
    for (let steps = 0; steps < 200; steps += 1) {
      const { open } = await folder();
      const first = await open(1_500);
      for (let n = 0; n < 10; n += 1) await put(first.log, `k${n}`, n);
      await first.log.write([{ kind: 'a', key: 'k3', value: undefined }]);
      let answered = 9;
      const reached = await killAfter(steps, async () => {
        for (let n = 10; n < 16; n += 1) {
          await put(first.log, `k${n}`, n);
          answered = n;
        }
        await first.log.close();
      });
      const values = numbers((await open()).found);
      for (let n = 0; n <= answered; n += 1)
        expect(values[`k${n}`], `k${n} after ${steps} steps`).toBe(n === 3 ? undefined : n);
      if (!reached) return expect(steps).toBeGreaterThan(20);
    }
    throw new Error('It never ends.');
  });
});
