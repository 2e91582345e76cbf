-- What cache must know again after a restart. Documents are JSON: they are read whole into memory and never queried inside.

create table images (                       -- an upstream's image manifest of one platform, whole in the blob store
  manifest      text primary key,
  document      jsonb       not null,       -- StoredImage
  stored_at     timestamptz not null default now()
);

create table sightings (                    -- which repository holds which manifest or index: what authorises its blobs
  upstream      text        not null,
  repository    text        not null,
  manifest      text        not null,
  primary key (upstream, repository, manifest)
);

create table tags (                         -- what a tag last meant, to be answered while its upstream is away
  upstream      text        not null,
  repository    text        not null,
  tag           text        not null,
  digest        text        not null,
  checked_at    timestamptz not null,       -- the last time that anonymous was answered
  primary key (upstream, repository, tag)
);

create table layers (                       -- what image-probe found
  layer         text primary key,           -- digest of the upstream's blob
  diff_id       text        not null,
  features      jsonb       not null
);
create index layers_by_diff_id on layers (diff_id);

create table variants (                     -- a layer in an encoding, or the news that it cannot be made
  diff_id       text        not null,
  encoding      text        not null,
  layer         text        not null,
  codec_version text        not null,
  variant       text,                       -- absent where making it failed
  size_bytes    bigint,
  failure       text,
  primary key (diff_id, encoding)
);
create index variants_by_digest on variants (variant);

create table made_manifests (               -- manifests and indexes that CTS made; never evicted
  digest        text primary key,
  original      text        not null,       -- the upstream's manifest or index
  form          text        not null,
  engine_class  text        not null,       -- of an index; '' for an image's manifest, which serves every class
  media_type    text        not null,
  content       bytea       not null,
  made_at       timestamptz not null default now(),
  unique (original, form, engine_class)
);

create table forms (                        -- chosen once and never changed
  original      text        not null,
  engine_class  text        not null,
  form          text        not null,
  chosen_at     timestamptz not null default now(),
  primary key (original, engine_class)
);

create table node_answers (                 -- a node that was answered the original keeps it
  node          text        not null,
  original      text        not null,
  answered_at   timestamptz not null default now(),
  primary key (node, original)
);

create table pulls (                        -- requested pulls on their way to ready
  pull          text primary key,
  request       jsonb,                      -- PullRequested, as it came
  image         text,                       -- upstream/repository:reference
  manifest      text,
  node          text,
  form          text,
  wanted        jsonb,                      -- encodings by diffID that the plan asked for
  state         text        not null,       -- requested, stored, planned, ready, failed
  attempts      int         not null default 0,
  due_at        timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
create index pulls_open on pulls (state, due_at) where state in ('requested', 'planned');
create index pulls_of_image on pulls (manifest);

create table blob_costs (                   -- what fetching or making a blob took: what it saves whoever finds it here
  digest        text primary key,
  seconds       double precision not null
);
