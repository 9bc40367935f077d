// How many requests fail while node 0's haproxy is reloaded ten times, and its membership changed ten times.
import { readFileSync } from 'node:fs';
import { run } from './lib/cloud.mjs';
import { instance } from './lib/commands.mjs';
import { failedDuring } from './lib/load.mjs';
import { poolList, withPool } from './lib/pools.mjs';

const template = (name) => readFileSync(new URL(`../templates/${name}`, import.meta.url), 'utf8');

/** What a rotation does on a node, with the servers that its file has, or without the one of `id`. */
const rotation = (id) =>
  `${template('node.sh')}
${template('haproxy.sh')}
begin
mkdir -p "$stage/files/etc/haproxy"
[ -e /run/poolparty/all.cfg ] || cp $config /run/poolparty/all.cfg
grep -v "server ${id} " /run/poolparty/all.cfg >"$stage/files$config"
take_haproxy 0644 root
report_servers`;

function change(env, instances) {
  const onMaster = (script) => run(instance('cmd', 'i=0', '--', script), env);
  for (let time = 0; time < 5; time += 1) {
    for (const { id, gone } of [
      { id: instances.at(-1).id, gone: true },
      { id: 'none', gone: false },
    ]) {
      onMaster('systemctl reload haproxy');
      const { servers } = JSON.parse(onMaster(rotation(id)));
      if (servers.length !== instances.length - gone) throw new Error('the membership did not change');
    }
  }
}

export default {
  name: 'reload or membership change 20 times under load: failed requests',
  target: 0,
  unit: 'requests',
  run: () =>
    withPool(3, (env) => {
      const { instances } = poolList(env);
      return failedDuring(env, () => change(env, instances));
    }),
};
