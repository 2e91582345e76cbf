-- What the sweeper looks for every few seconds
drop index encodings_asked;
create index encodings_by_age on encodings (state, changed_at) where state in ('asked', 'failed');
create index pulls_by_age on pulls (decided_at);
create index images_by_age on images (profiled_at);
