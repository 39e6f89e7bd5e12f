/**
 * The composition root: builds the modules of the service and lists them.
 *
 * They start in the order of the list and stop in reverse, within ten seconds in all. A stop first aborts `stopping`:
 * nothing waits for a delivery, a run or a poll any more. Then the API closes its socket and answers what it has (2 s),
 * the updates under way are answered and confirmed (3 s), background tasks end (1 s), and the queue finishes the calls
 * under way in the time that is left, at least 3 s. What is not finished is on disk and goes on after the next start. A
 * second signal ends the process at once (`main.ts`).
 */
import { setMaxListeners } from 'node:events';
import { hostname } from 'node:os';
import type { Limits } from '../queue/ports.ts';
import type { Log } from '../shared/process/log.ts';
import { createModuleList, type Module } from '../shared/process/module-list.ts';
import { createServerZone } from '../shared/time/zone.ts';
import { openStorage } from '../storage/open-storage.ts';
import { createAlerts } from './alerts/alerts.ts';
import { type Accounts, createAccounts } from './api/callers/accounts.ts';
import { accountReasons } from './api/callers/group-at-start.ts';
import { createOlderSocketLink } from './api/http/older-socket.ts';
import { type ApiLimits, createApi } from './api/server.ts';
import { createBot } from './bots/bot.ts';
import { STRANGER_LIMITS, type StrangerLimits } from './chat/asking/strangers.ts';
import { createDelivery } from './delivery/delivery.ts';
import { createFailureReports } from './delivery/failure-reports.ts';
import { createRetention } from './delivery/retention.ts';
import { createRegistry } from './destinations/registry.ts';
import { createEventBus } from './events/event-bus.ts';
import { createEventLog } from './events/event-log.ts';
import { createIntake } from './intake/intake.ts';
import { createLinking } from './links/linking.ts';
import { createMonitoring } from './monitoring/monitoring.ts';
import { createGate } from './people/gate.ts';
import { createPeople } from './people/people.ts';
import { createEventFeed } from './queries/event-feed.ts';
import { HISTORY_KEPT_MS } from './queries/messages.ts';
import { createQueries } from './queries/queries.ts';
import { createScriptServices } from './queries/script-services.ts';
import { createQuestions } from './questions/questions.ts';
import { createOverrides } from './rotations/overrides.ts';
import { createRotationModule } from './rotations/rotations.ts';
import { createRouting } from './routing/routing.ts';
import { createRuleServices } from './rules/rules-services.ts';
import { createRulesSource } from './rules/rules-source.ts';
import { createExpectedBeatWatch } from './runners/expected-beats.ts';
import { createRunnerWatch } from './runners/runner-watch.ts';
import type { ActiveRuns } from './scripts/active-runs.ts';
import { createScripts } from './scripts/scripts.ts';
import type { BotSettings } from './settings.ts';
import { createTelegramChannel } from './telegram/channel.ts';
import { describeError } from './telegram/http.ts';
import { TELEGRAM_LIMITS } from './telegram/limits.ts';
import type { Part } from './telegram/part.ts';
import type { TelegramUpdate } from './telegram/updates/consumer.ts';

/** Connections for deliveries: at a second for each call, more than the 29 calls a second need. */
const DELIVERY_CONNECTIONS = 32;
/** More connections, so that a command is answered while uploads occupy all of those. */
const ANSWER_CONNECTIONS = 8;
/** A stop takes at most ten seconds; this leaves a margin for what is left behind. */
const STOP_MS = 9000;
const STOP_API_MS = 2000;

/** The service, built but not started. */
export interface App {
  /** @throws Problem `data_dir`, `service_running`, `socket_path`, … that names the obstacle */
  start(): Promise<void>;
  /**
   * Lets the settings of the socket count that may change while the service runs: group, trusted users, rate.
   * @throws Problem `unknown_group`, `accounts_unavailable`; the former settings then stay
   */
  reconfigure(settings: ApiLimits): Promise<void>;
  /** Reads the rules of alerts again; with a wrong file those in force stay, and health says so. Never rejects. */
  reloadRules(): Promise<void>;
  /** Finishes what is under way within ten seconds; the rest stays on disk. A second call waits for the first. */
  stop(): Promise<void>;
  /** The state in one line, for `systemctl status`. */
  statusLine(): string;
  /** Whether the poll loop is alive: it may go from fault to fault, but each turn ends. */
  polling(): boolean;
}

/** What the service is built from beside its settings. */
export interface AppOptions {
  readonly settings: BotSettings;
  readonly log: Log;
  /** A listening socket that the service manager handed over. */
  readonly listeningFd?: number | undefined;
  /** The uid the service runs as. */
  readonly serviceUid: number;
  readonly limits?: Limits;
  /** How much chats that are not linked are answered. */
  readonly strangerLimits?: StrangerLimits;
  /** How long a call to Telegram without a file may take, milliseconds. */
  readonly callMs?: number;
  /** The accounts that callers have; the host's unless given. */
  readonly accounts?: Accounts;
}

/** Builds every module. Nothing is opened before `start`. */
export function createApp(options: AppOptions): App {
  const {
    settings,
    log,
    listeningFd,
    serviceUid,
    limits = TELEGRAM_LIMITS,
    strangerLimits = STRANGER_LIMITS,
    callMs,
    accounts = createAccounts(),
  } = options;
  const { dataDir, socketPath } = settings;
  const now = () => Date.now();
  const clock = () => performance.now();
  const host = hostname();
  const strangersHost = settings.showHost ? host : 'the server';
  const ending = new AbortController();
  const stopping = ending.signal;
  // Every caller that waits for an outcome listens to it, and a thousand may.
  setMaxListeners(0, stopping);
  const bus = createEventBus(log, describeError);
  const uidOf = async (user: string) => (await accounts.byName(user))?.uid;
  const userOf = async (uid: number) => (await accounts.byUid(uid))?.name;
  const shared = { bus, stopping, now, clock, log, host, strangersHost, uidOf };

  const opened = openStorage<Part, TelegramUpdate>({
    dataDir,
    ...(settings.stateDir === undefined ? {} : { stateDir: settings.stateDir }),
    now,
    onProblem: (problem) => log.error({ code: problem.code }, problem.message),
    onLinkChange: (change) => void bus.publish('link.changed', change),
    onLinkClaim: (account) => log.info({ ...account }, 'The link that another program wrote is this account’s now.'),
  });
  const { lease, ...stores } = opened;
  const { deliveries, links, mutes, history } = stores;
  const events = createEventLog(now);
  let release = () => {};
  const storage: Module = {
    name: 'storage',
    async start() {
      release = await lease.take();
    },
    async stop() {
      await deliveries.close();
      await history.close();
      release();
    },
  };

  const serverZone = createServerZone();
  const gate = createGate({ ...shared, ...stores, serverZone });
  const channel = createTelegramChannel(limits);
  const { outboxMax: capacity, unconfirmedWaits } = settings;
  const bounds = { capacity, parallel: DELIVERY_CONNECTIONS, unconfirmedWaits };
  const delivery = createDelivery({ ...shared, ...stores, ...bounds, ...gate, channel });
  const { queue } = delivery;
  const queued = (user?: string) => queue.size(user);
  const routing = createRouting({ ...stores, accounts });
  const isAwaited: ActiveRuns['isAwaited'] = (account, script) => scripts.active.isAwaited(account, script);
  const intake = createIntake({ ...shared, ...stores, ...routing, ...gate, isAwaited, outbox: queue });
  const questions = createQuestions({ ...shared, ...stores, ...delivery, accounts, submit: intake.submit });
  const linking = createLinking({ ...shared, ...stores, queued });
  const registry = createRegistry({ ...shared, ...stores });
  const scripts = createScripts({
    ...shared,
    ...stores,
    socketPath: settings.actorSocket,
    userOf,
    describe: describeError,
  });
  const people = createPeople({ ...shared, ...stores, submit: intake.submit, delivery, gate, capacity, serverZone });
  const overrides = createOverrides(stores.rotations);
  const rules = createRulesSource({ path: settings.alertsFile, zone: serverZone, overrides: overrides.of, log });
  const rotations = createRotationModule({ ...shared, ...stores, rules, overrides, submit: intake.submit });
  const { submit } = intake;
  const alerts = createAlerts({ ...shared, ...stores, ...delivery, ...routing, ...channel, accounts, rules, submit });
  const bot = createBot({
    ...shared,
    ...stores,
    token: settings.token,
    address: settings.telegram,
    connections: DELIVERY_CONNECTIONS + ANSWER_CONNECTIONS,
    callMs,
    channel,
    answerTurn: queue.answerTurn,
    strangerLimits,
    commands: {
      ...shared,
      ...stores,
      scripts,
      queued,
      linking: linking.linking,
      rules,
      alerts: alerts.chat,
      people: people.services,
      registry: registry.registry,
      presses: { ...questions.presses, ...alerts.presses },
      makeTest: intake.makeTest,
      notify: (notification) => intake.submit({ notification, digest: '', wait: 0 }),
    },
  });
  const queries = createQueries({ ...shared, ...stores, queue, download: bot.download });
  const jobs = createExpectedBeatWatch({ ...shared, ...stores, ...routing, ...alerts.services });
  const runnerWatch = createRunnerWatch({ ...shared, ...stores, jobs, submit: intake.submit });
  const monitoring = createMonitoring({
    ...shared,
    ...stores,
    poll: bot.poll,
    queue,
    capacity: settings.outboxMax,
    events,
    folderProblem: lease.problem,
    ruleProblems: () => [...[rules.problem() ?? []].flat(), ...alerts.reasons(), ...rotations.problems()],
    accountReasons: () => accountReasons(accounts, settings.group),
  });
  const api = createApi({
    services: {
      ...intake,
      ...routing,
      ...linking.services,
      ...registry.services,
      ...delivery.services,
      ...questions.services,
      ...queries.services,
      ...createScriptServices({ scripts, links, mutes, now }),
      ...runnerWatch.services,
      ...people.services,
      ...rotations.services,
      ...createRuleServices(rules),
      ...jobs.services,
      ...alerts.services,
      ...monitoring.services,
      feed: events,
    },
    accounts,
    settings: {
      socketPath,
      ...(listeningFd === undefined ? {} : { listeningFd }),
      ...(settings.group === undefined ? {} : { group: settings.group }),
      trustedUsers: settings.trustedUsers,
      ratePerMinute: settings.ratePerMinute,
      serviceUid,
    },
    log,
  });

  const modules = createModuleList({
    modules: [
      storage,
      bot.channel,
      linking.module,
      registry.module,
      delivery.module,
      questions.module,
      people.module,
      createFailureReports({ ...shared, ...stores, submit: intake.submit, queued: () => queue.queued() }),
      createRetention({ ...shared, ...stores, historyKeptMs: HISTORY_KEPT_MS }),
      scripts.module,
      { name: 'rules', start: rules.reload },
      rotations.module,
      alerts.module,
      runnerWatch.module,
      ...bot.receiving,
      queries.module,
      createEventFeed(bus, events),
      ...monitoring.modules,
      { name: 'api', start: api.start, stop: api.stop, stopMs: STOP_API_MS },
      createOlderSocketLink(dataDir, socketPath, log),
    ],
    stopMs: STOP_MS,
    log,
  });

  async function stop(): Promise<void> {
    ending.abort();
    await modules.stop();
    log.info({ queued: queue.size() }, 'stopped');
  }

  let stopped: Promise<void> | undefined;
  return {
    async start() {
      await modules.start();
      log.info({ socket: socketPath, data: dataDir, queued: queue.size() }, 'ready');
    },
    reconfigure: api.reconfigure,
    reloadRules: rules.reload,
    stop() {
      stopped ??= stop();
      return stopped;
    },
    statusLine: monitoring.statusLine,
    polling: monitoring.polling,
  };
}
