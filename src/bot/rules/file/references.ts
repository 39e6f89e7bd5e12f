import { addressOf } from '../../../core/destination.ts';
import { foundIn, notAmong, type Reader, type Value } from './nodes.ts';
import { type Read, text } from './readers.ts';

/** What a text of the rules can name. */
export type Referenced = 'template' | 'escalation' | 'rotation' | 'time';

/** Names that stand in the file, to be looked up once all of it is read. */
export interface References {
  /** Reads the name of something that another part of the file defines. */
  named(kind: Referenced): Read<string>;
  /** Reads an address: a destination, a rotation, a group of the host, or `owner`. */
  readonly address: Read<string>;
  /** Notes those that name nothing. */
  check(known: Readonly<Record<Referenced, readonly string[]>>, reader: Reader): void;
}

const FORMS = 'a destination (ops, ops/disks, user:alice, @name), rotation:NAME, "%group" or owner';
const GROUP = /^%[^\s/:%*,@]{1,64}$/;
const ROTATION = 'rotation:';

/** Creates the list. */
export function createReferences(): References {
  const found: { readonly kind: Referenced; readonly name: string; readonly value: Value }[] = [];
  return {
    named: (kind) => (value, reader) => {
      const name = text(64)(value, reader);
      if (name !== undefined) found.push({ kind, name, value });
      return name;
    },
    address(value, reader) {
      const address = text(300)(value, reader);
      if (address === undefined) return undefined;
      if (address.startsWith(ROTATION)) {
        found.push({ kind: 'rotation', name: address.slice(ROTATION.length), value });
        return address;
      }
      if (address === 'owner' || GROUP.test(address) || addressOf(address) !== undefined) return address;
      return reader.refuse(value, `found ${foundIn(value)}; allowed: ${FORMS}.`);
    },
    check(known, reader) {
      for (const { kind, name, value } of found) {
        if (known[kind].includes(name)) continue;
        reader.refuse(value, `there is no ${kind} ${JSON.stringify(name)}; ${notAmong(name, known[kind])}`);
      }
    },
  };
}
