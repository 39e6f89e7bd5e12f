/** The interface of alerts for the chat: button presses under their messages, and reactions to them. */
import type { AlertView } from '../../../core/alerts/alert.ts';
import type { FeaturePress, FeatureReaction, PressAnswer } from '../../../core/chat/press.ts';

/** Actions of buttons: acknowledge, withdraw that, silence for an hour, four hours or a day, show details. */
const ACTIONS = ['ack', 'una', 's1h', 's4h', 's1d', 'det'] as const;
export type AlertAction = (typeof ACTIONS)[number];

/** The name of this feature in the data of its buttons. */
export const ALERTS_PRESS = 'al';

/** The data of a button, at most 24 bytes. */
export const alertPress = (action: AlertAction, group: string): string => `${ALERTS_PRESS}:${action}:${group}`;

/** Parses the data of a button after the feature's name; `undefined` for data forged by a modified client. */
export function readAlertPress(data: string): { readonly action: AlertAction; readonly group: string } | undefined {
  const [, word, group] = /^([a-z0-9]{3}):([a-z0-9]{1,16})$/.exec(data) ?? [];
  const action = ACTIONS.find((known) => known === word);
  return action === undefined || group === undefined ? undefined : { action, group };
}

/** A group of alerts that was sent to a chat. */
export interface ChatGroup {
  readonly group: string;
  /** Its newest message there; `undefined` while none is known. */
  readonly messageId: number | undefined;
  /** The open alerts, newest first. */
  readonly alerts: readonly AlertView[];
}

/** Alerts as a chat uses them. Methods that change one throw Problem `storage`. */
export interface AlertChat {
  /** Runs the action of a button. Its data can be forged, so it is valid only under a message of that group. */
  press(press: FeaturePress): Promise<PressAnswer>;
  /** Acknowledges a message's alerts if the person may press its buttons. @returns whether it is a group's message */
  react(reaction: FeatureReaction): Promise<boolean>;
  /** Groups with open alerts that were sent to a chat, or to a topic of it, newest first. */
  groupsAt(chat: Pick<FeaturePress['place'], 'chatId' | 'threadId'>): readonly ChatGroup[];
}
