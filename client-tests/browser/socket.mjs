// A browser's own WebSocket for a test to speak through.
//
//     node socket.mjs PAGE SOCKET [SUBPROTOCOL...]
//
// Opens PAGE in Chromium and connects from it to SOCKET. Each line on standard input is sent as a message. Each event is a line
// of JSON on standard output: {"open": {"protocol", "extensions"}}, {"text"}, {"bytes"} (base64), {"closed": {"code", "clean"}}.
// Ends with standard input, or when the socket is closed.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [pageAddress, socketAddress, ...protocols] = process.argv.slice(2);

// Tests may run as root, where Chromium has no sandbox, and nothing here is to look beyond this machine.
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
// The page lets no script of its own in; ours comes from beside it.
const page = await (await browser.newContext({ bypassCSP: true })).newPage();
let end;
const closed = new Promise((resolve) => { end = resolve; });
await page.exposeFunction('tell', (event) => {
  console.log(JSON.stringify(event));
  if (event.closed) end();
});
await page.goto(pageAddress);
await page.evaluate(([address, names]) => {
  const socket = new WebSocket(address, names);
  socket.binaryType = 'arraybuffer';
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  socket.onopen = () => tell({ open: { protocol: socket.protocol, extensions: socket.extensions } });
  socket.onmessage = ({ data }) => tell(typeof data === 'string' ? { text: data } : { bytes: text(data) });
  socket.onclose = ({ code, wasClean }) => tell({ closed: { code, clean: wasClean } });
  globalThis.socket = socket;
}, [socketAddress, protocols]);

const typed = (async () => {
  for await (const line of createInterface({ input: process.stdin })) {
    await page.evaluate((message) => socket.send(message), line);
  }
})();
await Promise.race([closed, typed]);
await browser.close();
process.exit(0);
