import { expect, test } from 'vitest';
import { messageItem } from '../../../../src/web/pages/parts/message.ts';

test('an id that holds half a character is shown like any other', () => {
  const shown = String(messageItem({ id: 'backup \ud83d', status: 'sent', text: 'done', pictures: 1 }));
  expect(shown).toContain('/messages/backup%20%EF%BF%BD/pictures/0');
});
