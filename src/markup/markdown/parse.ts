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

/** A single `~` is a home folder more often than a deletion; and between HTML tags, Markdown stays Markdown. */
const syntax = [gfm({ singleTilde: false }), { disable: { null: ['htmlFlow'] } }, timeSyntax];
const tree = [gfmFromMarkdown(), keepIndentation, timeNodes];

/** Parses CommonMark with GitHub's tables, task lists, footnotes and strikethrough, and with moments (`<t:1769774400>`). May overflow the stack on deep nesting. */
export function parseMarkdown(source: string): Root {
  return fromMarkdown(source, { extensions: syntax, mdastExtensions: tree });
}
