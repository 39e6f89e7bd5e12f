import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canMount, fullDisk } from '../../support/files/full-disk.ts';
import { createMachine, prints } from '../../support/runner/machine.ts';
import { accepts, answering, startScriptedBot } from '../../support/runner/scripted-bot.ts';
import { fillDisk } from '../support/fill-disk.ts';

const alarm = { notify: true, title: 'Revenue', message: 'down *12 %*', severity: 'high', data: { drop: 0.12 } };

describe('a new notification', () => {
  test('is posted with an id, recorded as sent, and leaves no file behind', async () => {
    const machine = createMachine();
    machine.write(
      'revenue.sh',
      prints({ ...alarm, silent: false, link_preview: true, buttons: [{ text: 'Open', url: 'https://example.org' }] }),
    );
    const bot = await startScriptedBot(machine.socketPath);
    const before = Date.now() / 1000;
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
    expect(bot.asked[0]).toMatchObject({ method: 'POST', path: '/send' });
    expect(bot.asked[0]?.body).toEqual({
      title: 'Revenue',
      text: 'down *12 %*',
      severity: 'high',
      silent: false,
      link_preview: true,
      source: 'revenue.sh',
      wait: 0,
      buttons: [{ text: 'Open', url: 'https://example.org' }],
      data: { drop: 0.12 },
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const state = machine.json('.notifications/state/revenue.json');
    expect(Object.keys(state)).toEqual(['last_sent']);
    expect(state.last_sent).toBeGreaterThan(before - 1);
    expect(state.last_sent).toBeLessThan(Date.now() / 1000 + 1);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.names('locks')).toEqual([]);
  });

  test('has its labels, and the time at which it is to be sent', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, at: '30m', labels: { host: 'db1', rows: 3 } }));
    const bot = await startScriptedBot(machine.socketPath);
    const before = Date.now();
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked[0]?.body).toMatchObject({ labels: { host: 'db1', rows: 3 }, at: expect.any(String) });
    const late = Date.parse(String(bot.asked[0]?.body.at)) - before;
    expect(late).toBeGreaterThanOrEqual(30 * 60_000);
    expect(late).toBeLessThan(31 * 60_000);
  });

  test('has the key by which it replaces a message, and starts the cooldown as usual', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, key: 'import', replace: true }));
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked[0]?.body).toMatchObject({ key: 'import', replace: true });
    await machine.runner();
    expect(bot.asked).toHaveLength(1);
  });

  test('keeps a key to itself that is too long for the bot', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, key: 'k'.repeat(150) }));
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked[0]?.body).not.toHaveProperty('key');
  });

  test('is sent at once where its time has passed', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, at: '2020-01-30T18:00:00Z' }));
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked[0]?.body).not.toHaveProperty('at');
  });

  test('that is refused for good is not posted again, and its owner gets one alert', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    const refusing = answering(422, { error: 'Telegram refused: chat is closed.', code: 'refused' });
    const bot = await startScriptedBot(machine.socketPath, (asked, response) =>
      (asked.body.title === 'Revenue' ? refusing : accepts)(asked, response),
    );
    const first = await machine.runner();
    expect(first).toMatchObject({ status: 1, err: expect.stringContaining('Telegram refused: chat is closed.') });
    // The failure goes on: cron mails it once.
    expect(await machine.runner()).toEqual({ status: 1, out: '', err: '' });
    expect(bot.asked.map(({ body }) => body.title)).toEqual(['Revenue', 'a.sh failed', 'Revenue']);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.read('.notifications/logs/runner.log')).toContain('down *12 %*');
  });

  test('that the bot has already counts as accepted', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    await startScriptedBot(machine.socketPath, answering(409, { error: 'Same id, other body.', code: 'id_conflict' }));
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(machine.names('pending')).toEqual([]);
    expect(machine.names('state')).toEqual(['a.json']);
  });

  test.skipIf(!canMount())(
    'is posted although the disk is full, with the same id while its cooldown lasts',
    async () => {
      const home = fullDisk(1024);
      const machine = createMachine({ home });
      machine.write('a.sh', prints({ notify: true, message: 'x', cooldown: '10y' }));
      machine.write('b.sh', prints({ notify: false }));
      mkdirSync(machine.state);
      fillDisk(home);
      const bot = await startScriptedBot(machine.socketPath);
      for (const _ of [1, 2]) {
        const ran = await machine.runner(['-v']);
        expect(ran.status).toBe(1);
        expect(ran.err).toContain('the disk is full (ENOSPC)');
      }
      const ids = bot.asked.map(({ body }) => body.id);
      expect(bot.asked.map(({ body }) => body.text)).toEqual(['x', 'x']);
      expect(new Set(ids).size).toBe(1);
      expect(String(ids[0]).length).toBeLessThanOrEqual(64);
    },
  );
});
