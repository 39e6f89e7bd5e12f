/** A button of a message, as answers have it. */
import * as v from 'valibot';
import { BUTTON_STYLES } from '../../../core/buttons.ts';

const text = v.string();

export const buttonAnswer = v.object({
  text,
  url: v.exactOptional(text),
  copy: v.exactOptional(text),
  send: v.exactOptional(text),
  style: v.exactOptional(v.picklist(BUTTON_STYLES)),
});
