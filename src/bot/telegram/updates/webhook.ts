/**
 * Removes webhooks that other programs set for this bot: while one is set, Telegram answers every poll with 409.
 *
 * Promises: no pending update is dropped; no more than five webhooks an hour are removed, so that two programs do not
 * fight over a bot; only the host of a webhook is named, because its path may hold the bot's token.
 */
import type { Api } from 'grammy';
import type { Signal } from '../call.ts';
import type { PollReaction } from './fault.ts';

/** Webhooks that are removed within an hour; a program that sets its webhook more often is left to a person. */
const MOST_REMOVALS = 5;
const REMOVALS_MS = 3_600_000;
/** Milliseconds between polls while a webhook stays. */
const STAYS_MS = 60_000;

/** Makes one call within the time that a call may take. */
export type LimitedCall = <T>(call: (signal: Signal) => Promise<T>) => Promise<T>;

/** @see createWebhookRemoval */
export interface WebhookRemoval {
  /**
   * Looks for a webhook, and removes it.
   *
   * @returns the reaction to a poll that failed because of it; `undefined` when there is none
   * @throws what the calls throw
   */
  remove(limited: LimitedCall): Promise<PollReaction | undefined>;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an unreadable address';
}

/** Creates the removal for one bot. @param clock milliseconds on a clock that is never set */
export function createWebhookRemoval(api: Api, clock: () => number): WebhookRemoval {
  let removals: readonly number[] = [];
  return {
    async remove(limited) {
      const { url } = await limited((signal) => api.getWebhookInfo(signal));
      if (typeof url !== 'string' || url === '') return undefined;
      const host = hostOf(url);
      removals = removals.filter((at) => at > clock() - REMOVALS_MS);
      if (removals.length >= MOST_REMOVALS) {
        const sentence = `Another program keeps setting a webhook at ${host} for this bot, so no updates arrive: stop it, or give one of the two a token of its own.`;
        return { kind: 'webhook', sentence, waitMs: STAYS_MS, probeS: 0 };
      }
      await limited((signal) => api.deleteWebhook({ drop_pending_updates: false }, signal));
      removals = [...removals, clock()];
      const sentence = `Another program had set a webhook at ${host} for this bot; it was removed, so that updates arrive here again.`;
      return { kind: 'webhook', sentence, waitMs: 0, probeS: 0 };
    },
  };
}
