import { expect, test } from 'vitest';
import { messageItem } from '../../../../src/web/pages/parts/message.ts';

test('a message whose id contains a lone surrogate is shown', () => {
  const message = { id: 'backup \ud83d', status: 'sent', accepted_at: '2026-01-30T12:00:00Z', text: 'done' } as const;
  const shown = String(messageItem({ ...message, message_ids: [1], pictures: 1 }));
  expect(shown).toContain('/messages/backup%20%EF%BF%BD/pictures/0');
});

test('a message that is a file alone shows its name and size, and neither a text nor a picture', () => {
  const message = { id: 'x', status: 'sent', accepted_at: '2026-01-30T12:00:00Z', text: '' } as const;
  const files = [
    { name: 'Q4 <b>.csv', size: 1234 },
    { name: 'all.zip', size: 48_000_000 },
  ];
  const shown = String(messageItem({ ...message, message_ids: [1], files }));
  expect(shown).toContain('Q4 &lt;b&gt;.csv');
  expect(shown).toMatch(/1\.2\u00a0kB[\s\S]*48\u00a0MB/);
  expect(shown).not.toMatch(/<img|class="text"/);
});

test('the buttons of a message say what they do; only an address can be opened', () => {
  const message = { id: 'x', status: 'sent', accepted_at: '2026-01-30T12:00:00Z', text: '' } as const;
  const buttons = [
    [
      { text: 'Open <b>', url: 'https://example.org/', style: 'primary' as const },
      { text: 'Copy', copy: 'ls <x>' },
    ],
    [{ text: 'Run', send: '/run <rev>', style: 'danger' as const }],
    [{ text: 'Bad', url: 'javascript:alert(1)' }],
  ];
  const shown = String(messageItem({ ...message, message_ids: [1], buttons }));
  expect(shown).toMatch(
    /<span class="keycap primary"><a href="https:\/\/example.org\/" [^>]*>Open &lt;b&gt;<\/a><\/span>/,
  );
  expect(shown).toContain('<span class="keycap ">Copy <code>ls &lt;x&gt;</code></span></div><div>');
  expect(shown).toContain('<span class="keycap danger">Run <span class="hint">sends /run &lt;rev&gt;</span></span>');
  expect(shown).toContain('<span class="keycap ">Bad</span>');
});

test('a message names its destination, unless that is its owner’s own chat', () => {
  const at = (to: string, user?: string) =>
    String(
      messageItem({
        ...{ id: 'x', to, status: 'sent', accepted_at: '2026-01-30T12:00:00Z', text: 'x', message_ids: [1] },
        ...(user !== undefined && { user }),
      }),
    );
  expect(at('ops/disks')).toContain('<span class="tag">→ ops/disks</span>');
  expect(at('user:ben', 'ann')).toContain('→ user:ben');
  for (const own of [at('user:ann'), at('user:ann', 'ann')]) expect(own).not.toContain('→');
  const elements = ['ops', 'board'].map((to) => /id="(.*?)"/.exec(at(to))?.[1]);
  expect(new Set(elements).size).toBe(2);
});
