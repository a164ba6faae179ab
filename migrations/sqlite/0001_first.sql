-- The first schema. Both databases have the same tables; only types, identity and triggers differ.
-- Units and indicators stand here by code and number, never by their place in a file, so that a
-- plan folder can be edited. `plan` is the plan's id and begins every key: several plans, each with
-- a bot of its own, can share a database.
-- Instants are UTC.

-- Numbers of updates whose effects are committed: one that comes again changes nothing.
-- Pruned after 30 days, since Telegram keeps updates for one day only.
create table seen_update (
    plan text not null,
    update_id integer not null,
    at text not null,
    primary key (plan, update_id)
);

-- Updates that could not be handled, kept raw for whoever looks into them.
create table set_aside (
    id integer primary key autoincrement,
    plan text not null,
    update_id integer not null,
    at text not null,
    reason text not null,
    raw text not null
);

create table account (
    plan text not null,
    user_id integer not null,
    name text not null,
    role text not null check (role in ('leader', 'office', 'liaison', 'former')),
    unit text,                          -- only for a liaison; a former one keeps it
    language text not null,
    bound_at text not null,
    blocked_at text,                  -- since when the bot cannot write to this person
    primary key (plan, user_id)
);
create index account_unit on account (plan, unit);

-- The code itself is never kept, only its SHA-256.
create table invite (
    plan text not null,
    hash text not null,
    role text not null,
    unit text,
    expires_at text not null,
    used_by integer,
    primary key (plan, hash)
);

create table chat_group (
    plan text not null,
    chat_id integer not null,
    title text not null,
    kind text not null check (kind in ('leadership', 'work')),
    primary key (plan, chat_id)
);

-- One message taken as a report. Its key is the message, not the update, since update numbers may
-- repeat after a quiet week; `edition` is 0, or the number of the update that changed the message.
create table report (
    plan text not null,
    chat_id integer not null,
    message_id integer not null,
    edition integer not null,
    unit text not null,
    period text not null,
    user_id integer not null,
    source text not null check (source in ('words', 'file', 'form')),
    text text not null,
    at text not null,
    primary key (plan, chat_id, message_id, edition)
);
create index report_message on report (plan, message_id);

-- One reported figure. Rows are never changed; what is in force after a row, and was before it,
-- stands in the row, so that an undo needs no search and history can be shown as it was.
create table submission (
    plan text not null,
    unit text not null,
    indicator text not null,
    revision integer not null,
    period text not null,
    origin text not null check (origin in ('total', 'increment', 'withdrawal')),
    value integer not null,               -- as written, in base units
    place integer not null,               -- the revision in whose place it stands; its own if it is new
    total integer,                        -- in force after this row; null after the only one is withdrawn
    in_force_period text,
    in_force_revision integer,
    before_total integer,
    before_period text,
    before_revision integer,
    late boolean not null,
    chat_id integer not null,
    message_id integer not null,
    edition integer not null,
    user_id integer not null,
    at text not null,
    primary key (plan, unit, indicator, revision)
);
create index submission_period on submission (plan, period, unit);
create index submission_report on submission (plan, message_id, chat_id);

-- Words that explain a report (说明).
create table note (
    plan text not null,
    chat_id integer not null,
    message_id integer not null,
    edition integer not null,
    user_id integer not null,
    at text not null,
    text text not null
);
create index note_report on note (plan, chat_id, message_id, edition);

-- Questions asked about a report, with their answers as buttons. A closed one stays for 90 days.
create table question (
    plan text not null,
    chat_id integer not null,
    message_id integer not null,
    edition integer not null,
    number integer not null,
    unit text not null,
    period text not null,
    user_id integer not null,
    at text not null,
    asked text not null,                -- JSON: what was asked, and what each answer means
    state text not null check (state in ('open', 'noting', 'closed')),
    primary key (plan, chat_id, message_id, edition, number)
);
create index question_open on question (plan, chat_id) where state <> 'closed';
create index question_of_unit on question (plan, unit) where state <> 'closed';

-- Where a chat's guided form (/report) stands.
create table guide (
    plan text not null,
    chat_id integer not null,
    unit text not null,
    period text not null,
    asks text not null,                 -- the indicator's number
    confirming text,                      -- JSON: the figure that waits to be confirmed
    message text not null,              -- the outbox key of its message
    at text not null,
    done boolean not null,
    primary key (plan, chat_id)
);

-- What is in force for each unit and indicator: derived from submission in the same transaction,
-- kept because it is read with every message.
create table figure (
    plan text not null,
    unit text not null,
    indicator text not null,
    total integer,
    period text,
    in_force_revision integer,
    latest integer not null,
    user_id integer not null,
    origin text not null,
    value integer not null,
    primary key (plan, unit, indicator)
);

create table bulletin (
    plan text not null,
    period text not null,               -- its number is the bulletin's number
    edition bigint not null,            -- 0 as first issued, then the number of the correction
    at text not null,
    numbers text not null,              -- JSON: what the bulletin was made of
    text text not null,
    messages text not null,             -- JSON: everything that was sent, in order
    primary key (plan, period, edition)
);

-- Files on their way out, once each: rows of the outbox name them by hash.
create table blob (
    plan text not null,
    hash text not null,                 -- SHA-256 of the bytes, in hex
    media_type text not null,
    bytes blob not null,
    at text not null,                  -- when it was last wanted
    primary key (plan, hash)
);

-- Messages on their way out. The key says what it is, so nothing is queued twice.
create table outbox (
    id integer primary key autoincrement,
    plan text not null,
    key text not null,
    chat_id integer not null,
    body text not null,                 -- JSON: what to do there
    priority integer not null,            -- 0 replies, 1 broadcasts
    state text not null default 'queued' check (state in ('queued', 'sent', 'dead')),
    queued_at text not null,
    attempts integer not null default 0,
    last_error text,
    sent_at text,
    message_id integer,
    about text,                          -- what a reply to it would mean: report:… or ask:…
    unique (plan, key)
);
create index outbox_replied on outbox (plan, message_id, chat_id) where about is not null;
create index outbox_queued on outbox (plan, priority, id) where state = 'queued';

-- Firings of jobs: a row here means done (or skipped), whatever restarts.
create table job_run (
    plan text not null,
    job text not null,
    due text not null,
    period text not null,
    at text not null,
    made boolean not null,               -- false: missed by more than its grace, skipped
    outcomes text not null,             -- JSON: what was done for each unit, and why
    primary key (plan, job, due)
);

create table audit (
    id integer primary key autoincrement,
    plan text not null,
    at text not null,
    actor integer,                        -- null: the program itself
    act text not null,
    subject text not null,
    detail text not null
);

create trigger report_no_update before update on report
begin select raise(abort, 'report is append-only'); end;

create trigger report_no_delete before delete on report
begin select raise(abort, 'report is append-only'); end;

create trigger note_no_update before update on note
begin select raise(abort, 'note is append-only'); end;

create trigger note_no_delete before delete on note
begin select raise(abort, 'note is append-only'); end;

create trigger submission_no_update before update on submission
begin select raise(abort, 'submission is append-only'); end;

create trigger submission_no_delete before delete on submission
begin select raise(abort, 'submission is append-only'); end;

create trigger audit_no_update before update on audit
begin select raise(abort, 'audit is append-only'); end;

create trigger audit_no_delete before delete on audit
begin select raise(abort, 'audit is append-only'); end;

create trigger bulletin_no_update before update on bulletin
begin select raise(abort, 'bulletin is append-only'); end;

create trigger bulletin_no_delete before delete on bulletin
begin select raise(abort, 'bulletin is append-only'); end;
