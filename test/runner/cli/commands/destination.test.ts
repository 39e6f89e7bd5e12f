import { userInfo } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';
import { createMachine, type Machine } from '../../../support/runner/machine.ts';

const me = userInfo().username;
const GROUP = -1_001_000_000_123;

async function machineWithBot(): Promise<{ bot: RunningBot; machine: Machine }> {
  const bot = await startBot();
  onTestFinished(() => bot.stop());
  const machine = createMachine({ socketPath: bot.settings.socketPath });
  await bot.ask(9, '/help');
  return { bot, machine };
}

async function register({ bot, machine }: { bot: RunningBot; machine: Machine }, name: string): Promise<void> {
  const { out } = await machine.runner(['destination', 'add', name, '--json']);
  await bot.ask(GROUP, `/link ${JSON.parse(out).code}`);
}

describe('notify-runner destination', () => {
  test('add prints a code, a link, its QR code, and what to send where', async () => {
    const { bot, machine } = await machineWithBot();
    const { status, out, err } = await machine.runner(['destination', 'add', 'ops', '--senders', 'root,%root']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/[▀▄█]{10}/);
    const code = /The code for ops is (\S{4}-\S{4}), good once and until \d\d:\d\d\./.exec(out)?.[1] ?? '';
    expect(out).toContain(`  https://t.me/${bot.sandbox.username}?startgroup=${code.replace('-', '')}\n`);
    expect(out).toContain(`  /link ${code}\n`);
    expect(out).toContain(`/link@${bot.sandbox.username} ${code}\n`);
    bot.sandbox.open(GROUP, undefined, 'Operations');
    expect((await bot.ask(GROUP, `/link ${code}`)).text).toMatch(/^✅ This group is the destination ops/);

    const show = await machine.runner(['destination', 'show', 'ops']);
    expect(show.out).toMatch(
      new RegExp(
        `^Name {6}ops\nPlace {5}Operations \\(group\\)\nOwner {5}${me} \\(you\\)\nMay send {2}${me}, root, %root\nSince {5}\\d{4}-\\d\\d-\\d\\d\nChat {6}${GROUP}\n$`,
      ),
    );
  });

  test('add of a topic says to send the code there, and shows no link', async () => {
    const { machine } = await machineWithBot();
    const { out } = await machine.runner(['destination', 'add', 'ops/disks']);
    expect(out).toMatch(/^The code for ops\/disks is .*\n\nIn the topic, with the bot in its group, send\n {2}\/link /);
    expect(out).not.toContain('startgroup');
  });

  test('list, allow, deny and remove', async () => {
    const place = await machineWithBot();
    const { machine } = place;
    const run = (...args: string[]) => machine.runner(['destination', ...args]);
    expect((await run('list')).out).toBe('There are no destinations yet: notify-runner destination add NAME\n');
    await register(place, 'ops');
    await register(place, 'attic');
    expect((await run('allow', 'ops', 'daemon', '%daemon,root')).out).toBe(
      'May send to ops now: its owner, daemon, %daemon, root.\n',
    );
    expect((await run('deny', 'ops', 'daemon', 'root')).out).toBe('May send to ops now: its owner, %daemon.\n');
    expect((await run('list')).out.split('\n')).toEqual([
      expect.stringMatching(/^NAME {3}PLACE .* OWNER .* MAY SEND .* STATE$/),
      expect.stringMatching(new RegExp(`^attic  .* \\(group\\)  ${me} `)),
      expect.stringMatching(new RegExp(`^ops    .* \\(group\\)  ${me} .* ${me}, %daemon  ok$`)),
      '',
    ]);
    expect((await run('list', '--names')).out).toBe('attic\nops\n');
    expect(JSON.parse((await run('list', '--json')).out)).toHaveLength(2);
    expect((await run('remove', 'ops')).out).toBe('Removed: nothing can be sent to ops any more.\n');
    expect((await run('list', '--names')).out).toBe('attic\n');
  });

  test('test sends a message there, also where the sender is not linked, and says why it cannot', async () => {
    const place = await machineWithBot();
    const { bot, machine } = place;
    bot.sandbox.forum(GROUP);
    const topic = bot.sandbox.addTopic(GROUP, 'Disks');
    const { out } = await machine.runner(['destination', 'add', 'ops/disks', '--json']);
    const registered = bot.next(GROUP);
    bot.sandbox.say(GROUP, `/link ${JSON.parse(out).code}`, {}, topic);
    await registered;
    const arrives = bot.next(GROUP);
    expect(await machine.runner(['destination', 'test', 'ops/disks'])).toEqual({
      status: 0,
      out: 'Sent to ops/disks.\n',
      err: '',
    });
    expect(await arrives).toMatchObject({
      message_thread_id: topic,
      text: `${me} tests the destination ops/disks: messages arrive here.`,
    });
    expect(await machine.runner(['destination', 'test', 'ops/disk'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/there is no destination ops\/disk; did you mean ops\/disks\?/),
    });
  });

  test('errors are sentences', async () => {
    const place = await machineWithBot();
    const { machine } = place;
    const run = (...args: string[]) => machine.runner(['destination', ...args]);
    await register(place, 'ops');
    expect(await run('add', 'Ops')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/"Ops" is not a name such as/),
    });
    expect(await run('add', 'new', '--senders', 'nb-none')).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^notify-runner: senders: this host has no account or group "nb-none"/),
    });
    expect(await run('allow', 'ops', 'a b')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/"a b" is neither/),
    });
    expect(await run('allow', 'ops')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/argument who is missing/),
    });
    for (const command of ['show', 'remove']) {
      expect(await run(command, 'opps')).toMatchObject({
        status: 1,
        err: expect.stringMatching(/There is no destination named "opps"\. Did you mean ops\?/),
      });
    }
    expect(await run('lst')).toMatchObject({ status: 2, err: expect.stringMatching(/did you mean list\?/) });
  });
});
