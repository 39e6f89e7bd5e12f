import { describe, expect, test } from 'vitest';
import { createLine, type LaneItem, type Line } from '../../../src/queue/schedule/line.ts';

const item = (delivery: string, more: Partial<LaneItem> = {}): LaneItem => ({
  delivery,
  user: delivery.charAt(0),
  cost: 1,
  ...more,
});
function lineOf(...items: LaneItem[]): Line {
  const line = createLine();
  for (const one of items) line.add(one);
  return line;
}
/** Sends everything, one after the other. */
function sent(line: Line): string[] {
  const names: string[] = [];
  for (let head = line.head(); head !== undefined; head = line.head()) {
    line.begin();
    names.push(head.delivery);
    line.shift();
  }
  return names;
}

describe('a line', () => {
  test('of one user keeps the order in which it was filled', () => {
    expect(sent(lineOf(item('a1'), item('a2'), item('a3')))).toEqual(['a1', 'a2', 'a3']);
  });

  test('of two users lets them take turns', () => {
    const many = Array.from({ length: 150 }, (_, n) => item(`a${n}`));
    expect(sent(lineOf(...many, item('b0'), item('b1'))).slice(0, 5)).toEqual(['a0', 'b0', 'a1', 'b1', 'a2']);
  });

  test('sends urgent ones first, by turns too', () => {
    const line = lineOf(item('a0'), item('b0'), item('a1', { isUrgent: true }), item('a2', { isUrgent: true }));
    line.add(item('b1', { isUrgent: true }));
    expect(sent(line)).toEqual(['a1', 'b1', 'a2', 'a0', 'b0']);
  });

  test('with many urgent ones of one user leaves every second place to the others', () => {
    const line = lineOf(...Array.from({ length: 9 }, (_, n) => item(`a${n}`, { isUrgent: true })), item('a9'));
    for (const name of ['b0', 'b1', 'c0']) line.add(item(name));
    line.add(item('c1', { isUrgent: true }));
    expect(sent(line).slice(0, 9)).toEqual(['a0', 'c1', 'a1', 'a9', 'a2', 'b0', 'a3', 'c0', 'a4']);
    const alone = lineOf(item('a0'), item('a1', { isUrgent: true }), item('a2', { isUrgent: true }));
    expect(sent(alone)).toEqual(['a1', 'a2', 'a0']);
  });

  test('finishes what has begun before anything else begins, however urgent', () => {
    const line = lineOf(item('a0'), item('a1'));
    line.begin();
    line.add(item('b0', { isUrgent: true }));
    expect(line.head()?.delivery).toBe('a0');
    line.shift();
    expect(sent(line)).toEqual(['b0', 'a1']);
  });

  test('goes on, after a restart, with what had begun', () => {
    const line = lineOf(item('a0', { isUrgent: true }), item('b0', { isBegun: true }));
    expect(sent(line)).toEqual(['b0', 'a0']);
  });

  test('of a group that moved has what waited under the former id first, its head before all', () => {
    const former = lineOf(item('a0'), item('b0'));
    former.begin();
    former.add(item('a1'));
    const line = lineOf(item('a2'), item('b1', { isUrgent: true }));
    line.adopt(former);
    expect(sent(line)).toEqual(['a0', 'b1', 'b0', 'a1', 'a2']);
    expect(former.head()).toBeUndefined();
  });

  test('that adopts another goes on with what it is sending itself', () => {
    const line = lineOf(item('a5'), item('a6'));
    line.begin();
    line.adopt(lineOf(item('a0')));
    expect(sent(line)).toEqual(['a5', 'a0', 'a6']);
  });
});
