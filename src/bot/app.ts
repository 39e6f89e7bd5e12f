/** Builds the service's parts, starts them, and stops them in reverse. The only file that knows them all. */
import { setMaxListeners } from 'node:events';
import { lstat, rm, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Problem, sentenceOf } from '../core/problem.ts';
import type { Limits } from '../queue/ports.ts';
import { createQueue } from '../queue/queue.ts';
import type { Log } from '../shared/process/log.ts';
import { createCodes } from '../storage/files/codes/codes.ts';
import { createDeepLinks } from '../storage/files/codes/deep-links.ts';
import { takeDataDir } from '../storage/files/data-dir.ts';
import { createSpool } from '../storage/files/deliveries/spool.ts';
import { createHistory } from '../storage/files/history/history.ts';
import { createLinks } from '../storage/files/links/links.ts';
import { createMutes } from '../storage/files/mutes.ts';
import { createUpdateLog } from '../storage/files/update-log.ts';
import { createAccounts } from './api/callers/accounts.ts';
import { isLeftover } from './api/http/socket-file.ts';
import { createApi } from './api/server.ts';
import type { CommandParts } from './chat/command.ts';
import { type ChatRouter, createChatRouter } from './chat/router.ts';
import { createEventBus } from './events/event-bus.ts';
import { createSubmit } from './intake/submit.ts';
import { createMakeTest } from './intake/test-notification.ts';
import { createAttemptLimit } from './links/attempt-limit.ts';
import { createLinkService } from './links/link-service.ts';
import { createMetrics } from './monitoring/metrics.ts';
import { fromChange } from './queries/message-view.ts';
import { HISTORY_KEPT_MS } from './queries/messages.ts';
import { runEvent } from './scripts/active-runs.ts';
import { createScripts } from './scripts/scripts.ts';
import { createServices } from './services.ts';
import type { BotSettings } from './settings.ts';
import { chatLane, createTelegramChannel } from './telegram/channel.ts';
import { createTelegramClient } from './telegram/client.ts';
import { createDownload } from './telegram/download.ts';
import { describeError } from './telegram/http.ts';
import { TELEGRAM_LIMITS } from './telegram/limits.ts';
import type { Part } from './telegram/part.ts';
import { createReceiver } from './telegram/updates/receive.ts';

/** Connections to Telegram beside the poll's: more than 29 calls a second need at a second each, on average. */
const CONNECTIONS = 32;
/** Connections on top, so that a command is answered while every other one is busy with an upload. */
const ANSWERING = 8;
/** The contract's seven days, in milliseconds. */
const FAILED_KEPT_MS = 7 * 24 * 3_600_000;
const PRUNE_EVERY_MS = 3_600_000;
/** Wrong codes: five a minute a caller, and so few in all that a dozen accounts together would guess for weeks. */
const TRIES = { perCaller: 5, overall: 60, windowMs: 60_000 };
/** Tokens can't be guessed; the bound only keeps strangers from costing much, and must not keep out everybody else. */
const TOKEN_TRIES = { perCaller: 5, overall: 600, windowMs: 60_000 };
/** Out of the ten seconds a stop may take. */
const STOP_LISTENING_MS = 3000;
const STOP_SENDING_MS = 5000;
/** A turn of the poll loop takes 30 s, 45 s when nobody answers, or half a minute's wait and a bit. */
const LONGEST_TURN_MS = 120_000;

/** The service, built but not started. */
export interface App {
  /** @throws Problem `data_dir`, `service_running`, `socket_path`, … naming what stands in the way */
  start(): Promise<void>;
  /** Finishes what is under way within ten seconds; the rest stays on disk. Asked twice, it stops once. */
  stop(): Promise<void>;
  /** How it stands, in a line. */
  statusLine(): string;
  /** Whether polling goes on, be it from fault to fault; a turn that never ends is no life. */
  polling(): boolean;
}

/** What the service is built from beside its settings. */
export interface AppOptions {
  readonly settings: BotSettings;
  readonly log: Log;
  /** A listening socket handed over by whoever started the service. */
  readonly listeningFd?: number | undefined;
  /** The uid the service runs as. */
  readonly serviceUid: number;
  readonly limits?: Limits;
  /** How long a call to Telegram without a file may take, milliseconds. */
  readonly callMs?: number;
}

/** Builds every part. Nothing is opened before `start`. */
export function createApp(options: AppOptions): App {
  const { settings, log, listeningFd, serviceUid, limits = TELEGRAM_LIMITS, callMs } = options;
  const { dataDir } = settings;
  const now = () => Date.now();
  const clock = () => performance.now();
  const host = hostname();
  const startedAt = clock();
  const stopping = new AbortController();
  // Whoever waits for an outcome listens to it, and a thousand may.
  setMaxListeners(0, stopping.signal);
  let router: ChatRouter | undefined;
  let pruning: NodeJS.Timeout | undefined;
  let giveBack: (() => void) | undefined;
  let stopped: Promise<void> | undefined;

  const onProblem = (problem: Problem) => log.error({ code: problem.code }, problem.message);
  const accounts = createAccounts();
  const uidOf = async (user: string) => (await accounts.byName(user))?.uid;

  const feed = createEventBus(now);
  const links = createLinks({
    dataDir,
    now,
    onProblem,
    onChange({ user, uid, made }) {
      const chat = made && { type: made.chat.type, name: made.chat.name };
      const data = made === undefined ? { linked: false } : { linked: true, linked_at: made.linkedAt, chat };
      feed.publish('link', { user, uid }, { user, ...data });
    },
  });
  const mutes = createMutes({ dataDir, now, onProblem });
  const codes = createCodes({ dataDir, now, onProblem });
  const deepLinks = createDeepLinks({ dataDir, now, onProblem });
  const linking = createLinkService({
    links,
    codes,
    deepLinks,
    tries: createAttemptLimit({ ...TRIES, now: clock }),
    tokenTries: createAttemptLimit({ ...TOKEN_TRIES, now: clock }),
  });

  const metrics = createMetrics({
    queued: () => outbox.size(),
    oldestAge: () => {
      const [oldest] = outbox.queued();
      return oldest === undefined ? 0 : Math.max(0, now() - oldest.at);
    },
    links: () => links.count(),
    streams: () => feed.followers(),
    lastPollAt: () => receiver.state().lastPoll?.at,
  });
  const client = createTelegramClient(settings.token, settings.apiRoot, {
    connections: CONNECTIONS + ANSWERING,
    onCall(method, seconds, result) {
      metrics.called(method, seconds, result);
      if (result === 'unauthorized') receiver.refused();
    },
  });

  const spool = createSpool<Part>(dataDir);
  const history = createHistory(dataDir, now);
  const channel = createTelegramChannel(client.api, limits, callMs);
  const outbox = createQueue<Part>({
    store: spool,
    settledLog: history,
    usedIds: history,
    channel,
    log,
    clock,
    now,
    capacity: settings.outboxMax,
    parallel: CONNECTIONS,
    events: {
      // By the uid of the day it was accepted: delivering must not depend on the host's directory of accounts.
      async precheck({ user, uid, destination: { chatId } }) {
        const link = await links.find(user, uid);
        // Under a group's former id Telegram answers with the new one.
        if (link !== undefined && (link.chatId === chatId || link.movedFrom === chatId)) return undefined;
        return `${user} is not linked to this chat any more.`;
      },
      sent({ user, destination, id, delivery, summary, acceptedAt, retryOf }) {
        const took = retryOf === undefined ? Math.max(0, now() - Date.parse(acceptedAt)) / 1000 : undefined;
        metrics.sent(channel.classOf(channel.laneOf(destination)), took);
        log.info({ user, id, delivery, source: summary.source }, 'sent');
        links
          .clearUnreachable(user, destination.chatId)
          .catch((error: unknown) => log.warn({ user }, sentenceOf(error)));
      },
      retrying({ user, delivery }, reason, waitMs) {
        metrics.retried();
        log.warn({ user, delivery, reason, wait_ms: Math.round(waitMs) }, 'will be tried again');
      },
      async failed({ user, destination, id, delivery }, reason, unreachable) {
        metrics.failed();
        log.error({ user, id, delivery, reason }, 'failed for good');
        if (!unreachable) return;
        await links
          .markUnreachable(user, destination.chatId, reason)
          .catch((error: unknown) => log.warn({ user }, sentenceOf(error)));
      },
      changed(change) {
        const { account, data } = fromChange(change);
        feed.publish('message', account, data);
      },
      corrupt(name, reason) {
        log.error({ delivery: name, reason }, 'A file of the outbox can’t be read; it was put into outbox/corrupt/');
      },
      async moved({ chatId: from }, { chatId: to }) {
        log.info({ from, to }, 'A group has a new id');
        await links.moveChat(from, to);
      },
    },
  });

  const submit = createSubmit({ links, mutes, outbox, uidOf, stopping: stopping.signal });

  const scripts = createScripts({
    socketPath: settings.actorSocket,
    dataDir,
    now,
    clock,
    onProblem,
    log,
    describe: describeError,
    onRun: (news) => feed.publish('run', news, runEvent(news)),
  });

  const makeTest = createMakeTest(spool.stagingDir, host);
  const commandParts: CommandParts = {
    links,
    codes,
    linking,
    mutes,
    scripts,
    uidOf,
    queued: (user) => outbox.size(user),
    notify: (notification) => services.submit({ notification, digest: '', wait: 0 }),
    makeTest,
    host,
    now,
  };

  const journal = createUpdateLog(dataDir);
  const receiver = createReceiver({
    api: client.api,
    journal,
    handle: async (update) => router?.handle(update),
    skip: async (update, why) => router?.skip(update, why),
    async identified(found) {
      router = createChatRouter(found, {
        ...commandParts,
        token: settings.token,
        clientOptions: client.clientOptions,
        spent: (chatId) => outbox.chargeQuota(chatLane(chatId), 1),
        log,
      });
      log.info({ bot: found.username }, 'Telegram knows this bot');
      void router.publish();
      await router.mend();
    },
    markOnline: () => outbox.markOnline(),
    log,
    now,
    clock,
  });

  const services = createServices({
    settings,
    links,
    mutes,
    codes,
    deepLinks,
    linking,
    scripts,
    outbox,
    spool,
    history,
    receiver,
    journal,
    metrics,
    feed,
    submit,
    makeTest,
    download: createDownload(client),
    uidOf,
    router: () => router,
    host,
    upMs: () => clock() - startedAt,
    now,
    log,
  });

  const api = createApi({
    services,
    accounts,
    settings: {
      socketPath: settings.socketPath,
      ...(listeningFd === undefined ? {} : { listeningFd }),
      ...(settings.group === undefined ? {} : { group: settings.group }),
      trustedUsers: settings.trustedUsers,
      ratePerMinute: settings.ratePerMinute,
      serviceUid,
    },
    log,
  });

  /** Where programs of the older layout look for the socket; a link to it. */
  async function linkSocket(): Promise<void> {
    const path = join(dataDir, 'bot.sock');
    try {
      const there = await lstat(path).catch(() => undefined);
      // What answers there may be ours: under another name this may be the very folder that the socket is in.
      if (there !== undefined && !there.isSymbolicLink() && !(await isLeftover(path))) return;
      if (there !== undefined) await rm(path);
      await symlink(settings.socketPath, path);
    } catch (error) {
      log.warn({ path }, `The link to the socket could not be made: ${sentenceOf(error)}`);
    }
  }

  function prune(): void {
    Promise.all([history.prune(now() - HISTORY_KEPT_MS), spool.prune(now() - FAILED_KEPT_MS)]).catch((error: unknown) =>
      log.warn({ err: sentenceOf(error) }, 'Old files could not be removed'),
    );
  }

  /** Gives the data folder back, once. */
  function leave(): void {
    giveBack?.();
    giveBack = undefined;
  }

  async function stop(): Promise<void> {
    clearInterval(pruning);
    stopping.abort();
    // Side by side, so that the longest of them counts: what is accepted meanwhile waits on disk for the next start.
    await Promise.all([
      api.stop(STOP_LISTENING_MS),
      receiver.stop(STOP_LISTENING_MS),
      scripts.tasks.stop(STOP_LISTENING_MS),
      outbox.stop(STOP_SENDING_MS),
    ]);
    await history.close();
    await client.close();
    leave();
    log.info({ queued: outbox.size() }, 'stopped');
  }

  return {
    async start() {
      giveBack = await takeDataDir(dataDir);
      try {
        const unreadable = await outbox.open();
        if (unreadable.length > 0) {
          log.error({ files: unreadable.slice(0, 20) }, 'outbox/corrupt/ holds files that can’t be read');
        }
        // A broken file is said before anybody needs it.
        await services.health();
        await api.start();
        await linkSocket();
      } catch (error) {
        await Promise.all([history.close(), client.close()]);
        leave();
        throw error;
      }
      outbox.run();
      receiver.start();
      // So that the first page needn't wait until the history was read.
      void history.counts('all', now() - HISTORY_KEPT_MS).catch(() => {});
      pruning = setInterval(prune, PRUNE_EVERY_MS);
      prune();
      log.info({ socket: settings.socketPath, data: dataDir, queued: outbox.size() }, 'ready');
    },
    stop() {
      stopped ??= stop();
      return stopped;
    },
    statusLine() {
      const { problem, lastPoll } = receiver.state();
      const polled = lastPoll === undefined ? 'not polled yet' : `last poll ${Math.round(lastPoll.agoMs / 1000)} s ago`;
      const well = `${links.count()} linked · ${outbox.size()} queued · ${polled}`;
      return problem === undefined ? well : `${well} · ${problem.sentence}`;
    },
    polling: () => receiver.state().turnMs < LONGEST_TURN_MS,
  };
}
