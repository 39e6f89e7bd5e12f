/** The page's structure; the script fills it. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sandbox Telegram — nothing leaves this computer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page/style.css">
<script src="/page/app.js" defer></script>
</head>
<body>
<div class="app" id="app">
  <nav class="side" aria-label="Chats">
    <header class="side-head">
      <div>
        <h1>Sandbox Telegram</h1>
        <p class="note">nothing leaves this computer</p>
      </div>
      <button class="round" id="new-chat" type="button" aria-label="New chat" title="New chat as another person">+</button>
    </header>
    <ul class="chats" id="chats"></ul>
    <p class="side-foot" id="connection" role="status">Connecting…</p>
  </nav>
  <main class="chat" id="chat" aria-label="Chat">
    <header class="chat-head" id="chat-head">
      <button class="round back" id="back" type="button" aria-label="Back to the chats">‹</button>
      <span class="avatar bot" id="chat-avatar" aria-hidden="true"></span>
      <div class="chat-title">
        <h2 id="chat-name"></h2>
        <p class="note" id="chat-note"></p>
      </div>
    </header>
    <div class="topics" id="topics" role="group" aria-label="Topics" hidden></div>
    <div class="log" id="log" role="log" aria-live="polite" aria-label="Messages" tabindex="0"></div>
    <div class="empty" id="empty">
      <div class="card">
        <p class="big" aria-hidden="true">💬</p>
        <p>Choose a chat, or press <strong>+</strong> to write to the bot as a new person.</p>
      </div>
    </div>
    <div class="linkbar" id="linkbar" hidden>
      <span id="linkbar-text"></span>
      <button class="primary" id="linkbar-go" type="button">START</button>
      <button class="plain" id="linkbar-no" type="button" aria-label="Close">✕</button>
    </div>
    <ul class="suggest" id="suggest" role="listbox" aria-label="Commands" hidden></ul>
    <button class="start" id="start" type="button" hidden>START</button>
    <form class="composer" id="composer">
      <button class="round" id="menu" type="button" aria-label="Commands of the bot" title="Commands" aria-expanded="false">/</button>
      <textarea id="text" rows="1" placeholder="Message, or paste a t.me link" aria-label="Message" aria-controls="suggest"
        autocomplete="off" maxlength="4096"></textarea>
      <button class="round send" id="send" type="submit" aria-label="Send">➤</button>
    </form>
  </main>
</div>
<div class="toast" id="toast" role="status" hidden></div>
<dialog id="alert" aria-labelledby="alert-text">
  <p id="alert-text"></p>
  <form method="dialog"><button class="primary">OK</button></form>
</dialog>
<dialog id="new-dialog" aria-labelledby="new-title">
  <form id="new-form" method="dialog">
    <h2 id="new-title">New chat</h2>
    <label for="new-name">Name</label>
    <input id="new-name" maxlength="64" required autocomplete="off">
    <label for="new-kind">Kind</label>
    <select id="new-kind">
      <option value="person">A person</option>
      <option value="group">A group</option>
      <option value="forum">A group with topics</option>
      <option value="channel">A channel</option>
    </select>
    <div class="row">
      <button class="plain" type="button" id="new-cancel">Cancel</button>
      <button class="primary">Open</button>
    </div>
  </form>
</dialog>
<dialog id="topic-dialog" aria-labelledby="topic-title">
  <form id="topic-form" method="dialog">
    <h2 id="topic-title">New topic</h2>
    <label for="topic-name">Name</label>
    <input id="topic-name" maxlength="128" required autocomplete="off">
    <div class="row">
      <button class="plain" type="button" id="topic-cancel">Cancel</button>
      <button class="primary">Add</button>
    </div>
  </form>
</dialog>
<dialog id="viewer" aria-label="Photo"><img id="viewer-image" alt=""></dialog>
</body>
</html>
`;
