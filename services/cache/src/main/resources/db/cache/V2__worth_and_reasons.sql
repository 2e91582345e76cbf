-- What each blob has saved lately, so that a restart does not make all of them equal; and why a form was chosen.

alter table blob_costs
  add column worth    double precision,      -- seconds saved, as they count at worth_at; halving with every half-life
  add column worth_at timestamptz;

alter table forms
  add column reason   text not null default '';
