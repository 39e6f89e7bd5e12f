import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { collect, createMachine, prints } from '../../support/runner/machine.ts';
import { accepts, answering, startGarbage, startScriptedBot } from '../../support/runner/scripted-bot.ts';

const alarm = { notify: true, title: 'Revenue', message: 'down *12 %*', severity: 'high', data: { drop: 0.12 } };

describe('a posted notification', () => {
  test.each([
    ['503 with a sentence', answering(503, { error: 'The disk is full.', code: 'storage' }), 'The disk is full.'],
    ['500 without one', answering(500, 'oops'), 'not notify-bot'],
    [
      '404 for an account that is not linked',
      answering(404, { error: 'You are not linked.', code: 'not_linked' }),
      'Your account is not linked to a Telegram chat: run notify-runner link.',
    ],
    ['429', answering(429, { error: 'Too many.', code: 'too_many_requests' }), 'Too many.'],
    ['200 without the fields of the bot', answering(200, { hello: 'world' }), 'not notify-bot'],
    ['HTML', answering(200, '<html>'), 'not notify-bot'],
  ])('waits when the answer is %s; the bot is not asked again, and the run continues', async (_, answer, sentence) => {
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

  test('waits when the runner is stopped while it is posted', async () => {
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

  test('is streamed with its images and its file; those that cannot be sent become lines of its text', async () => {
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
    expect(photo).toContain(`gone.png\` can't be sent: it does not exist.`);
    expect(document).toContain('name="document"; filename="r.csv"');
    expect(document).toContain('x;y');
  });

  test('without its only image is sent as a text that says so', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, image_path: '/nowhere/chart.png' }));
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner(['--verbose'])).toMatchObject({ status: 0, out: expect.stringContaining('chart.png') });
    expect(bot.asked[0]).toMatchObject({
      path: '/send',
      body: { text: "⚠ The image `/nowhere/chart.png` can't be sent: it does not exist." },
    });
  });
});
