-- Several plans in one bot: which one a chat was last used for, and the messages that wait until
-- its person has said which one they are meant for.
create table chat_plan (
    plan text not null,
    chat_id integer not null,
    chosen_at text,
    waiting text not null,              -- JSON: the messages as they came
    primary key (plan, chat_id)
);

-- A press or a reply belongs to the plan that sent its message, whatever that was about.
create index outbox_message on outbox (message_id, chat_id) where message_id is not null;
