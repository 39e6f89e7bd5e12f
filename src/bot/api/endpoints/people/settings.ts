import { PERSON_SETTINGS } from '../../../../core/people/settings.ts';
import { Problem } from '../../../../core/problem.ts';
import { type SettingsAnswer, settingsBody } from '../../../../shared/api/people/settings.ts';
import { querySubject } from '../../body/query.ts';
import { BODY_CODES, type Endpoint, knownAccountOf, withBody } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import type { PersonStatus } from '../../services/people.ts';

const isoOf = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());

const answerOf = (user: string, { settings, zone, quietUntil, held, summaryAt }: PersonStatus): SettingsAnswer => ({
  ok: true,
  user,
  timezone: settings.timezone ?? null,
  quiet: settings.quiet ?? null,
  digest: settings.digest ?? null,
  zone,
  quiet_until: isoOf(quietUntil),
  held,
  summary_at: isoOf(summaryAt),
});

/** The settings of an account. */
export const settings: Endpoint = {
  method: 'GET',
  path: '/settings',
  codes: ['bad_field', 'not_yours'],
  async handle(context) {
    const account = await querySubject(context);
    return success(answerOf(account.user, await context.services.settings(account)));
  },
};

/** Changes the settings that the body names. */
export const changeSettings: Endpoint = {
  method: 'POST',
  path: '/settings',
  codes: [...BODY_CODES, 'unknown_account', 'too_many_settings', 'people_unreadable', 'storage'],
  handle: withBody(settingsBody, {}, async (context, { user, ...change }) => {
    const account = await knownAccountOf(context, user);
    if (Object.keys(change).length === 0) {
      throw new Problem('bad_field', `${PERSON_SETTINGS[0]}: name at least one of ${PERSON_SETTINGS.join(', ')}.`);
    }
    return success(answerOf(account.user, await context.services.changeSettings(account, change)));
  }),
};
