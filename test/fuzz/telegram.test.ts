/** What comes from Telegram, to the built service in a process of its own. */
import { afterAll, beforeAll } from 'vitest';
import { campaign } from './support/campaign.ts';
import { type Subject, startSubject } from './support/subject.ts';
import { answers } from './targets/answers.ts';
import { updates } from './targets/updates.ts';

let subject: Subject;
beforeAll(async () => {
  subject = await startSubject();
});
afterAll(() => subject.stop());

campaign('updates', () => updates(subject));
campaign('answers', () => answers(subject));
