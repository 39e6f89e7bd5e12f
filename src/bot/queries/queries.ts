import type { Queue } from '../../queue/queue.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Deliveries, History, Links } from '../../storage/ports.ts';
import type { AdminServices, MessageServices } from '../api/services.ts';
import type { Download } from '../telegram/download.ts';
import type { Part } from '../telegram/part.ts';
import { deliveryRecord, linkRecord } from './admin-views.ts';
import { countMessages } from './counts.ts';
import { HISTORY_KEPT_MS, listMessages } from './messages.ts';
import { findPicture } from './pictures.ts';

/** The stores that the queries read. */
export interface QueryParts {
  readonly history: History;
  readonly deliveries: Deliveries<Part>;
  readonly queue: Pick<Queue<Part>, 'queued'>;
  readonly links: Pick<Links, 'all'>;
  readonly download: Download;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Creates the queries of the API: messages, their counts and pictures, and the sysadmin's lists. */
export function createQueries(parts: QueryParts): {
  readonly services: MessageServices & Omit<AdminServices, 'retry'>;
  readonly module: Module;
} {
  const { history, deliveries, queue, links, download, now } = parts;
  const { queued } = queue;
  const module: Module = {
    name: 'queries',
    // Reads the history ahead, so that the first page does not wait for it.
    run: () => void history.counts('all', now() - HISTORY_KEPT_MS).catch(() => {}),
  };
  const services: MessageServices & Omit<AdminServices, 'retry'> = {
    messages: (query) => listMessages({ history, queued, read: deliveries.get, now }, query),
    counts: (whose, days) => countMessages(history, whose, days, now()),
    picture: (owner, id, place, hold) =>
      findPicture({ history, queued, deliveries, download, now }, { owner, id, place, hold }),
    async users() {
      const records = (await links.all()).map(linkRecord);
      return { records, total: records.length };
    },
    async queue(most) {
      const waiting = queued();
      const records: ReturnType<typeof deliveryRecord>[] = [];
      // One after the other: a thousand whole deliveries at once might not fit memory.
      for (const { delivery } of waiting.slice(0, most)) {
        const found = await deliveries.get(delivery).catch(() => undefined);
        if (found !== undefined) records.push(deliveryRecord(found));
      }
      return { records, total: waiting.length };
    },
    async failed(most) {
      const { deliveries: found, total } = await deliveries.failed(most);
      return { records: found.map(deliveryRecord), total };
    },
  };
  return { services, module };
}
