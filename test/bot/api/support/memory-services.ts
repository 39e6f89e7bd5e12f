/** The port that the API stands on, kept in memory: what `app.ts` builds from links and outbox in the real service. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { AlertServices } from '../../../../src/bot/api/services/alerts.ts';
import type { ExpectedScript } from '../../../../src/bot/api/services/beats.ts';
import type { Services } from '../../../../src/bot/api/services.ts';
import { createEventLog, type EventLog } from '../../../../src/bot/events/event-log.ts';
import { createOverrides } from '../../../../src/bot/rotations/overrides.ts';
import { createRotationModule } from '../../../../src/bot/rotations/rotations.ts';
import { createRules } from '../../../../src/bot/rules/create-rules.ts';
import { readRules } from '../../../../src/bot/rules/file/read-rules.ts';
import { createRuleServices } from '../../../../src/bot/rules/rules-services.ts';
import { type Code, isCode } from '../../../../src/core/codes.ts';
import type { RegisteredDestination } from '../../../../src/core/destination.ts';
import type { Submission } from '../../../../src/core/notification.ts';
import type { PersonSettings } from '../../../../src/core/people/settings.ts';
import { Problem } from '../../../../src/core/problem.ts';
import type { Question } from '../../../../src/core/questions/question.ts';
import { type DeliveryReceipt, type Receipt, receiptOfSeveral } from '../../../../src/core/receipt.ts';
import type { MessageRecord } from '../../../../src/core/views/message.ts';
import { createLog } from '../../../../src/shared/process/log.ts';
import { createBlobs } from '../../../../src/storage/files/deliveries/blobs.ts';
import { createRotations } from '../../../../src/storage/files/people/rotations.ts';
import { startAlerts } from '../../alerts/support/harness.ts';

export interface MemoryServices extends Services {
  readonly submissions: Submission[];
  readonly unlinked: string[];
  /** Users that can't be sent to. */
  readonly strangers: Set<string>;
  readonly retried: string[];
  readonly unmuted: string[];
  /** Users and the milliseconds of their beats; 0 for an end. */
  readonly beats: [string, number][];
  /** Scripts that beats named, and whether these were all. */
  readonly noted: [boolean, readonly ExpectedScript[]][];
  /** Where blobs lie. */
  readonly stagingDir: string;
  /** Where accepted files are moved to. */
  readonly takenDir: string;
  makeTest: Services['makeTest'];
  readonly feed: EventLog;
  /** Pictures are found when it is open. */
  pictureGate: Promise<void>;
  /** Withdrawals wait for it. */
  withdrawGate: Promise<void>;
  /** What `health` complains of. */
  reasons: string[];
}

const LINKED_AT = '2026-01-30T12:00:00Z';
/** `problem:CODE` in a text makes `submit` throw that, `crash` something unforeseen, `refused` and `muted` an outcome. */
const WORDS = /^(problem:(?<code>\w+)|crash|refused|muted|slow)/;

const LINK = { user: 'ann', chat_id: 1, linked_at: LINKED_AT, chat: { type: 'private', name: 'Ann' } };
const WAITING = {
  delivery: '0hod95udm8o-47719128',
  id: 'a',
  user: 'ann',
  chat_id: 1,
  accepted_at: LINKED_AT,
  attempts: 1,
  text: 'hello',
};
const SCRIPT = {
  name: 'rev.py',
  stem: 'rev',
  schedule: null,
  lastRun: null,
  lastResult: null,
  cooldownLeft: null,
  cooldownUntil: null,
  mutedUntil: null,
  running: false,
};
/** Rotations of real rules, kept in a folder. */
function rotationServices(folder: string) {
  const text = 'rotations: {primary: {people: [root, nobody], handover: "0 9 * * 1"}}';
  const read = readRules(text, 'UTC');
  if (!('model' in read)) throw new Error('the rules are wrong');
  const rotations = createRotations({ dataDir: folder });
  const overrides = createOverrides(rotations);
  const rules = createRules({ model: read.model, text, overrides: overrides.of });
  const source = { current: () => rules, onChange: () => () => {}, problem: () => undefined };
  const module = createRotationModule({
    rules: source,
    overrides,
    rotations,
    links: { find: async () => undefined },
    uidOf: async (user) => (user === 'root' ? 0 : undefined),
    submit: async () => ({ id: '', status: 'queued', messageIds: [], deliveries: [] }),
    now: Date.now,
    log: createLog('silent', []),
  });
  return { ...module.services, ...createRuleServices(source) };
}

/** What is registered at first: root's and others' that anybody, or nobody else, may send to. */
const DESTINATIONS: readonly RegisteredDestination[] = [
  {
    name: 'ops/disks',
    chatId: -100_123,
    threadId: 7,
    owner: { user: 'root', uid: 0 },
    senders: ['%root'],
    type: 'supergroup',
    title: 'Operations',
    linkedAt: LINKED_AT,
  },
  {
    name: 'news',
    chatId: -100_9,
    owner: { user: 'daemon', uid: 1 },
    senders: ['*'],
    type: 'channel',
    title: 'News',
    username: 'our_news',
    unreachable: { since: LINKED_AT, reason: 'The bot was removed.' },
  },
  { name: 'attic', chatId: -5, owner: { user: 'daemon', uid: 1 }, senders: [], type: 'group', title: 'Attic' },
];
/** Scripts that can't be run, by their names. */
const RUNS: Readonly<Record<string, Code>> = {
  'gone.py': 'unknown_script',
  'busy.py': 'already_running',
  'many.py': 'too_many_runs',
  'lost.py': 'actor_failed',
};

async function outcomeOf({ notification, routes = [], wait }: Submission, id: string): Promise<Receipt> {
  const word = WORDS.exec(notification.text)?.[0];
  if (routes.length > 1) {
    // A chat called `broken` refuses.
    const receipts = routes.map(({ destination: { name: to } }): DeliveryReceipt => {
      if (to === 'broken') return { to, status: 'failed', messageIds: [], error: 'The bot was removed.' };
      return wait === 0 ? { to, status: 'queued', messageIds: [] } : { to, status: 'sent', messageIds: [7] };
    });
    return receiptOfSeveral(id, receipts);
  }
  if (word === 'refused') return { id, status: 'failed', messageIds: [], error: 'The user blocked the bot.' };
  if (word === 'muted') return { id, status: 'muted', messageIds: [] };
  if (word === 'slow') await new Promise((resolve) => setTimeout(resolve, Math.min(wait, 500)));
  return wait === 0 || word === 'slow'
    ? { id, status: 'queued', messageIds: [] }
    : { id, status: 'sent', messageIds: [7] };
}

/** The bot's own, over files in a folder, by the built-in rules. */
function alertServices(folder: string): AlertServices {
  let started: Promise<AlertServices> | undefined;
  const ready = () => {
    started ??= startAlerts({ dir: join(folder, 'alerts'), now: Date.now }).then(({ services }) => services);
    return started;
  };
  return {
    takeAlerts: async (...args) => (await ready()).takeAlerts(...args),
    alerts: async (...args) => (await ready()).alerts(...args),
    alert: async (...args) => (await ready()).alert(...args),
    acknowledge: async (...args) => (await ready()).acknowledge(...args),
    unacknowledge: async (...args) => (await ready()).unacknowledge(...args),
    resolveAlert: async (...args) => (await ready()).resolveAlert(...args),
    silence: async (...args) => (await ready()).silence(...args),
    comment: async (...args) => (await ready()).comment(...args),
  };
}

export function createMemoryServices(folder: string): MemoryServices {
  const stagingDir = join(folder, 'staging');
  const takenDir = join(folder, 'taken');
  for (const dir of [stagingDir, takenDir]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const submissions: Submission[] = [];
  const seen = new Map<string, { digest: string; receipt: Receipt }>();
  const records: MessageRecord[] = [];
  const unlinked: string[] = [];
  const strangers = new Set<string>();
  const retried: string[] = [];
  const unmuted: string[] = [];
  const beats: [string, number][] = [];
  let chosen: PersonSettings = {};
  const questions: Question[] = [];
  const noted: MemoryServices['noted'] = [];
  const registered = new Map(DESTINATIONS.map((one) => [one.name, one]));

  const services: MemoryServices = {
    submissions,
    unlinked,
    strangers,
    retried,
    unmuted,
    beats,
    noted,
    ...alertServices(folder),
    ...rotationServices(folder),
    stagingDir,
    blobs: createBlobs(stagingDir),
    takenDir,
    reasons: [],
    pictureGate: Promise.resolve(),
    withdrawGate: Promise.resolve(),
    feed: createEventLog(Date.now),
    async requireRoute({ user }) {
      if (strangers.has(user)) throw new Problem('not_linked', `${user} is not linked.`);
    },
    async route({ account: { user }, trusted }, to) {
      if (to === undefined && strangers.has(user)) throw new Problem('not_linked', `${user} is not linked.`);
      if (to?.includes('closed') && !trusted) throw new Problem('not_a_sender', 'to: you may not send to closed.');
      return (to ?? [`user:${user}`]).map((name, index) => ({ destination: { name, chatId: index + 1 } }));
    },
    async submit(submission, at) {
      const { text, media, account } = submission.notification;
      const code = WORDS.exec(text)?.groups?.code;
      if (isCode(code)) throw new Problem(code, `Thrown for ${code}.`);
      if (text === 'crash') throw new TypeError('secret inner detail');
      const id = submission.id ?? randomUUID();
      const key = `${account.user}\n${id}`;
      const before = seen.get(key);
      if (before !== undefined && before.digest !== submission.digest) {
        throw new Problem('id_conflict', 'id: used already for another message.');
      }
      if (before !== undefined) return before.receipt;
      for (const { blob } of media) await rename(join(stagingDir, blob), join(takenDir, blob));
      submissions.push(submission);
      at?.onStored();
      const receipt = await outcomeOf(submission, id);
      seen.set(key, { digest: submission.digest, receipt });
      for (const { to, status, messageIds } of receipt.deliveries ?? [{ ...receipt, to: `user:${account.user}` }]) {
        if (status !== 'partial') records.unshift({ id, to, status, acceptedAt: LINKED_AT, text, messageIds });
      }
      return receipt;
    },
    async redeemCode(_account, code) {
      if (code === '429429') return { outcome: 'too-many-tries' };
      if (code === '410410') return { outcome: 'expired' };
      return code === '012345'
        ? { outcome: 'linked', chat: { type: 'private', name: 'Ann' }, linkedAt: LINKED_AT }
        : { outcome: 'unknown' };
    },
    async deepLink({ user }) {
      return { url: `https://t.me/a_bot?start=${Buffer.from(user).toString('hex')}`, expiresAt: LINKED_AT };
    },
    async unlink(user) {
      unlinked.push(user);
      return unlinked.length === 1;
    },
    async accountStatus({ user, uid }) {
      if (user === 'nb-unlinked') return { linked: false, queued: 0 };
      if (uid === undefined) throw new Problem('links_unreadable', 'telegram_users.json: not JSON.');
      return { linked: true, linkedAt: LINKED_AT, chat: { type: 'private', name: user }, queued: 2 };
    },
    destinations: async () => [...registered.values()],
    async registrationCode({ name }) {
      if (name === 'attic') throw new Problem('destination_taken', 'name: attic is somebody else’s.');
      if (name === 'many') throw new Problem('too_many_codes', '20 of your codes are pending.');
      return { code: 'AB12-9KQ4', url: 'https://t.me/a_bot?startgroup=AB129KQ4', expiresAt: LINKED_AT };
    },
    removeDestination: async (name) => registered.delete(name),
    async changeSenders(name, change) {
      const found = registered.get(name);
      if (found === undefined) return undefined;
      const changed = { ...found, senders: [...new Set(change(found.senders))] };
      registered.set(name, changed);
      return changed;
    },
    async *messages({ limit, before = '0' }) {
      const end = Number(before) + limit;
      yield* records.slice(Number(before), end);
      return end < records.length ? String(end) : null;
    },
    counts: async (whose, days) => [
      { day: '2026-01-30', source: null, sent: days, muted: 0, failed: whose === 'all' ? 1 : 0, deliveryMs: null },
      { day: '2026-01-30', source: 'rev.py', sent: 1, muted: 0, failed: 0, deliveryMs: { p50: 120, p95: 400 } },
    ],
    async picture(_owner, id, place) {
      await services.pictureGate;
      if (id === 'away') throw new Problem('telegram_unreachable', 'Telegram is away.');
      if (place > 0) throw new Problem('no_picture', 'There is no such picture.');
      return { type: 'image/png', bytes: Readable.from([Buffer.from(`picture of ${id}`)]) };
    },
    async withdraw(_owner, id) {
      await services.withdrawGate;
      const [to, messageIds] = ['user:ann', []];
      if (id === 'away') throw new Problem('telegram_unreachable', 'Telegram is away.');
      if (id === 'waiting') return [{ to, status: 'cancelled', messageIds }];
      if (id === 'old') return [{ to, status: 'sent', messageIds, error: 'It is older than 48 hours.' }];
      if (id !== 'both') throw new Problem('unknown_message', 'There is no such message.');
      return [
        { to, status: 'deleted', messageIds },
        { to: 'ops', status: 'sent', messageIds, error: 'It is older than 48 hours.' },
      ];
    },
    makeTest: async (account) => ({ account, title: 'It works', text: 'hello', parseMode: 'Markdown', media: [] }),
    users: async () => ({ records: [LINK], total: 1 }),
    queue: async (most) => ({ records: Array(most).fill(WAITING), total: 1000 }),
    failed: async (most) => ({ records: Array(most).fill({ ...WAITING, failed_at: LINKED_AT, error: 'x' }), total: 7 }),
    async scripts({ user }) {
      if (user === 'nb-none') throw new Problem('no_scripts', 'nb-none runs no scripts.');
      return [SCRIPT];
    },
    async runScript(_subject, name, wait) {
      const code = RUNS[name];
      if (code !== undefined) throw new Problem(code, `Thrown for ${name}.`);
      return wait === 0
        ? { status: 'running' }
        : { status: 'done', result: { name, result: 'sent', detail: 'to Ann', seconds: 0.5 } };
    },
    async scriptLog(_user, name, lines) {
      if (RUNS[name] !== undefined) throw new Problem('unknown_script', `There is no ${name}.`);
      return Array.from({ length: lines }, (_, n) => `line ${n}`);
    },
    mute: async (_user, lasts) => new Date(Date.parse(LINKED_AT) + lasts).toISOString(),
    async unmute(_user, script) {
      if (script !== undefined) unmuted.push(script);
    },
    settings: async () => ({ settings: chosen, zone: 'UTC', held: 0 }),
    async changeSettings(_account, change) {
      if (change.timezone === 'Nowhere') throw new Problem('bad_field', 'timezone: Nowhere is none.');
      const entries = Object.entries({ ...chosen, ...change }).filter(([, value]) => value !== null);
      chosen = Object.fromEntries(entries);
      return { settings: chosen, zone: 'UTC', held: 0 };
    },
    async ask(draft, routes) {
      const code = WORDS.exec(draft.text)?.groups?.code;
      if (isCode(code)) throw new Problem(code, `Thrown for ${code}.`);
      const asked = { ...draft, ref: '0123456789ABCDEF', id: draft.id ?? '0123456789ABCDEF', digest: '' };
      const askedAt = Date.parse(LINKED_AT);
      const places = routes.map((route) => ({ route }));
      const question: Question = { ...asked, places, askedAt, expiresAt: askedAt + draft.timeoutMs };
      questions.push(question);
      return question;
    },
    async question(owner, id) {
      const found = questions.find((one) => one.id === id && one.owner.uid === owner.uid);
      if (found === undefined) throw new Problem('unknown_question', 'There is no such question.');
      return found;
    },
    async cancelQuestion(owner, id, { name: by }) {
      const found = await services.question(owner, id, 0);
      return { ...found, end: { state: 'cancelled', at: found.askedAt, by } };
    },
    beat: async ({ name }, withinMs) => void beats.push([name, withinMs]),
    endBeats: async ({ name }) => void beats.push([name, 0]),
    async expectBeat({ name: user, uid }, { name, everyMs, graceMs = 60_000, to }) {
      if (everyMs === undefined) throw new Problem('unknown_beat', `name: no beat ${name} is expected yet.`);
      if (name === 'many') throw new Problem('too_many_beats', 'You have 100 expected beats.');
      const at = Date.parse(LINKED_AT);
      return { owner: { user, uid }, name, isScript: false, everyMs, graceMs, at, ...(to && { to }) };
    },
    noteScripts: async (_caller, scripts, isAll) => void noted.push([isAll, scripts]),
    endBeat: async (_caller, name) => name === 'backup',
    async expectedBeats(owner) {
      const at = Date.parse(LINKED_AT);
      const every = { owner, everyMs: 86_400_000, graceMs: 3_600_000, at };
      return [
        { ...every, name: 'backup', isScript: false, reportedAt: at },
        { ...every, name: 'rev.py', isScript: true, to: ['ops'] },
      ];
    },
    async retry(delivery) {
      if (delivery !== 'known') throw new Problem('unknown_delivery', `No failed delivery is called ${delivery}.`);
      retried.push(delivery);
    },
    health: async () => ({ reasons: services.reasons, details: { queued: 0, version: '0.1.0' } }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4; charset=utf-8', text: 'notify_sent_total 1\n' }),
  };
  return services;
}
