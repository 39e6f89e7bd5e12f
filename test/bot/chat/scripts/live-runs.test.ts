/** Runs that take longer: their output while they run, and the Stop button, with the real actor and the real runner. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../../src/sandbox/model.ts';
import { CHAT, me, type ServerOfScripts, serverOfScripts, UNTIL_LET_GO } from '../../../support/bot/chat.ts';
import { waitFor } from '../../../support/wait-for.ts';

const GROUP = -77;
const QUIET = `echo '{"notify": false}'`;
/** A script that prints, and goes on until the test lets it go. */
const SLOW = `echo 'reading rows' >&2; ${UNTIL_LET_GO}; ${QUIET}`;

const inGroup = (ofActor: object = {}) => serverOfScripts({ links: { [me]: GROUP } }, ofActor);

/** Begins a run, and waits until its message has a Stop button. */
async function running({ bot, home }: ServerOfScripts, chat: number, name: string, text: string) {
  home.write(`${name}.sh`, text);
  const message = await bot.ask(chat, `/run ${name}.sh`);
  const stoppable = ({ message_id, reply_markup }: SandboxMessage) =>
    message_id === message.message_id && JSON.stringify(reply_markup ?? {}).includes('Stop');
  return bot.sandbox.waitFor((m) => m.chat_id === chat && stoppable(m), 30_000);
}

const draftsIn = ({ bot }: ServerOfScripts) => bot.sandbox.drafts.map(({ draft_id, text }) => ({ draft_id, ...text }));

describe('a run in a group that takes longer', () => {
  test('shows its newest output without JSON, harmless and bounded, then how it ended', async () => {
    const server = await inGroup();
    const { home, says, now } = server;
    const message = await running(
      server,
      GROUP,
      'slow',
      `# notify: timeout=5m
      for i in $(seq 40); do echo "row $i" >&2; done
      printf '[INFO] started\\n{\\n  "notify": true,\\n  "message": "m"\\n}\\n[{"notify": false}]\\n'
      printf 'red: \\033[31mhot\\033[0m bell: \\007 turned: \\342\\200\\256x\\n'
      head -c 1000 /dev/zero | tr '\\0' 'y'; echo
      printf '10%%\\r20%%\\r30%%' >&2
      ${UNTIL_LET_GO}; ${QUIET}`,
    );
    const shown = (await says(message, /30%/)).text ?? '';
    const [head = '', ...lines] = shown.split('\n');
    expect(head).toMatch(/^▶ slow\.sh is running… \d+ s$/);
    expect(lines).toHaveLength(10);
    expect(lines.slice(-4)).toEqual([
      '[INFO] started',
      'red: hot bell: \\u0007 turned: \\u202ex',
      `${'y'.repeat(199)}…`,
      '30%',
    ]);
    expect(shown).not.toMatch(/notify|row 1\b/);
    home.write('./go', '');
    await says(message, /^✅ slow\.sh (sent|no alert)/);
    expect(JSON.stringify(now(message).reply_markup)).not.toContain('Stop');
  });

  test('is edited in distances, however fast it prints', async () => {
    const server = await inGroup();
    const message = await running(
      server,
      GROUP,
      'fast',
      `i=0; until [ -e ~/go ]; do i=$((i+1)); echo "line $i" >&2; sleep 0.01; done; ${QUIET}`,
    );
    const edits = () => server.now(message).edits.map(({ at }) => at);
    await waitFor(() => edits().length >= 3, 60_000);
    const [, ...rest] = edits();
    for (const [i, at] of rest.entries()) expect(at - (edits()[i] ?? 0)).toBeGreaterThanOrEqual(1450);
    server.home.write('./go', '');
    await server.says(message, /^✅ fast\.sh no alert/);
    expect(draftsIn(server)).toEqual([]);
  });

  test('shows none of it once its account is not linked to the chat any more', async () => {
    const server = await inGroup();
    const { bot, home, says, now } = server;
    const message = await running(server, GROUP, 'slow', `${UNTIL_LET_GO}; echo secret >&2; sleep 7; ${QUIET}`);
    await bot.client.request('POST', '/unlink', { user: me });
    home.write('./go', '');
    await says(message, /is over; its account is not linked/, 60_000);
    expect(now(message).edits.some(({ text }) => text?.includes('secret'))).toBe(false);
  });

  test('leaves nothing of its output in the log or the journal', async () => {
    const server = await inGroup();
    const { bot, home, says, actor } = server;
    const message = await running(server, GROUP, 'slow', `echo TOPSECRET >&2; ${UNTIL_LET_GO}; ${QUIET}`);
    await says(message, /TOPSECRET/);
    home.write('./go', '');
    await says(message, /^✅/);
    expect(bot.logged.join('')).not.toContain('TOPSECRET');
    expect(actor.journal()).not.toContain('TOPSECRET');
    expect(await readFile(join(bot.dataDir, 'runs.json'), 'utf8')).not.toContain('TOPSECRET');
  });
});

describe('a run in a private chat that takes longer', () => {
  test('shows its output as a draft, which says at the end how it ended', async () => {
    const server = await serverOfScripts();
    const { home, says, now } = server;
    const message = await running(server, CHAT, 'slow', SLOW);
    const draft = await waitFor(() => draftsIn(server)[0]);
    expect(draft).toMatchObject({ text: '▶ slow.sh\nreading rows' });
    expect(now(message).text).not.toContain('reading rows');
    home.write('./go', '');
    await says(message, /^✅ slow\.sh no alert/);
    await waitFor(() => /^✅ slow\.sh no alert/.test(String(draftsIn(server).at(-1)?.text)));
    expect(new Set(draftsIn(server).map(({ draft_id }) => draft_id)).size).toBe(1);
  });

  test('shows it in its message where Telegram takes no drafts', async () => {
    const server = await serverOfScripts();
    const description = 'Not Found: method not found';
    server.bot.sandbox.fail({ method: 'sendMessageDraft', times: Infinity, answer: { error_code: 404, description } });
    const message = await running(server, CHAT, 'slow', SLOW);
    await server.says(message, /\nreading rows$/);
    expect(server.bot.sandbox.calls.counts.sendMessageDraft).toBe(1);
    server.home.write('./go', '');
    await server.says(message, /^✅/);
  });
});

describe('the Stop button', () => {
  const STUBBORN = `trap '' TERM; echo $$ > ~/pid; sh -c 'trap "" TERM; echo $$ > ~/child; ${UNTIL_LET_GO}'; ${QUIET}`;
  const isAlive = (server: ServerOfScripts, file: string) =>
    existsSync(`/proc/${readFileSync(join(server.home.home, file), 'utf8').trim()}`);

  test('ends the run with all its processes, and sends no notice of a failure', async () => {
    const server = await serverOfScripts();
    const { bot, press, says, button } = server;
    const message = await running(server, CHAT, 'slow', STUBBORN);
    const { callback_data: token = '' } = button(message, /Stop/);
    expect(await press(message, /Stop/)).toMatchObject({ text: '⏹ slow.sh is being stopped…' });
    await says(message, new RegExp(`^⏹ slow\\.sh was stopped by ${me}`), 30_000);
    await waitFor(() => !isAlive(server, 'pid') && !isAlive(server, 'child'));
    expect(bot.sandbox.messages(CHAT)).toHaveLength(1);
    expect(button(message, /Run again/)).toBeDefined();
    expect((await server.pressToken(message, token)).text).toBe('This button is too old: /status shows new ones.');
  });

  test('names the person in a group; a second press changes nothing', async () => {
    const server = await inGroup();
    const { bot, says, button } = server;
    const message = await running(server, GROUP, 'slow', STUBBORN);
    const { callback_data: token = '' } = button(message, /Stop/);
    for (const first_name of ['Bea', 'Cem']) bot.sandbox.press(GROUP, message.message_id, token, { id: 9, first_name });
    await waitFor(() => bot.sandbox.answers.length === 2);
    expect(bot.sandbox.answers[1]?.text).toBe('slow.sh is being stopped already, by Bea.');
    await says(message, /^⏹ slow\.sh was stopped by Bea/, 30_000);
  });

  test('does nothing for who is not linked any more, nor with another chat’s message', async () => {
    const server = await inGroup();
    const { bot, home, says, press, button } = server;
    const message = await running(server, GROUP, 'slow', SLOW);
    const { callback_data: token = '' } = button(message, /Stop/);
    const foreign = await bot.ask(5, '/help');
    expect((await server.pressToken(foreign, token)).text).toMatch(/too old/);
    await bot.client.request('POST', '/unlink', { user: me });
    expect((await press(message, /Stop/)).text).toMatch(/has ended, and its buttons with it/);
    home.write('./go', '');
    await says(message, /is over/);
  });

  test('says so where the run can’t be stopped, and works again', async () => {
    const server = await serverOfScripts();
    const { bot, press, says, actor } = server;
    const message = await running(server, CHAT, 'slow', SLOW);
    const told = bot.next(CHAT);
    writeFileSync(join(actor.units, 'refuse'), '');
    await press(message, /Stop/);
    expect((await told).text).toBe(
      '⚠ slow.sh could not be stopped. systemd could not stop the run (status 1): see the journal.',
    );
    rmSync(join(actor.units, 'refuse'));
    await waitFor(() => /Stop/.test(JSON.stringify(server.now(message).reply_markup)));
    await press(message, /Stop/);
    await says(message, /was stopped by/, 30_000);
    expect(bot.sandbox.messages(CHAT)).toHaveLength(2);
  });

  test('works after a restart of the service, for the run that goes on', async () => {
    const server = await serverOfScripts({}, { knowsUnits: true });
    const { bot, says, press } = server;
    const message = await running(server, CHAT, 'slow', STUBBORN);
    await waitFor(async () => /notify-run-/.test(await readFile(join(bot.dataDir, 'runs.json'), 'utf8')));
    await bot.restart();
    await says(message, /is running… The service was restarted meanwhile/, 30_000);
    await press(message, /Stop/);
    await says(message, new RegExp(`^⏹ slow\\.sh was stopped by ${me}`), 30_000);
    await waitFor(() => !isAlive(server, 'pid'));
  });
});
