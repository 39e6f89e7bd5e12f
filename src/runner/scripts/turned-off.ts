/** Names that turn a file off: by its owner, or as a leftover of an editor, a package manager, or a download. */

/** Hidden, a draft, `#x#` of Emacs, or `~$x` of an office. */
const STARTS = /^(?:[._#]|~\$)/;

/** What editors, package managers, compilers and patch(1) leave; a number may follow, as in `x.py.save.1`. */
const LEFTOVER =
  /(?:~|,v|\.py[co]|\.(?:bak|sw[a-p]|disabled|orig|save|rej|dpkg-[a-z-]+|ucf-[a-z]+|rpm[a-z]+)\d*(?:\.\d+)?)$/i;

/** A copy of a script, whole or not yet: `x.py.1`, `x.py.2026-01-30`, `x.py.old`, `x.py.part`, `x.py.r12`, `x.py___jb_tmp___`. */
const COPY =
  /\.(?:py|sh|m?js|ts|rb|pl|r|php)(?:[.-](?:[\d_-]+|old|new|prev|copy|backup|te?mp|off|part(?:ial)?|filepart|crdownload|download|lo?ck|mine|r\d+)|___jb_[a-z]+___)$/i;

/** Whether a name turns its file off, whatever its mode. */
export const isTurnedOff = (name: string): boolean => STARTS.test(name) || isLeftover(name);

/** Whether a name says that the file is a leftover, and not only that it is hidden or a draft. */
export const isLeftover = (name: string): boolean => LEFTOVER.test(name) || COPY.test(name);

/** Copies that programs made of a conflict: Syncthing; Dropbox, Nextcloud and their like; git mergetool. */
const CONFLICT =
  /\.sync-conflict-\d{8}-\d{6}|\((?:[^()]{1,255} )?(?:conflicted copy|conflict copy|conflict)\b[^()]{0,255}\)|_conflict-\d{8}-\d{6}|[._](?:BACKUP|BASE|LOCAL|REMOTE)[._]\d+(?:\.\w+)?$/;

/** A leftover whose ending was kept behind the word: `x.bak.py`. */
const BEFORE_ENDING = /\.(?:bak|orig|disabled|save|rej)\d*\.(?:py|sh|m?js|ts|rb|pl|r|php)$/i;

/** What a name says that its owner may not know; `undefined` for nothing. */
export function doubtIn(name: string): 'conflict_copy' | 'leftover' | undefined {
  if (CONFLICT.test(name)) return 'conflict_copy';
  return BEFORE_ENDING.test(name) ? 'leftover' : undefined;
}
