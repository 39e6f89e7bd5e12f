/** How values of options are read. */
import { InvalidArgumentError } from 'commander';
import { sentenceOf } from '../../core/problem.ts';
import { parseTimeout } from '../scripts/header.ts';

/** A parser of whole numbers. @throws InvalidArgumentError */
export function wholeNumber(flag: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      `${flag}: expected a whole number from ${least} to ${most}, found ${JSON.stringify(text)}.`,
    );
  };
}

/** Reads `--timeout`, in ms. @throws InvalidArgumentError */
export function timeout(text: string): number {
  try {
    return parseTimeout(text, '--timeout');
  } catch (error) {
    throw new InvalidArgumentError(sentenceOf(error));
  }
}

/** Gathers the values of an option that may be repeated. */
export const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];
