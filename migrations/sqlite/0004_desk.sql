-- What reviewers (审核) said of figures. Rows are never changed; what is reviewed, open or sent back is
-- read off them. A figure that is sent back is taken back by submissions of its own, so what is in force
-- needs no row of these.
create table review (
    id integer primary key autoincrement,
    plan text not null,
    unit text not null,
    indicator text not null,
    period text not null,
    revision integer not null,            -- the figure's last submission when it was judged
    through integer not null,             -- the last submission the judgement caused
    total integer not null,               -- what was in force then
    verdict text not null check (verdict in ('accepted', 'agreed', 'returned')),
    reason text not null,
    deadline text,                        -- until when what was sent back is to come again
    lead text,                            -- the department that speaks; null: the office, or silence
    user_id integer,                      -- null: silence
    at text not null
);
create index review_figure on review (plan, unit, indicator, revision);

-- Whose next text is the reason for sending a figure back; revision 0: nobody's any more.
create table review_ask (
    plan text not null,
    user_id integer not null,
    unit text not null,
    indicator text not null,
    revision integer not null,
    at text not null,
    primary key (plan, user_id)
);

create trigger review_no_update before update on review
begin select raise(abort, 'review is append-only'); end;

create trigger review_no_delete before delete on review
begin select raise(abort, 'review is append-only'); end;

-- The audit log as a chain: each row holds the SHA-256 of the one before it (of the same plan) and of
-- its own contents, so that a row changed, added or taken out later is found.
alter table audit add column previous text not null default '';
alter table audit add column hash text not null default '';
create index audit_plan on audit (plan, id);
