/** Runs that go on until a test lets them go. */
import type { SandboxMessage } from '../../../../../../src/sandbox/model.ts';
import { me, type ServerOfScripts, serverOfScripts, UNTIL_LET_GO } from '../../../../../support/bot/chat.ts';

/** A group that the test's account is linked to. */
export const GROUP = -77;
export const QUIET = `echo '{"notify": false}'`;
/** A script that prints, and goes on until the test lets it go. */
export const SLOW = `echo 'reading rows' >&2; ${UNTIL_LET_GO}; ${QUIET}`;

/** A server whose account is linked to a group. */
export const inGroup = (ofActor: object = {}) => serverOfScripts({ links: { [me]: GROUP } }, ofActor);

/** Begins a run, and waits until its message has a Stop button. */
export async function running({ bot, home }: ServerOfScripts, chat: number, name: string, text: string) {
  home.write(`${name}.sh`, text);
  const message = await bot.ask(chat, `/run ${name}.sh`);
  const stoppable = ({ message_id, reply_markup }: SandboxMessage) =>
    message_id === message.message_id && JSON.stringify(reply_markup ?? {}).includes('Stop');
  return bot.sandbox.waitFor((m) => m.chat_id === chat && stoppable(m), 30_000);
}
