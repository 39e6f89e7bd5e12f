import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createSessionFile } from '../../src/web/sessions/session-file.ts';
import { createSessions } from '../../src/web/sessions/sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'notify-web-sessions-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DAY = 24 * 3_600_000;

test('listening counts as a visit of a program, but not of a browser', async () => {
  let time = Date.UTC(2026, 0, 1);
  const sessions = createSessions({ file: createSessionFile(folder, () => {}), now: () => time });
  await sessions.open();
  const cookie = await sessions.begin({ user: 'anna', uid: 1001, method: 'oidc', root: false, device: 'a browser' });
  const browser = sessions.find(cookie);
  if (browser === undefined) throw new Error('The session was just created.');
  const program = sessions.findProgram(await sessions.beginProgram(browser, 'desktop'));
  if (program === undefined) throw new Error('The session was just created.');
  for (let day = 0; day < 300; day += 1) {
    time += DAY;
    expect(sessions.isAlive(program)).toBe(true);
    expect(sessions.isAlive(browser)).toBe(day < 6);
  }
  time += 70 * DAY;
  expect(sessions.isAlive(program)).toBe(false);
  await sessions.close();
});

test('a session of a name without an account, which version 0.1 made, is not taken up', async () => {
  const stateDir = mkdtempSync(join(folder, 'state-'));
  const old = { proof: 'oidc', root: false, device: 'a browser', createdAt: 1, seenAt: 1 };
  const sessions = [
    { ...old, key: 'nemo', user: 'nemo' },
    { ...old, key: 'anna', user: 'anna', uid: 1001 },
  ];
  writeFileSync(join(stateDir, 'sessions.json'), JSON.stringify({ version: 1, sessions }));
  const found = await createSessionFile(stateDir, () => {}).read();
  expect(found.map(({ user, uid }) => [user, uid])).toEqual([['anna', 1001]]);
});
