import { fieldsOf, maybe, user } from '../fields.ts';

/** `POST /unlink`. */
export const unlinkBody = fieldsOf({ user: maybe(user) });
