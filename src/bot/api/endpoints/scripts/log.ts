import { MOST_LOG_LINES } from '../../../../shared/api/actor/protocol.ts';
import type { LogAnswer } from '../../../../shared/api/answers.ts';
import { fieldsOf, scriptName } from '../../../../shared/api/fields.ts';
import { DEFAULT_LOG_LINES } from '../../../../shared/api/limits.ts';
import { keysOf, numberIn, querySubject } from '../../body/query.ts';
import { ACTOR_CODES, type Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

const logQuery = fieldsOf({ name: scriptName });

/** The last lines of the log about a script. */
export const scriptLog: Endpoint = {
  method: 'GET',
  path: '/scripts/log',
  codes: ['bad_field', 'not_yours', ...ACTOR_CODES, 'unknown_script'],
  async handle(context) {
    const { query, services } = context;
    const { name } = keysOf(query, logQuery);
    const most = numberIn(query, 'lines', { most: MOST_LOG_LINES, usual: DEFAULT_LOG_LINES });
    const { user } = await querySubject(context);
    const lines = await services.scriptLog(user, name, most);
    return success<LogAnswer>({ ok: true, lines: [...lines] });
  },
};
