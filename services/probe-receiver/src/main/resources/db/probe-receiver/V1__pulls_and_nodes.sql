-- pulls: the story of each pull as the topics tell it. nodes: what is known of each client machine.

create table pulls.pull (
  id         uuid primary key,
  since      timestamptz not null,                 -- first heard of; never changes: pages are cut along it
  state      text        not null,
  steps      int         not null,                 -- states passed so far
  changed_at timestamptz not null,                 -- of the newest state
  cause      jsonb,                                -- of a failure
  preview    boolean     not null,
  image      text,                                 -- the next four repeat what stands in the events, to be searched for
  name       text,                                 -- of the image, without tag and digest
  node       text,
  manifest   text,
  requested  jsonb,                                -- the newest event of each kind, as it came
  stored     jsonb,
  profiled   jsonb,
  planned    jsonb,
  ready      jsonb,
  reported   jsonb,
  check (state <> 'failed' or cause is not null)
);
create index pull_by_age on pulls.pull (since desc, id desc);
create index pull_by_state on pulls.pull (state, since desc, id desc);
create index pull_by_name on pulls.pull (name, since desc, id desc);
create index pull_by_manifest on pulls.pull (manifest);

create table pulls.change (
  pull   uuid        not null references pulls.pull on delete cascade,
  step   int         not null,                     -- 1, 2, 3 … under the pull's row lock
  state  text        not null,
  ends   boolean     not null,
  at     timestamptz not null,
  detail text,
  primary key (pull, step)
);

create table pulls.watch (
  image     text        not null,
  platform  text        not null,                  -- '' where none is named
  digest    text,                                  -- the last one seen
  looked_at timestamptz,
  failure   text,                                  -- why the last look gave no digest
  announced uuid,                                  -- the last pull that was submitted
  primary key (image, platform)
);

create table nodes.node (
  id           text primary key,
  engine       text        not null,
  first_seen   timestamptz not null,
  last_seen    timestamptz not null,
  published    jsonb,                              -- the last profile that went out on cts.node-profiled.v1
  published_at timestamptz
);

create table nodes.facts (
  node    text not null references nodes.node on delete cascade,
  source  text not null,                           -- active, passive, stated: each replaces its own facts only
  profile jsonb not null,
  primary key (node, source)
);

create table nodes.transfer (
  id            uuid primary key,
  node          text        not null,
  engine        text        not null,
  pull          uuid        not null,
  manifest      text,
  blob          text        not null,
  diff_id       text,
  encoding      text,
  wire_bytes    bigint      not null,
  complete      boolean     not null,
  started_at    timestamptz not null,
  ended_at      timestamptz not null,
  seconds       double precision,                  -- null where nobody watched the clock
  source        text        not null,
  predicted_seconds double precision
);
create index transfer_by_node on nodes.transfer (node, ended_at desc);
create index transfer_by_pull on nodes.transfer (pull);
create index transfer_by_manifest on nodes.transfer (manifest, started_at);
create index transfer_by_age on nodes.transfer (started_at);

-- Which transfers tell of which pull: those that name it, and, where it was announced, those of the node it was
-- announced for (of whoever came, where it was announced for nobody) under the same manifest until its end.
create view pulls.transfer_of_pull as
  select p.id as of_pull, t.*
    from pulls.pull p join nodes.transfer t on t.pull = p.id
   where not p.preview
  union all
  select p.id as of_pull, t.*
    from pulls.pull p join nodes.transfer t on t.manifest = p.manifest and t.pull <> p.id
   where not p.preview
     and (p.node is null or p.node = t.node)
     and p.requested ->> 'origin' in ('api', 'watch')
     and t.started_at >= p.since
     and (t.started_at <= p.changed_at or p.state not in ('served', 'reported', 'expired', 'failed'));
