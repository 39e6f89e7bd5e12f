/** Presses of the buttons under messages about alerts, and reactions to those messages. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Account, isSameAccount } from '../../../core/account.ts';
import { type Alert, stateOf } from '../../../core/alerts/alert.ts';
import type { GroupPlace } from '../../../core/alerts/group.ts';
import type { FeaturePress, FeatureReaction, PressAnswer } from '../../../core/chat/press.ts';
import { isSameChat } from '../../../core/destination.ts';
import type { KeyedMessages } from '../../../queue/ports.ts';
import { shortDuration } from '../../../shared/text/duration.ts';
import type { IntakeServices } from '../../api/services.ts';
import { viewOf } from '../api/list.ts';
import type { AlertStore, GroupEntry } from '../store/alert-store.ts';
import { ALERTS_SOURCE, keyOf, openAlerts } from '../telling/message.ts';
import type { Acts } from './acts.ts';
import { type AlertAction, type AlertChat, readAlertPress } from './alert-chat.ts';
import { detailsOf } from './details.ts';

/** Dependencies. */
export interface AlertChatParts {
  readonly store: AlertStore;
  readonly acts: Acts;
  readonly keyedMessages: Pick<KeyedMessages, 'find'>;
  readonly submit: IntakeServices['submit'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const HOUR_MS = 3_600_000;
/** How long each button silences, ms. */
const SILENCES: Partial<Record<AlertAction, number>> = { s1h: HOUR_MS, s4h: 4 * HOUR_MS, s1d: 24 * HOUR_MS };

/** A place gets the details of a group at most once in this time, ms. */
const DETAILS_MS = 10_000;

/** How often, and after how many milliseconds, to look again for a message that is being recorded. */
const LOOKS = 20;
const LOOK_EVERY_MS = 100;

const boxed = (text: string): PressAnswer => ({ text, alert: true });
const GONE = boxed('This message is out of date: its alerts are resolved, or a newer message shows them.');

type ChatPlace = FeaturePress['place'];

const isAt = (place: GroupPlace, { chatId, threadId }: Pick<ChatPlace, 'chatId' | 'threadId'>) =>
  isSameChat({ id: place.chatId, ...threadOf(place) }, { id: chatId, ...threadOf({ threadId }) });
const threadOf = ({ threadId }: { readonly threadId?: number | undefined }) =>
  threadId === undefined ? {} : { threadId };

const isAmong = (accounts: readonly Account[], person: Account) => accounts.some((one) => isSameAccount(person, one));

/** Who may press: in a private chat its person; where strangers can read, only linked people. */
function refusal(
  { chatType, isPublic, by: { accounts } }: FeatureReaction,
  { person }: GroupPlace,
): string | undefined {
  if (chatType === 'private' && (person === undefined || !isAmong(accounts, person))) {
    return 'This chat is no longer linked to the account that this alert was sent to.';
  }
  const isOpen = chatType === 'channel' || isPublic;
  return isOpen && accounts.length === 0
    ? 'Only people with a linked private chat may do this here: send me /start there first.'
    : undefined;
}

const counted = (count: number) => (count === 1 ? '1 alert' : `${count} alerts`);

/** Creates the handlers. */
export function createAlertChat({ store, acts, keyedMessages, submit, now }: AlertChatParts): AlertChat {
  /** The place of a group that contains a message; after a crash only its key may identify the message. */
  async function knownPlace({ group }: GroupEntry, at: ChatPlace): Promise<GroupPlace | undefined> {
    const place = group.places.find((one) => isAt(one, at));
    if (place === undefined || [...place.messages, ...place.former].includes(at.messageId)) return place;
    const keyed = {
      ...group.owner,
      source: ALERTS_SOURCE,
      key: keyOf(group.id),
      chatId: place.chatId,
      ...threadOf(place),
    };
    const known = await keyedMessages.find(keyed);
    return known?.messageIds.includes(at.messageId) === true ? place : undefined;
  }

  /** A press may arrive before its message is recorded, so a press under a newer message waits for the record. */
  async function placeOf(id: string, at: ChatPlace): Promise<GroupPlace | undefined> {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const entry = store.group(id);
      const found = entry && (await knownPlace(entry, at));
      const place = entry?.group.places.find((one) => isAt(one, at));
      if (found !== undefined || place === undefined || at.messageId < Math.max(0, ...place.messages)) return found;
      await sleep(LOOK_EVERY_MS);
    }
    return undefined;
  }

  const alertsIn = (entry: GroupEntry, isMeant: (alert: Alert) => boolean) =>
    openAlerts(store, entry, now()).filter(isMeant);

  async function acknowledge(entry: GroupEntry, by: string): Promise<PressAnswer> {
    const firing = alertsIn(entry, (alert) => stateOf(alert, now()) === 'firing');
    const [other] = alertsIn(entry, (alert) => stateOf(alert, now()) === 'acknowledged');
    if (firing.length === 0) {
      return {
        text:
          other === undefined ? 'Nothing fires here.' : `${other.acknowledgement?.by} has acknowledged this already.`,
      };
    }
    const made = firing.map((alert) => acts.acknowledge(alert, by));
    await store.commit();
    const until = Math.min(...made.map(({ acknowledgement }) => acknowledgement?.until ?? 0));
    return { text: `Acknowledged: ${counted(made.length)}, for ${shortDuration(until - now())}.` };
  }

  async function unacknowledge(entry: GroupEntry): Promise<PressAnswer> {
    const found = alertsIn(entry, (alert) => stateOf(alert, now()) === 'acknowledged');
    for (const alert of found) acts.unacknowledge(alert);
    await store.commit();
    return { text: found.length === 0 ? 'Nobody has acknowledged this.' : `Fires again: ${counted(found.length)}.` };
  }

  async function silence(entry: GroupEntry, by: string, forMs: number): Promise<PressAnswer> {
    const found = alertsIn(entry, () => true);
    for (const alert of found) acts.silence(alert, by, forMs);
    await store.commit();
    return {
      text:
        found.length === 0 ? 'Nothing fires here.' : `Silenced for ${shortDuration(forMs)}: ${counted(found.length)}.`,
    };
  }

  /** Below the message, at most once in ten seconds however often it is pressed. */
  async function details(entry: GroupEntry, place: GroupPlace): Promise<PressAnswer> {
    const { group } = entry;
    const { name, chatId, person } = place;
    const destination = { name, chatId, ...threadOf(place) };
    const turn = Math.floor(now() / DETAILS_MS);
    const id = `al-details-${group.id}.${chatId}.${place.threadId ?? 0}.${turn}`.slice(0, 64);
    const notification = {
      account: group.owner,
      text: detailsOf(openAlerts(store, entry, now()), now()),
      parseMode: 'HTML',
      silent: true,
      source: 'alert-details',
      passes: { mute: true, quiet: true },
      media: [],
    } as const;
    const routes = [{ destination, ...(person !== undefined && { person }) }];
    await submit({ notification, routes, id, digest: id, wait: 0 });
    return {};
  }

  async function perform(action: AlertAction, entry: GroupEntry, place: GroupPlace, press: FeaturePress) {
    const { name } = press.by;
    if (action === 'ack') return acknowledge(entry, name);
    if (action === 'una') return unacknowledge(entry);
    if (action === 'det') return details(entry, place);
    return silence(entry, name, SILENCES[action] ?? HOUR_MS);
  }

  return {
    async press(press) {
      const read = readAlertPress(press.data);
      const place = read && (await placeOf(read.group, press.place));
      const entry = store.group(read?.group ?? '');
      if (read === undefined || entry === undefined || place === undefined || entry.group.endedAt !== undefined)
        return GONE;
      const refused = refusal(press, place);
      return refused === undefined ? perform(read.action, entry, place, press) : boxed(refused);
    },
    async react(reaction) {
      const { chatId, messageId } = reaction.place;
      // Telegram names no topic with a reaction; messages of all topics of a chat have different numbers.
      const isHere = (one: GroupPlace) => one.chatId === chatId && one.messages.includes(messageId);
      for (const entry of store.groups()) {
        const place = entry.group.places.find(isHere);
        if (place === undefined || entry.group.endedAt !== undefined) continue;
        if (refusal(reaction, place) === undefined) await acknowledge(entry, reaction.by.name);
        return true;
      }
      return false;
    },
    groupsAt(chat) {
      const found = [...store.groups()].flatMap((entry) => {
        const place = entry.group.places.find((one) => isAt(one, chat) && one.state !== 'untold');
        return place === undefined || entry.group.endedAt !== undefined ? [] : [{ entry, place }];
      });
      return found
        .sort((one, other) => other.entry.group.createdAt - one.entry.group.createdAt)
        .map(({ entry, place }) => ({
          group: entry.group.id,
          messageId: place.messages.at(-1),
          alerts: openAlerts(store, entry, now()).map((alert) => viewOf(store, alert, now())),
        }))
        .filter(({ alerts }) => alerts.length > 0);
    },
  };
}
