/** The open chat: background, bubbles, formatting, buttons, composer. */
export const STYLE_CHAT = `
.chat {
  position: relative; display: flex; flex-direction: column; min-width: 0; min-height: 0;
  background: linear-gradient(160deg, var(--wall-1), var(--wall-2));
}
.chat-title { min-width: 0; }
.chat-title h2 { font-size: 16px; line-height: 1.25; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.topics { display: flex; gap: 6px; padding: 6px 12px; overflow-x: auto; background: var(--side); border-bottom: 1px solid var(--line); }
.topics button { padding: 3px 12px; border-radius: 14px; border: 1px solid var(--line); background: none; white-space: nowrap; }
.topics button[aria-pressed="true"] { background: var(--accent); color: #fff; border-color: var(--accent); }
.draft { opacity: 0.7; font-style: italic; }
.log { flex: 1; overflow-y: auto; padding: 12px max(12px, calc(50% - 380px)) 8px; display: flex; flex-direction: column; }
.log:focus-visible { outline-offset: -3px; }
.log > :first-child { margin-top: auto; }
.day {
  align-self: center; margin: 10px 0 6px; padding: 2px 12px; border-radius: 12px; background: var(--button); color: #fff;
  font-size: 13px; font-weight: 600;
}
.message { display: flex; flex-direction: column; max-width: min(86%, 520px); margin-top: 8px; align-self: flex-start; }
.message.next { margin-top: 3px; }
.message.mine { align-self: flex-end; align-items: flex-end; }
.bubble {
  position: relative; max-width: 100%; padding: 7px 11px 6px; border-radius: 16px 16px 16px 5px; background: var(--theirs);
  box-shadow: var(--shadow); overflow-wrap: anywhere;
}
.mine .bubble { background: var(--mine); border-radius: 16px 16px 5px 16px; }
.words-of { white-space: pre-wrap; }
.sender { font-size: 13px; font-weight: 600; color: var(--accent); }
.meta { float: right; margin: 6px 0 -3px 12px; font-size: 12px; color: var(--note); white-space: nowrap; user-select: none; }
.mine .meta { color: var(--mine-note); }
.bubble::after { content: ""; display: block; clear: both; }
.bubble a, .bubble .command { color: var(--link); text-decoration: none; }
.bubble a:hover, .bubble .command:hover { text-decoration: underline; }
.bubble .command { padding: 0; display: inline; }
.bubble code, .bubble pre { font: 13.5px/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
.bubble code { background: var(--code); border-radius: 5px; padding: 1px 4px; }
.bubble pre {
  margin: 5px 0; padding: 8px 11px; background: var(--code); border-left: 3px solid var(--quote); border-radius: 6px;
  overflow-x: auto; white-space: pre; overflow-wrap: normal;
}
.bubble pre code { background: none; padding: 0; }
.language { display: block; margin-bottom: 3px; color: var(--quote); font: 600 12px/1.3 system-ui, sans-serif; }
.bubble blockquote {
  margin: 4px 0; padding: 4px 10px; border-left: 3px solid var(--quote); border-radius: 6px; background: var(--code);
}
.bubble blockquote.folded { max-height: 5.2em; overflow: hidden; cursor: pointer; }
.moment { border-bottom: 1px dotted var(--note); cursor: default; }
.spoiler { border-radius: 5px; background: var(--note); color: transparent; cursor: pointer; padding: 0; text-align: inherit; }
.spoiler * { visibility: hidden; }
.spoiler.open { background: var(--code); color: inherit; cursor: text; }
.spoiler.open * { visibility: visible; }
.photo { display: block; max-width: 100%; padding: 0; border-radius: 12px; overflow: hidden; background: var(--code); }
.photo img { display: block; width: 100%; height: 100%; object-fit: cover; }
.bubble.media { padding: 4px 4px 6px; width: max-content; }
.bubble.media .words-of, .bubble.media .meta { padding: 0 7px; }
.bubble.media .words-of { padding-top: 6px; max-width: 440px; }
.album { display: grid; grid-template-columns: repeat(6, 1fr); gap: 3px; width: 440px; max-width: 100%; border-radius: 12px; overflow: hidden; }
.album .photo { border-radius: 0; grid-column: span 2; aspect-ratio: 1; }
.album .photo.half { grid-column: span 3; aspect-ratio: 4 / 3; }
.album .photo.whole { grid-column: span 6; aspect-ratio: 16 / 9; }
.file { display: flex; align-items: center; gap: 11px; padding: 3px 2px; color: var(--text) !important; min-width: 200px; }
.file .sign { flex: none; width: 44px; height: 44px; border-radius: 50%; background: var(--accent); color: #fff; display: grid; place-items: center; font-size: 20px; }
.file .name { display: block; font-weight: 600; overflow-wrap: anywhere; }
.buttons { display: grid; gap: 4px; margin-top: 4px; width: 100%; min-width: min(240px, 76vw); }
.buttons .line { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: 4px; }
.buttons .line > * {
  position: relative; padding: 8px 14px; border-radius: 10px; background: var(--button); color: #fff; text-align: center;
  text-decoration: none; font-weight: 600; font-size: 14px; overflow-wrap: anywhere;
}
.buttons .line > .danger { background: #c8372d; }
.buttons .line > .success { background: #2c8a43; }
.buttons .line > .primary { background: var(--accent); }
.buttons .line > :hover { filter: brightness(1.12); }
.buttons .corner { position: absolute; right: 6px; top: 2px; font-size: 11px; opacity: 0.85; }
.buttons .busy { opacity: 0.6; }
.empty { position: absolute; inset: 60px 0 0; display: grid; place-items: center; padding: 20px; pointer-events: none; }
.card { padding: 18px 26px; border-radius: 18px; background: var(--theirs); text-align: center; max-width: 320px; box-shadow: var(--shadow); }
.big { font-size: 38px; }
.composer { display: flex; align-items: flex-end; gap: 4px; padding: 8px 10px; background: var(--side); border-top: 1px solid var(--line); }
.composer textarea {
  flex: 1; min-width: 0; max-height: 160px; resize: none; padding: 9px 14px; border-radius: 20px; background: var(--hover);
  border: 1px solid transparent; line-height: 1.4;
}
.composer textarea::placeholder { color: var(--note); opacity: 1; }
.composer .send { background: var(--accent); color: #fff; }
.start { padding: 15px; background: var(--side); color: var(--accent); font-weight: 700; border-top: 1px solid var(--line); }
.start:hover { background: var(--hover); }
.linkbar { display: flex; align-items: center; gap: 8px; padding: 8px 14px; background: var(--side); border-top: 1px solid var(--line); }
.linkbar span { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.suggest { max-height: 40vh; overflow-y: auto; background: var(--side); border-top: 1px solid var(--line); padding: 4px; }
.suggest li { display: flex; gap: 12px; padding: 8px 12px; border-radius: 10px; cursor: pointer; }
.suggest li[aria-selected="true"], .suggest li:hover { background: var(--hover); }
.suggest b { flex: none; color: var(--accent); }
@media (prefers-reduced-motion: no-preference) {
  .message { animation: in 0.16s ease-out; }
  @keyframes in { from { opacity: 0; transform: translateY(6px); } }
}
`;
