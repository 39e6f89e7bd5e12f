import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bytesOf, openReadable } from '../../../../src/bot/api/files/readable-path.ts';
import { isRoot } from '../support/test-users.ts';

const ANN = { uid: 61_001 };
const BEN = { uid: 61_002 };
const ROOT = { uid: 0 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nb-path-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(path: string, reader = ANN): Promise<string> {
  const file = await openReadable(path, reader, 'photo_path');
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytesOf(file, Number.POSITIVE_INFINITY)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString();
  } finally {
    await file.close();
  }
}

interface Standing {
  readonly owner?: number;
  readonly mode?: number;
}

function put(name: string, { owner = ANN.uid, mode = 0o600 }: Standing = {}): string {
  const path = join(folder, name);
  writeFileSync(path, `content of ${name}`);
  chmodSync(path, mode);
  chownSync(path, owner, owner);
  return path;
}

function putFolder(name: string, { owner = ANN.uid, mode = 0o700 }: Standing = {}): string {
  const path = join(folder, name);
  mkdirSync(path);
  chmodSync(path, mode);
  chownSync(path, owner, owner);
  return path;
}

const refused = (code: string, words: RegExp | string) => ({ code, message: expect.stringMatching(words) });
const forbidden = refused('not_readable', /^photo_path: .*multipart/);
const unfit = (words: string) => refused('bad_field', new RegExp(`^photo_path: .*${words}`));

describe.skipIf(!isRoot)('a file that may be read (giving files away needs root)', () => {
  test('is one of the own, however private', async () => {
    expect(await read(put('mine'))).toBe('content of mine');
  });

  test('is anyone’s that all may read', async () => {
    expect(await read(put('public', { owner: BEN.uid, mode: 0o644 }))).toBe('content of public');
  });

  test('is one of the own in a private folder of the own', async () => {
    putFolder('home');
    expect(await read(put('home/mine'))).toBe('content of home/mine');
  });

  test('is one that all may read, in a private folder of the own', async () => {
    putFolder('home');
    expect(await read(put('home/given', { owner: BEN.uid, mode: 0o644 }))).toBe('content of home/given');
  });

  test('is a second name of a file that all may read', async () => {
    linkSync(put('public', { owner: BEN.uid, mode: 0o644 }), join(folder, 'second'));
    expect(await read(join(folder, 'second'))).toBe('content of public');
  });

  test('may be named with dots, slashes and letters of any kind', async () => {
    putFolder('Größe ✓');
    put('Größe ✓/a b');
    expect(await read(`${folder}//x/../Größe ✓/./a b`)).toBe('content of Größe ✓/a b');
  });

  test('is everything for root', async () => {
    putFolder('home', { owner: BEN.uid });
    expect(await read(put('home/theirs', { owner: BEN.uid }), ROOT)).toBe('content of home/theirs');
  });
});

describe.skipIf(!isRoot)('a file that may not be read (giving files away needs root)', () => {
  test("is another's private one", async () => {
    await expect(read(put('theirs', { owner: BEN.uid }))).rejects.toMatchObject(forbidden);
  });

  test('is one that only a group may read', async () => {
    await expect(read(put('theirs', { owner: BEN.uid, mode: 0o640 }))).rejects.toMatchObject(forbidden);
  });

  test("is a world-readable one in another's private folder", async () => {
    putFolder('home', { owner: BEN.uid });
    await expect(read(put('home/public', { owner: BEN.uid, mode: 0o644 }))).rejects.toMatchObject(forbidden);
  });

  test("is a world-readable one deep below another's private folder", async () => {
    putFolder('home', { owner: BEN.uid });
    putFolder('home/open', { owner: BEN.uid, mode: 0o755 });
    await expect(read(put('home/open/public', { owner: BEN.uid, mode: 0o644 }))).rejects.toMatchObject(forbidden);
  });

  test("whether something exists in another's private folder is not told, whatever it is", async () => {
    putFolder('home', { owner: BEN.uid });
    putFolder('home/folder', { owner: BEN.uid });
    put('home/file', { owner: BEN.uid, mode: 0o644 });
    symlinkSync('/etc/passwd', join(folder, 'home/link'));
    const messages = await Promise.all(
      ['none', 'folder', 'file', 'link', 'file/x', 'link/x', 'none/x', 'x'.repeat(300)].map((name) =>
        read(join(folder, 'home', name)).catch((error: Error) => error.message.replace(name, 'NAME')),
      ),
    );
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toMatch(/multipart/);
  });

  test('is a link, wherever it leads', async () => {
    symlinkSync(put('mine'), join(folder, 'link'));
    await expect(read(join(folder, 'link'))).rejects.toMatchObject(unfit('link'));
    symlinkSync(put('theirs', { owner: BEN.uid }), join(folder, 'steal'));
    await expect(read(join(folder, 'steal'))).rejects.toMatchObject(unfit('link'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    await expect(read(join(folder, 'dangling'))).rejects.toMatchObject(unfit('link'));
  });

  test('is one behind a link to a folder', async () => {
    putFolder('home', { owner: BEN.uid, mode: 0o755 });
    put('home/public', { owner: BEN.uid, mode: 0o644 });
    symlinkSync(join(folder, 'home'), join(folder, 'way'));
    await expect(read(join(folder, 'way/public'))).rejects.toMatchObject(unfit('link'));
  });

  test('is a folder, a pipe, a socket or a device, and none of them holds the service up', async () => {
    putFolder('dir');
    await expect(read(join(folder, 'dir'))).rejects.toMatchObject(unfit('not a regular file'));
    execFileSync('mkfifo', ['-m', '0666', join(folder, 'pipe')]);
    await expect(read(join(folder, 'pipe'))).rejects.toMatchObject(unfit('not a regular file'));
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    chmodSync(join(folder, 'socket'), 0o777);
    await expect(read(join(folder, 'socket'))).rejects.toMatchObject(unfit('not a regular file'));
    server.close();
    await expect(read('/dev/zero')).rejects.toMatchObject(unfit('not a regular file'));
    await expect(read('/')).rejects.toMatchObject(unfit('not a regular file'));
  });

  test('is one of the kernel’s that would be read with the rights of the service', async () => {
    await expect(read(`/proc/${process.pid}/environ`)).rejects.toMatchObject(forbidden);
    await expect(read('/proc/self/environ')).rejects.toMatchObject(unfit('link'));
    await expect(read(`/proc/${process.pid}/root/etc/passwd`)).rejects.toMatchObject({
      code: expect.stringMatching(/^(bad_field|not_readable)$/),
    });
  });

  test('is one that is not there, or lies below a file', async () => {
    await expect(read(join(folder, 'none'))).rejects.toMatchObject(unfit("doesn't exist"));
    put('file', { mode: 0o644 });
    await expect(read(join(folder, 'file/x'))).rejects.toMatchObject(unfit("doesn't exist"));
    await expect(read(join(folder, 'x'.repeat(300)))).rejects.toMatchObject(unfit("doesn't exist"));
  });

  test('is an empty one, or one over 50 MB', async () => {
    const path = put('mine');
    truncateSync(path, 0);
    await expect(read(path)).rejects.toMatchObject(unfit('empty'));
    truncateSync(path, 50 * 1024 * 1024 + 1);
    await expect(read(path)).rejects.toMatchObject({ code: 'too_large' });
  });
});

test.skipIf(!isRoot)('folders swapped under a reader never let a private file through (needs root)', async () => {
  // An attacker who may rename in a shared folder swaps their own open folder with a victim's private one.
  putFolder('a', { owner: ANN.uid, mode: 0o755 });
  putFolder('b', { owner: BEN.uid, mode: 0o700 });
  put('a/f', { owner: ANN.uid, mode: 0o644 });
  put('b/f', { owner: BEN.uid, mode: 0o644 });
  appendFileSync(join(folder, 'b/f'), ' secret');
  let swapping = true;
  const swap = async () => {
    while (swapping) {
      for (const [from, to] of [
        ['a', 'c'],
        ['b', 'a'],
        ['a', 'b'],
        ['c', 'a'],
      ] as const) {
        renameSync(join(folder, from), join(folder, to));
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  const swapped = swap();
  const seen: string[] = [];
  for (let round = 0; round < 1_500; round += 1) {
    seen.push(await read(join(folder, 'a/f')).catch((error: { code: string }) => error.code));
  }
  swapping = false;
  await swapped;
  expect(seen.filter((text) => text.includes('secret'))).toEqual([]);
  // Both sides of the race were met, else this proves nothing.
  expect(new Set(seen)).toEqual(new Set(['content of a/f', 'not_readable', 'bad_field']));
});
