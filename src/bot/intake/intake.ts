import { Problem } from '../../core/problem.ts';
import type { IntakeServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import { createSubmit, type SubmitParts } from './submit.ts';
import { createMakeTest } from './test-notification.ts';

/** What the module needs. */
export interface IntakeParts extends SubmitParts {
  /** The server's name, as messages show it. */
  readonly host: string;
  readonly bus: EventBus;
}

/** Creates what takes notifications in, for the API and for the bot's own commands. */
export function createIntake(parts: IntakeParts): IntakeServices {
  const { blobs, host, bus } = parts;
  const submit = createSubmit(parts);
  return {
    blobs,
    makeTest: createMakeTest(blobs, host),
    async submit(submission) {
      try {
        return await submit(submission);
      } catch (error) {
        if (error instanceof Problem && error.code === 'storage')
          void bus.publish('storage.failed', { problem: error });
        throw error;
      }
    },
  };
}
