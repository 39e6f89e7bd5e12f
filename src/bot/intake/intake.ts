import { Problem } from '../../core/problem.ts';
import type { IntakeServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import { createSubmit, type SubmitParts } from './submit.ts';
import { createMakeTest } from './test-notification.ts';

/** What the module needs. */
export interface IntakeParts extends SubmitParts {
  /** Where uploads lie until the queue takes them over. */
  readonly stagingDir: string;
  /** The server's name, as messages show it. */
  readonly host: string;
  readonly bus: EventBus;
}

/** Creates what takes notifications in, for the API and for the bot's own commands. */
export function createIntake(parts: IntakeParts): IntakeServices {
  const { stagingDir, host, bus } = parts;
  const submit = createSubmit(parts);
  return {
    stagingDir,
    makeTest: createMakeTest(stagingDir, host),
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
