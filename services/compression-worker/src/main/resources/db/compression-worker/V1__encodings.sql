-- One row for each variant that was ever wanted.
create table encodings (
  diff_id        text not null,
  encoding       text not null,
  codec_version  text not null,
  -- the source: the upstream's blob
  layer          text not null,
  stored_as      text not null,
  plain_bytes    bigint not null,
  pull           uuid not null,        -- the first that asked
  state          text not null check (state in ('requested', 'working', 'done', 'failed')),
  round          int not null default 1,  -- rises when a variant that was made or given up is wanted anew
  requests       int not null default 1,  -- messages put on the queue in this round
  attempts       int not null default 0,  -- times that a worker began in this round
  working_on     uuid,                 -- the request that a worker holds
  deadline       timestamptz not null, -- when the sweeper looks after it
  variant        text,
  variant_bytes  bigint,
  encode_seconds double precision,
  cause          text,                 -- of the last failure
  hopeless       boolean not null default false, -- would fail again with the same source
  changed_at     timestamptz not null default now(),
  primary key (diff_id, encoding, codec_version)
);
create index encodings_deadline on encodings (deadline) where state in ('requested', 'working');
