/**
 * The file of several deliveries of one notification that are not stored by themselves yet: one JSON object with the first
 * delivery as its own file would hold it, and where the others differ.
 */
import type { Delivery } from '../../../core/delivery/delivery.ts';
import type { Destination } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import { fieldsOf, isWhole } from '../entries.ts';
import { formatDelivery, parseDelivery } from './delivery-file.ts';
import { deliveryNamed } from './places.ts';

/** The name of the batch file beside the deliveries. @param batch the id of the first delivery */
export const batchName = (batch: string): string => `${batch}.batch`;

/** The name of the batch's file at a place, which becomes that of each of its deliveries. */
export const batchAttachment = (batch: string, place: number): string => `${batchName(batch)}.${place}`;

/** Deliveries as their batch file holds them. @param deliveries at least two, which differ in id, destination and place */
export function formatBatch(deliveries: readonly Delivery<unknown>[]): string {
  const [first] = deliveries;
  if (first === undefined) throw new Error('a batch without deliveries');
  const members = deliveries.map(({ delivery, destination, fanOut }) => ({
    delivery,
    destination: destination.name,
    chat_id: destination.chatId,
    thread_id: destination.threadId,
    place: fanOut?.place,
  }));
  return `{"version":1,"first":${formatDelivery(first)},"members":${JSON.stringify(members)}}`;
}

const bad = (field: string) => new Problem('bad_delivery', `its field ${field} is not what a batch holds`);

function destinationOf(member: unknown): Destination {
  const { destination: name, chat_id: chatId, thread_id: threadId } = fieldsOf(member) ?? {};
  if (typeof name !== 'string' || !isWhole(chatId)) throw bad('members');
  if (threadId !== undefined && !isWhole(threadId)) throw bad('members');
  return { name, chatId, ...(threadId !== undefined && { threadId }) };
}

/** Reads a batch file. @param batch what its name stands for @throws Problem `bad_delivery` naming the field */
export function parseBatch<P>(text: string, batch: string): readonly Delivery<P>[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('bad_delivery', 'it is not JSON', { cause: error });
  }
  const { version, first: held, members } = fieldsOf(value) ?? {};
  if (version !== 1) throw bad('version');
  if (!Array.isArray(members) || members.length === 0) throw bad('members');
  const first = parseDelivery<P>(JSON.stringify(held));
  const { fanOut } = first;
  if (fanOut?.batch !== batch) throw bad('first');
  return members.map((member: unknown) => {
    const { delivery, place } = fieldsOf(member) ?? {};
    if (deliveryNamed(`${delivery}.json`) === undefined || !isWhole(place)) throw bad('members');
    return { ...first, delivery: String(delivery), destination: destinationOf(member), fanOut: { ...fanOut, place } };
  });
}
