-- One row for each delta that a worker ever began: a layer, upon the same others, with one effort, in one format.
create table deltas (
  diff_id        text not null,
  bases          text not null,        -- diffIDs, separated by blanks
  effort         text not null,
  format_version int  not null,
  attempts       int  not null default 1, -- times that a worker began since it was last made or given up
  working_on     uuid,                 -- the request that a worker holds
  deadline       timestamptz not null, -- after which another may take it
  delta          text,                 -- as it was last made
  delta_bytes    bigint,
  encode_seconds double precision,
  cause          text,                 -- of the last failure
  changed_at     timestamptz not null,
  primary key (diff_id, bases, effort, format_version)
);
