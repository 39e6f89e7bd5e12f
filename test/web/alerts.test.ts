import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findings, isTooWide, stickingOut, WINDOWS, watchFor } from './support/axe.ts';
import { IN_A_BROWSER_MS, keepPicture, NO_BROWSER, openBrowser, openWindowOf } from './support/browser.ts';
import { type RunningWeb, startWeb } from './support/running-web.ts';

const EVIL = '<img src=x onerror="document.body.dataset.hacked=1">';
let web: RunningWeb;
let browser: Browser;
beforeAll(async () => {
  web = await startWeb({ settings: { admins: ['ada'] } });
  web.bot.people.add('anna', 'ben', 'ada', 'eve');
  if (NO_BROWSER === undefined) browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await web.stop();
});

interface Listed {
  readonly fingerprint: string;
  readonly state: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly acknowledgement?: { readonly by: string };
  readonly silence?: { readonly by: string };
  readonly comments: readonly { readonly by: string; readonly text: string }[];
}

/** Posts an alert of a user's. @returns its fingerprint */
async function fire(user: string, alertname: string, more: object = {}): Promise<string> {
  const alert = { labels: { alertname }, ...more };
  const { body } = await web.bot.client.request('POST', `/alerts?user=${user}`, [alert]);
  return (body as { alerts: readonly { fingerprint: string }[] }).alerts[0]?.fingerprint ?? '';
}

async function alertOf(user: string, alertname: string): Promise<Listed | undefined> {
  const { body } = await web.bot.client.request('GET', `/alerts?user=${user}`);
  return (body as { alerts: readonly Listed[] }).alerts.find(({ labels }) => labels.alertname === alertname);
}

test('a user sees their own alerts, by state; an admin sees all', async () => {
  await fire('anna', 'DiskFull', { annotations: { summary: 'The disk of db1 is full', description: EVIL } });
  await fire('ben', 'BenOnly');
  const anna = await web.visitor('anna');
  const { text } = await anna.get('/alerts');
  expect(text).toContain('The disk of db1 is full');
  expect(text).not.toContain('BenOnly');
  expect((await anna.get('/')).text).toContain('<a href="/alerts">One alert fires</a>');
  expect(text).not.toContain(EVIL);
  expect((await anna.get('/alerts?state=resolved')).text).toContain('No alert was resolved lately');
  expect((await anna.get('/alerts?state=nonsense')).text).toContain('The disk of db1 is full');
  const admin = await (await web.visitor('ada')).get('/alerts');
  expect(admin.text).toContain('BenOnly');
  expect(admin.text).toContain('As an admin you see the alerts of all users.');
});

test('acknowledge, silence, comment and resolve change it, and say who did', async () => {
  const fingerprint = await fire('anna', 'Changes');
  const anna = await web.visitor('anna');
  const change = (path: string, fields: Readonly<Record<string, string>> = {}) =>
    anna.submit('/alerts', `/alerts/${path}`, {
      fingerprint,
      owner: 'anna',
      back: '/alerts?state=acknowledged',
      ...fields,
    });
  const done = await change('ack');
  expect(done.text).toContain('Acknowledged: no repeats and no escalation for now.');
  expect(done.text).toContain('Acknowledged by anna');
  expect(new URL(done.url).search).toContain('state=acknowledged');
  expect(await alertOf('anna', 'Changes')).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'anna' } });
  await change('unack');
  expect((await alertOf('anna', 'Changes'))?.state).toBe('firing');
  await change('silence', { for: '4h' });
  expect(await alertOf('anna', 'Changes')).toMatchObject({ state: 'silenced', silence: { by: 'anna' } });
  await change('unsilence');
  expect((await alertOf('anna', 'Changes'))?.state).toBe('firing');
  await change('comment', { text: 'Looking into it' });
  expect((await alertOf('anna', 'Changes'))?.comments).toMatchObject([{ by: 'anna', text: 'Looking into it' }]);
  await change('resolve');
  expect((await alertOf('anna', 'Changes'))?.state).toBe('resolved');
  expect((await change('ack')).text).toMatch(/class="flash bad"/);
});

test('nobody changes an alert that they may not see, and a silence needs a time', async () => {
  const fingerprint = await fire('anna', 'Private');
  const ben = await web.visitor('ben');
  for (const path of ['ack', 'unack', 'silence', 'comment', 'resolve']) {
    const fields = { fingerprint, owner: 'anna', for: '1h', text: 'x' };
    const { text } = await ben.submit('/alerts', `/alerts/${path}`, fields);
    expect(text, path).toMatch(/class="flash bad"/);
  }
  expect(await alertOf('anna', 'Private')).toMatchObject({ state: 'firing', comments: [] });
  const anna = await web.visitor('anna');
  const { text } = await anna.submit('/alerts', '/alerts/silence', { fingerprint, owner: 'anna', for: 'ever' });
  expect(text).toContain('for: expected a duration such as 30m');
});

test('an admin changes an alert of another user, and a comment names the admin', async () => {
  const fingerprint = await fire('ben', 'Bens');
  const ada = await web.visitor('ada');
  await ada.submit('/alerts', '/alerts/ack', { fingerprint, owner: 'ben', back: '/alerts' });
  expect(await alertOf('ben', 'Bens')).toMatchObject({
    state: 'acknowledged',
    comments: [{ text: 'by ada, an admin of the dashboard' }],
  });
});

test('a form from another site, or on the page of another user, changes nothing', async () => {
  const fingerprint = await fire('anna', 'Guarded');
  const anna = await web.visitor('anna');
  const form = { fingerprint, owner: 'anna', back: '/alerts' };
  const body = String(new URLSearchParams({ user: 'anna', ...form }));
  const { status } = await anna.request('/alerts/resolve', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
    body,
  });
  expect(status).toBe(403);
  expect((await anna.post('/alerts/resolve', { user: 'ben', ...form })).status).toBe(403);
  expect((await alertOf('anna', 'Guarded'))?.state).toBe('firing');
});

test('more alerts than a page takes are on further pages', async () => {
  const list = Array.from({ length: 60 }, (_, n) => ({ labels: { alertname: 'Many', n: String(n) } }));
  await web.bot.client.request('POST', '/alerts?user=eve', list);
  const eve = await web.visitor('eve');
  const first = await eve.get('/alerts');
  expect(first.text.match(/class="script destination alert"/g)).toHaveLength(50);
  const [, older = ''] = /href="([^"]+)" rel="next"/.exec(first.text) ?? [];
  const second = await eve.get(older.replaceAll('&amp;', '&'));
  expect(second.text.match(/class="script destination alert"/g)).toHaveLength(10);
  expect(second.text).toContain('Newest');
});

const title = NO_BROWSER === undefined ? 'in a browser' : `in a browser (${NO_BROWSER})`;

describe.skipIf(NO_BROWSER !== undefined)(title, { timeout: IN_A_BROWSER_MS }, () => {
  test.each(WINDOWS)(
    'acknowledges, comments, silences and resolves, and axe finds no problem: %s',
    async (kind, options) => {
      const user = `window-${kind}`;
      const { page, context } = await openWindowOf(browser, web, user, options);
      const complaints = watchFor(page);
      onTestFinished(async () => {
        await context.close();
        expect(complaints).toEqual([]);
      });
      await page.goto('/alerts');
      await page.getByText('Nothing fires').waitFor();
      expect(await findings(page)).toEqual([]);
      await fire(user, 'DiskFull', {
        labels: { alertname: 'DiskFull', severity: 'critical', host: 'db1', mount: `/srv/${'long-name/'.repeat(12)}` },
        annotations: { summary: 'The disk of db1 is full', description: `${EVIL}\n12 MB are left.` },
        generatorURL: 'http://prometheus.example.org/graph?g0.expr=up',
      });
      await fire(user, 'CertificateExpires', { annotations: { title: 'The certificate of the shop expires' } });
      await page.goto('/');
      await page.getByRole('link', { name: '2 alerts fire' }).waitFor();
      expect(await findings(page)).toEqual([]);
      await keepPicture(page, `overview-alerts-${kind}`);
      await page.getByRole('link', { name: '2 alerts fire' }).click();
      await page.getByRole('button', { name: 'Acknowledge The disk of db1 is full', exact: true }).click();
      await page.getByText('Acknowledged: no repeats').waitFor();
      await page.getByLabel('A comment on The certificate of the shop expires').fill('The new one is ordered');
      await page.getByRole('button', { name: 'Comment on The certificate of the shop expires' }).click();
      await page.getByText('The new one is ordered').waitFor();
      expect(await page.locator('img[src="x"]').count()).toBe(0);
      expect(await findings(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      expect(await stickingOut(page)).toEqual([]);
      await keepPicture(page, `alerts-${kind}`);
      await page.getByRole('link', { name: /^Acknowledged/ }).click();
      await page.getByText(`Acknowledged by ${user}`).waitFor();
      expect(await findings(page)).toEqual([]);
      expect(await stickingOut(page)).toEqual([]);
      await keepPicture(page, `alerts-acknowledged-${kind}`);
      await page.getByLabel('How long to silence The disk of db1 is full').selectOption('1d');
      await page.getByRole('button', { name: 'Silence The disk of db1 is full', exact: true }).click();
      await page.getByText('Silenced.').waitFor();
      await page.getByRole('link', { name: /^Silenced/ }).click();
      await page.getByText(`Silenced by ${user}`).waitFor();
      await page.getByLabel('Resolve The disk of db1 is full').click();
      await page.getByRole('button', { name: 'Yes, resolve' }).click();
      await page.getByText('Every place that was told of it is told so.').waitFor();
      await page.getByRole('link', { name: /^History/ }).click();
      await page.getByText('The disk of db1 is full').waitFor();
      expect(await findings(page)).toEqual([]);
      await keepPicture(page, `alerts-history-${kind}`);
    },
  );

  test('the list follows what changes elsewhere, but not while somebody types', async () => {
    const { page, context } = await openWindowOf(browser, web, 'live');
    onTestFinished(() => context.close());
    await page.goto('/alerts');
    await page.getByText('Nothing fires').waitFor();
    const look = () => page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await fire('live', 'Appears');
    await look();
    await page.getByRole('heading', { name: 'Appears' }).waitFor({ timeout: IN_A_BROWSER_MS });
    const comment = page.getByLabel('A comment on Appears');
    await comment.fill('half a sen');
    await fire('live', 'Later');
    await look();
    await page.waitForTimeout(3000);
    expect(await comment.inputValue()).toBe('half a sen');
    await comment.fill('');
    await page.evaluate('document.activeElement.blur()');
    await look();
    await page.getByRole('heading', { name: 'Later' }).waitFor({ timeout: IN_A_BROWSER_MS });
  });
});
