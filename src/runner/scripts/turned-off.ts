/** Names that turn a file off: by its owner, or as a leftover of an editor or a package manager. */

/** Hidden, a draft, or `#x#` of Emacs. */
const STARTS = /^[._#]/;

/** What editors, package managers and patch(1) leave; a number may follow, as in `x.py.save.1`. */
const LEFTOVER = /(?:~|,v|\.(?:bak|sw[a-p]|disabled|orig|save|rej|dpkg-[a-z-]+|ucf-[a-z]+|rpm[a-z]+)\d*(?:\.\d+)?)$/i;

/** A copy of a script: `x.py.1`, `x.py.2026-01-30`, `x.py.old`. */
const COPY = /\.(?:py|sh|m?js|ts|rb|pl|r|php)[.-](?:[\d_-]+|old|new|prev|copy|backup|te?mp|off)$/i;

/** Whether a name turns its file off, whatever its mode. */
export const isTurnedOff = (name: string): boolean => STARTS.test(name) || LEFTOVER.test(name) || COPY.test(name);
