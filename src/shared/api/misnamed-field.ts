/** Finds the field that somebody wrote in place of another: by a name of another program, or misspelt. */
import { didYouMean } from '../text/did-you-mean.ts';

const TEXTS = ['body', 'msg', 'content', 'caption', 'description'];
const FILES = ['file', 'path', 'document', 'attachment'];

/** Names of the same thing in the API of this project, and in those of similar programs. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  notify: ['send', 'alert', 'should_notify', 'notification'],
  message: ['text', ...TEXTS],
  text: ['message', ...TEXTS],
  to: ['destination', 'destinations', 'recipient', 'recipients', 'send_to'],
  title: ['subject', 'headline'],
  severity: ['priority', 'level'],
  image_path: ['image', 'photo', 'photo_path', 'picture'],
  image_paths: ['images', 'photos', 'photo_paths', 'pictures'],
  file_path: ['document_path', ...FILES],
  photo_path: ['photo', 'image', 'image_path', 'picture', ...FILES, 'file_path'],
  document_path: ['file_path', ...FILES],
  script: ['name', 'script_name', 'source'],
  name: ['script', 'script_name', 'stem'],
  delivery: ['id', 'message_id'],
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
