-- Transfers as cache observed them. Arrive in batches, possibly again: the event's id tells.
create table feedback.transfer (
  event_id          uuid primary key,
  node              text not null,
  engine_class      text not null,
  pull              uuid not null,
  diff_id           text,
  form              text not null,
  encoding          text,
  byte_offset       bigint not null,
  wire_bytes        bigint not null,
  complete          boolean not null,
  source            text not null,
  started_at        timestamptz not null,
  seconds           double precision,
  ended_at          timestamptz,
  predicted_seconds double precision,
  model_version     text
);
create index transfer_of_node on feedback.transfer (node, started_at);
create index transfer_age on feedback.transfer (started_at);
create index transfer_of_pull on feedback.transfer (pull);

-- Pulls as agents reported them.
create table feedback.report (
  event_id      uuid primary key,
  at            timestamptz not null,
  pull          uuid not null,
  node          text not null,
  form          text not null,
  total_seconds double precision not null
);
create index report_age on feedback.report (at);
create index report_of_pull on feedback.report (pull);

create table feedback.report_layer (
  event_id          uuid not null references feedback.report on delete cascade,
  ordinal           integer not null,
  diff_id           text not null,
  encoding          text not null,
  wire_bytes        bigint not null,
  wire_seconds      double precision not null,
  decode_seconds    double precision,
  hand_over_seconds double precision,
  primary key (event_id, ordinal)
);

-- What was known of nodes, and when: a transfer is judged by the profile of its time.
create table feedback.profile (
  event_id        uuid primary key,
  node            text not null,
  measured_at     timestamptz not null,
  source          text not null,
  bandwidth_mbps  double precision,
  lower_bound     boolean not null,
  rtt_millis      double precision,
  cores           double precision,
  gzip_mbps       double precision,
  zstd_mbps       double precision,
  lz4_mbps        double precision
);
create index profile_of_node on feedback.profile (node, measured_at);

-- What was predicted for a pull.
create table feedback.plan (
  pull              uuid primary key,
  planned_at        timestamptz not null,
  engine_class      text not null,
  form              text not null,
  predicted_seconds double precision not null,
  predicted_bytes   bigint not null,
  original_seconds  double precision not null,
  original_bytes    bigint not null,
  model_version     text not null
);
create index plan_age on feedback.plan (planned_at);

-- How large layers are, decoded and as their upstream has them.
create table feedback.layer (
  diff_id           text primary key,
  size_bytes        bigint not null,
  stored_size_bytes bigint not null,
  seen_at           timestamptz not null
);

-- Every set of constants that was ever published. The one with the greatest number serves.
create table weights.version (
  number       bigint primary key,
  version      text not null unique,
  event        text not null,
  samples      bigint not null,
  error_after  double precision not null,
  error_before double precision,
  nodes        integer,
  reason       text not null,
  published_at timestamptz not null
);

-- Every attempt to find better ones.
create table weights.attempt (
  id           bigint generated always as identity primary key,
  at           timestamptz not null,
  outcome      text not null,
  reason       text not null,
  error_before double precision,
  error_after  double precision
);
