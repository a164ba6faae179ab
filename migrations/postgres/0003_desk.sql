-- The office's desk: what it and the units do besides reporting figures.

-- A unit's own leader (单位负责人) is a role of its own.
alter table account drop constraint account_role_check;
alter table account add constraint account_role_check
    check (role in ('leader', 'office', 'liaison', 'head', 'former'));

-- What was done at the desk: deadlines, substitutes, tasks, materials, notices. How anything stands is
-- read off these rows in order; they are never changed.
create table journal (
    id bigint generated always as identity primary key,
    plan text not null,
    topic text not null,
    at timestamptz not null,
    actor bigint,                       -- null: the program itself
    deed text not null                  -- JSON; units by code
);
create index journal_topic on journal (plan, topic, id);

create trigger journal_append_only before update or delete on journal
    for each row execute function append_only();

-- What somebody is putting together in a private chat, one a chat.
create table dialogue (
    plan text not null,
    chat_id bigint not null,
    body text not null,                 -- JSON
    message text not null,              -- the outbox key of its message
    at timestamptz not null,
    done boolean not null,
    primary key (plan, chat_id)
);

-- Files kept for good: materials, what goes with tasks. Known by what is in them, whatever their name.
create table kept_file (
    plan text not null,
    hash text not null,                 -- SHA-256 of the bytes, in hex
    bytes bytea not null,
    at timestamptz not null,
    primary key (plan, hash)
);

-- Messages that wait until the quiet hours are over.
create table held (
    id bigint generated always as identity primary key,
    plan text not null,
    key text not null,
    chat_id bigint not null,
    body text not null,                 -- JSON: what to do there
    about text,
    at timestamptz not null,
    unique (plan, key)
);
