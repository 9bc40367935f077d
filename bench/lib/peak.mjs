// The peak resident memory of a process that runs.
import { readFileSync } from 'node:fs';

/** The peak so far in MB, or undefined when the process has ended. */
function megabytesOf(pid) {
  try {
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kibibytes && (Number(kibibytes) * 1024) / 1e6;
  } catch {
    return undefined;
  }
}

/** Watches a process; call what it returns after the end: the peak in MB. */
export function watchPeak(pid) {
  let megabytes = 0;
  // The kernel's own high-water mark only rises, so that looking now and then misses no peak but the last.
  const look = setInterval(() => {
    megabytes = megabytesOf(pid) ?? megabytes;
  }, 20);
  return () => {
    clearInterval(look);
    return megabytes;
  };
}
