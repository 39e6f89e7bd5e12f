import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAccounts as createAccountsWith } from '../../../../src/bot/api/callers/accounts.ts';
import { createPasswdFile } from '../../../../src/bot/api/callers/lookup/passwd-file.ts';
import { createGroup, createUser, isRoot, NEEDS_ROOT, removeGroup, removeUser } from '../support/test-users.ts';

describe.each([
  ['its file, and getent', undefined],
  ['getent alone', createPasswdFile('/dev/null', '/dev/null')],
])('the accounts of this host, by %s', (_by, passwd) => {
  const accounts = createAccountsWith(passwd && { passwd });

  test('root is found by number and by name', async () => {
    const root = { name: 'root', uid: 0, gid: 0, home: '/root' };
    expect(await accounts.byUid(0)).toEqual(root);
    expect(await accounts.byName('root')).toEqual(root);
  });

  test('a name made of digits is not taken for a number', async () => {
    expect(await accounts.byName('0')).toBeUndefined();
    expect(await accounts.groupByName('0')).toBeUndefined();
    expect(await accounts.isMember('0', { name: 'root', gid: 0 })).toBe(false);
  });

  test.each(['', '--help', '-s', 'root:x', 'root\nroot', 'a\0b', '../root', 'nobody at all', 'x'.repeat(300), '*'])(
    'the name %j names nobody',
    async (name) => {
      expect(await accounts.byName(name)).toBeUndefined();
      expect(await accounts.groupByName(name)).toBeUndefined();
      expect(await accounts.isMember(name, { name: 'root', gid: 0 })).toBe(false);
    },
  );

  test('a number without an account is nobody', async () => {
    expect(await accounts.byUid(3_999_999_999)).toBeUndefined();
  });

  test('a group has its number', async () => {
    expect(await accounts.groupByName('root')).toEqual({ name: 'root', gid: 0 });
    expect(await accounts.groupsOf('root')).toContain('root');
    expect(await accounts.groupsOf('nobody-of-this-name')).toEqual([]);
  });

  test.skipIf(!isRoot)(`an account's groups are the primary one and all others (${NEEDS_ROOT})`, async () => {
    const group = createGroup();
    const user = createUser('--groups', group);
    try {
      const own = { name: user.name, gid: user.gid };
      const added = await accounts.groupByName(group);
      expect(added).toBeDefined();
      for (const one of [own, added ?? own]) expect(await accounts.isMember(user.name, one)).toBe(true);
      expect(await accounts.isMember(user.name, { name: 'root', gid: 0 })).toBe(false);
    } finally {
      removeUser(user);
      removeGroup(group);
    }
  });
});

describe('what is asked and what is kept', () => {
  /** Where every account is asked for. */
  const passwd = createPasswdFile('/dev/null', '/dev/null');
  const createAccounts = (options: Parameters<typeof createAccountsWith>[0]) =>
    createAccountsWith({ passwd, ...options });

  let folder: string;
  let command: string;
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

  const getent = (script: string) => {
    writeFileSync(command, `#!/bin/sh\necho "$*" >> ${folder}/calls\n${script}\n`);
    chmodSync(command, 0o755);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nb-accounts-'));
    command = join(folder, 'getent');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('a thousand questions at once are one question, asked again after a minute', async () => {
    getent('echo "ann:x:1001:1002:Ann:/home/ann:/bin/sh"');
    let time = 0;
    const accounts = createAccounts({ command, now: () => time });
    const answers = await Promise.all(Array.from({ length: 1000 }, () => accounts.byUid(1001)));
    expect(new Set(answers.map((account) => account?.name))).toEqual(new Set(['ann']));
    time = 59_999;
    await accounts.byUid(1001);
    expect(calls()).toEqual(['passwd -- 1001']);
    time = 60_000;
    await accounts.byUid(1001);
    expect(calls()).toHaveLength(2);
  });

  const ECHO = 'shift 2; for key; do echo "u$key:x:$key:1002::/home/u$key:/bin/sh"; done';

  test('a thousand users at once cost a few processes, and each gets their own account', async () => {
    getent(ECHO);
    const accounts = createAccounts({ command });
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => accounts.byUid(2000 + i)));
    expect(answers.map((account) => account?.name)).toEqual(Array.from({ length: 1000 }, (_, i) => `u${2000 + i}`));
    expect(calls().length).toBeLessThan(40);
  });

  test('other users are found while the account service fails for one', async () => {
    getent(`case "$*" in *3007*) exit 3;; esac\n${ECHO}`);
    const accounts = createAccounts({ command });
    const answers = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => accounts.byUid(3000 + i)));
    const failed = answers.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []));
    expect(failed).toEqual([7]);
  });

  test('who is unknown does not hide who is known', async () => {
    getent('echo "ann:x:1001:1002::/:/bin/sh"\necho "bob:x:1003:1002::/:/bin/sh"\nexit 2');
    const accounts = createAccounts({ command });
    const asked = ['zoe', 'zoe', 'ann', 'ben', 'bob', 'cid', '1001'].map((name) => accounts.byName(name));
    const names = (await Promise.all(asked)).map((account) => account?.name);
    expect(names).toEqual([undefined, undefined, 'ann', undefined, 'bob', undefined, undefined]);
  });

  test('that somebody is unknown is kept for five seconds', async () => {
    getent('exit 2');
    let time = 0;
    const accounts = createAccounts({ command, now: () => time });
    expect(await accounts.byName('ben')).toBeUndefined();
    time = 4_999;
    await accounts.byName('ben');
    expect(calls()).toHaveLength(1);
    time = 5_000;
    await accounts.byName('ben');
    expect(calls()).toHaveLength(2);
  });

  test('an account service that fails is a problem of its own, and is asked again at once', async () => {
    getent('exit 3');
    const accounts = createAccounts({ command });
    await expect(accounts.byUid(1001)).rejects.toMatchObject({ code: 'accounts_unavailable' });
    await expect(accounts.groupByName('staff')).rejects.toMatchObject({ code: 'accounts_unavailable' });
    getent('echo "ann:x:1001:1002:Ann:/home/ann:/bin/sh"');
    expect((await accounts.byUid(1001))?.name).toBe('ann');
  });

  test('without getent the accounts are unavailable', async () => {
    const accounts = createAccounts({ command: join(folder, 'none') });
    await expect(accounts.byUid(0)).rejects.toMatchObject({ code: 'accounts_unavailable' });
  });

  test.each(['', 'ann', 'ann:x', 'ann:x:one:2::/:/bin/sh', ':x:1001:2::/:/bin/sh', 'ann:x:1002:2::/:/bin/sh'])(
    'the answer %j for uid 1001 is nobody',
    async (line) => {
      getent(`echo '${line}'`);
      expect(await createAccounts({ command }).byUid(1001)).toBeUndefined();
    },
  );

  test('a name that ends in digits is not read as one of its groups', async () => {
    getent('case $1 in passwd) echo "team 7:x:1001:1002::/:/bin/sh";; *) echo "team 7               30 40";; esac');
    const accounts = createAccounts({ command });
    const isIn = await Promise.all([1002, 30, 40, 7].map((gid) => accounts.isMember('team 7', { name: 'g', gid })));
    expect(isIn).toEqual([true, true, true, false]);
  });
});
