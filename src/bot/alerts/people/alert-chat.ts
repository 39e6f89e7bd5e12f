/** What the chat asks of alerts: presses of the buttons under their messages, and reactions to those. */
import type { AlertView } from '../../../core/alerts/alert.ts';
import type { FeaturePress, FeatureReaction, PressAnswer } from '../../../core/chat/press.ts';

/** What a button does: acknowledge and take that back, silence for an hour, four hours, a day, show details. */
const ACTIONS = ['ack', 'una', 's1h', 's4h', 's1d', 'det'] as const;
export type AlertAction = (typeof ACTIONS)[number];

/** The name of this feature in the data of its buttons. */
export const ALERTS_PRESS = 'al';

/** The data of a button, at most 24 bytes. */
export const alertPress = (action: AlertAction, group: string): string => `${ALERTS_PRESS}:${action}:${group}`;

/** Reads the data of a button behind the feature's name; `undefined` for any text that a modified client makes up. */
export function readAlertPress(data: string): { readonly action: AlertAction; readonly group: string } | undefined {
  const [, word, group] = /^([a-z0-9]{3}):([a-z0-9]{1,16})$/.exec(data) ?? [];
  const action = ACTIONS.find((known) => known === word);
  return action === undefined || group === undefined ? undefined : { action, group };
}

/** A group of alerts that a chat was told of. */
export interface ChatGroup {
  readonly group: string;
  /** The newest message that tells of it there; `undefined` while none is known. */
  readonly messageId: number | undefined;
  /** Those that are not over, newest first. */
  readonly alerts: readonly AlertView[];
}

/** Alerts as a chat uses them. What changes one throws Problem `storage`. */
export interface AlertChat {
  /** Does what a button says. The data of a press can be forged: it counts only at a message of that group. */
  press(press: FeaturePress): Promise<PressAnswer>;
  /** Acknowledges what a message tells, where the person may press its buttons. @returns whether it is the message of a group */
  react(reaction: FeatureReaction): Promise<boolean>;
  /** What is open of what a chat, or a topic of it, was told, newest first. */
  groupsAt(chat: Pick<FeaturePress['place'], 'chatId' | 'threadId'>): readonly ChatGroup[];
}
