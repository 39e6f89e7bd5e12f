/**
 * The module of alerts on real files, with a clock of its own and a queue that the test plays: what is submitted is noted,
 * and the test says what became of it.
 */

import { onTestFinished } from 'vitest';
import { type AlertsModule, createAlerts } from '../../../../src/bot/alerts/alerts.ts';
import type { TakeBack } from '../../../../src/bot/delivery/delivery.ts';
import { createEventBus } from '../../../../src/bot/events/event-bus.ts';
import { createRules } from '../../../../src/bot/rules/create-rules.ts';
import { readRules } from '../../../../src/bot/rules/file/read-rules.ts';
import { BUILT_IN } from '../../../../src/bot/rules/model.ts';
import type { Rules } from '../../../../src/bot/rules/rules.ts';
import type { HistoryRecord, SettledStatus } from '../../../../src/core/delivery/history-record.ts';
import { linkName, type Route } from '../../../../src/core/destination.ts';
import type { Notification, Submission } from '../../../../src/core/notification.ts';
import { Problem } from '../../../../src/core/problem.ts';
import type { MessageStatus } from '../../../../src/core/receipt.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { createRecordLog } from '../../../../src/storage/files/records/record-log.ts';
import type { Records } from '../../../../src/storage/ports.ts';
import { ANN } from './make.ts';

/** Chats by the names of destinations; any other name leads nowhere. */
const CHATS: Readonly<Record<string, number>> = {
  [linkName('ann')]: 11,
  [linkName('bob')]: 12,
  ops: -100,
  leads: -200,
};

/** Something that was submitted. */
export interface Submitted {
  readonly id: string;
  readonly to: string;
  readonly notification: Notification;
}

export interface Harness extends AlertsModule {
  /** In order, each id once, as the queue takes it. */
  readonly submitted: Submitted[];
  /** Messages that were deleted. */
  readonly removed: number[];
  /** What `submit` does next, in place of taking. */
  fail: Problem | undefined;
  /** What `submit` answers. */
  status: MessageStatus;
  /** Messages that the queue remembers by their key, by chat. */
  readonly keyed: Map<number, readonly number[]>;
  /** Destinations that are not there. */
  readonly missing: Set<string>;
  /** Names of destinations to which owners of alerts may not send. */
  readonly restricted: Set<string>;
  useRules(text: string): void;
  /** Says what became of a submission. */
  settle(submitted: Submitted, status?: SettledStatus, messageIds?: readonly number[]): Promise<void>;
  /** Whether the queue would be told not to send it. */
  isTakenBack(submitted: Submitted): Promise<boolean>;
  /** A press of a button under a message. */
  press(data: string, messageId: number, chatId?: number): ReturnType<AlertsModule['chat']['press']>;
  /** Ends it as a crash does: what is not durable is lost. */
  crash(): void;
}

/** The rules that a text of YAML says; the built-in ones for an empty text. */
export function rulesIn(text: string): Rules {
  const zone = 'Europe/Berlin';
  const read = text === '' ? { model: BUILT_IN } : readRules(text, zone);
  if ('mistakes' in read) throw new Error(JSON.stringify(read.mistakes));
  return createRules({ text, overrides: () => [], model: read.model });
}

let nextMessage = 1000;

/** Starts the module over a folder. @param submitted those of before a crash, since the queue is durable too */
export async function startAlerts(options: {
  readonly dir: string;
  readonly now: () => number;
  readonly rules?: string;
  readonly submitted?: Submitted[];
  readonly records?: Records;
}): Promise<Harness> {
  const { dir, now, submitted = [] } = options;
  const log = createLog('silent', []);
  const bus = createEventBus(log);
  const stopping = new AbortController();
  const removed: number[] = [];
  const settled = new Set<string>();
  const missing = new Set<string>();
  const restricted = new Set<string>();
  const keyed = new Map<number, readonly number[]>();
  let rules = rulesIn(options.rules ?? '');
  let onChange = () => {};
  let takeBack: TakeBack = () => false;
  let isDead = false;
  const forever = new Promise<never>(() => {});
  const files = options.records ?? createRecordLog({ dir });
  onTestFinished(() => files.close());
  const alertRecords: Records = { ...files, write: (changes) => (isDead ? forever : files.write(changes)) };

  async function routeTo(name: string, trusted: boolean): Promise<Route> {
    if (!trusted && restricted.has(name)) throw new Problem('not_a_sender', `to: ${name} is not yours.`);
    const chatId = missing.has(name) ? undefined : CHATS[name];
    if (chatId === undefined) throw new Problem('unknown_destination', `to: there is no destination ${name}.`);
    const user = name.startsWith('user:') ? name.slice('user:'.length) : undefined;
    return {
      destination: { name, chatId },
      ...(user !== undefined && { person: { user, uid: user === 'ann' ? 1001 : 1002 } }),
    };
  }

  const module = createAlerts({
    alertRecords,
    rules: {
      current: () => rules,
      onChange(listener) {
        onChange = listener;
        return () => {};
      },
    },
    destinations: { find: async () => undefined },
    links: { all: async () => [] },
    keyedMessages: {
      async find({ chatId }) {
        const messageIds = keyed.get(chatId);
        return messageIds && { messageIds, at: 0 };
      },
    },
    accounts: {
      groupsOf: async () => [],
      check: async () => undefined,
      groupByName: async () => undefined,
      isMember: async () => false,
    },
    route: ({ account, trusted }, to) =>
      Promise.all((to ?? [linkName(account.user)]).map((name) => routeTo(name, trusted))),
    async submit({ notification, routes = [], id = '' }: Submission) {
      if (isDead) return forever;
      if (harness.fail !== undefined) throw harness.fail;
      const to = routes[0]?.destination.name ?? linkName(notification.account.user);
      if (!submitted.some((one) => one.id === id)) submitted.push({ id, to, notification });
      return { id, status: harness.status, messageIds: [] };
    },
    onBeforeSend(_, asked) {
      takeBack = asked;
    },
    queue: {
      queued: () => submitted.filter(({ id }) => !settled.has(id)),
      answerTurn: async () => {},
    },
    async remove(_, messageId) {
      removed.push(messageId);
      return { kind: 'removed' };
    },
    bus,
    stopping: stopping.signal,
    now,
    log,
  });

  const harness: Harness = {
    ...module,
    submitted,
    removed,
    keyed,
    fail: undefined,
    status: 'queued',
    missing,
    restricted,
    useRules(text) {
      rules = rulesIn(text);
      onChange();
    },
    async settle({ id, to, notification }, status = 'sent', messageIds = status === 'sent' ? [nextMessage++] : []) {
      settled.add(id);
      const at = new Date(now()).toISOString();
      const destination = { name: to, chatId: CHATS[to] ?? 0 };
      const record: HistoryRecord = {
        ...{
          id,
          delivery: id,
          ...notification.account,
          destination,
          status,
          acceptedAt: at,
          finishedAt: at,
          messageIds,
        },
        ...{ text: notification.text, source: notification.source ?? '' },
      };
      await bus.publish('delivery.changed', { change: status, record });
    },
    isTakenBack: async ({ notification: { origin } }) =>
      (await takeBack({ origin } as Parameters<TakeBack>[0])) === true,
    press: (data, messageId, chatId = -100) =>
      module.chat.press({
        data,
        place: { chatId, messageId },
        chatType: chatId < 0 ? 'supergroup' : 'private',
        isUnder: true,
        isPublic: false,
        by: { telegramId: 12, name: 'bob', accounts: [{ user: 'bob', uid: 1002 }] },
        update: 'u1',
      }),
    crash() {
      isDead = true;
    },
  };
  await module.module.start?.();
  module.module.run?.();
  return harness;
}

/** Posts alerts of these names, with further labels, and returns what was answered. */
export const fire = (harness: AlertsModule, names: readonly string[], labels: Readonly<Record<string, string>> = {}) =>
  harness.services.takeAlerts(
    ANN,
    names.map((alertname) => ({ labels: { alertname, ...labels }, annotations: {} })),
    { source: 'socket' },
  );

/** Resolves them at a moment. */
export const end = (
  harness: AlertsModule,
  names: readonly string[],
  at: number,
  labels: Readonly<Record<string, string>> = {},
) =>
  harness.services.takeAlerts(
    ANN,
    names.map((alertname) => ({ labels: { alertname, ...labels }, annotations: {}, endsAt: at })),
    { source: 'socket' },
  );
