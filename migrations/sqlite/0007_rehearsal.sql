-- A database of a rehearsal says so, and no bot that serves people takes it: one row, or none.
create table rehearsal (
    since text not null,
    origin text not null                -- empty, filled SEED, or the backup it is a copy of
);
