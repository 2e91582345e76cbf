create table handled (
  nth      bigint generated always as identity,
  process  text not null,
  key      text not null,
  event_id uuid not null
);
