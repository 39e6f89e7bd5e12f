import { duration, fieldsOf, maybe, scriptName, user } from '../body/fields.ts';

/** `POST /mute`. */
export const muteBody = fieldsOf({ user: maybe(user), script: maybe(scriptName), for: maybe(duration) });

/** `POST /unmute`. */
export const unmuteBody = fieldsOf({ user: maybe(user), script: maybe(scriptName) });
