-- What is known of each stored layer, read once ever.
create table layers (
  digest       text primary key,
  stored_bytes bigint not null,
  state        text not null check (state in ('waiting', 'reading', 'read', 'unreadable')),
  attempts     int not null default 0,
  held_by      uuid,                 -- the process that reads it
  next_at      timestamptz not null, -- when a process may take it: the end of a pause, or of the holder's time
  features     text,                 -- JSON, where read
  cause        text,                 -- of the last failure
  lasting      boolean not null default false, -- would fail again
  changed_at   timestamptz not null default now()
);
create index layers_next on layers (next_at) where state in ('waiting', 'reading');

-- Images whose layers are to be read, one for each pull that stored one.
create table profilings (
  stored       uuid primary key,     -- the id of the event that told
  image_stored text not null,        -- that event, JSON
  published    boolean not null default false,
  asked_at     timestamptz not null default now()
);

create table profiling_layers (
  stored uuid not null references profilings on delete cascade,
  layer  text not null references layers,
  primary key (stored, layer)
);
create index profiling_layers_layer on profiling_layers (layer);
