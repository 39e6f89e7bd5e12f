import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../support/runner/scripted-bot.ts';

const alarm = { notify: true, title: 'Revenue', message: 'down *12 %*', severity: 'high', data: { drop: 0.12 } };

describe('a script’s notification', () => {
  test('is held back while the cooldown of its key lasts, unless forced', async () => {
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
    expect(forced).toMatchObject({ status: 0, out: expect.stringContaining('a.sh: queued') });
    expect(bot.asked).toHaveLength(2);
    expect(machine.json('.notifications/state/a.json')).toMatchObject({ note: 'from Python' });
  });

  test('goes where it says, or its header, and waits with its destinations', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: to=ops,user:bob\n${prints({ notify: true, message: 'header' })}`);
    machine.write('b.sh', `# notify: to=ops\n${prints({ notify: true, message: 'field', to: 'board' })}`);
    machine.write('c.sh', prints({ notify: true, message: 'list', to: ['ops', 'ops/disks'], image_path: 'a.png' }));
    machine.write('d.sh', prints({ notify: true, message: 'own' }));
    machine.write('a.png/../a.png', 'image');
    await machine.runner();
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    const asked = bot.asked.map(({ body, text }) => body.to ?? /name="to"\r\n\r\n(.*)\r\n/.exec(text)?.[1]);
    expect(asked.sort()).toEqual([['board'], ['ops', 'user:bob'], '["ops","ops/disks"]', undefined].sort());
  });

  test('for destinations that are wrong is a failure that names them', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    const many = Array.from({ length: 51 }, () => 'ops');
    machine.write('a.sh', prints({ notify: true, message: 'x', to: ['ops', 'No Name'] }));
    machine.write('b.sh', prints({ notify: true, message: 'x', to: many }));
    const ran = await machine.runner(['run', 'a', 'b']);
    expect(ran.status).toBe(1);
    expect(ran.out).toContain(
      'to: expected names such as "ops", "ops/disks", "@public_name" or "user:alice", found "No Name".',
    );
    expect(ran.out).toContain(
      'to: expected a destination such as "ops" or "user:alice", or a list of 1 to 50 of them, found a list of 51.',
    );
    machine.write('c.sh', prints({ notify: true, message: 'x', to: 'opps' }));
    bot.answer = answering(404, {
      error: 'to: there is no destination opps; did you mean ops?',
      code: 'unknown_destination',
    });
    expect((await machine.runner(['run', 'c'])).out).toContain('did you mean ops?');
  });

  test('tells which destinations refused what others took', async () => {
    const machine = createMachine();
    const deliveries = [
      { to: 'ops', status: 'sent' },
      { to: 'board', status: 'failed', error: 'The bot was removed.', code: 'refused' },
    ];
    const bot = await startScriptedBot(machine.socketPath);
    bot.answer = answering(200, { ok: true, id: 'x', status: 'partial', deliveries });
    machine.write('a.sh', prints({ notify: true, message: 'x', to: ['ops', 'board'] }));
    const ran = await machine.runner(['run', 'a']);
    expect((await machine.runner(['logs'])).out).toContain(
      'a.sh: sent to ops, board: Not sent to board: The bot was removed.',
    );
    expect(ran).toMatchObject({ status: 0, out: expect.stringContaining('Not sent to board: The bot was removed.') });
    const json = await machine.runner(['send', '--json', '--to', 'ops,board', 'x']);
    expect(JSON.parse(json.out)).toEqual({ ok: true, id: expect.any(String), status: 'sent', deliveries });
    const sent = await machine.runner(['send', '--to', 'ops,board', 'x']);
    expect(sent).toEqual({
      status: 1,
      out: 'Sent.\n',
      err: 'notify-runner: Not sent to board: The bot was removed.\n',
    });
  });

  test('with a key leaves the last send without a key alone', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    machine.write('a.sh', prints({ notify: true, message: 'x', key: 'k' }));
    await machine.runner();
    expect(machine.json('.notifications/state/a.json')).toEqual({ last_sent: 0, keys: { k: expect.any(Number) } });
    machine.write('a.sh', prints({ notify: true, message: 'y' }));
    await machine.runner();
    await machine.runner();
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['x', 'y']);
    expect(machine.json('.notifications/state/a.json').last_sent).toBeGreaterThan(1e9);
  });

  test('is sent although the state file is damaged, with one warning', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    machine.write('.notifications/state/a.json', '{"last_sent": "yesterday"}');
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    expect(ran).toMatchObject({
      status: 1,
      err: expect.stringMatching(
        /state\/a\.json is damaged \(last_sent is not a Unix time in seconds\): it was moved to .*unreadable-\d+, and/,
      ),
    });
    expect(bot.asked).toHaveLength(1);
    const [kept = '', aside = ''] = machine.names('state');
    expect(machine.json(`.notifications/state/${kept}`)).toEqual({ last_sent: expect.any(Number) });
    expect(machine.read(`.notifications/state/${aside}`)).toBe('{"last_sent": "yesterday"}');
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
  });

  test('counts its cooldown from the scheduled time, so that a schedule of the same length loses nothing', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="@hourly" cooldown=1h\n${prints(alarm)}`);
    const hour = () => Math.floor(Date.now() / 3_600_000) * 3600;
    const bot = await startScriptedBot(machine.socketPath);
    const record = { at: Date.now() - 2 * 3_600_000, ran: true, result: 'sent', failed: false };
    machine.write('.notifications/runs/a.sh.json', JSON.stringify(record));
    const before = hour();
    // The run of the hour before was late by half an hour.
    machine.write('.notifications/state/a.json', JSON.stringify({ last_sent: before - 3600 }));
    await machine.runner();
    expect(bot.asked).toHaveLength(1);
    expect([before, hour()]).toContain(machine.json('.notifications/state/a.json').last_sent);
  });

  test('waits with the moment of its run, from which its cooldown counts', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, cooldown: '1h' }));
    const before = Date.now();
    await machine.runner();
    const after = Date.now();
    const [name] = machine.names('pending');
    machine.write('a.sh', prints({ notify: false }));
    await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(name).toBeDefined();
    const sent = Number(machine.json('.notifications/state/a.json').last_sent) * 1000;
    expect(sent).toBeGreaterThanOrEqual(before - 1);
    expect(sent).toBeLessThanOrEqual(after + 1);
  });

  test('of a script with a schedule has no cooldown unless it sets one', async () => {
    const machine = createMachine();
    const quietly = { notify: true, message: 'x' };
    machine.write('a.sh', `# notify: schedule="* * * * *"\n${prints(quietly)}`);
    machine.write('b.sh', prints(quietly));
    machine.write('c.sh', `# notify: schedule="* * * * *"\n${prints({ ...quietly, cooldown: '1h' })}`);
    const bot = await startScriptedBot(machine.socketPath);
    for (let run = 0; run < 2; run += 1) await machine.runner(['run', 'a', 'b', 'c', '--jobs', '1']);
    expect(bot.asked.map(({ body }) => body.source)).toEqual(['a.sh', 'b.sh', 'c.sh', 'a.sh']);
  });

  test('comes a few seconds before its cooldown ends, as cron may', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, cooldown: '5m' }));
    const bot = await startScriptedBot(machine.socketPath);
    const sentAgo = async (seconds: number) => {
      machine.write('.notifications/state/a.json', JSON.stringify({ last_sent: Date.now() / 1000 - seconds }));
      await machine.runner();
      return bot.asked.length;
    };
    expect(await sentAgo(200)).toBe(0);
    expect(await sentAgo(275)).toBe(1);
  });
});
