import { STYLE_CHAT } from './style-chat.ts';

/** Colours and layout: the list of chats on the left, one chat on the right, one of both on a phone. */
export const PAGE_STYLE = `
:root {
  --back: #ffffff; --side: #ffffff; --line: #e3e6ea; --text: #0f1419; --note: #5d6b78; --accent: #2a7ab8;
  --accent-text: #ffffff; --mine: #e3f6cf; --theirs: #ffffff; --wall-1: #cfe0c8; --wall-2: #b4d2cf; --hover: #f1f4f7;
  --chosen: #2a7ab8; --code: #eef1f4; --link: #14679e; --button: rgb(40 70 90 / 62%); --quote: #2a7ab8;
  --mine-note: #4a7a33; --shadow: 0 1px 2px rgb(0 0 0 / 14%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #17212b; --side: #17212b; --line: #101921; --text: #f2f5f8; --note: #93a3b2; --accent: #3f8fd0;
    --accent-text: #ffffff; --mine: #2b5278; --theirs: #1e2c3a; --wall-1: #0e1621; --wall-2: #131f2c;
    --hover: #202b36; --chosen: #2b5278; --code: #131c26; --link: #71baf2; --button: rgb(70 100 130 / 55%);
    --quote: #71baf2; --mine-note: #9dc2e6; --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body {
  background: var(--back); color: var(--text);
  font: 15px/1.42 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", "Noto Color Emoji", sans-serif;
}
button, input, select, textarea { font: inherit; color: inherit; }
button { cursor: pointer; border: 0; background: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1, h2, p, ul { margin: 0; padding: 0; }
ul { list-style: none; }
.note { color: var(--note); font-size: 13px; }
.app { display: grid; grid-template-columns: minmax(260px, 340px) minmax(0, 1fr); height: 100dvh; }
.side { display: flex; flex-direction: column; min-height: 0; background: var(--side); border-right: 1px solid var(--line); }
.side-head, .chat-head {
  display: flex; align-items: center; gap: 12px; min-height: 60px; padding: 8px 14px; background: var(--side);
  border-bottom: 1px solid var(--line);
}
.side-head { justify-content: space-between; }
h1 { font-size: 17px; line-height: 1.25; }
.round {
  flex: none; width: 40px; height: 40px; border-radius: 50%; font-size: 20px; line-height: 1; color: var(--accent);
  display: grid; place-items: center;
}
.round:hover { background: var(--hover); }
.chats { flex: 1; overflow-y: auto; padding: 6px; }
.chats button {
  display: flex; align-items: center; gap: 12px; width: 100%; padding: 9px 10px; border-radius: 12px; text-align: left;
}
.chats button:hover { background: var(--hover); }
.chats button[aria-current="true"] { background: var(--chosen); color: #fff; }
.chats button[aria-current="true"] .note { color: rgb(255 255 255 / 85%); }
.chats .words { flex: 1; min-width: 0; }
.chats .line { display: flex; justify-content: space-between; gap: 8px; align-items: baseline; }
.chats .name, .chats .last { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chats .name { font-weight: 600; }
.chats .last { flex: 1; min-width: 0; }
.badge {
  flex: none; min-width: 21px; padding: 0 6px; border-radius: 11px; background: var(--accent); color: #fff; font-size: 12px;
  line-height: 21px; text-align: center; font-weight: 600;
}
.avatar {
  flex: none; width: 46px; height: 46px; border-radius: 50%; display: grid; place-items: center; color: #fff;
  font-weight: 600; font-size: 18px;
}
.avatar.bot { width: 40px; height: 40px; }
.tone-0 { background: linear-gradient(#f2795b, #d3402b); } .tone-1 { background: linear-gradient(#e8a33c, #c1731a); }
.tone-2 { background: linear-gradient(#66b26e, #34834a); } .tone-3 { background: linear-gradient(#4f9fdc, #2a6fb0); }
.tone-4 { background: linear-gradient(#9a7fd6, #6a49b0); } .tone-5 { background: linear-gradient(#e0719b, #b03d70); }
.side-foot { padding: 8px 16px; border-top: 1px solid var(--line); color: var(--note); font-size: 13px; }
.side-foot.off { color: #fff; background: #b3372a; }
.primary { padding: 8px 20px; border-radius: 10px; background: var(--accent); color: var(--accent-text); font-weight: 600; }
.plain { padding: 8px 14px; border-radius: 10px; color: var(--accent); }
.plain:hover { background: var(--hover); }
.toast {
  position: fixed; left: 50%; top: 76px; translate: -50% 0; max-width: min(90vw, 480px); padding: 10px 18px; z-index: 5;
  border-radius: 12px; background: rgb(20 28 36 / 90%); color: #fff;
}
dialog {
  border: 0; border-radius: 16px; padding: 20px; width: min(92vw, 360px); background: var(--back); color: var(--text);
  box-shadow: 0 12px 40px rgb(0 0 0 / 35%);
}
dialog::backdrop { background: rgb(0 0 0 / 45%); }
dialog h2 { font-size: 18px; margin-bottom: 12px; }
dialog form { display: grid; gap: 8px; justify-items: stretch; }
#alert-text { white-space: pre-wrap; margin-bottom: 16px; }
dialog input:not([type]), dialog select { padding: 9px 12px; border-radius: 10px; border: 1px solid var(--note); background: var(--back); }
.check { display: flex; gap: 8px; align-items: center; padding: 4px 0; }
.row { display: flex; justify-content: flex-end; gap: 8px; margin-top: 8px; }
#viewer { width: auto; max-width: 96vw; max-height: 96vh; padding: 0; background: none; cursor: zoom-out; }
#viewer img { display: block; max-width: 96vw; max-height: 94vh; border-radius: 8px; }
.back { display: none; }
@media (max-width: 720px) {
  .app { grid-template-columns: minmax(0, 1fr); }
  .app.reading .side, .app:not(.reading) .chat { display: none; }
  .back { display: grid; font-size: 30px; }
}
${STYLE_CHAT}`;
