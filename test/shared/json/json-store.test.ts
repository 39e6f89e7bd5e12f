import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { createJsonStore, type JsonStore } from '../../../src/shared/json/json-store.ts';
import { canMount, fullDisk } from '../../support/files/full-disk.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { bundle, start } from '../../support/programs/child.ts';

type Counts = Readonly<Record<string, unknown>>;

function parse(value: unknown): Counts {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Problem('wrong_shape', 'its top level is not an object');
  }
  if ('count' in value && typeof value.count !== 'number') throw new Problem('wrong_shape', 'count is not a number');
  return { ...value };
}

function open(path: string, onProblem?: (problem: Problem) => void): JsonStore<Counts> {
  return createJsonStore({ path, empty: () => ({}), parse, ...(onProblem === undefined ? {} : { onProblem }) });
}

const countOf = (value: Counts) => (typeof value.count === 'number' ? value.count : 0);

const countUp = (store: JsonStore<Counts>) =>
  store.update((value) => ({ next: { ...value, count: countOf(value) + 1 }, result: countOf(value) + 1 }));

/** Replaces a file as careful programs do. */
async function putInPlace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

describe('reading and changing', () => {
  test('a file that is not there is empty, and the first change makes it', async () => {
    const folder = await temporaryFolder();
    const store = open(join(folder, 'file.json'));
    expect(await store.read()).toEqual({});
    expect(await readdir(folder)).toEqual([]);
    expect(await countUp(store)).toBe(1);
    expect(await store.read()).toEqual({ count: 1 });
    expect(await open(join(folder, 'file.json')).read()).toEqual({ count: 1 });
    expect(await readdir(folder)).toEqual(['file.json']);
  });

  test('a file that would be too large is not written, and one that is too large is not taken into memory', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const store = createJsonStore({ path, empty: () => ({}), parse, mostBytes: 100 });
    const fill = (size: number) => store.update(() => ({ next: { text: 'x'.repeat(size) }, result: undefined }));
    await fill(50);
    await expect(fill(100)).rejects.toMatchObject({ code: 'storage', message: expect.stringContaining('EFBIG') });
    expect(await store.read()).toEqual({ text: 'x'.repeat(50) });
    await putInPlace(path, JSON.stringify({ text: 'y'.repeat(100) }));
    expect((await store.check())?.message).toContain('it is too large (EFBIG)');
    expect(await store.read()).toEqual({ text: 'x'.repeat(50) });
    await expect(fill(1)).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('a change that leaves the value writes nothing', async () => {
    const folder = await temporaryFolder();
    const store = open(join(folder, 'file.json'));
    expect(await store.update(() => ({ next: undefined, result: 'looked' }))).toBe('looked');
    expect(await readdir(folder)).toEqual([]);
  });

  test('keys that other programs wrote survive, whatever their names', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const text = '{"__proto__": {"a": 1}, "constructor": [1, {"b": null}], "count": 1, "toString": "x"}';
    await writeFile(path, text);
    await countUp(open(path));
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(JSON.parse(text.replace('"count": 1', '"count": 2')));
    expect(await readFile(path, 'utf8')).toContain('"__proto__": {"a":1}');
  });

  test('a map is written as an object with one entry a line', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const store = createJsonStore<ReadonlyMap<string, unknown>>({
      path,
      empty: () => new Map(),
      parse: (value) => new Map(Object.entries(parse(value))),
    });
    const entries: Array<[string, unknown]> = [
      ['__proto__', { id: 1 }],
      ['constructor', [2]],
      ['a "b"', null],
    ];
    await store.update(() => ({ next: new Map(entries), result: undefined }));
    expect(await readFile(path, 'utf8')).toBe(
      '{\n  "__proto__": {"id":1},\n  "constructor": [2],\n  "a \\"b\\"": null\n}\n',
    );
    expect([...(await store.read())]).toEqual(entries);
    await store.update(() => ({ next: new Map(), result: undefined }));
    expect(await readFile(path, 'utf8')).toBe('{}\n');
  });

  test('the mode is set whatever the umask, 0660 or another', async () => {
    const folder = await temporaryFolder();
    const umask = process.umask(0o077);
    try {
      await countUp(open(join(folder, 'shared.json')));
      const own = createJsonStore({ path: join(folder, 'own.json'), empty: () => ({}), parse, mode: 0o600 });
      await countUp(own);
    } finally {
      process.umask(umask);
    }
    expect((await stat(join(folder, 'shared.json'))).mode & 0o7777).toBe(0o660);
    expect((await stat(join(folder, 'own.json'))).mode & 0o7777).toBe(0o600);
  });

  test.runIf(process.getuid?.() === 0)('root leaves a file to its owner, and a new one to the folder’s', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'old.json'), '{}');
    await chown(join(folder, 'old.json'), 12_345, 12_346);
    await chown(folder, 12_347, 12_348);
    await countUp(open(join(folder, 'old.json')));
    await countUp(open(join(folder, 'new.json')));
    expect(await stat(join(folder, 'old.json'))).toMatchObject({ uid: 12_345, gid: 12_346 });
    expect(await stat(join(folder, 'new.json'))).toMatchObject({ uid: 12_347, gid: 12_348 });
  });

  test('a file reached through a link stays where it is', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'file.json'), '{"count": 1}');
    await symlink('real/file.json', join(folder, 'link.json'));
    await countUp(open(join(folder, 'link.json')));
    expect(JSON.parse(await readFile(join(folder, 'real', 'file.json'), 'utf8'))).toEqual({ count: 2 });
    expect((await readdir(folder)).sort()).toEqual(['link.json', 'real']);
  });

  test('changes asked for at once are all made, one after the other, also by two stores', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const stores = [open(path), open(path)];
    const results = await Promise.all(stores.flatMap((store) => Array.from({ length: 50 }, () => countUp(store))));
    expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  test('what a change throws reaches its caller, and the next one goes on', async () => {
    const store = open(join(await temporaryFolder(), 'file.json'));
    const refuse = () => {
      throw new Problem('outbox_full', 'No room.');
    };
    const [first, second] = await Promise.allSettled([store.update(refuse), countUp(store)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { code: 'outbox_full' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: 1 });
  });
});

describe('a file that other programs change', () => {
  test('the same object is returned until it changes', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    await writeFile(path, '{"count": 1}');
    const store = open(path);
    const first = await store.read();
    expect(await store.read()).toBe(first);
    await utimes(path, new Date(), new Date());
    expect(await store.read()).toBe(first);
    await putInPlace(path, '{"count": 2}');
    expect(await store.read()).toEqual({ count: 2 });
    await unlink(path);
    expect(await store.read()).toEqual({});
  });

  test('changes of the same size in the same instant are seen, in place and by replacement', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const store = open(path);
    for (let count = 100; count < 400; count += 1) {
      const text = JSON.stringify({ count });
      if (count % 2 === 0) await writeFile(path, text);
      else await putInPlace(path, text);
      expect(await store.read()).toEqual({ count });
    }
  });

  test('a change is made to what the file holds by then', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const store = open(path);
    await countUp(store);
    await putInPlace(path, '{"count": 10, "by": "hand"}');
    expect(await countUp(store)).toBe(11);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ count: 11, by: 'hand' });
  });

  test('many processes that change it at once lose no change', { timeout: 60_000 }, async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const program = await bundle(counter);
    const children = Array.from({ length: 4 }, () => start(program, path, '25'));
    await Promise.all(children.map((child) => child.line()));
    for (const child of children) child.say('go');
    const results = (await Promise.all(children.map((child) => child.rest()))).flat().map(Number);
    expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(await open(path).read()).toEqual({ count: 100 });
  });
});

describe('a file that cannot be read', () => {
  const broken: ReadonlyArray<readonly [string, string | Uint8Array, RegExp]> = [
    ['bad JSON', '{"count": 1,\n  "secret": hunter2}', /not JSON from line 2, column 13 on/],
    ['JSON that ends too early', '{"count": 1', /not JSON from line 1, column 12 on/],
    ['an empty file', '', /it is empty/],
    ['another shape', '[1, 2]', /top level is not an object/],
    ['a wrong field', '{"count": "one"}', /count is not a number/],
    ['bytes that are not text', Uint8Array.of(0x7b, 0xff, 0x7d), /not UTF-8/],
  ];

  test.each(broken)('%s is reported once and never overwritten', async (_name, content, reason) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file.json');
    await writeFile(path, content);
    const onProblem = vi.fn();
    const store = createJsonStore({ path, empty: () => ({}), parse, onProblem, code: 'links_unreadable' });
    for (const ask of [() => store.read(), () => countUp(store), () => store.read()]) {
      const problem: unknown = await ask().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(problem).toBeInstanceOf(Problem);
      expect(problem).toMatchObject({ code: 'links_unreadable', message: expect.stringMatching(reason) });
      expect(problem).toMatchObject({ message: expect.stringContaining(path) });
      expect(String(problem)).not.toContain('hunter2');
    }
    expect(onProblem).toHaveBeenCalledTimes(1);
    expect((await store.check())?.code).toBe('links_unreadable');
    expect(await readFile(path)).toEqual(Buffer.from(content));
    expect(await readdir(folder)).toEqual(['file.json']);
  });

  test('the last good value is served meanwhile, and all is well once it is repaired', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const onProblem = vi.fn();
    const store = open(path, onProblem);
    await countUp(store);
    await putInPlace(path, '{"count": ');
    expect(await store.read()).toEqual({ count: 1 });
    await expect(countUp(store)).rejects.toMatchObject({ code: 'unreadable' });
    await putInPlace(path, '{"count": 5}');
    expect(await store.read()).toEqual({ count: 5 });
    expect(await store.check()).toBeUndefined();
    expect(await countUp(store)).toBe(6);
    await putInPlace(path, '{"count": ');
    await store.read();
    expect(onProblem).toHaveBeenCalledTimes(2);
  });

  test('a file that was not there until it was broken has no last good value', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    const store = open(path);
    expect(await store.read()).toEqual({});
    await writeFile(path, '{');
    await expect(store.read()).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('a byte order mark is passed over', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    await writeFile(path, '\uFEFF{"count": 3}');
    expect(await open(path).read()).toEqual({ count: 3 });
  });

  test('a folder in its place is reported as a folder', async () => {
    const path = join(await temporaryFolder(), 'file.json');
    await mkdir(path);
    await expect(open(path).read()).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringMatching(/EISDIR/),
    });
  });

  test('a missing folder is a storage problem for a change', async () => {
    const store = open(join(await temporaryFolder(), 'absent', 'file.json'));
    await expect(countUp(store)).rejects.toMatchObject({ code: 'storage', message: expect.stringMatching(/ENOENT/) });
  });
});

describe('a full disk', () => {
  test.runIf(canMount())('leaves the old file whole, nothing beside it, and works again with room', async () => {
    const folder = fullDisk(64);
    const path = join(folder, 'file.json');
    const store = open(path);
    await store.update(() => ({ next: { count: 1, text: 'o'.repeat(20_000) }, result: undefined }));
    const before = await readFile(path, 'utf8');
    const big = { count: 2, text: 'n'.repeat(60_000) };
    const write = () => store.update(() => ({ next: big, result: undefined }));
    await expect(write()).rejects.toMatchObject({ code: 'storage', message: expect.stringMatching(/disk is full/) });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['file.json']);
    expect(await store.read()).toMatchObject({ count: 1 });
    expect(await countUp(store)).toBe(2);
  });
});

/** Says `ready`, waits to be told, then counts up as often as asked, or for ever, and prints each result. */
const counter = `
  import { createJsonStore } from './src/shared/json/json-store.ts';
  const [path, times = 'Infinity'] = process.argv.slice(2);
  const store = createJsonStore({ path, empty: () => ({ count: 0 }), parse: (value) => value as { count: number } });
  async function main() {
    for (let time = 0; time < Number(times); time += 1) {
      const next = (count: number) => ({ count, text: String(count).repeat(10_000) });
      const change = ({ count }: { count: number }) =>
        ({ next: times === 'Infinity' ? next(count + 1) : { count: count + 1 }, result: count + 1 });
      console.log(await store.update(change));
    }
    process.exit(0);
  }
  process.stdin.once('data', main);
  console.log('ready');`;

describe('crashes', () => {
  const LONG_AGO = new Date(Date.now() - 60_000);

  test('a kill at any moment leaves the old file or the new, and the next change tidies up', {
    timeout: 120_000,
  }, async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file.json');
    const program = await bundle(counter);
    for (let kill = 0; kill < 15; kill += 1) {
      const child = start(program, path);
      await child.line();
      child.say('go');
      const seen = Number(await child.line());
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
      await child.kill();
      const confirmed = Math.max(seen, ...(await child.rest()).map(Number));
      // Only so that the test needn't wait ten seconds for the lock to be dead.
      await utimes(`${path}.lock`, LONG_AGO, LONG_AGO).catch(() => {});
      const store = open(path);
      const found = await store.read();
      expect([confirmed, confirmed + 1]).toContain(found.count);
      expect(found.text).toBe(String(found.count).repeat(10_000));
      await countUp(store);
      expect(await readdir(folder)).toEqual(['file.json']);
      await unlink(path);
    }
  });

  test('an unfinished replacement is removed, and a backup stays', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file.json');
    for (const ending of ['0123456789ab.tmp', '20260130', 'tmp', 'bak.tmp'])
      await writeFile(`${path}.${ending}`, '{"c');
    await countUp(open(path));
    const left = ['file.json', 'file.json.20260130', 'file.json.bak.tmp', 'file.json.tmp'];
    expect((await readdir(folder)).sort()).toEqual(left);
  });

  test('of many that find a dead lock at once, each gets its turn', { timeout: 120_000 }, async () => {
    const program = await bundle(counter);
    for (let round = 0; round < 8; round += 1) {
      const path = join(await temporaryFolder(), 'file.json');
      await mkdir(`${path}.lock`);
      await utimes(`${path}.lock`, LONG_AGO, LONG_AGO);
      const children = Array.from({ length: 4 }, () => start(program, path, '3'));
      await Promise.all(children.map((child) => child.line()));
      for (const child of children) child.say('go');
      const results = (await Promise.all(children.map((child) => child.rest()))).flat().map(Number);
      expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    }
  });
});

describe('any order of events', () => {
  const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'hasOwnProperty', '7', '');
  // JSON has no -0: a file gives 0.
  const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), store: fc.nat(1), name, value: json }),
    fc.record({ kind: fc.constant('delete' as const), store: fc.nat(1), name }),
    fc.record({ kind: fc.constant('by hand' as const), name, value: json }),
    fc.record({ kind: fc.constant('break' as const), text: fc.constantFrom('', '{', '[]', '{"a": 1,}') }),
    fc.record({ kind: fc.constant('repair' as const) }),
    fc.record({ kind: fc.constant('remove' as const) }),
  );
  const asJson = (entries: ReadonlyMap<string, unknown>) => JSON.stringify(Object.fromEntries(entries));
  const sorted = (entries: ReadonlyMap<string, unknown>) => [...entries].sort(([a], [b]) => (a < b ? -1 : 1));

  test('two stores and a person agree with a simple map', { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    let run = 0;
    const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      run += 1;
      const path = join(folder, `${run}.json`);
      const stores = [0, 1].map(() =>
        createJsonStore<ReadonlyMap<string, unknown>>({
          path,
          empty: () => new Map(),
          parse: (value) => new Map(Object.entries(parse(value))),
        }),
      );
      let model = new Map<string, unknown>();
      let isBroken = false;
      for (const event of steps) {
        if (event.kind === 'set' || event.kind === 'delete') {
          const next = new Map(model);
          if (event.kind === 'set') next.set(event.name, event.value);
          else next.delete(event.name);
          const changed = stores[event.store]?.update((current) => {
            const changing = new Map(current);
            if (event.kind === 'set') changing.set(event.name, event.value);
            else changing.delete(event.name);
            return { next: changing, result: undefined };
          });
          if (isBroken) await expect(changed).rejects.toMatchObject({ code: 'unreadable' });
          else {
            await changed;
            model = next;
          }
        } else if (event.kind === 'break') {
          await writeFile(path, event.text);
          isBroken = true;
        } else if (event.kind === 'remove') {
          await writeFile(path, '{}');
          await unlink(path);
          model = new Map();
          isBroken = false;
        } else {
          if (event.kind === 'by hand') model.set(event.name, event.value);
          await putInPlace(path, asJson(model));
          isBroken = false;
        }
        if (isBroken) continue;
        for (const store of stores) expect(sorted(await store.read())).toEqual(sorted(model));
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

test('a file that may not be read is reported with the reason', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'file.json');
  await writeFile(path, '{}');
  await chmod(path, 0);
  await chmod(folder, 0o755);
  const asRoot = process.geteuid?.() === 0;
  if (asRoot) process.seteuid?.('nobody');
  try {
    await expect(open(path).read()).rejects.toMatchObject({ message: expect.stringMatching(/permission is denied/) });
  } finally {
    if (asRoot) process.seteuid?.(0);
  }
});
