import { userInfo } from 'node:os';
import { onTestFinished } from 'vitest';
import type { SandboxAnswer, SandboxButton, SandboxMessage } from '../../../src/sandbox/model.ts';
import { type ActorSocket, type ActorSocketOptions, startActorSocket } from '../actor/actor-socket.ts';
import { createMachine, type Machine } from '../runner/machine.ts';
import { waitFor } from '../wait-for.ts';
import { type RunningBot, type RunningBotOptions, startBot } from './running-bot.ts';

/** The account that runs the test: what its scripts say comes to its chat. */
export const me = userInfo().username;
/** The chat it is linked to. */
export const CHAT = 1;

/** What a script runs that is to go on until the test writes `./go` into the home. */
export const UNTIL_LET_GO = 'until [ -e ~/go ]; do sleep 0.05; done';

/** Presses and looks. */
export interface Chat {
  readonly bot: RunningBot;
  /** A message as it stands now. */
  now(message: SandboxMessage): SandboxMessage;
  /** The button of a message whose words fit. @throws Error when there is none */
  button(message: SandboxMessage, words: RegExp, row?: number): SandboxButton;
  /** Presses it, and waits for the answer. */
  press(message: SandboxMessage, words: RegExp, row?: number): Promise<SandboxAnswer>;
  /** Presses whatever carries this token. */
  pressToken(message: SandboxMessage, token: string): Promise<SandboxAnswer>;
  /** Waits until a message says something. */
  says(message: SandboxMessage, words: RegExp, timeoutMs?: number): Promise<SandboxMessage>;
}

export function chatWith(bot: RunningBot): Chat {
  const now = ({ chat_id, message_id }: SandboxMessage) => {
    const found = bot.sandbox.messages(chat_id).find((message) => message.message_id === message_id);
    if (found === undefined) throw new Error(`message ${message_id} is gone`);
    return found;
  };
  const button = (message: SandboxMessage, words: RegExp, row?: number) => {
    const rows = now(message).reply_markup?.inline_keyboard ?? [];
    const found = (row === undefined ? rows.flat() : (rows[row] ?? [])).find(({ text }) => words.test(text));
    if (found === undefined) throw new Error(`no button ${words} in ${JSON.stringify(rows)}`);
    return found;
  };
  const pressToken = async (message: SandboxMessage, token: string) => {
    const before = bot.sandbox.answers.length;
    bot.sandbox.press(message.chat_id, message.message_id, token);
    return waitFor(() => bot.sandbox.answers[before]);
  };
  return {
    bot,
    now,
    button,
    pressToken,
    press: (message, words, row) => pressToken(message, button(message, words, row).callback_data ?? ''),
    says: (message, words, timeoutMs) => waitFor(() => words.test(now(message).text ?? '') && now(message), timeoutMs),
  };
}

/** A server whose scripts a chat can reach: the real bot, actor and runner. */
export interface ServerOfScripts extends Chat {
  readonly home: Machine;
  readonly actor: ActorSocket;
}

/** Starts one, gone after the test; the test's account is linked to `CHAT`. */
export async function serverOfScripts(
  options: RunningBotOptions = {},
  ofActor: Partial<ActorSocketOptions> = {},
): Promise<ServerOfScripts> {
  const home = createMachine();
  const { socketPath } = home;
  const actor = await startActorSocket({ users: { [me]: { home: home.home, uid: 2000 } }, socketPath, ...ofActor });
  onTestFinished(() => actor.close());
  const bot = await startBot({
    links: { [me]: CHAT },
    ...options,
    settings: { socketPath, actorSocket: actor.path, ...options.settings },
  });
  onTestFinished(() => bot.stop());
  return { ...chatWith(bot), home, actor };
}

/** A bot before something at the actor's place. */
export async function botBefore(actorSocket: string, options: RunningBotOptions = {}): Promise<Chat> {
  const bot = await startBot({ links: { ann: CHAT }, ...options, settings: { actorSocket, ...options.settings } });
  onTestFinished(() => bot.stop());
  return chatWith(bot);
}
