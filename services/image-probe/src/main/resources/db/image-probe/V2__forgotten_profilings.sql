-- Images that were told of are forgotten by their age.
create index profilings_published on profilings (asked_at) where published;
