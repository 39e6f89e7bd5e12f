import type { Root } from 'mdast';
import { type Extension, fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { timeNodes, timeSyntax } from './times.ts';

const HOLDS_LINES = new Set(['paragraph', 'emphasis', 'strong', 'delete', 'fragment']);

/** Keeps the indentation of a paragraph's further lines, which CommonMark drops: a chat shows lines as they were typed. */
const keepIndentation: Extension = {
  exit: {
    linePrefix(token) {
      const parent = this.stack.at(-1);
      if (parent === undefined || !HOLDS_LINES.has(parent.type)) return;
      // The indentation that makes a code block is no part of its lines.
      if (this.stack.at(-2)?.type === 'code') return;
      if (!('children' in parent) || parent.children.length === 0) return;
      this.config.enter.data?.call(this, token);
      this.config.exit.data?.call(this, token);
    },
  },
};

/** Between HTML tags, Markdown stays Markdown. */
const COMMON_SYNTAX = [{ disable: { null: ['htmlFlow'] } }, timeSyntax];
const COMMON_TREE = [keepIndentation, timeNodes];

/** A single `~` is a home folder more often than a deletion. */
const GITHUB_SYNTAX = [gfm({ singleTilde: false }), ...COMMON_SYNTAX];
const GITHUB_TREE = [gfmFromMarkdown(), ...COMMON_TREE];

/**
 * Something that GitHub's additions may mean something by: a table, a deletion, a task, a footnote, an address, or an entity
 * that may stand for a character of these.
 */
const GITHUB_MARK = /[|~@&]|:-|-:|\[[\s^xX]|:\/\/|www\./i;

/**
 * Parses CommonMark with GitHub's tables, task lists, footnotes and strikethrough, and with moments (`<t:1769774400>`). May
 * overflow the stack on deep nesting. A text without any mark of GitHub's is parsed without its additions, which take a
 * third of the time.
 */
export function parseMarkdown(source: string): Root {
  return GITHUB_MARK.test(source)
    ? fromMarkdown(source, { extensions: GITHUB_SYNTAX, mdastExtensions: GITHUB_TREE })
    : fromMarkdown(source, { extensions: COMMON_SYNTAX, mdastExtensions: COMMON_TREE });
}
