/**
 * The accounts in passwd(5) itself, nearly all of them on most hosts. Each start of `getent` blocks the process for some
 * milliseconds; this file is read once, and again when it has changed.
 *
 * It is used only where nsswitch.conf(5) names that file first and takes its answer as final: then NSS gives the same.
 */
import { readFile } from 'node:fs/promises';
import { currentPrint } from '../../../../shared/json/json-file.ts';
import { type PasswdEntry, parsePasswdEntry } from './account-entry.ts';

export interface PasswdFile {
  /** `undefined` when the file doesn't have the account; another source of NSS may. */
  byUid(uid: number): Promise<PasswdEntry | undefined>;
  byName(name: string): Promise<PasswdEntry | undefined>;
}

interface Accounts {
  readonly prints: string;
  readonly uids: ReadonlyMap<number, PasswdEntry>;
  readonly names: ReadonlyMap<string, PasswdEntry>;
}

/** The sources of accounts; after `[SUCCESS=…]` NSS would ask further ones. */
const SOURCES = /^[ \t]*passwd:(.*)$/m;
const isFirst = (nsswitch: string) => {
  const sources = SOURCES.exec(nsswitch)?.[1]?.split('#')[0] ?? '';
  return /^\s*files(\s|$)/.test(sources) && !/success/i.test(sources);
};
/** Lines of another form, such as `+` for all accounts of NIS, are left to NSS. */
const LINE = /^[^\s#+:-][^:]*:[^:]*:\d+:\d+:[^:]*:[^:]*:[^:]*$/;

/** @param passwd the file of accounts @param nsswitch the file that names the sources */
export function createPasswdFile(passwd = '/etc/passwd', nsswitch = '/etc/nsswitch.conf'): PasswdFile {
  let known: Accounts | undefined;

  async function read(prints: string): Promise<Accounts> {
    const [text, order] = await Promise.all([readFile(passwd, 'utf8'), readFile(nsswitch, 'utf8')]);
    const [uids, names] = [new Map<number, PasswdEntry>(), new Map<string, PasswdEntry>()];
    for (const line of isFirst(order) ? text.split('\n') : []) {
      const account = LINE.test(line) ? parsePasswdEntry(line) : undefined;
      if (account === undefined) continue;
      // The first line counts, as in glibc.
      if (!uids.has(account.uid)) uids.set(account.uid, account);
      if (!names.has(account.name)) names.set(account.name, account);
    }
    return { prints, uids, names };
  }

  /** The present content; `undefined` where the files can't be read. */
  async function current(): Promise<Accounts | undefined> {
    try {
      const prints = (await Promise.all([currentPrint(passwd), currentPrint(nsswitch)])).join(' ');
      if (known?.prints !== prints) known = await read(prints);
      return known;
    } catch {
      return undefined;
    }
  }

  return {
    byUid: async (uid) => (await current())?.uids.get(uid),
    byName: async (name) => (await current())?.names.get(name),
  };
}
