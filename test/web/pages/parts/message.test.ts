import { expect, test } from 'vitest';
import { messageItem } from '../../../../src/web/pages/parts/message.ts';

test('a message whose id contains a lone surrogate is shown', () => {
  const message = { id: 'backup \ud83d', status: 'sent', accepted_at: '2026-01-30T12:00:00Z', text: 'done' } as const;
  const shown = String(messageItem({ ...message, message_ids: [1], pictures: 1 }));
  expect(shown).toContain('/messages/backup%20%EF%BF%BD/pictures/0');
});
