import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../../../src/core/delivery.ts';
import type { DeliveryDraft } from '../../../src/queue/draft.ts';
import type { Limits } from '../../../src/queue/limits.ts';
import { createQueue, type Queue } from '../../../src/queue/queue.ts';
import { createLog } from '../../../src/shared/process/log.ts';
import { createHistory, type History } from '../../../src/storage/files/history/history.ts';
import { createSpool, type Spool } from '../../../src/storage/files/spool.ts';

/** A part of these tests: what it says, and the far side is the test itself. */
export interface Said {
  readonly say: string;
}

/** Without waits between messages, so that a test ends soon. */
const QUICK: Limits = { perSecond: 1e6, perChatPerSecond: 1e6, chatBurst: 1e6, perGroup: 1e6, groupWindow: 1000 };

/** An outbox over a real folder whose far side is a function of the test's. */
export interface ScriptedOutbox {
  readonly dataDir: string;
  readonly spool: Spool<Said>;
  readonly history: History;
  readonly outbox: Queue<Said>;
  readonly sent: { chatId: number; say: string }[];
  readonly told: string[];
  clockAhead(ms: number): void;
  reopen(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Decides what the far side says to a part. */
export type FarSide = (part: Said, chatId: number, nth: number) => Outcome | Promise<Outcome>;

export async function openOutbox(
  farSide: FarSide,
  options: { dataDir?: string; limits?: Limits; capacity?: number; veto?: () => string | undefined } = {},
): Promise<ScriptedOutbox> {
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'notify-outbox-')));
  const sent: { chatId: number; say: string }[] = [];
  const told: string[] = [];
  let ahead = 0;
  let nth = 0;
  const now = () => Date.now() + ahead;
  const make = () => {
    const spool = createSpool<Said>(folder);
    const history = createHistory(folder, now);
    const outbox = createQueue<Said>({
      spool,
      history,
      async send(part, { chatId }) {
        nth += 1;
        const outcome = await farSide(part, chatId, nth);
        if (outcome.kind === 'sent') sent.push({ chatId, say: part.say });
        return outcome;
      },
      limits: options.limits ?? QUICK,
      log: createLog('silent', []),
      clock: () => performance.now() + ahead,
      now,
      capacity: options.capacity ?? 1000,
      parallel: 8,
      events: {
        precheck: async () => options.veto?.(),
        sent: (d) => void told.push(`sent ${d.summary.text}`),
        retrying: (d, reason) => void told.push(`retrying ${d.summary.text}: ${reason}`),
        failed: async (d, reason, unreachable) =>
          void told.push(`dead ${d.summary.text}: ${reason}${unreachable ? ' (unreachable)' : ''}`),
        corrupt: (name, reason) => void told.push(`corrupt ${name}: ${reason}`),
        moved: async (from, to) => void told.push(`moved ${from} to ${to}`),
      },
    });
    return { spool, history, outbox };
  };
  let parts = make();
  await parts.outbox.open();
  parts.outbox.run();
  return {
    dataDir: folder,
    get spool() {
      return parts.spool;
    },
    get history() {
      return parts.history;
    },
    get outbox() {
      return parts.outbox;
    },
    sent,
    told,
    clockAhead(ms) {
      ahead += ms;
    },
    async reopen() {
      await parts.outbox.stop(1000);
      await parts.history.close();
      parts = make();
      const corrupt = await parts.outbox.open();
      parts.outbox.run();
      return corrupt;
    },
    async close() {
      await parts.outbox.stop(1000);
      await parts.history.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A draft that says one thing, or several in several parts. */
export function draft(
  text: string,
  more: Partial<DeliveryDraft<Said>> & { parts?: string[] } = {},
): DeliveryDraft<Said> {
  const { parts, ...rest } = more;
  return {
    user: 'ana',
    uid: 1001,
    chatId: 1,
    digest: `digest of ${text}`,
    summary: { text },
    steps: (parts ?? [text]).map((say) => ({ part: { say }, cost: 1 })),
    files: [],
    muted: false,
    ...rest,
  };
}
