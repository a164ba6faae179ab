-- The office's desk: what it and the units do besides reporting figures.

-- A unit's own leader (单位负责人) is a role of its own. SQLite cannot change a check in place.
create table account_new (
    plan text not null,
    user_id integer not null,
    name text not null,
    role text not null check (role in ('leader', 'office', 'liaison', 'head', 'former')),
    unit text,                          -- only for a liaison or a unit's leader; a former one keeps it
    language text not null,
    bound_at text not null,
    blocked_at text,
    primary key (plan, user_id)
);
insert into account_new select plan, user_id, name, role, unit, language, bound_at, blocked_at from account;
drop table account;
alter table account_new rename to account;
create index account_unit on account (plan, unit);

-- What was done at the desk: deadlines, substitutes, tasks, materials, notices. How anything stands is
-- read off these rows in order; they are never changed.
create table journal (
    id integer primary key autoincrement,
    plan text not null,
    topic text not null,
    at text not null,
    actor integer,                      -- null: the program itself
    deed text not null                  -- JSON; units by code
);
create index journal_topic on journal (plan, topic, id);

create trigger journal_no_update before update on journal
begin select raise(abort, 'journal is append-only'); end;

create trigger journal_no_delete before delete on journal
begin select raise(abort, 'journal is append-only'); end;

-- What somebody is putting together in a private chat, one a chat.
create table dialogue (
    plan text not null,
    chat_id integer not null,
    body text not null,                 -- JSON
    message text not null,              -- the outbox key of its message
    at text not null,
    done boolean not null,
    primary key (plan, chat_id)
);

-- Files kept for good: materials, what goes with tasks. Known by what is in them, whatever their name.
create table kept_file (
    plan text not null,
    hash text not null,                 -- SHA-256 of the bytes, in hex
    bytes blob not null,
    at text not null,
    primary key (plan, hash)
);

-- Messages that wait until the quiet hours are over.
create table held (
    id integer primary key autoincrement,
    plan text not null,
    key text not null,
    chat_id integer not null,
    body text not null,                 -- JSON: what to do there
    about text,
    at text not null,
    unique (plan, key)
);
