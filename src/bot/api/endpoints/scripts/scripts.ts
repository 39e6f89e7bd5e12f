import type { ScriptRecord } from '../../../../core/views/script-record.ts';
import type { ScriptAnswer, ScriptsAnswer } from '../../../../shared/api/answers.ts';
import { querySubject } from '../../body/query.ts';
import { ACTOR_CODES, type Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

function scriptAnswerOf(script: ScriptRecord): ScriptAnswer {
  const { name, stem, schedule, tz, lastRun, lastResult, cooldownLeft, cooldownUntil, error, mutedUntil, running } =
    script;
  return {
    name,
    stem,
    schedule,
    ...(tz !== undefined && { tz }),
    last_run: lastRun,
    last_result: lastResult,
    cooldown_left: cooldownLeft,
    cooldown_until: cooldownUntil,
    ...(error !== undefined && { error }),
    muted_until: mutedUntil,
    running,
  };
}

/** An account's scripts. */
export const scripts: Endpoint = {
  method: 'GET',
  path: '/scripts',
  codes: ['bad_field', 'not_yours', ...ACTOR_CODES, 'mutes_unreadable'],
  async handle(context) {
    const account = await querySubject(context);
    const listed = await context.services.scripts(account);
    return success<ScriptsAnswer>({ ok: true, user: account.user, scripts: listed.map(scriptAnswerOf) });
  },
};
