-- Since when the variant has been wanted in this round: how old the backlog is.
alter table encodings add column wanted_at timestamptz not null default now();
