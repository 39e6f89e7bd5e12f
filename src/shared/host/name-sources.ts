/**
 * The sources of the host's accounts, as nsswitch.conf(5) lists them, and whether each answers.
 *
 * `getent` ends with the same status for a name that does not exist and for a source that is away, so a missing entry
 * proves nothing until the sources were asked. The actions of nsswitch.conf(5) tell the two apart: an entry of the local
 * files is looked up behind the source, and found only if the source itself answered.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type NameService, runGetent } from './run-getent.ts';

/** A database of getent(1). */
export type Database = 'passwd' | 'group' | 'initgroups';

/** Sources on this host itself, which are there whenever it runs; `systemd` has the users of running units. */
const LOCAL = new Set(['files', 'compat', 'db', 'systemd', 'mymachines', 'altfiles']);
/** Continues to the next source after every answer, and ends without one when the source is away. */
const IF_IT_ANSWERS = '[UNAVAIL=return TRYAGAIN=return NOTFOUND=continue SUCCESS=continue] files';
/** In the local files of every host, both as an account and as a group. */
const ALWAYS_THERE = 'root';

const LIBRARY_FOLDERS = ['/lib', '/lib64', '/usr/lib', '/usr/lib64', '/usr/local/lib'];

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether glibc finds the library of a source. It passes over one that is not installed, and so does this module. */
function isInstalled(source: string): boolean {
  const library = `libnss_${source}.so.2`;
  return LIBRARY_FOLDERS.some((folder) => {
    // Debian has a folder for each architecture, such as x86_64-linux-gnu.
    const inner = namesIn(folder).filter((name) => name.includes('-linux-'));
    return ['', ...inner].some((name) => existsSync(join(folder, name, library)));
  });
}

function sourcesIn(text: string, database: string): readonly string[] | undefined {
  const line = new RegExp(`^[ \\t]*${database}[ \\t]*:([^#\\n]*)`, 'm').exec(text)?.[1];
  return line
    ?.replace(/\[[^[\]]*\]/g, ' ')
    .split(/\s+/)
    .filter((word) => /^[A-Za-z0-9_]+$/.test(word));
}

/** The sources of a database that may be away while the host runs, such as `sss` and `ldap`; none on most hosts. */
export async function remoteSources({ nsswitch }: NameService, database: Database): Promise<readonly string[]> {
  const text = await readFile(nsswitch, 'utf8').catch(() => '');
  const own = sourcesIn(text, database);
  // Without a line of its own, `initgroups` takes the sources of `group`.
  const sources = own ?? (database === 'initgroups' ? sourcesIn(text, 'group') : undefined) ?? [];
  return [...new Set(sources)].filter((source) => !LOCAL.has(source) && isInstalled(source));
}

/** The remote sources of a database that do not answer now. A source that takes longer than five seconds is one. */
export async function silentSources(service: NameService, database: Database): Promise<readonly string[]> {
  const sources = await remoteSources(service, database);
  if (sources.length === 0) return [];
  const table = database === 'passwd' ? 'passwd' : 'group';
  const ask = async (sequence: string) =>
    (await runGetent(service.command, ['-s', sequence, table, '--', ALWAYS_THERE])).outcome === 'found';
  const answers = await Promise.all(sources.map((source) => ask(`${source} ${IF_IT_ANSWERS}`)));
  const silent = sources.filter((_source, i) => answers[i] === false);
  // Where the local files lack that entry, the question above shows nothing.
  return silent.length === 0 || (await ask('files')) ? silent : [];
}
