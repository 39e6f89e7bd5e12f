import type { RulesAnswer } from '../../../../shared/api/alerts/rules-answer.ts';
import { requireTrusted } from '../../callers/require-trusted.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** What the file of rules says. For trusted callers, because it names places and people that not everybody may know. */
export const showRules: Endpoint = {
  method: 'GET',
  path: '/rules',
  codes: ['not_trusted'],
  async handle({ caller, services }) {
    requireTrusted(caller, 'see the rules of alerts');
    const { version, problem, rules } = await services.rules();
    return success<RulesAnswer>({ ok: true, version, problem: problem ?? null, rules });
  },
};
