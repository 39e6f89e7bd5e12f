import { fieldsOf, maybe, user, wait } from '../body/fields.ts';

/** `POST /test`. */
export const testBody = fieldsOf({ user: maybe(user), wait: maybe(wait) });
