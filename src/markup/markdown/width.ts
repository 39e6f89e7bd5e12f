const NOTHING = /^[\p{M}\p{Cf}]$/u;
const DOUBLE =
  /^(?:\p{Emoji_Presentation}|[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6])$/u;

/** Columns a text takes in a fixed-width font: wide letters and emoji two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (character <= '\u007e') width += 1;
    else if (!NOTHING.test(character)) width += DOUBLE.test(character) ? 2 : 1;
  }
  return width;
}
