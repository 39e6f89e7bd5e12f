import { errnoOf, sentenceOf } from '../../../core/problem.ts';
import { FAILED, USAGE } from '../io.ts';

/**
 * Runs what cron starts. An error is thrown once a day, since cron mails it every five minutes.
 *
 * @param fromCron whether cron starts it; else each error is thrown
 * @returns the exit status
 */
export async function mailedOnce(fromCron: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!fromCron) throw error;
    const { openMailMemory } = await import('../../state/mail-memory.ts');
    // Without the settings, which may be what is wrong.
    if (openMailMemory(undefined, Date.now()).isDue(sentenceOf(error))) throw error;
    return errnoOf(error) === 'bad_setting' ? USAGE : FAILED;
  }
}
