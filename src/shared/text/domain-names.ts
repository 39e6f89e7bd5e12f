/** What Telegram takes for an address of the web in words that are none, such as `backup.sh`, `README.md` and `srv.example.com`. */

/**
 * A name with a dot, or an IPv4 address, that stands alone: not in a path, an address of the web or of mail. Whether its
 * ending is a domain's only Telegram knows.
 */
const NAME =
  /(?<![\p{L}\p{N}_.@/-])(?:(?:[\p{L}\p{N}_-]{1,63}\.){1,8}\p{L}{2,24}|\d{1,3}(?:\.\d{1,3}){3})(?![\p{L}\p{N}_@-]|\.\p{L})/gu;

/** A stretch of a text. */
export interface Stretch {
  readonly text: string;
  /** A name that Telegram may make a link of. */
  readonly isName: boolean;
}

/** Divides a text at such names; joined they are the whole. */
export function stretchesOf(text: string): readonly Stretch[] {
  const found: Stretch[] = [];
  let done = 0;
  for (const { 0: name, index } of text.matchAll(NAME)) {
    if (index > done) found.push({ text: text.slice(done, index), isName: false });
    found.push({ text: name, isName: true });
    done = index + name.length;
  }
  if (done < text.length) found.push({ text: text.slice(done), isName: false });
  return found;
}
