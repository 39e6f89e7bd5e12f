/** What this service knows of an account of the host. */
import { entryNumber } from '../../../../shared/host/getent.ts';

export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
  readonly home: string;
}

/** Reads a line in the form of passwd(5); `undefined` for any other. */
export function parsePasswdEntry(line: string): PasswdEntry | undefined {
  const [name, , uidText, gidText, , home] = line.split(':');
  const uid = entryNumber(uidText);
  const gid = entryNumber(gidText);
  if (name === undefined || name === '' || uid === undefined || gid === undefined) return undefined;
  return { name, uid, gid, home: home ?? '' };
}
