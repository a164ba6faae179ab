-- Several programs on one database: who is there, and whose turn a chat is. SQLite has one program
-- only (a lock file sees to it) and leaves both empty. Instants are the database's own, so that no
-- two machines need agree on the time.

create table replica (
    plan text not null,
    name text not null,                 -- made up anew at every start
    until timestamptz not null,         -- renewed while it lives
    primary key (plan, name)
);

-- Whoever sends to a chat holds it, and the others leave it alone: one message at a time, in order.
create table chat_turn (
    plan text not null,
    chat_id bigint not null,
    replica text not null,
    until timestamptz not null,         -- then others may take it: its replica is gone
    primary key (plan, chat_id)
);

-- One row a plan: whoever decides holds it until the commit, so that a later message is decided
-- with everything that an earlier one caused.
create table plan_turn (
    plan text primary key
);
