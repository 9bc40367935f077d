// Makes a picture of a command as it really looks: runs it in a terminal of 80 columns and draws what stands there.
// Usage: picture.mjs FILE.svg LINES COMMAND…    (each COMMAND is a line typed at the prompt; needs tmux)
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import ansiToSvg from 'ansi-to-svg';

const [file, lines, ...commands] = process.argv.slice(2);
const session = `picture-${process.pid}`;
const tmux = (...words) => execFileSync('tmux', ['-L', session, ...words], { encoding: 'utf8' });
const LIMIT_MS = 120_000;

/** The prompt comes back when the command has ended. */
async function untilPrompt() {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end; await sleep(200)) {
    if (tmux('capture-pane', '-p', '-t', session).trimEnd().endsWith('\n$')) return;
  }
  throw new Error('the command did not end');
}

tmux('new-session', '-d', '-s', session, '-x', '80', '-y', lines, 'env', 'PS1=$ ', 'bash', '--norc');
try {
  tmux('send-keys', '-t', session, 'clear', 'Enter');
  await sleep(500);
  for (const command of commands) {
    tmux('send-keys', '-t', session, '-l', command);
    tmux('send-keys', '-t', session, 'Enter');
    await sleep(500);
    await untilPrompt();
  }
  const screen = tmux('capture-pane', '-e', '-p', '-t', session).trimEnd().replace(/\n\$$/, '');
  const padding = { paddingTop: 12, paddingBottom: 12, paddingLeft: 14, paddingRight: 14 };
  const svg = ansiToSvg(screen, { ...padding, colors: { backgroundColor: '#14181f' } });
  // A text's place stands in its x, blanks at its beginning included; those within it must not be folded.
  const blanks = svg.replace(
    /(<text[^>]*>)\s*([^<]*)/g,
    (_, tag, text) => tag + text.replaceAll(' ', '\u00a0'),
  );
  const whole = blanks.replace('Courier"', 'Courier, monospace"');
  writeFileSync(file, `${whole}\n`);
} finally {
  tmux('kill-server');
}
