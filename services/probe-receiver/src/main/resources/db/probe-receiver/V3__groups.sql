alter table nodes.transfer add column start_offset bigint; -- of the first decoded byte asked for; null in older rows
alter table nodes.node add column group_shown_at timestamptz; -- when transfers last showed several machines under this key

-- As in V1: its t.* is the table's columns of that time
create or replace view pulls.transfer_of_pull as
  select p.id as of_pull, t.*
    from pulls.pull p join nodes.transfer t on t.pull = p.id
   where not p.preview
  union all
  select p.id as of_pull, t.*
    from pulls.pull p join nodes.transfer t on t.manifest = p.manifest and t.pull <> p.id
   where not p.preview
     and (p.node is null or p.node = t.node)
     and p.requested ->> 'origin' in ('api', 'watch')
     and t.started_at >= p.since
     and (t.started_at <= p.changed_at or p.state not in ('served', 'reported', 'expired', 'failed'));
