import { fieldsOf, maybe, scriptName, user, wait } from '../body/fields.ts';

/** `POST /scripts/run`. */
export const runBody = fieldsOf({ user: maybe(user), name: scriptName, wait: maybe(wait) });
