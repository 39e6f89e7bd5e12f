/** Reports unresolvable addresses of the rules in the log, in the service's health, and to the owner of the alerts. */
import { createHash } from 'node:crypto';
import type { AlertGroup } from '../../../core/alerts/group.ts';
import { Problem, sentenceOf } from '../../../core/problem.ts';
import type { Log } from '../../../shared/process/log.ts';
import type { IntakeServices } from '../../api/services.ts';
import type { Unresolved } from './addresses.ts';

/** How long health lists an address, and it is not reported to the owner again, ms. */
const QUIET_MS = 6 * 3_600_000;
/** Maximum number of remembered addresses: more than the rules of a host have. */
const MOST = 1000;
/** How many of them health lists. */
const MOST_NAMED = 10;

/** @see createUnresolved */
export interface UnresolvedReports {
  /** Reports addresses of a group. Never rejects. @param isPosters who posted the alerts named them, not the rules */
  report(group: AlertGroup, unresolved: readonly Unresolved[], isPosters: boolean): void;
  /** A sentence for each recently unresolvable address of the rules. */
  reasons(): readonly string[];
}

/** Creates the reports. */
export function createUnresolved(parts: {
  readonly submit: IntakeServices['submit'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}): UnresolvedReports {
  const { submit, now, log } = parts;
  const known = new Map<string, { readonly reason: string; readonly at: number }>();
  /** Addresses that an alert owner named, or has not linked, by uid and address. */
  const knownOfOwners: typeof known = new Map();

  async function tell({ owner, decision }: AlertGroup, { address, reason }: Unresolved): Promise<void> {
    const period = Math.floor(now() / QUIET_MS);
    const digest = createHash('sha256')
      .update(JSON.stringify([decision.route, address]))
      .digest('hex')
      .slice(0, 20);
    // The id is the same for six hours, so it is sent once even across a restart.
    const id = `al-nowhere-${digest}-${period}`;
    const text = `Alerts of the route ${decision.route} could not be sent to ${address}: ${reason}`;
    const words = { title: 'Alerts could not be sent', text, parseMode: 'none', severity: 'high' } as const;
    const notification = { ...words, account: owner, source: 'notify-bot: alerts', media: [] };
    try {
      await submit({ notification, id, digest: id, wait: 0 });
    } catch (error) {
      const isUsual = error instanceof Problem && ['not_linked', 'id_conflict'].includes(error.code);
      if (!isUsual)
        log.warn(
          { user: owner.user, err: sentenceOf(error) },
          'The owner of alerts was not notified of an address without a chat',
        );
    }
  }

  return {
    report(group, unresolved, isPosters) {
      for (const one of unresolved) {
        const { address, reason } = one;
        const { route } = group.decision;
        // Any account may post alerts without a link: this is no mistake of the rules or the service.
        const isOwn = address === 'owner' || isPosters;
        const [seen, name] = isOwn ? [knownOfOwners, `${group.owner.uid} ${address}`] : [known, address];
        const last = seen.get(name);
        if (last !== undefined && last.reason === reason && now() - last.at < QUIET_MS) continue;
        seen.delete(name);
        seen.set(name, { reason, at: now() });
        const [oldest] = seen.keys();
        if (seen.size > MOST && oldest !== undefined) seen.delete(oldest);
        if (isOwn)
          log.info({ user: group.owner.user, route, address, reason }, 'Alerts of an account have no chat to go to');
        else log.error({ route, address, reason }, 'An address in the rules of alerts has no chat');
        void tell(group, one);
      }
    },
    reasons() {
      const recent = [...known].filter(([, { at }]) => now() - at < QUIET_MS);
      return recent.slice(-MOST_NAMED).map(([address, { reason }]) => `Alerts can't be sent to ${address}: ${reason}`);
    },
  };
}
