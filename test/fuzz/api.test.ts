/** The socket API of the built service, in a process of its own. */
import { afterAll, beforeAll } from 'vitest';
import { campaign } from './support/campaign.ts';
import { type Subject, startSubject } from './support/subject.ts';
import { bodies, heavyTexts } from './targets/bodies.ts';
import { forms } from './targets/forms.ts';
import { queries } from './targets/queries.ts';
import { socketBytes } from './targets/socket-bytes.ts';

let subject: Subject;
beforeAll(async () => {
  subject = await startSubject();
});
afterAll(() => subject.stop());

campaign('json-bodies', () => bodies(subject));
campaign('forms', () => forms(subject));
campaign('queries', () => queries(subject));
campaign('socket-bytes', () => socketBytes(subject));
campaign('heavy-texts', () => heavyTexts(subject));
