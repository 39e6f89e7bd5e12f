/** Scripts over the socket, with the real actor and the real runner. */
import { describe, expect, test } from 'vitest';
import { botBefore, CHAT, me, serverOfScripts, UNTIL_LET_GO } from '../../support/bot/chat.ts';
import { openStream } from '../../support/network/event-stream.ts';
import { waitFor } from '../../support/wait-for.ts';

const QUIET = `echo '{"notify": false}'`;
const NOTIFY = `echo '{"notify": true, "message": "hello", "cooldown": "1h"}'`;
const SLOW = `${UNTIL_LET_GO}; ${QUIET}`;

async function server() {
  const here = await serverOfScripts();
  const { client } = here.bot;
  const ask = async (method: 'GET' | 'POST', path: string, body?: object) => {
    const answer = await client.request(method, path, body);
    return { status: answer.status, body: answer.body as Record<string, unknown> };
  };
  const scripts = async () => (await ask('GET', '/scripts')).body.scripts as Record<string, unknown>[];
  return { ...here, ask, scripts };
}

describe('GET /scripts', () => {
  test('lists them as the chat does, with what is muted', async () => {
    const { home, ask, scripts } = await server();
    home.write('rev.sh', NOTIFY);
    home.write('two words.sh', `# notify: schedule="0 9 * * *" tz=Europe/Berlin\n${QUIET}`);
    expect((await ask('POST', '/scripts/run', { name: 'rev' })).body).toMatchObject({
      ok: true,
      status: 'done',
      result: { name: 'rev.sh', result: 'sent' },
    });
    const { status, body } = await ask('POST', '/mute', { script: 'two words', for: '2h' });
    expect(status).toBe(200);
    expect(Date.parse(String(body.muted_until)) - Date.now()).toBeGreaterThan(7_000_000);
    expect(await scripts()).toEqual([
      expect.objectContaining({
        name: 'rev.sh',
        stem: 'rev',
        last_result: 'sent',
        muted_until: null,
        running: false,
        cooldown_until: expect.stringMatching(/^\d{4}-/),
      }),
      expect.objectContaining({
        name: 'two words.sh',
        schedule: '0 9 * * *',
        tz: 'Europe/Berlin',
        last_run: null,
        muted_until: body.muted_until,
      }),
    ]);
    expect((await ask('POST', '/unmute', { script: 'two words.sh' })).status).toBe(200);
    expect((await scripts())[1]).toMatchObject({ muted_until: null });
  });

  test('says so where there is no actor', async () => {
    const { bot } = await botBefore('/nowhere/actor.sock');
    for (const path of ['/scripts', '/scripts/log?name=x']) {
      const { status, body } = await bot.client.request('GET', path);
      expect([status, body]).toEqual([503, { code: 'actor_unavailable', error: expect.stringMatching(/not set up/) }]);
    }
    const run = await bot.client.request('POST', '/scripts/run', { name: 'x' });
    expect([run.status, (run.body as { code: string }).code]).toEqual([503, 'actor_unavailable']);
  });

  test('is empty where there is no folder, and 404 for who runs none', async () => {
    const { ask, scripts } = await server();
    expect(await scripts()).toEqual([]);
    const { status, body } = await ask('GET', '/scripts?user=nb-nobody-of-this-name');
    expect([status, body.code]).toEqual([404, 'no_scripts']);
  });

  test('serves twenty who ask at once', async () => {
    const { home, ask } = await server();
    home.write('rev.sh', QUIET);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('GET', '/scripts')));
    const right = answers.filter(({ status }) => status === 200).length;
    expect(right).toBeGreaterThan(4);
    for (const { status, body } of answers) if (status !== 200) expect(body.code).toBe('actor_busy');
  });
});

describe('POST /scripts/run', () => {
  test('answers when it takes long, shows it as running, refuses a second, and tells the end', async () => {
    const { bot, home, ask, scripts, actor } = await server();
    home.write('slow.sh', SLOW);
    const stream = await openStream(bot.settings.socketPath);
    await waitFor(() => stream.text() !== '');
    const { status, body } = await ask('POST', '/scripts/run', { name: 'slow', wait: 0 });
    expect([status, body]).toEqual([202, { ok: true, status: 'running' }]);
    expect(await ask('POST', '/scripts/run', { name: 'slow.sh' })).toMatchObject({
      status: 409,
      body: { code: 'already_running' },
    });
    expect(await scripts()).toMatchObject([{ name: 'slow.sh', running: true }]);
    home.write('./go', '');
    const end = await stream.next(({ data }) => data.state === 'done');
    stream.close();
    expect(stream.events.map(({ event, data }) => [event, data.state])).toEqual([
      ['run', 'running'],
      ['run', 'done'],
    ]);
    expect(end.data).toMatchObject({ user: me, name: 'slow.sh', result: 'quiet', seconds: expect.any(Number) });
    await waitFor(async () => (await scripts())[0]?.running === false);
    expect(actor.started).toBeGreaterThan(0);
    // Nothing of it was said in the chat, and it is crossed off in the book.
    expect(bot.sandbox.messages(CHAT)).toEqual([]);
    await waitFor(async () => (await ask('GET', '/health')).status === 200);
  });

  test('has the bound of the buttons: four at once', async () => {
    const { home, ask, scripts } = await server();
    for (const n of [1, 2, 3, 4, 5]) home.write(`s${n}.sh`, SLOW);
    const begun = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => ask('POST', '/scripts/run', { name: `s${n}.sh`, wait: 0 })),
    );
    expect(begun.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 429]);
    expect(begun.find(({ status }) => status === 429)?.body).toMatchObject({ code: 'too_many_runs' });
    home.write('./go', '');
    await waitFor(async () => (await scripts()).every(({ running }) => running === false));
  });

  test('knows no script that isn’t there', async () => {
    const { home, ask } = await server();
    home.write('rev.sh', QUIET);
    const { status, body } = await ask('POST', '/scripts/run', { name: 'gone.sh' });
    expect([status, body.code]).toEqual([404, 'unknown_script']);
  });
});

describe('GET /scripts/log', () => {
  test('shows as many lines as asked for, the newest last', async () => {
    const { home, ask } = await server();
    home.write('rev.sh', QUIET);
    for (let n = 0; n < 3; n += 1) await ask('POST', '/scripts/run', { name: 'rev.sh' });
    const all = (await ask('GET', '/scripts/log?name=rev.sh')).body.lines as string[];
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all.every((line) => line.includes('rev.sh'))).toBe(true);
    expect((await ask('GET', '/scripts/log?name=rev&lines=2')).body.lines).toEqual(all.slice(-2));
    expect((await ask('GET', '/scripts/log?name=never.sh')).body.lines).toEqual([]);
  });
});
