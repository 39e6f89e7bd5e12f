/** Finds the field that somebody wrote in place of another: by a name of another program, or misspelt. */
import { didYouMean } from '../text/did-you-mean.ts';

/** Names of the same thing in the API of this project, and in those of similar programs. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  notify: ['send', 'alert', 'should_notify', 'notification'],
  message: ['text', 'body', 'msg', 'content', 'caption', 'description'],
  text: ['message', 'body', 'msg', 'content', 'caption', 'description'],
};

/**
 * The name among `given` that stands for the missing field.
 *
 * @param known the names that mean something by themselves
 */
export function misnamedField(field: string, given: readonly string[], known: readonly string[]): string | undefined {
  const unknown = given.filter((name) => !known.includes(name));
  const others = OTHER_NAMES[field] ?? [];
  return (
    unknown.find((name) => others.includes(name.toLowerCase())) ?? unknown.find((name) => didYouMean(name, [field]))
  );
}
