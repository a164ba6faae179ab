-- The first schema. Both databases have the same tables; only types, identity and triggers differ.
-- Units and indicators stand here by code and number, never by their place in a file, so that a
-- plan folder can be edited. `plan` is the plan's id and begins every key: several plans, each with
-- a bot of its own, can share a database.
-- Instants are UTC.

-- Numbers of updates whose effects are committed: one that comes again changes nothing.
-- Pruned after 30 days, since Telegram keeps updates for one day only.
create table seen_update (
    plan text not null,
    update_id bigint not null,
    at timestamptz not null,
    primary key (plan, update_id)
);

-- Updates that could not be handled, kept raw for whoever looks into them.
create table set_aside (
    id bigint generated always as identity primary key,
    plan text not null,
    update_id bigint not null,
    at timestamptz not null,
    reason text not null,
    raw text not null
);

create table account (
    plan text not null,
    user_id bigint not null,
    name text not null,
    role text not null check (role in ('leader', 'office', 'liaison', 'former')),
    unit text,                          -- only for a liaison; a former one keeps it
    language text not null,
    bound_at timestamptz not null,
    blocked_at timestamptz,                  -- since when the bot cannot write to this person
    primary key (plan, user_id)
);
create index account_unit on account (plan, unit);

-- The code itself is never kept, only its SHA-256.
create table invite (
    plan text not null,
    hash text not null,
    role text not null,
    unit text,
    expires_at timestamptz not null,
    used_by bigint,
    primary key (plan, hash)
);

create table chat_group (
    plan text not null,
    chat_id bigint not null,
    title text not null,
    kind text not null check (kind in ('leadership', 'work')),
    primary key (plan, chat_id)
);

-- One message taken as a report. Its key is the message, not the update, since update numbers may
-- repeat after a quiet week; `edition` is 0, or the number of the update that changed the message.
create table report (
    plan text not null,
    chat_id bigint not null,
    message_id bigint not null,
    edition bigint not null,
    unit text not null,
    period text not null,
    user_id bigint not null,
    source text not null check (source in ('words', 'file', 'form')),
    text text not null,
    at timestamptz not null,
    primary key (plan, chat_id, message_id, edition)
);
create index report_message on report (plan, message_id);

-- One reported figure. Rows are never changed; what is in force after a row, and was before it,
-- stands in the row, so that an undo needs no search and history can be shown as it was.
create table submission (
    plan text not null,
    unit text not null,
    indicator text not null,
    revision bigint not null,
    period text not null,
    origin text not null check (origin in ('total', 'increment', 'withdrawal')),
    value bigint not null,               -- as written, in base units
    place bigint not null,               -- the revision in whose place it stands; its own if it is new
    total bigint,                        -- in force after this row; null after the only one is withdrawn
    in_force_period text,
    in_force_revision bigint,
    before_total bigint,
    before_period text,
    before_revision bigint,
    late boolean not null,
    chat_id bigint not null,
    message_id bigint not null,
    edition bigint not null,
    user_id bigint not null,
    at timestamptz not null,
    primary key (plan, unit, indicator, revision)
);
create index submission_period on submission (plan, period, unit);
create index submission_report on submission (plan, message_id, chat_id);

-- Words that explain a report (说明).
create table note (
    plan text not null,
    chat_id bigint not null,
    message_id bigint not null,
    edition bigint not null,
    user_id bigint not null,
    at timestamptz not null,
    text text not null
);
create index note_report on note (plan, chat_id, message_id, edition);

-- Questions asked about a report, with their answers as buttons. A closed one stays for 90 days.
create table question (
    plan text not null,
    chat_id bigint not null,
    message_id bigint not null,
    edition bigint not null,
    number bigint not null,
    unit text not null,
    period text not null,
    user_id bigint not null,
    at timestamptz not null,
    asked text not null,                -- JSON: what was asked, and what each answer means
    state text not null check (state in ('open', 'noting', 'closed')),
    primary key (plan, chat_id, message_id, edition, number)
);
create index question_open on question (plan, chat_id) where state <> 'closed';
create index question_of_unit on question (plan, unit) where state <> 'closed';

-- Where a chat's guided form (/report) stands.
create table guide (
    plan text not null,
    chat_id bigint not null,
    unit text not null,
    period text not null,
    asks text not null,                 -- the indicator's number
    confirming text,                      -- JSON: the figure that waits to be confirmed
    message text not null,              -- the outbox key of its message
    at timestamptz not null,
    done boolean not null,
    primary key (plan, chat_id)
);

-- What is in force for each unit and indicator: derived from submission in the same transaction,
-- kept because it is read with every message.
create table figure (
    plan text not null,
    unit text not null,
    indicator text not null,
    total bigint,
    period text,
    in_force_revision bigint,
    latest bigint not null,
    user_id bigint not null,
    origin text not null,
    value bigint not null,
    primary key (plan, unit, indicator)
);

create table bulletin (
    plan text not null,
    period text not null,               -- its number is the bulletin's number
    edition bigint not null,            -- 0 as first issued, then the number of the correction
    at timestamptz not null,
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
    bytes bytea not null,
    at timestamptz not null,                  -- when it was last wanted
    primary key (plan, hash)
);

-- Messages on their way out. The key says what it is, so nothing is queued twice.
create table outbox (
    id bigint generated always as identity primary key,
    plan text not null,
    key text not null,
    chat_id bigint not null,
    body text not null,                 -- JSON: what to do there
    priority bigint not null,            -- 0 replies, 1 broadcasts
    state text not null default 'queued' check (state in ('queued', 'sent', 'dead')),
    queued_at timestamptz not null,
    attempts bigint not null default 0,
    last_error text,
    sent_at timestamptz,
    message_id bigint,
    about text,                          -- what a reply to it would mean: report:… or ask:…
    unique (plan, key)
);
create index outbox_replied on outbox (plan, message_id, chat_id) where about is not null;
create index outbox_queued on outbox (plan, priority, id) where state = 'queued';

-- Firings of jobs: a row here means done (or skipped), whatever restarts.
create table job_run (
    plan text not null,
    job text not null,
    due timestamptz not null,
    period text not null,
    at timestamptz not null,
    made boolean not null,               -- false: missed by more than its grace, skipped
    outcomes text not null,             -- JSON: what was done for each unit, and why
    primary key (plan, job, due)
);

create table audit (
    id bigint generated always as identity primary key,
    plan text not null,
    at timestamptz not null,
    actor bigint,                        -- null: the program itself
    act text not null,
    subject text not null,
    detail text not null
);

create function append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;

create trigger report_append_only before update or delete on report
    for each row execute function append_only();

create trigger note_append_only before update or delete on note
    for each row execute function append_only();

create trigger submission_append_only before update or delete on submission
    for each row execute function append_only();

create trigger audit_append_only before update or delete on audit
    for each row execute function append_only();

create trigger bulletin_append_only before update or delete on bulletin
    for each row execute function append_only();
