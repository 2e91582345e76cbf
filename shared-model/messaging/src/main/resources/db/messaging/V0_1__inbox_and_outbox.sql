-- Events that this service has said, written with the state change that they tell of. A relay publishes them in the
-- order of their ids. Rows that were sent stay until no event of their age can come again: an event is said once.
create table outbox (
  id       bigint generated always as identity primary key,
  event_id uuid not null unique,
  topic    text not null,
  key      text not null,
  payload  text not null,
  put_at   timestamptz not null default now(),
  sent_at  timestamptz
);
create index outbox_unsent on outbox (id) where sent_at is null;
create index outbox_age on outbox using brin (put_at);

-- Events that this service has handled, written with what the handling changed.
create table inbox (
  consumer   text not null,
  event_id   uuid not null,
  handled_at timestamptz not null default now(),
  primary key (consumer, event_id)
);
create index inbox_age on inbox using brin (handled_at);
