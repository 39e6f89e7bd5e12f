/** The labels of a notification: what rules see of it. */
import type { Labels } from '../../core/notification.ts';
import { isJsonObject } from '../json/json-object.ts';
import { MAX_LABELS, MAX_LABELS_LENGTH } from './limits.ts';

/** What a sender may write, for errors. */
export const SOME_LABELS = 'an object of strings, numbers and booleans';
export const FEW_LABELS = `at most ${MAX_LABELS} labels of ${MAX_LABELS_LENGTH} characters together`;

const isLabel = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);

/** Whether a value is {@link SOME_LABELS}. */
export const areLabels = (value: unknown): value is Labels =>
  isJsonObject(value) && Object.values(value).every(isLabel);

/** Whether there are {@link FEW_LABELS}. */
export const fewLabels = (labels: Labels): boolean =>
  Object.keys(labels).length <= MAX_LABELS && JSON.stringify(labels).length <= MAX_LABELS_LENGTH;
