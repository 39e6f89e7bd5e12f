import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBot } from '../../../support/bot/running-bot.ts';
import { collect, createMachine } from '../../../support/runner/machine.ts';

const CHAT = 4711;

async function machineWithBot() {
  const bot = await startBot();
  onTestFinished(() => bot.stop());
  const machine = createMachine({ socketPath: bot.settings.socketPath });
  return { bot, machine };
}

test('notify-runner link says where the notifications went before, also to a chat of the same name', async () => {
  const { bot, machine } = await machineWithBot();
  const said = async (chat: number, name: string) => {
    const answer = bot.next(chat);
    bot.sandbox.say(chat, '/start', { first_name: name });
    const code = /\b\d{6}\b/.exec((await answer).text ?? '')?.[0] ?? '';
    return (await machine.runner(['link', code])).out;
  };
  await said(1, 'Ada');
  expect(await said(2, 'Bea')).toBe(
    'Linked. Your notifications go to Bea (private) now, no longer to Ada (private). Try: notify-runner send "Hello"\n',
  );
  expect(await said(3, 'Bea')).toBe(
    'Linked. Your notifications go to another chat now, which is called Bea (private) too; /whoami in a chat shows its number. Try: notify-runner send "Hello"\n',
  );
});

describe('notify-runner link with a real bot', () => {
  test('links by code; then messages and notifications arrive until unlink', async () => {
    const { bot, machine } = await machineWithBot();
    const { sandbox } = bot;
    expect(await machine.runner(['status'])).toEqual({ status: 0, out: 'Not linked: notify-runner link\n', err: '' });
    expect(await machine.runner(['link', '000000'])).toMatchObject({ status: 1, out: '' });
    expect(await machine.runner(['link', '12'])).toMatchObject({ status: 2 });
    sandbox.say(CHAT, '/start', { first_name: 'Ada' });
    const answer = await sandbox.waitFor((message) => /\b\d{6}\b/.test(message.text ?? ''), 10_000);
    const code = /\b\d{6}\b/.exec(answer.text ?? '')?.[0] ?? '';
    const done = await machine.runner(['link', `${code.slice(0, 3)} ${code.slice(3)}`]);
    expect(done).toEqual({ status: 0, out: 'Linked. Try: notify-runner send "Hello"\n', err: '' });
    expect((await machine.runner(['status'])).out).toMatch(/^Linked to Ada \(private\), since \d{4}-\d\d-\d\d\.\n$/);
    expect(JSON.parse((await machine.runner(['status', '--json'])).out)).toMatchObject({
      user: userInfo().username,
      linked: true,
      waiting: 0,
    });

    expect(await machine.runner(['send', '--title', 'Title', '*Hello*'])).toEqual({
      status: 0,
      out: 'Sent.\n',
      err: '',
    });
    await sandbox.waitFor(
      (message) => message.text?.includes('Hello') === true && message.text.includes('Title'),
      10_000,
    );

    machine.write(
      'picture.py',
      `import base64, json
open("p.png", "wb").write(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="))
print(json.dumps({"notify": True, "title": "Chart", "message": "see", "image_path": "~/p.png"}))`,
    );
    expect(await machine.runner(['run', 'picture'])).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('picture.py: sent'),
    });
    const photo = await sandbox.waitFor((message) => message.caption?.includes('Chart') === true, 10_000);
    expect(photo.media?.kind).toBe('photo');
    expect((await machine.runner(['run', 'picture'])).out).toMatch(/picture\.py: cooldown, (60m|1h) left/);

    expect(await machine.runner(['unlink'])).toMatchObject({ status: 0, err: '' });
    expect(await machine.runner(['send', 'x'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('notify-runner link'),
    });
  });

  test('shows a link with its QR code, and waits until it is opened', async () => {
    const { bot, machine } = await machineWithBot();
    while (!bot.logged.some((line) => line.includes('knows this bot'))) await sleep(20);
    const waiting = machine.start(['link']);
    const ended = collect(waiting);
    let out = '';
    waiting.stdout.on('data', (text) => {
      out += text;
    });
    while (!out.includes('Waiting')) await sleep(20);
    const token = /t\.me\/\w+\?start=(\S+)/.exec(out)?.[1] ?? '';
    expect(out).toMatch(/[▀▄█]{10}/);
    bot.sandbox.say(CHAT, `/start ${token}`);
    expect(await ended).toMatchObject({ status: 0, out: expect.stringMatching(/\nLinked\. Try/) });
    const again = JSON.parse((await machine.runner(['link', '--json'])).out);
    expect(again).toMatchObject({ url: expect.stringContaining('start='), expires_at: expect.any(String) });
    const more = await machine.runner(['link', '--no-wait']);
    expect(more).toMatchObject({ status: 0, out: expect.stringContaining('\nYou are linked already: ') });
    expect(more.out).toMatch(/Open this once, before \d\d:\d\d, on any device/);
  });
});
