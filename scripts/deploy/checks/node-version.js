// Prints yes when this Node can run notify-bot: 20.19 or later.
const [major, minor] = process.versions.node.split('.').map(Number);
console.log(major > 20 || (major === 20 && minor >= 19) ? 'yes' : 'no');
