// Where packages come from: what the host's own apt says, so that an image works wherever its host does.
import { attempt } from '../machines/command.ts';
import { suite } from './recipes.ts';

/** Source lines for the images' suite, as the host's apt names them. Empty when the host has none for it. */
export async function sourceLines(): Promise<readonly string[]> {
  const format = '$(REPO_URI) $(RELEASE) $(COMPONENT)';
  const { stdout } = await attempt(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']);
  return sourcesFor(stdout);
}

/** Picks Debian's own suites out of `URI RELEASE COMPONENT` lines and writes them as sources.list lines. */
export function sourcesFor(targets: string): readonly string[] {
  const ours = new Set([suite, `${suite}-updates`, `${suite}-security`]);
  const words = targets.split('\n').map((line) => line.trim().split(/\s+/));
  const lines = words.flatMap(([uri = '', release = '', component = '']) =>
    ours.has(release) && component === 'main' ? [`deb ${uri} ${release} main`] : [],
  );
  return [...new Set(lines)];
}

/** The host's apt settings that reaching its mirror needs: proxies and leniency about dates. */
export async function aptSettings(): Promise<readonly string[]> {
  const { stdout } = await attempt(['apt-config', 'dump']);
  const wanted =
    /^Acquire::(https?::(Proxy|Timeout|Pipeline-Depth)|Check-Valid-Until|Check-Date|Languages)\b.* ".+";$/i;
  return stdout.split('\n').filter((line) => wanted.test(line));
}
