import { statSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { call, callAs, startApi } from './support/running-api.ts';
import { createGroup, createUser, isRoot, NEEDS_ROOT, removeGroup, removeUser } from './support/test-users.ts';

async function start(settings: Parameters<typeof startApi>[0] = {}) {
  const running = await startApi(settings);
  onTestFinished(() => running.close());
  return running;
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe.skipIf(!isRoot)(`settings that change while the API runs (${NEEDS_ROOT})`, () => {
  test('count from the next request on: rate, trusted users, group', async () => {
    const ann = createUser();
    onTestFinished(() => removeUser(ann));
    const group = createGroup();
    onTestFinished(() => removeGroup(group));
    const { api, socketPath } = await start({ ratePerMinute: 1 });
    const status = (user = '') => callAs(ann, socketPath, 'GET', `/status${user}`);
    expect((await status()).status).toBe(200);
    expect((await status()).status).toBe(429);
    await api.reconfigure({ trustedUsers: [], ratePerMinute: 1000 });
    expect((await status()).status).toBe(200);
    expect((await status('?user=root')).status).toBe(403);
    await api.reconfigure({ trustedUsers: [ann.name], ratePerMinute: 1000 });
    expect((await status('?user=root')).status).toBe(200);
    expect(modeOf(socketPath)).toBe(0o666);
    await api.reconfigure({ trustedUsers: [], ratePerMinute: 1000, group });
    expect(modeOf(socketPath)).toBe(0o660);
    expect((await status()).text).toBe('EACCES');
    await api.reconfigure({ trustedUsers: [ann.name], ratePerMinute: 1000, group });
    expect(modeOf(socketPath)).toBe(0o666);
    expect((await status()).status).toBe(200);
    await api.reconfigure({ trustedUsers: [], ratePerMinute: 1000 });
    expect((await status()).status).toBe(200);
  });

  test('all stay when the group is unknown', async () => {
    const ann = createUser();
    onTestFinished(() => removeUser(ann));
    const { api, socketPath } = await start({ ratePerMinute: 1000 });
    const wrong = { trustedUsers: [ann.name], ratePerMinute: 1, group: 'nb_no_such' };
    await expect(api.reconfigure(wrong)).rejects.toMatchObject({ code: 'unknown_group' });
    expect((await callAs(ann, socketPath, 'GET', '/status?user=root')).status).toBe(403);
    expect((await call(socketPath, 'GET', '/status')).status).toBe(200);
    expect(modeOf(socketPath)).toBe(0o666);
  });
});
