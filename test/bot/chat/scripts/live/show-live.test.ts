/** Runs that take longer: their output while they run, with the real actor and the real runner. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHAT, me, type ServerOfScripts, serverOfScripts, UNTIL_LET_GO } from '../../../../support/bot/chat.ts';
import { waitFor } from '../../../../support/wait-for.ts';
import { GROUP, inGroup, QUIET, running, SLOW } from './support/running.ts';

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
      until [ -e ~/more ]; do sleep 0.05; done
      printf '[INFO] started\\n{\\n  "notify": true,\\n  "message": "m"\\n}\\n[{"notify": false}]\\n'
      printf 'red: \\033[31mhot\\033[0m bell: \\007 turned: \\342\\200\\256x\\n'
      head -c 1000 /dev/zero | tr '\\0' 'y'; echo
      printf '10%%\\r20%%\\r30%%' >&2
      ${UNTIL_LET_GO}; ${QUIET}`,
    );
    await says(message, /row 40/);
    home.write('./more', '');
    // Two pipes have no order.
    const shown = (await says(message, /(?=[\s\S]*30%)(?=[\s\S]*y…)/)).text ?? '';
    const [head = '', ...lines] = shown.split('\n');
    expect(head).toMatch(/^▶ slow\.sh is running… \d+ s$/);
    expect(lines).toHaveLength(10);
    const last = ['30%', '[INFO] started', 'red: hot bell: \\u0007 turned: \\u202ex', `${'y'.repeat(199)}…`];
    expect(lines.slice(-4).sort()).toEqual(last);
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

  test('keeps off while Telegram asks it to, then shows the newest, and ends all the same', async () => {
    const server = await inGroup();
    const { bot, home, says, now } = server;
    const message = await running(
      server,
      GROUP,
      'slow',
      `n=0; ${UNTIL_LET_GO.replace('sleep 0.05', 'n=$((n+1)); echo "line $n" >&2; sleep 0.1')}; ${QUIET}`,
    );
    const parameters = { retry_after: 2 };
    const answer = { error_code: 429, description: 'Too Many Requests: retry after 2', parameters };
    bot.sandbox.fail({ method: 'editMessageText', answer });
    const before = now(message).edits.length;
    await waitFor(() => bot.sandbox.calls.tooMany === 1, 30_000);
    const refusedAt = bot.sandbox.calls.list.findLast(({ status }) => status === 429)?.at ?? 0;
    await waitFor(() => now(message).edits.length > before, 30_000);
    expect((now(message).edits.at(-1)?.at ?? 0) - refusedAt).toBeGreaterThanOrEqual(2000);
    home.write('./go', '');
    await says(message, /^✅ slow\.sh no alert/);
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

  test('keeps Telegram’s rates, and drafts their distance, however fast it prints', async () => {
    const server = await serverOfScripts({ rates: true });
    const { bot, home, says } = server;
    const fast = UNTIL_LET_GO.replace('sleep 0.05', 'n=$((n+1)); echo "line $n" >&2; sleep 0.02');
    const message = await running(server, CHAT, 'fast', `n=0; ${fast}; ${QUIET}`);
    await waitFor(() => bot.sandbox.drafts.length >= 4, 60_000);
    const times = bot.sandbox.drafts.map(({ at }) => at);
    for (const [i, at] of times.slice(1).entries()) expect(at - (times[i] ?? 0)).toBeGreaterThanOrEqual(1450);
    home.write('./go', '');
    await says(message, /^✅ fast\.sh no alert/);
    expect(bot.sandbox.calls.tooMany).toBe(0);
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
