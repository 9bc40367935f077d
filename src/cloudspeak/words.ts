// Every word that works, in one table: help, completion and the frame read it. A word's code is loaded when spoken.
import type { Program } from './word.ts';

export const POOL: Program = {
  name: 'pool',
  summary: 'keeps a web application running on Amazon EC2 by itself',
  choosesNodes: false,
  words: [
    {
      name: 'start',
      summary: 'launches up to minimum_instances and puts every node into rotation',
      options: { plan: 'a plan that pool plan saved: that is done, or nothing where the world has moved' },
      example: 'pool start --minimum-instances 3',
      goesOn: 'pool start completes it, pool stop removes it',
      load: () => import('./pool/start.ts'),
    },
    {
      name: 'stop',
      summary: "terminates this pool's instances and removes what start made; asks unless --yes",
      example: 'pool stop --yes',
      goesOn: 'pool stop removes the rest, pool start completes it again',
      load: () => import('./pool/stop.ts'),
    },
    {
      name: 'restart',
      summary: 'stop, then start',
      example: 'pool restart --yes',
      goesOn: 'pool start completes it, pool stop removes it',
      load: () => import('./pool/restart.ts'),
    },
    {
      name: 'list',
      summary: 'shows the instances',
      example: 'pool list --json',
      looks: true,
      load: () => import('./pool/list.ts'),
    },
    {
      name: 'maintain',
      flags: {
        once: 'one tick, and the work that follows from it',
        'take-over': 'also where another maintains: that one ends',
      },
      summary: 'keeps the pool as it should be from this terminal, until Ctrl-C',
      example: 'pool maintain --once',
      load: () => import('./pool/maintain.ts'),
    },
    {
      name: 'grow',
      takes: '[n]',
      takesOne: true,
      summary: 'adds n nodes now, one unless said otherwise, up to maximum_instances',
      example: 'pool grow 2',
      goesOn: 'the pool heals with pool maintain or pool start, pool stop removes it',
      load: () => import('./pool/grow.ts'),
    },
    {
      name: 'shrink',
      takes: '[n]',
      takesOne: true,
      summary: 'drains and ends n nodes now, the youngest first, down to minimum_instances',
      example: 'pool shrink',
      goesOn: 'the pool heals with pool maintain or pool start, pool stop removes it',
      load: () => import('./pool/shrink.ts'),
    },
    {
      name: 'resume',
      summary: 'lets the pool launch again after too many failed bootstraps',
      example: 'pool resume',
      load: () => import('./pool/resume.ts'),
    },
    {
      name: 'log',
      flags: {
        follow: 'goes on as the journal grows, until Ctrl-C',
        acts: 'only what changed the pool: launches, replacements, who left and who ended',
      },
      options: { since: 'from so long ago (10m) or from a time (2026-11-23T01:02:03Z) on' },
      summary: 'shows what was decided about the pool, by whom and why: its journal',
      example: 'pool log --since 10m',
      looks: true,
      load: () => import('./pool/log.ts'),
    },
    {
      name: 'explain',
      summary: 'says in a sentence why the pool has the size it has',
      example: 'pool explain',
      looks: true,
      load: () => import('./pool/explain.ts'),
    },
    {
      name: 'replay',
      takes: '<journal>',
      takesOne: true,
      lists: { policy: 'a pool.yml whose rules and limits decide instead of the recorded ones' },
      summary: 'shows where recorded decisions would be otherwise today, or by another policy',
      example: 'pool log --json | pool replay - --policy other.yml',
      loadOutside: () => import('./pool/replay.ts'),
    },
    {
      name: 'plan',
      options: { save: 'a file to keep the plan in, for pool start --plan' },
      summary: 'says what start or the next tick would do, change and cost, and changes nothing',
      example: 'pool plan --save party.plan && pool start --plan party.plan',
      load: () => import('./pool/plan.ts'),
    },
    {
      name: 'clouds',
      flags: { 'all-regions': 'every region that the account may use, not only that of the settings' },
      summary: 'lists every pool of the account with its size, price and age, and the instances of nobody',
      example: 'pool clouds --json',
      loadOutside: () => import('./pool/clouds.ts'),
    },
    {
      name: 'failover',
      summary:
        'moves the master to the standby on purpose, and prints the seconds of outage seen from outside',
      example: 'pool failover',
      load: () => import('./pool/failover.ts'),
    },
    {
      name: 'authorize',
      flags: { me: 'the present address of whoever runs this' },
      summary: 'lets your present address in by ssh, and your former one out',
      example: 'pool authorize --me',
      load: () => import('./pool/authorize.ts'),
    },
    {
      name: 'configure',
      summary: "brings every node's files and services to what the configuration says",
      example: 'pool configure',
      load: () => import('./pool/configure.ts'),
    },
    {
      name: 'config',
      summary: 'shows the settings as they came out, with the source of each; secrets are masked',
      example: 'POOL_MINIMUM_INSTANCES=3 pool config',
      loadOutside: () => import('./pool/config.ts'),
    },
    {
      name: 'simulate',
      takes: '[trace.csv]',
      takesOne: true,
      lists: { policy: 'a pool.yml whose rules and limits are tried; may be given several times' },
      options: {
        scale: "how many instances the trace's median keeps fully busy (default: 3)",
        svg: 'a file to draw demand and capacity into',
        generate: 'instead of a trace, two weeks of: daily, bursts, ramp, flash-crowd',
        seed: 'another seed gives other boot times, and another generated trace (default: 1)',
      },
      summary:
        'replays a recorded load (timestamp,value) against the scaling rules and against AWS target tracking',
      example: 'pool simulate load.csv --policy pool.yml --policy other.yml',
      loadOutside: () => import('./pool/simulate.ts'),
    },
    {
      name: 'doctor',
      summary: 'checks credentials, permissions, keys, limits, versions and clock, and says how to mend each',
      example: 'pool doctor',
      loadOutside: () => import('./pool/doctor.ts'),
    },
    {
      name: 'completion',
      takes: '<shell>',
      choices: ['bash', 'zsh', 'fish'],
      summary: 'prints what makes the shell complete these words',
      example: 'source <(pool completion bash)',
      loadOutside: async () => {
        const { completionOf } = await import('./pool/completion.ts');
        return { run: completionOf(Object.values(PROGRAMS)) };
      },
    },
    {
      name: 'local',
      takes: '<what>',
      choices: ['up', 'down', 'status', 'fault'],
      more: { fault: 2 },
      helps: ['fault'],
      options: {
        home: "the local cloud's folder",
        action: 'fault: only in calls of this action of the API',
        zone: 'fault: only in this zone',
        type: 'fault: only of this instance type',
        market: 'fault: only of this market, spot or on-demand',
        instance: 'fault: the instance that it is aimed at',
        delay: 'fault: how late, how long, how soon, like 30s',
        how: "fault: which of the kind's forms",
        for: 'fault: how long it goes on, like 5m',
        count: 'fault: how often it strikes before it is over',
        probability: 'fault: which part of its occasions it strikes, 0 to 1',
        seed: 'fault: the same seed strikes the same occasions',
      },
      flags: {
        purge: 'down: also removes the folder, with its key and what S3 holds',
        orphans: 'down: instead ends clouds whose daemon and folder are gone',
      },
      summary:
        'the embedded local cloud: up makes what is missing, fault makes it misbehave (fault -h says how)',
      example:
        'pool local up     pool local fault throttle --probability 0.3 --for 1m     pool local fault clear',
      loadOutside: () => import('./pool/local.ts'),
    },
  ],
};

export const INSTANCE: Program = {
  name: 'instance',
  summary: "acts on the pool's nodes; node 0 unless another is chosen",
  choosesNodes: true,
  words: [
    {
      name: 'ssh',
      summary: 'opens an interactive shell on the node',
      example: 'instance ssh i=0',
      load: () => import('./instance/ssh.ts'),
    },
    {
      name: 'cmd',
      takesCommand: true,
      keys: { cmd: 'the command' },
      summary: 'runs a command on the node, or on several at once, and returns its exit code',
      example: "instance cmd i=all cmd='uptime'     instance cmd i=1 -- ls -l /data",
      load: () => import('./instance/cmd.ts'),
    },
    {
      name: 'scp',
      keys: {
        src: 'the file or folder to copy',
        dest: 'where to',
        from: 'the file or folder on the node, for the other way',
      },
      summary: 'copies a file or a folder to the node, or from it',
      example: 'instance scp i=1 src=notes.txt dest=/root/notes.txt',
      load: () => import('./instance/scp.ts'),
    },
    {
      name: 'start',
      summary: "starts that node's services, not the machine",
      example: 'instance start i=1',
      load: () => import('./instance/start.ts'),
    },
    {
      name: 'stop',
      summary: "stops that node's services, not the machine",
      example: 'instance stop i=1',
      load: () => import('./instance/stop.ts'),
    },
    {
      name: 'restart',
      summary: "restarts that node's services, not the machine",
      example: 'instance restart i=1',
      load: () => import('./instance/restart.ts'),
    },
    {
      name: 'reconfigure',
      summary: "renders and applies that node's files, and reloads what changed",
      example: 'instance reconfigure i=1',
      load: () => import('./instance/reconfigure.ts'),
    },
    {
      name: 'terminate',
      summary: 'drains and ends this node; the pool heals',
      example: 'instance terminate i=2',
      goesOn: 'the pool heals with pool maintain or pool start, pool stop removes it',
      load: () => import('./instance/terminate.ts'),
    },
    {
      name: 'install',
      summary: 'installs the software that the node lacks; one that lacks nothing is left alone',
      example: 'instance install i=all',
      load: () => import('./instance/install.ts'),
    },
    {
      name: 'start_maintain',
      summary:
        'lets the node maintain the pool: it claims the address by the rules, and keeps the rest as it should be',
      example: 'instance start_maintain i=0',
      load: () => import('./instance/start_maintain.ts'),
    },
    {
      name: 'stop_maintain',
      summary: 'stops the maintain service on the node, until start_maintain',
      example: 'instance stop_maintain i=0',
      load: () => import('./instance/stop_maintain.ts'),
    },
  ],
};

export const PROGRAMS = { pool: POOL, instance: INSTANCE } as const;
