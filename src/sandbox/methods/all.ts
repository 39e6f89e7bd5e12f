import { aboutMethods } from './about.ts';
import { editMethods } from './edit.ts';
import type { NamedMethod } from './method.ts';
import { reactMethods } from './react.ts';
import { receiveMethods } from './receive.ts';
import { sendMethods } from './send.ts';
import { albumMethods } from './send-album.ts';

const all = new Map<string, NamedMethod>();
for (const methods of [aboutMethods, receiveMethods, sendMethods, albumMethods, editMethods, reactMethods]) {
  for (const [name, run] of Object.entries(methods)) all.set(name.toLowerCase(), { name, run });
}

/** The method of this name, ignoring case, or `undefined` if the sandbox lacks it. */
export function findMethod(name: string): NamedMethod | undefined {
  return all.get(name.toLowerCase());
}
