/**
 * npm's `telegram-test-api`: a pretend Telegram that other people wrote, with its own idea of what the Bot API is.
 * https://github.com/jehy/telegram-test-api
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { onTestFinished } from 'vitest';
import { installBeside } from '../../../scripts/dev/install-beside.js';
import { freePort } from '../../support/network/free-port.ts';
import { waitFor } from '../../support/wait-for.ts';

const VERSION = '4.2.1';
export const TOKEN = '123456:PEER-TOKEN-abcdefghijklmnopqrstuvwxyz';

/** A message of the bot's, as the package keeps it: the fields that the bot sent. */
export interface PeerMessage {
  readonly chat_id: number;
  readonly message_id: number;
  readonly text: string;
  readonly entities?: ReadonlyArray<{ readonly type: string; readonly offset: number; readonly length: number }>;
  readonly reply_markup?: {
    readonly inline_keyboard: ReadonlyArray<
      ReadonlyArray<{ readonly text: string; readonly url?: string; readonly callback_data?: string }>
    >;
  };
}

/** The parts of the package that are used here. */
interface Client {
  makeMessage(text: string): object;
  makeCommand(text: string): object;
  makeCallbackQuery(data: string, options: object): object;
  sendMessage(message: object): Promise<unknown>;
  sendCommand(message: object): Promise<unknown>;
  sendCallback(query: object): Promise<unknown>;
}
interface Server extends EventEmitter {
  readonly config: { readonly apiURL: string };
  readonly storage: { readonly botMessages: ReadonlyArray<{ readonly messageId: number; readonly message: object }> };
  start(): Promise<void>;
  stop(): Promise<unknown>;
  getClient(token: string, options: { readonly userId: number; readonly chatId: number }): Client;
}

/** A running one. */
export interface Peer {
  readonly port: number;
  /** The API root. */
  readonly url: string;
  /** Everything the bot ever sent to a chat, oldest first, as it stands now. */
  messages(chatId: number): readonly PeerMessage[];
  /** Resolves with the first message of a chat whose text fits. @throws Error in time */
  says(chatId: number, words: RegExp, timeoutMs?: number): Promise<PeerMessage>;
  /** Writes to the bot from a private chat. */
  write(chatId: number, text: string): Promise<void>;
  /** Presses the button whose words fit, of the message as it stood when it was asked for. @throws Error for none */
  press(message: PeerMessage, words: RegExp): Promise<void>;
  /** Goes away, and with it what the bot has not fetched; what it sent stays known here. */
  stop(): Promise<void>;
  /** Comes back at the same address. */
  start(): Promise<void>;
}

const folder = await installBeside('telegram-test-api', VERSION);
const TelegramServer: new (settings: object) => Server = createRequire(import.meta.url)(folder);

/** Starts one, gone after the test. */
export async function startPeer(): Promise<Peer> {
  const port = await freePort();
  const server = new TelegramServer({ port, host: '127.0.0.1' });
  // The package forgets what it holds when it stops; its entries are changed in place when a message is edited.
  const seen: Array<{ readonly messageId: number; readonly message: object }> = [];
  server.on('AddedBotMessage', () => seen.push(...server.storage.botMessages.slice(-1)));
  let running = false;
  const start = async () => {
    await server.start();
    running = true;
  };
  const stop = async () => {
    if (running) await server.stop();
    running = false;
  };
  await start();
  onTestFinished(stop);
  const clientOf = (chatId: number) => server.getClient(TOKEN, { userId: chatId, chatId });
  const messages = (chatId: number) =>
    seen
      .map(({ message, messageId }) => ({ ...message, message_id: messageId }) as PeerMessage)
      .filter((message) => message.chat_id === chatId);
  return {
    port,
    url: server.config.apiURL,
    messages,
    says: (chatId, words, timeoutMs) => waitFor(() => messages(chatId).find(({ text }) => words.test(text)), timeoutMs),
    async write(chatId, text) {
      const client = clientOf(chatId);
      // It leaves to the client what Telegram does itself: telling a command from a text.
      if (text.startsWith('/')) await client.sendCommand(client.makeCommand(text));
      else await client.sendMessage(client.makeMessage(text));
    },
    async press({ chat_id: chatId, message_id, reply_markup }, words) {
      const found = reply_markup?.inline_keyboard.flat().find(({ text }) => words.test(text));
      if (found?.callback_data === undefined) throw new Error(`no button ${words} in ${JSON.stringify(reply_markup)}`);
      const client = clientOf(chatId);
      await client.sendCallback(client.makeCallbackQuery(found.callback_data, { message: { message_id } }));
    },
    stop,
    start,
  };
}
