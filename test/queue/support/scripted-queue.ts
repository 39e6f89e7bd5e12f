import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { DeliveryEvent } from '../../../src/core/delivery/delivery-event.ts';
import type { Outcome } from '../../../src/core/delivery/outcome.ts';
import { linkedChat } from '../../../src/core/destination.ts';
import type { Update } from '../../../src/core/update.ts';
import type { DeliveryDraft, StagedFile } from '../../../src/queue/draft.ts';
import type { Limits, SendTarget } from '../../../src/queue/ports.ts';
import { createQueue, type Queue } from '../../../src/queue/queue.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';
import type { Deliveries, History } from '../../../src/storage/ports.ts';

/** A part of these tests: what it says. */
export interface TextPart {
  readonly say: string;
}

/** Without waits between messages, so that a test ends soon. */
const QUICK: Limits = { perSecond: 1e6, perLanePerSecond: 1e6, laneBurst: 1e6, perGroup: 1e6, groupWindow: 1000 };

/** A queue over a real folder, with a channel that is a function of the test's. */
export interface ScriptedQueue {
  readonly dataDir: string;
  /** Stores a file for a draft to take over. */
  stage(content: string): Promise<StagedFile>;
  readonly spool: Deliveries<TextPart>;
  readonly history: History;
  readonly queue: Queue<TextPart>;
  readonly sent: { readonly chatId: number; readonly say: string }[];
  /** What the queue reported, a line each. */
  readonly reported: string[];
  /** Every change of state. */
  readonly changes: DeliveryEvent[];
  clockAhead(ms: number): void;
  reopen(): Promise<readonly string[]>;
}

/** Decides the outcome of sending a part; `nth` counts the calls from 1. */
export type Script = (part: TextPart, target: SendTarget, nth: number) => Outcome | Promise<Outcome>;

/** Opens it; it is closed after the test. */
export async function openQueue(
  script: Script,
  options: {
    dataDir?: string;
    limits?: Limits;
    capacity?: number;
    precheck?: () => string | undefined;
    isTakenBack?: (text: string) => boolean;
    isHeld?: (text: string) => boolean;
    isMuted?: () => boolean;
    unconfirmedWaits?: readonly number[];
  } = {},
): Promise<ScriptedQueue> {
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'notify-queue-')));
  const sent: { chatId: number; say: string }[] = [];
  const reported: string[] = [];
  const changes: DeliveryEvent[] = [];
  let ahead = 0;
  let nth = 0;
  const now = () => Date.now() + ahead;
  const make = () => {
    const storage = openStorage<TextPart, Update>({ dataDir: folder, now });
    const { deliveries: spool, history } = storage;
    const queue = createQueue<TextPart>({
      store: spool,
      settledLog: history,
      usedIds: storage.usedIds,
      keyedMessages: storage.keyedMessages,
      channel: {
        limits: options.limits ?? QUICK,
        laneOf: ({ chatId }) => `chat ${chatId}`,
        classOf: (lane) => (lane.startsWith('chat -') ? 'group' : 'private'),
        async send(part, target) {
          nth += 1;
          const outcome = await script(part, target, nth);
          if (outcome.kind === 'sent') sent.push({ chatId: target.destination.chatId, say: part.say });
          return outcome;
        },
      },
      log: createLog('silent', []),
      clock: () => performance.now() + ahead,
      now,
      capacity: options.capacity ?? 1000,
      parallel: 8,
      unconfirmedWaits: options.unconfirmedWaits ?? [],
      events: {
        precheck: async () => options.precheck?.(),
        isTakenBack: async ({ summary }) => options.isTakenBack?.(summary.text) ?? false,
        isHeld: async ({ summary, passes }) => passes?.quiet !== true && (options.isHeld?.(summary.text) ?? false),
        isMuted: async () => options.isMuted?.() ?? false,
        sent: (d) => void reported.push(`sent ${d.summary.text}`),
        retrying: (d, reason) => void reported.push(`retrying ${d.summary.text}: ${reason}`),
        failed: async (d, reason, unreachable) =>
          void reported.push(`failed ${d.summary.text}: ${reason}${unreachable ? ' (unreachable)' : ''}`),
        corrupt: (name, reason) => void reported.push(`corrupt ${name}: ${reason}`),
        moved: async (from, to) => void reported.push(`moved ${from.chatId} to ${to.chatId}`),
        topicLost: ({ name }, reason) => void reported.push(`topic of ${name} lost: ${reason}`),
        changed: (event) => void changes.push(event),
      },
    });
    return { blobs: storage.blobs, spool, history, queue };
  };
  let parts = make();
  await parts.queue.open();
  parts.queue.run();
  onTestFinished(async () => {
    await parts.queue.stop(1000);
    await parts.spool.close();
    await parts.history.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    dataDir: folder,
    async stage(content) {
      const blob = await parts.blobs.write([Buffer.from(content)]);
      return { blob, name: 'a.png', size: content.length };
    },
    get spool() {
      return parts.spool;
    },
    get history() {
      return parts.history;
    },
    get queue() {
      return parts.queue;
    },
    sent,
    reported,
    changes,
    clockAhead(ms) {
      ahead += ms;
    },
    async reopen() {
      await parts.queue.stop(1000);
      await parts.spool.close();
      await parts.history.close();
      parts = make();
      const corrupt = await parts.queue.open();
      parts.queue.run();
      return corrupt;
    },
  };
}

/** The files of a folder of the queue's, without its own folders. */
export async function filesIn(dataDir: string, folder: string): Promise<string[]> {
  const names = await readdir(join(dataDir, folder)).catch(() => []);
  return names.filter((name) => !['staging', 'corrupt'].includes(name)).sort();
}

export const SENT: Outcome = { kind: 'sent', messageIds: [7] };
export const AWAY: Outcome = { kind: 'retry', scope: 'network', reason: 'away' };

/** A draft for a chat, or for several, that says one thing, or several in several parts. */
export function draft(
  text: string,
  more: Partial<DeliveryDraft<TextPart>> & { parts?: string[]; chatId?: number; muted?: boolean; to?: number[] } = {},
): DeliveryDraft<TextPart> {
  const { parts, chatId = 1, muted = false, to, user = 'ana', ...rest } = more;
  const several = to?.map((id) => ({ destination: { name: `chat${id}`, chatId: id }, muted: false }));
  return {
    user,
    uid: 1001,
    targets: several ?? [{ destination: linkedChat(user, chatId), muted }],
    digest: `digest of ${text}`,
    summary: { text },
    steps: (parts ?? [text]).map((say) => ({ part: { say }, cost: 1 })),
    files: [],
    ...rest,
  };
}
