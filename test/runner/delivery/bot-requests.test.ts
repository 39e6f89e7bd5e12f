import { describe, expect, test } from 'vitest';
import { botRequestsOf } from '../../../src/runner/delivery/bot-requests.ts';
import type { NotificationFile } from '../../../src/runner/notification.ts';

const photo = { as: 'photo', path: '/a.png', name: 'a.png' } as const;
const document = { as: 'document', path: '/r.csv', name: 'r.csv' } as const;

const requests = (
  message: string,
  sendable: readonly NotificationFile[],
  unsendable: Parameters<typeof botRequestsOf>[1]['unsendable'] = [],
) =>
  botRequestsOf(
    { id: 'i', source: 'a\n.sh', content: { title: 'T', message, attachments: [] } },
    { sendable, unsendable },
    7,
  );

describe('a notification', () => {
  test('that is too long says that something is missing', () => {
    const [request, ...others] = requests('x'.repeat(120_000), []);
    const text = String(request?.fields.text);
    expect(others).toEqual([]);
    expect(text).toHaveLength(100_000);
    expect(text.endsWith('x… (cut after 100000 of 120000 characters)')).toBe(true);
  });

  test('keeps the ending of a long file name', () => {
    const named = { ...document, name: `${'quarterly 🎉 '.repeat(20)}.csv` };
    const name = requests('x', [named])[0]?.files[0]?.name ?? '';
    expect(name.length).toBeLessThanOrEqual(120);
    expect(name).toMatch(/^quarterly .*….csv$/u);
    expect(name.isWellFormed()).toBe(true);
  });

  test('without files is one request', () => {
    expect(requests('x', [])).toEqual([
      { path: '/send', files: [], fields: { id: 'i', source: 'a?.sh', title: 'T', text: 'x', wait: 7 } },
    ]);
  });

  test('with images and documents is one request for the images and one for each document', () => {
    const [first, second, third] = requests('x', [photo, photo, document, document]);
    expect(first).toMatchObject({ path: '/send_photo', fields: { id: 'i', text: 'x' } });
    expect(first?.files.map(({ name }) => name)).toEqual(['a.png', 'a.png']);
    expect(second).toMatchObject({ path: '/send_document', fields: { id: 'i-0', title: undefined } });
    expect(second?.fields).not.toHaveProperty('text');
    expect(third).toMatchObject({ path: '/send_document', fields: { id: 'i-1' } });
  });

  test('with documents alone has its text at the first', () => {
    expect(requests('x', [document, document]).map(({ fields }) => [fields.id, fields.text])).toEqual([
      ['i', 'x'],
      ['i-1', undefined],
    ]);
  });

  test('names the files that can not be sent, however long its text is', () => {
    const missing = { attachment: photo, code: 'missing' } as const;
    const warning = "⚠ The image `/a.png` can't be sent: it does not exist.";
    const longest = 'x'.repeat(100_000);
    expect(requests(longest, [], [missing, missing]).map(({ path, fields }) => [path, fields.id, fields.text])).toEqual(
      [
        ['/send', 'i', longest],
        ['/send', 'i-files', `${warning}\n${warning}`],
      ],
    );
    expect(requests('x', [], [missing])[0]?.fields.text).toBe(`x\n\n${warning}`);
    expect(requests('', [], [missing])[0]?.fields.text).toBe(warning);
  });
});
