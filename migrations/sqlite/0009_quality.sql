-- Evidence (佐证): a photo, a file or words that bear out what a message reported. Rows are never changed.
-- A row goes with the message, whatever its figures become: a question about them may still be open.
create table evidence (
    id integer primary key autoincrement,
    plan text not null,
    chat_id integer not null,             -- the message that reported
    message_id integer not null,
    period text not null,                 -- for which period that was
    unit text,                            -- one of its figures; null: all of them
    indicator text,
    file_name text,                       -- null: words only
    file_hash text,                       -- of a row of kept_file
    text text not null,
    user_id integer not null,
    at text not null
);
create index evidence_message on evidence (plan, chat_id, message_id);

-- Flags (标注): so much of a figure was found to be 注销 or 异常. Rows are never changed; the last one of a
-- figure and label holds, and 0 lifts it.
create table flag (
    id integer primary key autoincrement,
    plan text not null,
    unit text not null,
    indicator text not null,
    period text not null,                 -- the period of the figure that was looked at
    revision integer not null,            -- its last submission then
    label text not null,
    number integer not null check (number >= 0),
    reason text not null,
    lead text,                            -- the department that speaks; null: the office
    user_id integer not null,
    at text not null
);
create index flag_figure on flag (plan, unit, indicator, label);

create trigger evidence_no_update before update on evidence
begin select raise(abort, 'evidence is append-only'); end;

create trigger evidence_no_delete before delete on evidence
begin select raise(abort, 'evidence is append-only'); end;

create trigger flag_no_update before update on flag
begin select raise(abort, 'flag is append-only'); end;

create trigger flag_no_delete before delete on flag
begin select raise(abort, 'flag is append-only'); end;
