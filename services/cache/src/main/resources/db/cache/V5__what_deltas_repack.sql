alter table deltas add column repacked_bytes bigint; -- of its content, before they are compressed again; null where not told
