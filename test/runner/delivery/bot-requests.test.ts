import { describe, expect, test } from 'vitest';
import { botRequestsOf } from '../../../src/runner/delivery/bot-requests.ts';

const photo = { as: 'photo', path: '/a.png', name: 'a.png' } as const;
const document = { as: 'document', path: '/r.csv', name: 'r.csv' } as const;

const requests = (
  message: string,
  sendable: readonly (typeof photo | typeof document)[],
  unsendable: Parameters<typeof botRequestsOf>[1]['unsendable'] = [],
) =>
  botRequestsOf(
    { id: 'i', source: 'a\n.sh', content: { title: 'T', message, attachments: [] } },
    { sendable, unsendable },
    7,
  );

describe('a notification', () => {
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
    const [request] = requests('x'.repeat(200_000), [], [missing, missing]);
    const text = String(request?.fields.text);
    expect(text).toHaveLength(100_000);
    const warning = "⚠ The image `/a.png` can't be sent: it does not exist.";
    expect(text.endsWith(`x…\n\n${warning}\n${warning}`)).toBe(true);
    expect(requests('', [], [missing])[0]?.fields.text).toBe(warning);
  });
});
