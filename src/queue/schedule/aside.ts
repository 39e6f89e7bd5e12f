import TinyQueue from 'tinyqueue';
import type { Lane } from '../ports.ts';
import type { LaneItem } from './line.ts';

/** A delivery that stepped aside, so that its lane goes on. */
export interface AsideItem {
  readonly lane: Lane;
  readonly item: LaneItem;
  /** When it joins the end of its lane. */
  readonly until: number;
}

/** Deliveries that stepped aside, by the time at which they return. */
export interface Aside {
  add(item: AsideItem): void;
  /** Takes out those whose time has come. */
  takeDue(now: number): readonly AsideItem[];
  /** Those of a lane belong to another one now. */
  move(from: Lane, to: Lane): void;
  /** When the next one returns; `undefined` when there is none. */
  next(): number | undefined;
}

/** Nothing is aside. */
export function createAside(): Aside {
  const items = new TinyQueue<AsideItem>([], (a, b) => a.until - b.until);
  return {
    add: (item) => items.push(item),
    takeDue(now) {
      const due: AsideItem[] = [];
      for (let first = items.peek(); first !== undefined && first.until <= now; first = items.peek()) {
        due.push(first);
        items.pop();
      }
      return due;
    },
    move(from, to) {
      const all: AsideItem[] = [];
      for (let item = items.pop(); item !== undefined; item = items.pop()) all.push(item);
      for (const item of all) items.push(item.lane === from ? { ...item, lane: to } : item);
    },
    next: () => items.peek()?.until,
  };
}
