import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { collect, createMachine, prints } from '../support/machine.ts';
import { accepts, answering, startGarbage, startScriptedBot } from '../support/scripted-bot.ts';

const alarm = { notify: true, title: 'Revenue', message: 'down *12 %*', severity: 'high', data: { drop: 0.12 } };

describe('a notification on its way to the bot', () => {
  test('is posted with an id and its fields, recorded as sent, and leaves nothing behind', async () => {
    const machine = createMachine();
    machine.write(
      'revenue.sh',
      prints({ ...alarm, silent: false, buttons: [{ text: 'Open', url: 'https://example.org' }] }),
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

  test('is held back while its cooldown lasts, by key, whatever was written beside it', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, cooldown: '1h' }));
    machine.write('keyed.sh', prints({ ...alarm, cooldown: '1h', key: 'eu' }));
    const recently = Date.now() / 1000 - 600;
    machine.write('.notifications/state/a.json', `{"last_sent": ${recently}, "note": "from Python"}`);
    machine.write('.notifications/state/keyed.json', `{"last_sent": ${recently}, "keys": {"us": ${recently}}}`);
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked.map(({ body }) => body.source)).toEqual(['keyed.sh']);
    expect(machine.json('.notifications/state/a.json')).toEqual({ last_sent: recently, note: 'from Python' });
    expect(machine.json('.notifications/state/keyed.json')).toEqual({
      last_sent: recently,
      keys: { us: recently, eu: expect.any(Number) },
    });
    await machine.runner();
    expect(bot.asked).toHaveLength(1);
    const forced = await machine.runner(['run', 'a', '--force']);
    expect(forced).toMatchObject({ status: 0, out: expect.stringContaining('a.sh: handed to the bot') });
    expect(bot.asked).toHaveLength(2);
    expect(machine.json('.notifications/state/a.json')).toMatchObject({ note: 'from Python' });
  });

  test('waits while the bot is away and is posted once, under the same id, by the next run', async () => {
    const machine = createMachine();
    machine.write('revenue.sh', prints({ ...alarm, cooldown: '1h' }));
    const away = await machine.runner();
    expect(away).toMatchObject({ status: 1, out: '' });
    expect(away.err).toBe(
      `notify-runner: revenue.sh: it waits for the next run: Nobody answers on ${machine.socketPath}: is notify-bot running? (systemctl status notify-bot)\n`,
    );
    expect(machine.names('pending')).toHaveLength(1);
    expect(machine.names('state')).toEqual([]);
    // What waits counts for the cooldown: no second one piles up.
    const still = await machine.runner();
    expect(still).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^notify-runner: A notification still waits: Nobody answers/),
    });
    const [waiting, ...others] = machine.names('pending');
    expect(others).toEqual([]);

    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked.map(({ body }) => `${body.id}.json`)).toEqual([waiting]);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.json('.notifications/state/revenue.json').last_sent).toEqual(expect.any(Number));
  });

  test('which waited is no longer listed as waiting once it is handed over', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="0 0 1 1 *"\n${prints(alarm)}`);
    await machine.runner(['run', 'a']);
    const result = async () => JSON.parse((await machine.runner(['list', '--json'])).out)[0].last_result;
    expect(await result()).toBe('waiting');
    await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(await result()).toBe('queued');
  });

  test('waits also when its script is gone or not due, and goes before a new one of the same script', async () => {
    const machine = createMachine();
    machine.write('old.sh', prints({ ...alarm, message: 'first', cooldown: '0' }));
    await machine.runner();
    machine.write('old.sh', prints({ ...alarm, message: 'second', cooldown: '0' }));
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['first', 'second']);
    await bot.stop();
    await machine.runner();
    machine.write('old.sh', '# notify: schedule="0 0 1 1 *"\n');
    const later = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(later.asked.map(({ body }) => body.text)).toEqual(['second']);
    expect(machine.names('pending')).toEqual([]);
  });

  test('is given up after a day, with a line in the log', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, cooldown: '0' }));
    await machine.runner();
    const [name] = machine.names('pending');
    const pending = machine.json(`.notifications/pending/${name}`);
    machine.write(
      `.notifications/pending/${name}`,
      JSON.stringify({ ...pending, createdAt: Date.now() - 25 * 3_600_000 }),
    );
    machine.write('a.sh', prints({ notify: false }));
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked).toEqual([]);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.read('.notifications/logs/runner.log')).toMatch(
      /given up: the bot could not be reached for a day.*down \*12/,
    );
  });

  test.each([
    ['503 with a sentence', answering(503, { error: 'The disk is full.', code: 'storage' }), 'The disk is full.'],
    ['500 without one', answering(500, 'oops'), 'not notify-bot'],
    [
      '404 for an account that is not linked',
      answering(404, { error: 'You are not linked.', code: 'not_linked' }),
      'You are not linked. Link your account: notify-runner link',
    ],
    ['429', answering(429, { error: 'Too many.', code: 'too_many_requests' }), 'Too many.'],
    ['200 that says nothing', answering(200, { hello: 'world' }), 'not notify-bot'],
    ['HTML', answering(200, '<html>'), 'not notify-bot'],
  ])('waits when the answer is %s, and the rest of the run goes on', async (_, answer, sentence) => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    machine.write('b.sh', prints(alarm));
    machine.write('c.sh', `#!/bin/sh\ntouch "$HOME/ran"\necho '{"notify": false}'`);
    const bot = await startScriptedBot(machine.socketPath, answer);
    const ran = await machine.runner();
    expect(ran.status).toBe(1);
    expect(ran.err).toContain(sentence);
    expect(bot.asked).toHaveLength(1);
    expect(machine.names('pending')).toHaveLength(2);
    expect(readdirSync(machine.home)).toContain('ran');
    bot.answer = accepts;
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked).toHaveLength(3);
    expect(machine.names('pending')).toEqual([]);
  });

  test('waits when something else answers on the socket', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    await startGarbage(machine.socketPath, 'SSH-2.0-OpenSSH\r\n');
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining("it doesn't speak HTTP") });
    expect(machine.names('pending')).toHaveLength(1);
  });

  test('waits when the runner is stopped while it posts', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    const bot = await startScriptedBot(machine.socketPath, () => {});
    const run = machine.start([]);
    const ended = collect(run);
    while (bot.asked.length === 0) await sleep(20);
    run.kill('SIGTERM');
    expect(await ended).toMatchObject({ status: 143, err: expect.stringContaining('The runner was stopped.') });
    expect(machine.names('pending')).toHaveLength(1);
    expect(machine.names('locks')).toEqual([]);
  });

  test('waits when the bot never answers', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    await startScriptedBot(machine.socketPath, () => {});
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('did not answer') });
    expect(machine.names('pending')).toHaveLength(1);
  }, 60_000);

  test('is refused for good: the owner is told once why, and it is not posted again', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    const refusing = answering(422, { error: 'Telegram refused: chat is closed.', code: 'refused' });
    const bot = await startScriptedBot(machine.socketPath, (asked, response) =>
      (asked.body.title === 'Revenue' ? refusing : accepts)(asked, response),
    );
    for (const _ of [1, 2]) {
      const ran = await machine.runner();
      expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('Telegram refused: chat is closed.') });
    }
    expect(bot.asked.map(({ body }) => body.title)).toEqual(['Revenue', 'a.sh failed', 'Revenue']);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.read('.notifications/logs/runner.log')).toContain('down *12 %*');
  });

  test('that the bot knows already counts as taken', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    await startScriptedBot(machine.socketPath, answering(409, { error: 'Same id, other body.', code: 'id_conflict' }));
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(machine.names('pending')).toEqual([]);
    expect(machine.names('state')).toEqual(['a.json']);
  });

  test('streams its images and its file; those it cannot read are said in the text', async () => {
    const machine = createMachine();
    machine.write('charts/a b.png', 'AAAA');
    const file = machine.write('report.csv/../r.csv', 'x;y');
    machine.write('empty.png/../empty.png', '');
    mkdirSync(join(machine.home, 'folder.png'));
    machine.write(
      'charts.sh',
      prints({
        notify: true,
        message: 'See',
        image_paths: ['charts/a b.png', 'folder.png', 'empty.png', 'gone.png'],
        file_path: file,
      }),
    );
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked.map(({ path }) => path)).toEqual(['/send_photo', '/send_document']);
    const [photo = '', document = ''] = bot.asked.map(({ text }) => Buffer.from(text, 'latin1').toString('utf8'));
    expect(photo).toContain(
      'name="photo"; filename="a b.png"\r\ncontent-type: application/octet-stream\r\n\r\nAAAA\r\n',
    );
    expect(photo).toContain(`See\n\n⚠ The image \`${machine.home}/folder.png\` can't be sent: it is not a file.`);
    expect(photo).toContain(`empty.png\` can't be sent: it is empty.`);
    expect(photo).toContain(`gone.png\` can't be sent: it is not there.`);
    expect(document).toContain('name="document"; filename="r.csv"');
    expect(document).toContain('x;y');
  });

  test('without its only image the text still goes, and says so', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, image_path: '/nowhere/chart.png' }));
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner(['--verbose'])).toMatchObject({ status: 0, out: expect.stringContaining('chart.png') });
    expect(bot.asked[0]).toMatchObject({
      path: '/send',
      body: { text: "⚠ The image `/nowhere/chart.png` can't be sent: it is not there." },
    });
  });

  test('keeps its chart while it waits, though the script draws another', async () => {
    const machine = createMachine();
    machine.write('chart.png/../chart.png', 'first');
    machine.write('a.sh', prints({ notify: true, message: 'x', image_path: 'chart.png', cooldown: '0' }));
    await machine.runner();
    machine.write('chart.png/../chart.png', 'second');
    machine.write('a.sh', prints({ notify: false }));
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked[0]?.text).toContain('\r\n\r\nfirst\r\n');
    expect(bot.asked[0]?.text).toContain('filename="chart.png"');
    expect(machine.names('pending')).toEqual([]);
  });

  test('a state file that cannot be understood is said and kept, and the script starts anew', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    machine.write('.notifications/state/a.json', '{"last_sent": "yesterday"}');
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    expect(ran).toMatchObject({
      status: 1,
      err: expect.stringMatching(
        /state\/a\.json can't be understood \(last_sent is not a Unix time in seconds\): it is kept as .*unreadable-\d+, and the cooldown begins anew/,
      ),
    });
    expect(bot.asked).toHaveLength(1);
    const [kept = '', aside = ''] = machine.names('state');
    expect(machine.json(`.notifications/state/${kept}`)).toEqual({ last_sent: expect.any(Number) });
    expect(machine.read(`.notifications/state/${aside}`)).toBe('{"last_sent": "yesterday"}');
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
  });

  test('a pending file that cannot be understood is said once, set aside, and harms nothing', async () => {
    const machine = createMachine();
    const path = machine.write('.notifications/pending/x.json', '{broken');
    utimesSync(path, 0, 0);
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toMatch(
      /x\.json can't be understood: it is kept as \S+\/pending\/corrupt\/\d+-x\.json, and not sent\.\n$/,
    );
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    const [aside = ''] = machine.names('pending/corrupt');
    expect(machine.read(`.notifications/pending/corrupt/${aside}`)).toBe('{broken');
    expect((await machine.runner(['doctor'])).out).toContain('✗ state   1 damaged in ');
  });

  test('what killed runs left a day ago is removed, and nothing else', async () => {
    const machine = createMachine();
    const at = Date.now() / 1000 - 25 * 3600;
    for (const name of ['old.json.tmp', 'new.json.tmp', 'gone.files/1', 'fresh.files/1', 'kept.files/1']) {
      machine.write(`.notifications/pending/${name}`, 'x');
    }
    for (const name of ['old.json.tmp', 'gone.files', 'kept.files'])
      utimesSync(join(machine.state, 'pending', name), at, at);
    const content = { message: 'x', attachments: [] };
    const pending = { id: 'kept', source: 'a.sh', createdAt: Date.now(), content };
    machine.write('.notifications/pending/kept.json', JSON.stringify(pending));
    await machine.runner();
    expect(machine.names('pending')).toEqual(['fresh.files', 'kept.files', 'kept.json', 'new.json.tmp']);
  });
});
