/** The Stop button under the message of a run, with the real actor and the real runner. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHAT, me, type ServerOfScripts, serverOfScripts, UNTIL_LET_GO } from '../../../support/bot/chat.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { GROUP, inGroup, QUIET, running, SLOW } from './live/support/running.ts';

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

  test('that Telegram shows beside a draft does the same', async () => {
    const server = await serverOfScripts();
    const { bot, says } = server;
    const message = await running(server, CHAT, 'slow', `echo 'reading rows' >&2; ${STUBBORN}`);
    await waitFor(() => bot.sandbox.drafts.some(({ can_stop }) => can_stop));
    bot.sandbox.stopDraft(CHAT, bot.sandbox.drafts[0]?.draft_id ?? 0);
    await says(message, new RegExp(`^⏹ slow\\.sh was stopped by ${me}`), 30_000);
    await waitFor(() => /was stopped by/.test(bot.sandbox.drafts.at(-1)?.text.text ?? ''));
    expect(bot.sandbox.drafts.at(-1)?.can_stop).toBe(false);
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
    const { bot, says, press, actor } = server;
    const message = await running(server, CHAT, 'slow', STUBBORN);
    await waitFor(async () => /notify-run-/.test(await readFile(join(bot.dataDir, 'runs.json'), 'utf8')));
    await bot.restart();
    await says(message, /is running… The service was restarted meanwhile/, 30_000);
    await press(message, /Stop/);
    await says(message, new RegExp(`^⏹ slow\\.sh was stopped by ${me}`), 30_000);
    await waitFor(() => !isAlive(server, 'pid'));
    await waitFor(() => /run "slow\.sh" for \S+: status/.test(actor.journal()));
  });
});
