// A client in a process of its own: reads a counter, adds one, writes it back. Says on standard output what it saw.
// node raw-client.mjs PORT [ATTEMPTS [PATIENCE_MS]]
import { connect } from 'node:net';

const [port, attempts = '1', patienceMs = '0'] = process.argv.slice(2);

function encode(...args) {
  return `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`;
}

/** One connection: resolves with true when both commands were answered. */
function converse() {
  return new Promise((resolve) => {
    let seen;
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => {
      console.log('connect');
      socket.write(encode('GET', 'count'));
    });
    socket.setTimeout(Number(patienceMs), () => {
      console.log('timeout');
      socket.destroy();
    });
    socket.on('data', (bytes) => {
      text += String(bytes);
      if (!/^(\$-1|\+.*|\$\d+\r\n.*)\r\n$/.test(text)) return;
      if (seen === undefined) {
        seen = Number(/^\$\d+\r\n(.*)\r\n$/.exec(text)?.[1] ?? 0);
        text = '';
        socket.write(encode('SET', 'count', String(seen + 1)));
        return;
      }
      console.log('done');
      socket.destroy();
      resolve(true);
    });
    socket.on('end', () => console.log(`end after ${JSON.stringify(text)}`));
    socket.on('error', ({ message, code, syscall }) =>
      console.log(`error ${message.replace(/:\d+$/, ':PORT')} ${code} ${syscall}`),
    );
    socket.on('close', () => resolve(false));
  });
}

for (let nth = 1; nth <= Number(attempts); nth++) {
  if (await converse()) process.exit(0);
  await new Promise((resolve) => setTimeout(resolve, 20));
}
process.exit(1);
