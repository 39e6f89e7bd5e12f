import { type Buttons, rowsOf } from '../../core/buttons.ts';
import type { Summary } from '../../core/delivery/delivery.ts';
import type { Submission } from '../../core/notification.ts';
import type { DeliveryDraft, Target } from '../../queue/draft.ts';
import type { Blobs } from '../../storage/ports.ts';
import type { SubmitSteps } from '../api/services.ts';
import { type Part, stepOf } from '../telegram/part.ts';
import type { MediaFacts } from '../telegram/render/media.ts';
import { renderParts } from '../telegram/render/parts.ts';
import { mediaFacts } from '../telegram/sending/image-facts.ts';

/** Characters of a body that the history keeps: what fits one message. */
const SUMMARY_CHARACTERS = 4096;

/** Characters that may take more than some milliseconds to render. */
const LONG_TEXT = 4096;

/** How many files at the beginning are pictures by their content, whatever the sender calls them. */
function leadingPictures(facts: readonly MediaFacts[]): number {
  const first = facts.findIndex(({ image }) => image === undefined);
  return first < 0 ? facts.length : first;
}

/** Rows of buttons without those of the bot's own features, which mean nothing outside of Telegram. */
const keptRows = (buttons: Buttons) =>
  rowsOf(buttons)
    .map((row) => row.filter(({ press }) => press === undefined))
    .filter((row) => row.length > 0);

function summaryOf(notification: Submission['notification'], facts: readonly MediaFacts[]): Summary {
  const { title, text, parseMode, source, severity, key, data, labels, buttons } = notification;
  const pictures = leadingPictures(facts);
  const shown = keptRows(buttons ?? []);
  const others = facts.slice(pictures).map(({ name, size }) => ({ name, size }));
  return {
    ...(title === undefined ? {} : { title }),
    text: text.length > SUMMARY_CHARACTERS ? `${text.slice(0, SUMMARY_CHARACTERS - 1).toWellFormed()}…` : text,
    ...(parseMode === 'Markdown' ? {} : { parseMode }),
    ...(source === undefined ? {} : { source }),
    ...(severity === undefined ? {} : { severity }),
    ...(key === undefined ? {} : { key }),
    ...(data === undefined ? {} : { data }),
    ...(labels === undefined ? {} : { labels }),
    ...(shown.length === 0 ? {} : { buttons: shown }),
    ...(pictures === 0 ? {} : { pictures }),
    ...(others.length === 0 ? {} : { others }),
  };
}

/** What a draft is made with. */
interface DraftParts {
  readonly targets: readonly Target[];
  /** Where the heads of its images are read. */
  readonly blobs: Pick<Blobs, 'head'>;
  /** Does the rendering. */
  readonly work: SubmitSteps['work'];
}

/** Renders a notification, once for all its destinations. @throws what `work` throws */
export async function draftOf(
  { notification, id, digest }: Submission,
  { targets, blobs, work }: DraftParts,
): Promise<DeliveryDraft<Part>> {
  const { account, media, sendAt, replace, origin, passes, mostTries } = notification;
  const facts = await Promise.all(media.map((one) => mediaFacts(one, blobs)));
  return {
    ...account,
    targets,
    ...(id === undefined ? {} : { id }),
    digest,
    ...(sendAt === undefined ? {} : { sendAt }),
    ...(replace === true && { replace }),
    ...(origin === undefined ? {} : { origin }),
    ...(mostTries === undefined ? {} : { mostTries }),
    ...(passes === undefined ? {} : { passes }),
    summary: summaryOf(notification, facts),
    steps: await work(() => renderParts(notification, facts).map(stepOf), notification.text.length > LONG_TEXT),
    files: media.map(({ blob, name, size }) => ({ blob, name, size })),
  };
}
