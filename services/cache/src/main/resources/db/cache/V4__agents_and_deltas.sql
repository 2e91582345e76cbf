-- Clients that keep layers, what they hold, what they were served, and layers as differences to those.

create table agents (
  agent         text primary key,
  token_hash    text        not null unique,  -- SHA-256 of the token that the agent sends; the token is kept nowhere
  seen_at       timestamptz not null default now(),
  changed       xid8        not null default pg_current_xact_id()
);

create table inventories (                  -- what an agent last said that it holds
  agent         text primary key references agents on delete cascade,
  layers        jsonb       not null,       -- diffIDs
  changed       xid8        not null default pg_current_xact_id()
);

create table served_layers (                -- what CTS itself gave an agent: nothing else may be a base
  agent         text        not null references agents on delete cascade,
  blob          text        not null,       -- as it was asked for: a diffID, an upstream's layer, a variant
  upstream      text        not null,
  repository    text        not null,
  served_at     timestamptz not null default now(),
  changed       xid8        not null default pg_current_xact_id(),
  primary key (agent, blob, upstream, repository)
);

create table deltas (                       -- a layer as the difference to others: wanted, made, or the news that it cannot be
  diff_id        text        not null,
  bases          text        not null,      -- diffIDs, the likeliest first, separated by blanks
  effort         text        not null,
  format_version int         not null,
  state          text        not null check (state in ('wanted', 'made', 'failed')),
  requests       int         not null default 1,
  asked_at       timestamptz not null default now(),
  delta          text,
  size_bytes     bigint,
  encode_seconds double precision,
  cause          text,
  changed        xid8        not null default pg_current_xact_id(),
  primary key (diff_id, bases, effort, format_version)
);

create index agents_changed        on agents (changed);
create index inventories_changed   on inventories (changed);
create index served_layers_changed on served_layers (changed);
create index deltas_changed        on deltas (changed);
