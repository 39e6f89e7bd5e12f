/** One bot: everything that belongs to one token. */
import type { AnswerTurn } from '../../queue/answer-turns.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { UpdateLog } from '../../storage/ports.ts';
import { createOutageWatch } from '../chat/asking/late.ts';
import type { StrangerLimits } from '../chat/asking/strangers.ts';
import { createChat } from '../chat/chat.ts';
import type { CommandServices } from '../chat/command.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { TelegramAddress } from '../telegram/address.ts';
import { chatLane, type TelegramChannel } from '../telegram/channel.ts';
import { createTelegramClient } from '../telegram/client.ts';
import { createDownload, type Download } from '../telegram/download.ts';
import { createRemove } from '../telegram/sending/remove.ts';
import { createSend } from '../telegram/sending/send.ts';
import type { TelegramUpdate } from '../telegram/updates/consumer.ts';
import { createDistributor } from '../telegram/updates/distributor.ts';
import { createPoll } from '../telegram/updates/poll.ts';
import { createPollStatus, type PollState } from '../telegram/updates/poll-status.ts';

/** What a bot needs. */
export interface BotOptions {
  readonly token: string;
  readonly address: TelegramAddress;
  /** Connections to Telegram beside the one of the poll. */
  readonly connections: number;
  /** How long a call without a file may take, milliseconds; 30 seconds unless given. */
  readonly callMs?: number | undefined;
  readonly updateLog: UpdateLog<TelegramUpdate>;
  /** The channel that the bot connects to. */
  readonly channel: TelegramChannel;
  /** Waits until a message that is no delivery may go. */
  readonly answerTurn: AnswerTurn;
  /** How much chats that are not linked are answered. */
  readonly strangerLimits: StrangerLimits;
  /** What commands use. */
  readonly commands: CommandServices;
  readonly bus: EventBus;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  readonly log: Log;
}

/** @see createBot */
export interface TelegramBot {
  readonly download: Download;
  readonly poll: () => PollState;
  /** Sending; it starts before the queue and stops after it. */
  readonly channel: Module;
  /** Receiving: the chat and the source of its updates, in the order of their start. */
  readonly receiving: readonly Module[];
}

/** At a stop, updates under way get this long to be answered, milliseconds. */
const STOP_MS = 3000;

/** Creates a bot; no call is made before its modules run. */
export function createBot(options: BotOptions): TelegramBot {
  const { token, address, connections, updateLog, channel, strangerLimits, bus, stopping, now, clock, log } = options;
  const status = createPollStatus(log, now, clock);
  const outages = createOutageWatch(clock);
  /** How far Telegram's clock is ahead of this host's, milliseconds. */
  let ahead = 0;
  const client = createTelegramClient(token, {
    address,
    connections,
    onDate(telegram) {
      ahead = telegram - now();
    },
    onCall(method, seconds, result) {
      void bus.publish('telegram.called', { method, seconds, result });
      if (result === 'unauthorized') status.tokenRefused();
    },
  });
  const connection = { token, api: client.api, clientOptions: client.clientOptions };
  const turn = (chatId: number) => options.answerTurn(chatLane(chatId), stopping);
  const telegramNow = () => now() + ahead;
  const { isJustOver: isCatchingUp } = outages;
  const chat = createChat({
    ...options.commands,
    connection,
    turn,
    strangerLimits,
    bus,
    clock,
    telegramNow,
    isCatchingUp,
    log,
  });
  const distributor = createDistributor({ consumers: [chat.consumer], updateLog, log });
  const poll = createPoll({
    api: client.api,
    distributor,
    status,
    stopping,
    clock,
    online() {
      outages.answered();
      void bus.publish('telegram.online', {});
    },
    async identified(me) {
      log.info({ bot: me.username }, 'Telegram knows this bot');
      await bus.publish('telegram.identified', { id: me.id, username: me.username, name: me.first_name });
      await distributor.open(me);
    },
    log,
  });

  let disconnect = () => {};
  return {
    download: createDownload(client),
    poll: status.read,
    channel: {
      name: 'telegram',
      start() {
        disconnect = channel.connect({
          send: createSend(client.api, options.callMs),
          remove: createRemove(client.api),
        });
      },
      async stop() {
        disconnect();
        await client.close();
      },
    },
    receiving: [chat.module, { name: 'updates', run: poll.run, stop: poll.stop, stopMs: STOP_MS }],
  };
}
