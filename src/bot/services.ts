import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '../core/account.ts';
import { linkedChat } from '../core/destination.ts';
import { Problem } from '../core/problem.ts';
import type { Update } from '../core/update.ts';
import type { Queue } from '../queue/queue.ts';
import { writeDurably } from '../shared/files/durable.ts';
import type { Log } from '../shared/process/log.ts';
import type { Codes } from '../storage/files/codes/codes.ts';
import type { DeepLinks } from '../storage/files/codes/deep-links.ts';
import type { Links } from '../storage/files/links/links.ts';
import type { Mutes } from '../storage/files/mutes.ts';
import type { UpdateLog } from '../storage/files/update-log.ts';
import type { Deliveries, History } from '../storage/ports.ts';
import type { AdminServices, LinkServices, Services } from './api/services.ts';
import type { ChatRouter } from './chat/router.ts';
import type { EventBus } from './events/event-bus.ts';
import type { MakeTest } from './intake/test-notification.ts';
import type { LinkService } from './links/link-service.ts';
import { healthReasons } from './monitoring/health.ts';
import type { Metrics } from './monitoring/metrics.ts';
import { deliveryRecord, linkRecord } from './queries/admin-views.ts';
import { countMessages } from './queries/counts.ts';
import { listMessages } from './queries/messages.ts';
import { findPicture } from './queries/pictures.ts';
import { createScriptServices } from './queries/script-services.ts';
import type { Scripts } from './scripts/scripts.ts';
import type { BotSettings } from './settings.ts';
import type { Download } from './telegram/download.ts';
import type { Part } from './telegram/part.ts';
import type { Receiver } from './telegram/updates/receive.ts';

/** The parts of the service that the socket API reaches. */
export interface ServiceParts {
  readonly settings: Pick<BotSettings, 'outboxMax'>;
  readonly links: Links;
  readonly mutes: Mutes;
  readonly codes: Codes;
  readonly deepLinks: DeepLinks;
  readonly linking: LinkService;
  readonly scripts: Scripts;
  readonly outbox: Queue<Part>;
  readonly spool: Deliveries<Part> & { readonly stagingDir: string };
  readonly history: History;
  readonly receiver: Receiver;
  readonly journal: Pick<UpdateLog<Update>, 'putAside'>;
  readonly metrics: Metrics;
  readonly feed: EventBus;
  readonly submit: Services['submit'];
  readonly makeTest: MakeTest;
  readonly download: Download;
  readonly uidOf: (user: string) => Promise<number | undefined>;
  /** Whoever speaks in chats; nobody before Telegram has said who the bot is. */
  readonly router: () => ChatRouter | undefined;
  readonly host: string;
  /** For how long the service has run, ms. */
  readonly upMs: () => number;
  readonly now: () => number;
  readonly log: Log;
}

/** Whose wrong codes count together: the caller's own, or, behind a trusted program such as the dashboard, the user's. */
function triesOf(user: string, caller: Caller): string {
  return caller.trusted ? `for ${user}` : String(caller.uid);
}

function linkingServices(parts: ServiceParts): LinkServices {
  const { links, mutes, linking, deepLinks, outbox, receiver, router, host, log } = parts;
  return {
    async redeemCode({ user, uid }, code, caller) {
      const result = await linking.redeemCode(user, uid, code, triesOf(user, caller));
      if (result.outcome !== 'linked') return result;
      log.info({ user, by: caller.name }, 'linked');
      void router()?.tell(
        result.chat.id,
        '✅ Linked to ',
        { bold: user },
        ` on ${host}. Try /test, or /help for more.`,
      );
      if (result.previousChatId !== undefined) {
        void router()?.tell(
          result.previousChatId,
          `${user} on ${host} is linked to another chat now; nothing more comes here.`,
        );
      }
      return { outcome: 'linked', linkedAt: result.linkedAt };
    },
    async deepLink({ user, uid }) {
      const { me } = receiver.state();
      if (me === undefined) {
        throw new Problem(
          'telegram_unknown',
          'Telegram has not been reached yet, so the bot’s name is not known. Try again soon.',
        );
      }
      const { token, expiresAt } = await deepLinks.issue(user, uid);
      return { url: `https://t.me/${me.username}?start=${token}`, expiresAt };
    },
    async unlink(user) {
      const ended = await links.unlink(user);
      if (ended === undefined) return false;
      log.info({ user }, 'unlinked');
      void router()?.tell(ended.chatId, `${user} on ${host} was unlinked from this chat. /start links again.`);
      return true;
    },
    async accountStatus({ user, uid }) {
      const link = await links.find(user, uid);
      const { me } = receiver.state();
      // What can't be read counts as not muted, here as for messages.
      const { all } = await mutes.list(user).catch(() => ({ all: undefined }));
      const common = {
        queued: outbox.size(user),
        ...(me === undefined ? {} : { bot: { username: me.username, name: me.first_name } }),
        ...(all === undefined ? {} : { mutedUntil: new Date(all).toISOString() }),
      };
      if (link === undefined) return { linked: false, ...common };
      return {
        linked: true,
        ...common,
        ...(link.linkedAt === undefined ? {} : { linkedAt: link.linkedAt }),
        chat: { type: link.chat.type, name: link.chat.name },
        ...(link.unreachable === undefined ? {} : { unreachable: link.unreachable.reason }),
      };
    },
  };
}

function operatorServices({ links, outbox, spool }: ServiceParts): Omit<AdminServices, 'retry'> {
  return {
    async users() {
      const records = (await links.all()).map(linkRecord);
      return { records, total: records.length };
    },
    async queue(most) {
      const waiting = outbox.queued();
      const read = waiting.slice(0, most).map(({ delivery }) => spool.get(delivery).catch(() => undefined));
      const found = (await Promise.all(read)).filter((delivery) => delivery !== undefined);
      return { records: found.map(deliveryRecord), total: waiting.length };
    },
    async failed(most) {
      const { deliveries, total } = await spool.failed(most);
      return { records: deliveries.map(deliveryRecord), total };
    },
  };
}

/** Whether the disk takes files again, after it refused one. */
async function canStore(folder: string): Promise<boolean> {
  const path = join(folder, 'probe');
  try {
    await writeDurably(path, 'x'.repeat(PROBE_BYTES));
    await rm(path);
    return true;
  } catch {
    return false;
  }
}

/** What a message with a long text takes. */
const PROBE_BYTES = 128 * 1024;

/** Everything that the socket API asks of the service. */
export function createServices(parts: ServiceParts): Services {
  const { settings, links, mutes, codes, deepLinks, scripts, outbox, spool, history, receiver, journal } = parts;
  const { metrics, feed, submit, makeTest, download, upMs, now } = parts;
  /** Why the last message could not be stored, until one was again. */
  let trouble: Problem | undefined;

  return {
    ...linkingServices(parts),
    ...createScriptServices(parts),
    stagingDir: spool.stagingDir,
    feed,
    async submit(submission) {
      try {
        const receipt = await submit(submission);
        trouble = undefined;
        if (receipt.status === 'muted') metrics.muted();
        return receipt;
      } catch (error) {
        if (error instanceof Problem && error.code === 'storage') trouble = error;
        throw error;
      }
    },
    counts: (whose, days) => countMessages(history, whose, days, now()),
    picture: (owner, id, place, hold) =>
      findPicture({ history, queued: outbox.queued, deliveries: spool, download, now }, { owner, id, place, hold }),
    makeTest,
    ...operatorServices(parts),
    messages: (query) => listMessages({ history, queued: outbox.queued, read: spool.get, now }, query),
    retry: (delivery) =>
      outbox.retry(delivery, async ({ user, uid }) => {
        const link = await links.find(user, uid);
        if (link === undefined) throw new Problem('not_linked', `${user} is not linked to a Telegram chat any more.`);
        return linkedChat(user, link.chatId);
      }),
    async health() {
      if (trouble !== undefined && (await canStore(spool.stagingDir))) trouble = undefined;
      // A file that was broken or mended meanwhile is looked at before it is judged.
      const problems = await Promise.all([links, mutes, codes, deepLinks, scripts.runs].map((store) => store.check()));
      const receive = receiver.state();
      const { me } = receive;
      const reasons = healthReasons({
        receive,
        upMs: upMs(),
        queued: outbox.size(),
        capacity: settings.outboxMax,
        storage: trouble,
        unreadable: [...problems.flatMap((problem) => problem?.message ?? []), ...(await journal.putAside())],
        corrupt: (await spool.corrupt()).length,
      });
      const details = {
        queued: outbox.size(),
        links: links.count(),
        uptime_s: Math.round(upMs() / 1000),
        ...(me === undefined ? {} : { bot: me.username }),
        ...(receive.lastPoll === undefined ? {} : { last_poll_at: new Date(receive.lastPoll.at).toISOString() }),
      };
      return { reasons, details };
    },
    metrics: () => metrics.text(),
  };
}
