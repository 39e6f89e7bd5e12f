import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPasswdFile } from '../../../../../src/bot/api/callers/lookup/passwd-file.ts';

let folder: string;
let passwd: string;
let nsswitch: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nb-passwd-'));
  passwd = join(folder, 'passwd');
  nsswitch = join(folder, 'nsswitch.conf');
  writeFileSync(nsswitch, '# hosts: files\npasswd:         files systemd\ngroup: files\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lay = (text: string) => {
  // As useradd(8) does it: another file under the same name.
  writeFileSync(`${passwd}.new`, text);
  renameSync(`${passwd}.new`, passwd);
};
const ANN = 'ann:x:1001:1002:Ann,,,:/home/ann:/bin/sh';
const ann = { name: 'ann', uid: 1001, gid: 1002, home: '/home/ann' };

test('an account is found by number and by name, and a change is seen at once', async () => {
  const file = createPasswdFile(passwd, nsswitch);
  expect(await file.byName('ann')).toBeUndefined();
  lay(`root:x:0:0::/root:/bin/bash\n${ANN}\n`);
  expect(await file.byUid(1001)).toEqual(ann);
  expect(await file.byName('ann')).toEqual(ann);
  lay('ben:x:1001:1002::/home/ben:/bin/sh\n');
  expect(await file.byName('ann')).toBeUndefined();
  expect((await file.byUid(1001))?.name).toBe('ben');
  rmSync(passwd);
  expect(await file.byUid(1001)).toBeUndefined();
});

test('of two lines the first counts', async () => {
  lay(`${ANN}\nann:x:1007:1007::/:/bin/sh\nother:x:1001:1::/:/bin/sh\n`);
  const file = createPasswdFile(passwd, nsswitch);
  expect(await file.byName('ann')).toEqual(ann);
  expect(await file.byUid(1001)).toEqual(ann);
});

test.each([
  '+ann:x:1001:1002::/home/ann:/bin/sh',
  '-ann:x:1001:1002::/home/ann:/bin/sh',
  '#ann:x:1001:1002::/home/ann:/bin/sh',
  ' ann:x:1001:1002::/home/ann:/bin/sh',
  'ann:x:1001:1002::/home/ann',
  'ann:x:one:1002::/home/ann:/bin/sh',
  'ann:x:-1001:1002::/home/ann:/bin/sh',
  'ann:x:1001:1002::/home/ann:/bin/sh:more',
  ':x:1001:1002::/home/ann:/bin/sh',
])('the line %j is left to NSS', async (line) => {
  lay(`${line}\n`);
  const file = createPasswdFile(passwd, nsswitch);
  expect(await file.byUid(1001)).toBeUndefined();
  expect(await file.byName('ann')).toBeUndefined();
});

describe('who is asked', () => {
  test.each([
    ['passwd: files\n', true],
    ['passwd:\tfiles [NOTFOUND=return] sss # files\n', true],
    ['group: sss\n passwd: files sss', true],
    ['passwd: sss files\n', false],
    ['passwd: compat\n', false],
    ['passwd: filesystem\n', false],
    ['passwd: files [SUCCESS=merge] sss\n', false],
    ['#passwd: files\n', false],
    ['passwd: # files\n', false],
    ['', false],
  ])('%j', async (order, isAsked) => {
    lay(`${ANN}\n`);
    writeFileSync(nsswitch, order);
    expect(await createPasswdFile(passwd, nsswitch).byUid(1001)).toEqual(isAsked ? ann : undefined);
  });
});
