import { fieldsOf, maybe, user } from '../body/fields.ts';

/** `POST /unlink`. */
export const unlinkBody = fieldsOf({ user: maybe(user) });
