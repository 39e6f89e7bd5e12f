/** A script's file name without its folder and its ending. */
function stemOf(name: string): string {
  const file =
    name
      .replace(/(?<!\/)\/+$/, '')
      .split('/')
      .at(-1) ?? '';
  return file.replace(/(?<=.)\.[^.]*$/, '');
}

/** Bytes of a file's name at most, and so of a script's (`NAME_MAX` of Linux). */
export const LONGEST_SCRIPT_NAME = 255;

/** Whether two names mean one script: `revenue` and `revenue.py` do, `revenue.sh` and `revenue.py` don't. */
export function sameScript(one: string, other: string): boolean {
  return one === other || stemOf(one) === other || one === stemOf(other);
}
