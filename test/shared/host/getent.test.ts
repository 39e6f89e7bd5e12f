/** Accounts of a source that may be away, through the real getent. */

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { personOf } from '../../../src/actor/account.ts';
import { getent, isMemberOf } from '../../../src/shared/host/getent.ts';
import { remoteSources, silentSources } from '../../../src/shared/host/name-sources.ts';
import { createHostAccounts } from '../../../src/web/login/accounts.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { REMOTE, remoteNames, whyNoNameService } from '../../support/host/name-service.ts';

const why = whyNoNameService();
const { user, uid, gid, group, groupGid } = REMOTE;
const AWAY = { code: 'accounts_unavailable', message: expect.stringContaining('extrausers') };

describe.skipIf(why !== undefined)(`a source that is away (${why ?? 'as root'})`, () => {
  // Behind the local files, before them, and with a source behind it that always answers.
  test.each([
    'files extrausers',
    'extrausers files',
    'files extrausers systemd',
    'files [NOTFOUND=continue] extrausers',
  ])('with the sources %j an entry that may be there is unavailable, not missing', async (sources) => {
    const names = remoteNames(sources);
    expect(await getent(names, 'passwd', user)).toMatch(new RegExp(`^${user}:`));
    expect(await getent(names, 'passwd', 'nb_nobody')).toBeUndefined();
    expect(await silentSources(names, 'passwd')).toEqual([]);
    names.takeAway();
    expect(await silentSources(names, 'passwd')).toEqual(['extrausers']);
    await expect(getent(names, 'passwd', user)).rejects.toMatchObject(AWAY);
    await expect(getent(names, 'passwd', String(uid))).rejects.toMatchObject(AWAY);
    await expect(getent(names, 'group', group)).rejects.toMatchObject(AWAY);
    // What the local files have is found as before.
    expect(await getent(names, 'passwd', 'root')).toMatch(/^root:/);
    names.bringBack();
    expect(await getent(names, 'group', group)).toMatch(new RegExp(`^${group}:`));
  });

  test('a membership that may be there is unavailable, not missing', async () => {
    const names = remoteNames();
    const member = { name: user, gid };
    expect(await isMemberOf(names, member, groupGid)).toBe(true);
    expect(await isMemberOf(names, { name: 'root', gid: 0 }, groupGid)).toBe(false);
    names.takeAway();
    await expect(isMemberOf(names, member, groupGid)).rejects.toMatchObject(AWAY);
    expect(await isMemberOf(names, member, gid)).toBe(true);
  });

  test('the actor and the dashboard do not take the account for a missing one', async () => {
    const names = remoteNames();
    const sources = { getent: names.command, nsswitch: names.nsswitch, loginDefs: '/dev/null' };
    const accounts = createHostAccounts(names);
    expect(await personOf(user, group, sources)).toMatchObject({ uid });
    expect([await accounts.uidOf(user), await accounts.nameOf(uid)]).toEqual([uid, user]);
    names.takeAway();
    await expect(personOf(user, undefined, sources)).rejects.toMatchObject(AWAY);
    await expect(accounts.uidOf(user)).rejects.toMatchObject(AWAY);
    await expect(accounts.nameOf(uid)).rejects.toMatchObject(AWAY);
  });
});

test.each([
  ['passwd: files systemd\n', []],
  ['# passwd: files extrausers\npasswd:\tfiles\n', []],
  ['passwd: files nb_not_installed\n', []],
  ['passwd:files extrausers # from the directory\n', ['extrausers']],
  [' passwd : extrausers [NOTFOUND=return SUCCESS=merge] files extrausers\n', ['extrausers']],
])('the remote sources of %j are %j', async (text, sources) => {
  if (sources.length > 0 && why === 'needs libnss-extrausers') return;
  const nsswitch = `${await temporaryFolder()}/nsswitch.conf`;
  writeFileSync(nsswitch, text);
  expect(await remoteSources({ command: '/usr/bin/getent', nsswitch }, 'passwd')).toEqual(sources);
});

test('initgroups has the sources of group unless it has a line of its own', async () => {
  const nsswitch = `${await temporaryFolder()}/nsswitch.conf`;
  const service = { command: '/usr/bin/getent', nsswitch };
  writeFileSync(nsswitch, 'group: files dns\n');
  expect(await remoteSources(service, 'initgroups')).toEqual(['dns']);
  writeFileSync(nsswitch, 'group: files dns\ninitgroups: files\n');
  expect(await remoteSources(service, 'initgroups')).toEqual([]);
});
