import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountTag, partButtons, pressedText } from '../../../../src/bot/telegram/render/buttons.ts';
import { type Button, rowsOf, SEND_BYTES } from '../../../../src/core/buttons.ts';
import { cleanLine } from '../../../../src/markup/hygiene.ts';

const ana = { user: 'ana', uid: 1001 };
const one = (button: Button) => rowsOf(partButtons([button], ana))[0]?.[0];

test('a list and rows stay what they are', () => {
  const open = { text: 'Open', url: 'https://x.org' };
  expect(partButtons([open, open], ana)).toEqual([open, open]);
  expect(partButtons([[open, open], [open]], ana)).toEqual([[open, open], [open]]);
});

test('what Telegram would not take in a label or a text is cleaned', () => {
  expect(one({ text: ' \u200b\n', copy: 'a\u0007b\r\nc', style: 'danger' })).toEqual({
    text: '🔗',
    copy: 'ab\nc',
    style: 'danger',
  });
});

test('a text to send comes back from a press, with the account whose message it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: SEND_BYTES }), (text) => {
      fc.pre(Buffer.byteLength(text) <= SEND_BYTES && text === text.trim() && text === cleanLine(text));
      const { data = '' } = one({ text: 'x', send: text }) ?? {};
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
      expect(pressedText(data)).toEqual({ tag: accountTag(ana), text });
    }),
  );
});

test('accounts have tags of their own, a reused name too', () => {
  const tags = [ana, { user: 'ana', uid: 1002 }, { user: 'ben', uid: 1001 }, { user: 'ana', uid: undefined }];
  expect(new Set(tags.map(accountTag)).size).toBe(4);
  expect(pressedText('s0123456789012345678901')).toBeUndefined();
});
