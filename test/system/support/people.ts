/** Somebody with an account on the server and a chat in Telegram. */
export interface Person {
  readonly name: string;
  readonly chatId: number;
  /** Beside their own. */
  readonly groups: readonly string[];
}

export const ANN: Person = { name: 'ann', chatId: 1001, groups: ['dataread', 'data-ops'] };
export const BEN: Person = { name: 'ben', chatId: 1002, groups: ['dataread'] };
export const CAI: Person = { name: 'cai', chatId: 1003, groups: [] };
export const PEOPLE = [ANN, BEN, CAI];

/** A shell script that makes their groups and accounts. */
export function makeAccounts(): string {
  const groups = [...new Set(PEOPLE.flatMap((person) => person.groups))].map((group) => `groupadd ${group}`);
  const accounts = PEOPLE.map((person) => `useradd -m -s /bin/bash -G '${person.groups}' ${person.name}`);
  return [...groups, ...accounts].join(' && ');
}
