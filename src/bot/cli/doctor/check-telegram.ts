/** Telegram, by the token and the way of the service. */

import { redact } from '../../../shared/process/log.ts';
import type { Environment } from '../../../shared/process/settings.ts';
import type { BotSettings } from '../../settings.ts';
import { secretsOf } from '../../telegram/address.ts';
import { refusalStatus } from '../../telegram/classify.ts';
import { createTelegramClient } from '../../telegram/client.ts';
import { describeError, isForeign } from '../../telegram/http.ts';
import { unreachableKind } from '../../telegram/unreachable.ts';
import { ENV_FILE } from '../service-environment.ts';
import { tokenPlace, tokenRestart } from './check-settings.ts';
import { bad, type Finding, good, RESTART } from './finding.ts';

const TIMEOUT_MS = 15_000;

/** What helps where no answer came. */
function wayTodo(error: unknown, root: string): string {
  switch (unreachableKind(error)) {
    case 'authority':
      return `Where a proxy inspects TLS, set NODE_EXTRA_CA_CERTS in ${ENV_FILE} to the file with its CA certificate, ${RESTART}`;
    case 'clock':
      return 'Compare the clock of this server: timedatectl; where it is right, the certificate has to be renewed';
    case 'name':
      return `Check the host in TELEGRAM_API_ROOT and the proxy: what answers for ${root} has the certificate of another host`;
    case 'tls':
      return `Check whether ${root} is http or https, and a proxy on the way: what answers there speaks no TLS, or another version`;
    case 'proxy':
      return `Check TELEGRAM_PROXY in ${ENV_FILE} (address, user and password; "none" for no proxy), ${RESTART}`;
    default:
      if (isForeign(error)) return `Check the host and the path of TELEGRAM_API_ROOT in ${ENV_FILE}, ${RESTART}`;
      return `Let this server reach ${root}: firewall, proxy (TELEGRAM_PROXY), DNS`;
  }
}

/** Whether Telegram knows the bot. */
export async function checkTelegram({ token, telegram: address }: BotSettings, own: Environment): Promise<Finding> {
  const client = createTelegramClient(token, { address, connections: 1, onCall: () => {} });
  const { root, proxy } = address;
  const way = proxy === undefined ? '' : ` by the proxy ${proxy.shown} (${proxy.from})`;
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS) as Parameters<typeof client.api.getMe>[0];
    const me = await client.api.getMe(signal);
    return good('telegram', `${root} knows the bot as @${me.username}${way}`);
  } catch (error) {
    const described = redact(describeError(error), [token, ...secretsOf(address)]);
    // The sentence about a proxy names it.
    const seen = unreachableKind(error) === 'proxy' ? described : `${described}${way}`;
    const status = refusalStatus(error);
    if (status === 401) {
      const todo = `Ask @BotFather for the token (/mybots), put it into ${tokenPlace(own)}${tokenRestart(own)}`;
      return { ...bad('telegram', `the token is refused: ${seen}`, todo), code: 'token_refused' };
    }
    if (status === 404) {
      const todo = `Check the path of TELEGRAM_API_ROOT in ${ENV_FILE}, and that the token is complete (${tokenPlace(own)}), ${RESTART}`;
      return bad('telegram', `${root} does not know this address: ${seen}`, todo);
    }
    return bad('telegram', seen, wayTodo(error, root));
  } finally {
    await client.close();
  }
}
