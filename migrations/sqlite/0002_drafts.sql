-- Bulletins and corrections that wait for the office. `revision` goes up with every change, so that
-- of two changes made from the same state only one stands. numbers, text and messages are what the
-- last preview showed: exactly that is issued.
create table draft (
    plan text not null,
    period text not null,
    edition bigint not null,            -- 0 a bulletin, else the number of the correction
    state text not null check (state in ('wanted', 'open', 'approved', 'held', 'issued', 'dropped')),
    due text not null,                  -- when it goes out
    shown integer not null,             -- how often it was shown: names its messages
    revision integer not null,
    words text not null,                -- JSON: added lines, reason, who is writing
    numbers text,
    text text,
    messages text,
    primary key (plan, period, edition)
);
create index draft_unfinished on draft (plan) where state not in ('issued', 'dropped');
