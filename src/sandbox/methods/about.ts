/** The bot, its chats and its commands. https://core.telegram.org/bots/api#setmycommands */
import { badRequest } from '../http/api-error.ts';
import { type ApiRequest, isObject, jsonOf, requireUnicode, textOf } from '../http/fields.ts';
import type { SandboxCommand } from '../model.ts';
import { type SandboxState, shownCommands } from '../state/state.ts';
import type { Methods } from './method.ts';

const COMMANDS_LIMIT = 100;

function scopeKey(request: ApiRequest): string {
  const scope = jsonOf(request, 'scope', "can't parse BotCommandScope JSON object");
  if (scope !== undefined && !isObject(scope)) throw badRequest('BotCommandScope must be an Object');
  const type = typeof scope?.type === 'string' ? scope.type : 'default';
  const of = ['chat_id', 'user_id'].map((name) => scope?.[name]).filter((id) => id !== undefined);
  return `${[type, ...of.map(String)].join(':')}/${textOf(request, 'language_code')}`;
}

function readCommand(value: unknown): SandboxCommand {
  const bad = (detail: string) => badRequest(`can't parse BotCommand: ${detail}`);
  if (!isObject(value)) throw bad('expected an Object');
  const { command, description } = value;
  if (typeof command !== 'string') throw bad('Can\'t find field "command"');
  if (typeof description !== 'string') throw bad('Can\'t find field "description"');
  const name = requireUnicode(command).trim().replace(/^\//, '');
  const about = requireUnicode(description).trim();
  if (name === '') throw badRequest('command must be non-empty');
  if (name.length > 32) throw badRequest('command length must not exceed 32');
  if (!/^[a-z0-9_]+$/.test(name)) throw badRequest('BOT_COMMAND_INVALID');
  if (about === '') throw badRequest('command description must be non-empty');
  if ([...about].length > 256) throw badRequest('command description length must not exceed 256');
  return { command: name, description: about };
}

function setMyCommands(state: SandboxState, request: ApiRequest): true {
  const list = jsonOf(request, 'commands', "can't parse commands JSON object");
  if (list !== undefined && !Array.isArray(list)) throw badRequest('expected an Array of BotCommand');
  const commands = (list ?? []).map(readCommand);
  if (commands.length > COMMANDS_LIMIT) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  state.commands.set(scopeKey(request), commands);
  state.emit({ type: 'commands', commands: shownCommands(state) });
  return true;
}

function deleteMyCommands(state: SandboxState, request: ApiRequest): true {
  state.commands.delete(scopeKey(request));
  state.emit({ type: 'commands', commands: shownCommands(state) });
  return true;
}

/** Methods about the bot, its chats and its commands. */
export const aboutMethods: Methods = {
  getMe: (state) => ({
    ...state.bot,
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  }),
  getChat: (state, request) => state.chats.resolve(request),
  getChatMemberCount(state, request) {
    const { id } = state.chats.resolve(request);
    const writers = new Set(state.log.all().flatMap(({ chat_id, sender }) => (chat_id === id ? [sender?.id] : [])));
    writers.delete(undefined);
    // The bot is a member too.
    return writers.size + 1;
  },
  setMyCommands,
  getMyCommands: (state, request) => state.commands.get(scopeKey(request)) ?? [],
  deleteMyCommands,
};
