import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../../support/runner/scripted-bot.ts';

describe('notify-runner send', () => {
  test('takes its text from the argument or standard input, and its files from options', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath, answering(200, { ok: true, id: 'x', status: 'sent' }));
    await machine.runner(['send', '--plain', '--severity', 'low', '--silent', 'a_b'], {});
    await machine.runner(['send'], { input: 'from a pipe\n\n' });
    await machine.runner(['send', '-'], { input: 'from - too' });
    machine.write('r.csv/../r.csv', 'x;y');
    expect(
      (await machine.runner(['send', '--file', 'r.csv', '--image', 'r.csv', 'both'], { cwd: machine.home })).status,
    ).toBe(0);
    expect(bot.asked[0]?.body).toMatchObject({
      text: 'a_b',
      parse_mode: 'none',
      severity: 'low',
      silent: true,
      wait: 10_000,
    });
    expect(bot.asked.slice(1, 3).map(({ body }) => body.text)).toEqual(['from a pipe', 'from - too']);
    expect(bot.asked.slice(3).map(({ path }) => path)).toEqual(['/send_photo', '/send_document']);
    await machine.runner(['send', '--code'], { input: '  a *b*\n```\n' });
    expect(bot.asked.at(-1)?.body.text).toBe('````\n  a *b*\n```\n````');
    const json = await machine.runner(['send', '--json', 'x']);
    expect(JSON.parse(json.out)).toEqual({ ok: true, id: expect.any(String), status: 'sent' });
  });

  test('goes to the destinations of --to, and refuses what is none before anything is sent', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath, answering(200, { ok: true, id: 'x', status: 'sent' }));
    await machine.runner(['send', '--to', 'ops', '--to', 'board,user:bob', 'hello']);
    expect(bot.asked[0]?.body.to).toEqual(['ops', 'board', 'user:bob']);
    await machine.runner(['exec', '--to', 'ops', '--', 'true']);
    expect(bot.asked[1]?.body).toMatchObject({ to: ['ops'], source: 'notify-runner exec' });
    for (const command of [
      ['send', '--to', 'No Name', 'x'],
      ['exec', '--to', 'No Name', '--', 'touch', 'ran'],
    ]) {
      const ran = await machine.runner(command, { cwd: machine.home });
      expect(ran).toMatchObject({ status: 2, err: expect.stringContaining('--to: "No Name" is no destination') });
    }
    expect(bot.asked).toHaveLength(2);
    expect(readdirSync(machine.home)).not.toContain('ran');
  });

  test('says that what is no picture goes as a file', async () => {
    const machine = createMachine();
    await startScriptedBot(machine.socketPath, answering(200, { ok: true, id: 'x', status: 'sent' }));
    const path = machine.write('./t.csv', 'a,b');
    expect((await machine.runner(['send', '--image', path])).out).toBe(
      'Sent. t.csv is not a picture that Telegram shows, so it goes as a file.\n',
    );
  });

  test.each([
    ['alone', [], '/send_document'],
    ['in fixed width', ['--code'], '/send_document'],
    ['with an image', ['--image', 'a.png'], '/send_photo'],
  ])('sends a text that is too long for a message as a file, whole: %s', async (_, words, path) => {
    const machine = createMachine();
    machine.write('a.png/../a.png', 'image');
    const bot = await startScriptedBot(machine.socketPath);
    const temporary = join(machine.home, 'tmp');
    mkdirSync(temporary);
    const input = `*start* ${'0123456789'.repeat(12_000)}end`;
    const environment = { TMPDIR: temporary };
    const ran = await machine.runner(['send', ...words, '-'], { input, environment, cwd: machine.home });
    expect(ran).toMatchObject({ status: 0, err: '' });
    expect(bot.asked[0]).toMatchObject({ path, text: expect.stringContaining('The whole text is in message.txt.') });
    expect(bot.asked.at(-1)?.path).toBe('/send_document');
    expect(bot.asked.at(-1)?.text).toContain('filename="message.txt"');
    expect(bot.asked.at(-1)?.text).toContain(input);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('reports why it sends nothing', async () => {
    const machine = createMachine();
    expect(await machine.runner(['send', ' '])).toMatchObject({
      status: 2,
      err: 'notify-runner: There is nothing to send: the text is empty.\n',
    });
    expect(await machine.runner(['send', '--file', '/nowhere'])).toMatchObject({
      status: 1,
      err: "notify-runner: The file /nowhere can't be sent: it does not exist.\n",
    });
    expect(await machine.runner(['send', 'x'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('Nothing listens'),
    });
    expect(await machine.runner(['send', '--severity', 'urgent', 'x'])).toMatchObject({ status: 2 });
    expect(machine.names('pending')).toEqual([]);
  });

  test('can be for later', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath, answering(202, { ok: true, id: 'x', status: 'queued' }));
    const { out } = await machine.runner(['send', '--at', '2h', 'x']);
    expect(out).toMatch(/^The bot sends it at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(.+\)\.\n$/);
    expect(Date.parse(String(bot.asked[0]?.body.at))).toBeGreaterThan(Date.now() + 7_000_000);
    for (const [at, error] of [
      ['soon', '--at: expected a time such as'],
      ['2020-01-30T18:00:00Z', '--at: 2020-01-30T18:00:00Z is in the past.'],
      ['40d', 'at: expected at most 31 days from now'],
    ]) {
      const failed = await machine.runner(['send', '--at', at ?? '', 'x']);
      expect(failed.status).not.toBe(0);
      expect(failed.err).toContain(error);
    }
    expect(bot.asked).toHaveLength(1);
  });

  test('says when quiet hours hold it back', async () => {
    const machine = createMachine();
    await startScriptedBot(machine.socketPath, answering(202, { ok: true, id: 'x', status: 'queued', held: true }));
    expect((await machine.runner(['send', 'x'])).out).toMatch(
      /^Held back by quiet hours or a digest; a summary will include it/,
    );
    expect(JSON.parse((await machine.runner(['send', '--json', 'x'])).out)).toMatchObject({ held: true });
  });

  test('names what it is about, and replaces the last message about it', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath, answering(200, { ok: true, id: 'x', status: 'replaced' }));
    expect(await machine.runner(['send', '--key', 'import', '--replace', '40 %'])).toMatchObject({ out: 'Sent.\n' });
    expect(bot.asked[0]?.body).toMatchObject({ key: 'import', replace: true, text: '40 %' });
    await machine.runner(['send', '--key', 'import', 'x']);
    expect(bot.asked[1]?.body).not.toHaveProperty('replace');
    for (const [words, error] of [
      [['--replace'], '--replace needs --key, which names the message to replace.'],
      [['--key', 'x'.repeat(129)], '--key: expected 1 to 128 printable characters'],
    ] as const) {
      const failed = await machine.runner(['send', ...words, 'x']);
      expect(failed).toMatchObject({ status: 2, err: expect.stringContaining(error) });
    }
    expect(bot.asked).toHaveLength(2);
  });

  test('fails when its id is taken', async () => {
    const machine = createMachine();
    const error = 'This id was used for another message.';
    await startScriptedBot(machine.socketPath, answering(409, { error, code: 'id_conflict' }));
    expect(await machine.runner(['send', 'x'])).toEqual({ status: 1, out: '', err: `notify-runner: ${error}\n` });
  });
});
