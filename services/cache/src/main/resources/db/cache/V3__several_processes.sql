-- Several processes serve from these tables, each out of its memory. They learn what another wrote by the transaction
-- that wrote it: every row names it, and a reader asks for all from the oldest that was still running when it last read.

alter table images         add column changed xid8 not null default pg_current_xact_id();
alter table layers         add column changed xid8 not null default pg_current_xact_id();
alter table variants       add column changed xid8 not null default pg_current_xact_id();
alter table made_manifests add column changed xid8 not null default pg_current_xact_id();
alter table forms          add column changed xid8 not null default pg_current_xact_id();
alter table sightings      add column changed xid8 not null default pg_current_xact_id();
alter table tags           add column changed xid8 not null default pg_current_xact_id();
alter table node_answers   add column changed xid8 not null default pg_current_xact_id();
alter table pulls          add column changed xid8 not null default pg_current_xact_id(),
                           add column taken   boolean not null default false; -- announced, and a node came for it

create table ready_images (                 -- all that an image's first plan wanted is there: forms may be chosen
  manifest      text primary key,
  changed       xid8        not null default pg_current_xact_id()
);
insert into ready_images (manifest)
select distinct manifest from pulls where state = 'ready' and manifest is not null;

create table refusals (                     -- when anonymous was last refused: what was seen before counts no more
  upstream      text        not null,
  repository    text        not null,
  refused_at    timestamptz not null,
  changed       xid8        not null default pg_current_xact_id(),
  primary key (upstream, repository)
);

create table leases (                       -- made manifests that were served lately: their layers stay
  manifest      text primary key,
  until         timestamptz not null,
  changed       xid8        not null default pg_current_xact_id()
);

-- two processes may make different manifests of one form: both are answered by their digests, the first by tag
alter table made_manifests drop constraint made_manifests_original_form_engine_class_key;
create index made_manifests_of_original on made_manifests (original, form, engine_class);

create index images_changed         on images (changed);
create index layers_changed         on layers (changed);
create index variants_changed       on variants (changed);
create index made_manifests_changed on made_manifests (changed);
create index forms_changed          on forms (changed);
create index sightings_changed      on sightings (changed);
create index tags_changed           on tags (changed);
create index node_answers_changed   on node_answers (changed);
create index pulls_changed          on pulls (changed);
create index ready_images_changed   on ready_images (changed);
create index refusals_changed       on refusals (changed);
create index leases_changed         on leases (changed);
