-- One row a pull: joins what was asked with the image's profile, and keeps the decision.
create table pulls (
  pull       uuid primary key,
  since      timestamptz not null,
  requested  jsonb,                    -- the event PullRequested
  manifest   text,                     -- once its image is profiled
  state      text not null default 'waiting' check (state in ('waiting', 'planned', 'failed')),
  decided_at timestamptz,
  decision   json,                     -- as it is shown
  failure    text
);
create index pulls_waiting on pulls (since) where state = 'waiting';
create index pulls_of_manifest on pulls (manifest, since);

-- The newest profile of each image.
create table images (
  manifest    text primary key,
  image       text not null,
  profiled    jsonb not null,          -- the event ImageProfiled
  profiled_at timestamptz not null
);
create index images_by_name on images (image, profiled_at);

-- What is known of variants.
create table encodings (
  diff_id          text not null,
  encoding         text not null,
  state            text not null check (state in ('asked', 'there', 'failed')),
  size_bytes       bigint,             -- where it is there
  expected_seconds double precision,   -- of a core, where it was asked for
  changed_at       timestamptz not null,
  primary key (diff_id, encoding)
);
create index encodings_asked on encodings (changed_at) where state = 'asked';
