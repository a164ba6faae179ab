-- Evidence (佐证): a photo, a file or words that bear out what a message reported. Rows are never changed.
-- A row goes with the message, whatever its figures become: a question about them may still be open.
create table evidence (
    id bigint generated always as identity primary key,
    plan text not null,
    chat_id bigint not null,             -- the message that reported
    message_id bigint not null,
    period text not null,                 -- for which period that was
    unit text,                            -- one of its figures; null: all of them
    indicator text,
    file_name text,                       -- null: words only
    file_hash text,                       -- of a row of kept_file
    text text not null,
    user_id bigint not null,
    at timestamptz not null
);
create index evidence_message on evidence (plan, chat_id, message_id);

-- Flags (标注): so much of a figure was found to be 注销 or 异常. Rows are never changed; the last one of a
-- figure and label holds, and 0 lifts it.
create table flag (
    id bigint generated always as identity primary key,
    plan text not null,
    unit text not null,
    indicator text not null,
    period text not null,                 -- the period of the figure that was looked at
    revision bigint not null,            -- its last submission then
    label text not null,
    number bigint not null check (number >= 0),
    reason text not null,
    lead text,                            -- the department that speaks; null: the office
    user_id bigint not null,
    at timestamptz not null
);
create index flag_figure on flag (plan, unit, indicator, label);

create trigger evidence_append_only before update or delete on evidence
    for each row execute function append_only();

create trigger flag_append_only before update or delete on flag
    for each row execute function append_only();
